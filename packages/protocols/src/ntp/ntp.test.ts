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
    assert.equal(dissector.frame(new Reader(pdu), context('client', undefined, { serverPort: 123 })), NOT_MINE, first.toString(16))
  }
})

test('every truncation says that it is one', () => {
  for (let n = 0; n < ANSWER.length; n++)
    assert.ok(parse(ANSWER.subarray(0, n), 'server').anomalies.includes('truncated') || n === 0 || (ANSWER[0]! & 7) > 5, `cut to ${n}`)
})

test('on another port the clocks of a message must agree', () => {
  const isFound = (pdu: Uint8Array) => dissector.frame(new Reader(pdu), context('client', undefined, { transport: 'udp' })) === pdu.length
  const changed = (pdu: Uint8Array, at: number, hex: string) => {
    const other = pdu.slice()
    other.set(bytes(hex), at)
    return other
  }
  const broadcast = bytes('25 01 03 de 00000000 00000000 47505300 dba6cdb5 00000000 0000000000000000 0000000000000000 dba6cdb6 370e6e62')
  const symmetric = changed(ANSWER, 0, '21')
  const plainest = bytes(`1b ${'00'.repeat(47)}`)
  for (const pdu of [ANSWER, QUESTION, plainest, broadcast, symmetric]) assert.ok(isFound(pdu))
  assert.ok(isFound(Uint8Array.from([...ANSWER, ...new Array(20).fill(7)])), 'with a digest')
  assert.ok(
    isFound(Uint8Array.from([...ANSWER, ...bytes(`0104 0014 ${'55'.repeat(16)}`), ...new Array(20).fill(7)])),
    'with an extension and a digest',
  )
  assert.ok(!isFound(changed(ANSWER, 40, 'e9b2a3d4')), 'an answer of sixteen seconds')
  assert.ok(!isFound(changed(ANSWER, 40, 'e9b2a3c3')), 'an answer before its question')
  assert.ok(!isFound(changed(ANSWER, 24, '0000000000000000')), 'an answer to nobody')
  assert.ok(!isFound(changed(ANSWER, 16, 'e9d2a000')), 'a clock corrected in the future')
  assert.ok(!isFound(changed(QUESTION, 20, '01')), 'a question with a fraction of no time')
  assert.ok(!isFound(changed(QUESTION, 0, '13')), 'version 2')
  assert.ok(!isFound(changed(QUESTION, 1, '11')), 'stratum 17')
  assert.ok(!isFound(changed(ANSWER, 4, '00110000')), 'a delay of seventeen seconds')
  assert.ok(!isFound(Uint8Array.from([...ANSWER, 1, 2, 3])), 'a tail of no kind')
  assert.ok(!isFound(Uint8Array.from([...ANSWER, ...bytes(`0104 0100 ${'55'.repeat(40)}`)])), 'an extension beyond the end')
  assert.ok(!isFound(bytes('16 02 0001 0000 0000 0000 0000')), 'control messages')
})
