import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { stun } from './protocol.ts'
import type { Stun, StunState } from './stun.ts'

const { dissector } = stun
const udp = { transport: 'udp', serverPort: 9999 } as const
const ID = '0102030405060708090a0b0c'
const ASK = `0001 0008 2112a442 ${ID} 0024 0004 6e0001ff`
/** 192.0.2.1:32853 hidden: RFC 5769 §2.2. */
const ANSWER = `0101 0018 2112a442 ${ID} 8022 0006 7372762d31ff 0000 0020 0008 0001 a147 e112a643`

test('an answer tells the address outside; both are logged', () => {
  const talk = exchange(stun, udp, [`> ${ASK}`, `< ${ANSWER}`])
  assert.deepEqual(talk.heard.hints.slice(1), ['client interface=seen from outside as 192.0.2.1'])
  assert.deepEqual(
    talk.rows.rows.map((r) => [r.log, ...r.cells]),
    [
      ['stun', 'udp', true, String.fromCharCode(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 'BINDING', 'REQUEST', ['PRIORITY'], ['1845494271']],
      [
        'stun',
        'udp',
        false,
        String.fromCharCode(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        'BINDING',
        'RESPONSE_SUCCESS',
        ['SOFTWARE', 'XOR_MAPPED_ADDRESS'],
        ['srv-1ÿ', '192.0.2.1:32853'],
      ],
      ['stun_nat', 'udp', false, ['192.0.2.1'], [32853], ['10.0.0.1']],
    ],
  )
})

test('what shares the port, and what a relay passes on, goes to others', () => {
  const talk = exchange(stun, udp, [`> ${ASK}`, '> 16feff0000', '> 4001 0003 aabbcc', `< 0017 0008 2112a442 ${ID} 0013 0004 01020304`])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, c.channel, Buffer.from(c.bytes).toString('hex')]),
    [
      ['udp', '', '16feff0000'],
      ['udp', 0x4001, 'aabbcc'],
      ['udp', '', '01020304'],
    ],
  )
})

test('over TCP a length may stand before each packet', () => {
  const talk = exchange(stun, { ...udp, transport: 'tcp' }, [`> 001c ${ASK}`, '> 0004 80001234'])
  assert.deepEqual([talk.messages[0]!.attributes.length, talk.state.isFramed, talk.carried.length], [1, true, 1])
})

test('without the cookie only STUN’s own port is believed; lengths that lie are named', () => {
  const ctx = (port: number) => context<Stun, StunState>('client', dissector.start!(), { transport: 'udp', serverPort: port })
  const old = bytes(`0001 0000 00000000 ${ID}`)
  assert.equal(dissector.frame(new Reader(old), ctx(9999)), NOT_MINE)
  assert.equal(dissector.frame(new Reader(old), ctx(3478)), 20)
  const lie = bytes(`0001 0008 2112a442 ${ID} 0006 ffff 00000000`)
  assert.deepEqual(dissector.parse(new Reader(lie), ctx(1)).anomalies, ['bad-length'])
  for (let n = 2; n < 20; n++)
    assert.ok(dissector.parse(new Reader(bytes(ANSWER).subarray(0, n)), ctx(1)).anomalies.length > 0, `cut to ${n}`)
})
