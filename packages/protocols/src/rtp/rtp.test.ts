import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, flow } from '../testing/recorder.ts'
import { rtp } from './protocol.ts'
import type { Rtp, RtpState } from './rtp.ts'

const udp = { transport: 'udp', serverPort: 9000 } as const
const { dissector } = rtp
const packet = (sequence: number, source = '12345678'): string =>
  `80 00 ${sequence.toString(16).padStart(4, '0')} 00000000 ${source} ${'d5'.repeat(160)}`

test('two packets in a row prove a stream, one does not', () => {
  const over = flow(udp)
  const frame = (hex: string, of = over): number =>
    dissector.frame(new Reader(bytes(hex)), { from: 'client', asked: undefined, state: dissector.start!(), flow: of })
  assert.equal(frame(packet(7)), NEED_MORE)
  assert.equal(frame(packet(8)), 172)
  assert.equal(frame(packet(7), flow(udp)), NEED_MORE)
  const other = flow(udp)
  frame(packet(7), other)
  assert.equal(frame(packet(8, '99999999'), other), NEED_MORE)
  assert.equal(frame(packet(4000, '99999999'), other), NEED_MORE)
})

test('a report proves itself and names its sender; lost media are told at the end', () => {
  const sdes = `81 ca 0006 12345678 01 0e ${Buffer.from('eng@phone.site').toString('hex')} 00000000`
  const talk = exchange(rtp, udp, [`> 80 c9 0001 12345678 ${sdes}`, `> ${packet(1)}`, `> ${packet(2)}`, `> ${packet(50)}`])
  assert.deepEqual(talk.heard.hints, ['client name=phone.site'])
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['report ', 'media G.711 µ-law'],
  )
  talk.end()
  assert.deepEqual(talk.heard.anomalies, ['rtp.media-lost'])
})

test('lengths that do not add up, other versions and cuts', () => {
  const ctx = context<Rtp, RtpState>('client', dissector.start!(), udp)
  for (const foreign of [
    '80 c9 0002 12345678',
    '40 00 0001 00000000 12345678 00',
    '80 50 0001 00000000 12345678 00',
    '81 ca 0001 12345678',
  ])
    assert.equal(dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  assert.deepEqual(dissector.parse(new Reader(bytes('90 00 0001 00000000 12345678 0001 0004 00')), ctx).anomalies, ['truncated'])
})
