import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Gtp } from './gtp.ts'
import { gtp } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 2123 } as const
const v2 = (flags: string, type: string, body: string): string =>
  `${flags} ${type} ${bytes(body).length.toString(16).padStart(4, '0')} ${body}`

test('version 2: a session is asked for and refused', () => {
  const apn = '47 0009 00 08 696e7465726e6574'
  const imsi = '01 0008 00 21 43 65 87 09 21 43 f5'
  const talk = exchange(gtp, udp, [
    `> ${v2('48', '20', `00000000 000007 00 ${imsi} ${apn}`)}`,
    `< ${v2('48', '21', '00000001 000007 00 02 0002 00 db 00')}`,
  ])
  assert.deepEqual([talk.messages[0]!.apn, talk.messages[0]!.subscriber], ['internet', '12345… (15)'])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.ok, o.error]),
    [['create session', 'internet', false, 'missing or unknown APN']],
  )
})

test('version 1: a context is opened for an address', () => {
  const ask = '32 10 0010 00000000 0005 00 00 83 0009 08 696e7465726e6574'
  const talk = exchange(gtp, udp, [`> ${ask}`, `< 32 11 000f 00000001 0005 00 00 01 80 80 0006 f121 0a000005`])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['create PDP context', 'internet', true]],
  )
  assert.equal(talk.messages[1]!.address, '10.0.0.5')
})

test('lengths that leave something over, unknown messages and cuts', () => {
  const ctx = context<Gtp, undefined>('client', undefined, udp)
  for (const foreign of [
    '32 01 0005 00000000 0001 00 00',
    '32 09 0004 00000000 0001 00 00',
    '52 01 0004 00000000 0001 00 00',
    '48 ff 0008 00000000 000001 00',
  ])
    assert.equal(gtp.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  assert.deepEqual(gtp.dissector.parse(new Reader(bytes('48 20 0008 0000')), ctx).anomalies, ['truncated'])
})
