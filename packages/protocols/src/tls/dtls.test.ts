import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import type { DtlsState } from './dtls.ts'
import { dtls } from './protocol.ts'
import type { Tls } from './tls.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')
const record = (body: string, number: number) => `16 fefd 0000 ${hex(number, 6)} ${hex(bytes(body).length, 2)} ${body}`
const BODY = `fefd ${'11'.repeat(32)} 00 04aabbccdd 0002 c02b 01 00 000d 0000 0009 0007 00 0004 706c6331`
const LENGTH = bytes(BODY).length
const fragment = (from: number, to: number, number: number) =>
  record(
    `01 ${hex(LENGTH, 3)} 0000 ${hex(from, 3)} ${hex(to - from, 3)} ${Buffer.from(bytes(BODY).subarray(from, to)).toString('hex')}`,
    number,
  )

function hear(datagrams: string[]): { messages: Tls[]; recorder: Recorder } {
  const ctx = context<Tls, DtlsState>('client', dtls.dissector.start!(), { transport: 'udp', serverPort: 5684 })
  const recorder = new Recorder()
  const messages = datagrams.map((datagram) => {
    const pdu = bytes(datagram)
    assert.equal(dtls.dissector.frame(new Reader(pdu), ctx), pdu.length)
    const m = dtls.dissector.parse(new Reader(pdu), ctx)
    dtls.observe(seen(m, ctx), recorder)
    return m
  })
  return { messages, recorder }
}

test('a hello in one piece and in fragments says the same', () => {
  const whole = hear([fragment(0, LENGTH, 0)])
  const parts = hear([fragment(0, 20, 0), fragment(20, LENGTH, 1)])
  assert.equal(whole.messages[0]?.handshakes[0]?.hello?.serverName, 'plc1')
  assert.deepEqual(parts.messages[1]?.handshakes[0]?.hello, whole.messages[0]?.handshakes[0]?.hello)
  assert.match(whole.recorder.hints[0]!, /^client fingerprint=ja4 dd2d0101/)
})

test('a fragment that leaves a hole is not joined', () => {
  assert.deepEqual(
    hear([fragment(0, 20, 0), fragment(25, LENGTH, 1)]).messages.map((m) => m.handshakes.length),
    [0, 0],
  )
})

test('other datagrams are refused', () => {
  const ctx = context<Tls, DtlsState>('client', dtls.dissector.start!(), { transport: 'udp' })
  for (const text of ['17 fefd 0001 000000000001 0010', '16 0303 0030 01 00002c', 'c0 00000001 08'])
    assert.equal(dtls.dissector.frame(new Reader(bytes(text)), ctx), NOT_MINE, text)
})
