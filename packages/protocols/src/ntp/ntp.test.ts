import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { dissector } from './ntp.ts'
import { observe } from './observe.ts'

const QUESTION = bytes(`23 00 06 ec 00000000 00000000 00000000 ${'00'.repeat(24)} e9b2a3c4 80000000`)
const ANSWER = bytes('24 02 06 ec 00000b80 00000a40 c0000201 e9b2a000 00000000 e9b2a3c4 80000000 e9b2a3c4 90000000 e9b2a3c4 a0000000')

const parse = (pdu: Uint8Array, side: 'client' | 'server') => dissector.parse(new Reader(pdu), context(side, undefined))

test('a server states its stratum, its source and four times', () => {
  const m = parse(ANSWER, 'server')
  assert.deepEqual([m.version, m.mode, m.stratum, m.reference, m.pollSeconds], [4, 4, 2, '192.0.2.1', 64])
  assert.deepEqual([m.originTime, m.receiveTime], [0xe9b2a3c4 - 2_208_988_800 + 0.5, 0xe9b2a3c4 - 2_208_988_800 + 0.5625])
  assert.deepEqual([m.rootDelaySeconds, m.anomalies], [0xb80 / 65536, []])
})

test('stratum 0 and 1 spell a name instead of an address', () => {
  const gps = ANSWER.slice()
  gps.set([1, 6, 0xec], 1)
  gps.set(bytes('47505300'), 12)
  assert.equal(parse(gps, 'server').reference, 'GPS\0')
})

test('an answer is an operation and makes its sender a time server; a question is neither', () => {
  const sink = new Recorder()
  observe(seen(parse(QUESTION, 'client'), context('client', undefined)), sink)
  assert.deepEqual([sink.operations, sink.hints], [[], []])
  observe(seen(parse(ANSWER, 'server'), context('server', undefined)), sink)
  assert.deepEqual([sink.operations.map((o) => o.operation), sink.hints], [['time given'], ['server role=time server']])
})

test('a monlist query is named as what it is', () => {
  const sink = new Recorder()
  observe(seen(parse(bytes('17 00 03 2a 00000000'), 'client'), context('client', undefined)), sink)
  assert.deepEqual(
    sink.operations.map((o) => [o.operation, o.access]),
    [['private query', 'identify']],
  )
})

test('version 0, mode 0 and later versions are not NTP', () => {
  for (const first of [0x00, 0x03, 0x20, 0x2b]) {
    const pdu = QUESTION.slice()
    pdu[0] = first
    assert.equal(dissector.frame(new Reader(pdu), context('client', undefined)), NOT_MINE, first.toString(16))
  }
})

test('every truncation says that it is one', () => {
  for (let n = 0; n < ANSWER.length; n++)
    assert.ok(parse(ANSWER.subarray(0, n), 'server').anomalies.includes('truncated') || n === 0 || (ANSWER[0]! & 7) > 5, `cut to ${n}`)
})
