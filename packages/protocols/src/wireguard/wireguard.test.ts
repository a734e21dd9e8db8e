import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type WireGuard, type WireGuardState, wireguard } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 9000 } as const
const ASK = `01000000 11223344 ${'5a'.repeat(140)}`
const ANSWER = `02000000 55667788 11223344 ${'5a'.repeat(80)}`
const DATA = `04000000 55667788 0700000000000000 ${'5a'.repeat(16)}`

test('keys that were asked for and answered are a tunnel', () => {
  const talk = exchange(wireguard, udp, [`> ${ASK}`, `< ${ANSWER}`, `> ${DATA}`])
  assert.deepEqual([talk.messages[1]!.receiver, talk.messages[2]!.counter], [0x44332211, 7n])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind),
    ['encryption.negotiated'],
  )
  talk.end()
  assert.deepEqual(talk.rows.rows[0]!.cells, [true, 1, 1])
})

test('nobody answers: that keys were asked for is told at the end', () => {
  const talk = exchange(wireguard, udp, [`> ${ASK}`])
  talk.end()
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.ok]),
    [['keys asked for', undefined]],
  )
})

test('Tailscale finds its peers on the same port', () => {
  const talk = exchange(wireguard, udp, [`> 5453f09f92ac ${'5a'.repeat(80)}`])
  assert.deepEqual(talk.heard.hints, ['client software=Tailscale'])
})

test('data alone, other lengths and other marks are refused', () => {
  const ctx = context<WireGuard, WireGuardState>('client', wireguard.dissector.start!(), udp)
  for (const foreign of [DATA, `${ASK}00`, '01000001', '05000000 00000000', `5453f09f92ac ${'00'.repeat(10)}`])
    assert.equal(wireguard.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  assert.deepEqual(wireguard.dissector.parse(new Reader(bytes('01000000 1122')), ctx).anomalies, ['truncated'])
})
