import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Sctp, sctp } from './protocol.ts'

const ip = { transport: 'ip' } as const
const HEAD = '0b59 0b59 00000001 00000000'

test('what an association carries is named by its payload protocol and handed on', () => {
  const talk = exchange(sctp, ip, [
    `> ${HEAD} 01 00 0014 ${'00'.repeat(16)}`,
    `> ${HEAD} 00 03 0013 00000001 0000 0000 00000003 010203 00 03 00 0010 ${'00'.repeat(12)}`,
    `< ${HEAD} 06 00 0008 000c 0004`,
  ])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object} ${o.error}`),
    ['open association 2905 to 2905 ', 'data M3UA ', 'abort 2905 to 2905 abort by user'],
  )
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex')]),
    [['sctp/3', '010203']],
  )
})

test('lengths that lie, cuts and unknown chunks', () => {
  const ctx = context<Sctp, undefined>('client', undefined, ip)
  const parse = (hex: string): Sctp => sctp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse(`${HEAD} 04 00 0003`).anomalies, ['bad-length'])
  assert.deepEqual(parse(`${HEAD} 04 00 0010 00`).anomalies, ['truncated'])
  assert.equal(sctp.dissector.frame(new Reader(bytes(`${HEAD} 77 00 0004`)), ctx), NOT_MINE)
})
