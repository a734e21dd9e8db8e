import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { OpenVpn, OpenVpnState } from './openvpn.ts'
import { openvpn } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 1194 } as const
const A = '1111111111111111'
const B = '2222222222222222'

test('TLS comes out in order, once', () => {
  const talk = exchange(openvpn, udp, [
    `> 38 ${A} 00 00000000`,
    `< 40 ${B} 01 00000000 ${A} 00000000`,
    `> 20 ${A} 00 00000002 0c0d`,
    `> 20 ${A} 00 00000001 0a0b`,
    `> 20 ${A} 00 00000001 0a0b`,
    `< 28 ${B} 02 00000001 00000002 ${A}`,
    '> 48 000001 5a5a5a5a',
  ])
  assert.deepEqual(
    talk.carried.map((c) => [c.over, Buffer.from(c.bytes).toString('hex')]),
    [
      ['tcp', '0a0b'],
      ['tcp', '0c0d'],
    ],
  )
  assert.deepEqual(talk.heard.hints, ['server role=vpn server', 'server software=OpenVPN'])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind),
    ['service.used'],
  )
})

test('the length of the first packet tells the protection', () => {
  const auth = exchange(openvpn, udp, [
    `> 38 ${A} ${'5a'.repeat(20)} 00000001 50f473e8 00 00000000`,
    `> 20 ${A} ${'5a'.repeat(28)} 00 00000001 16`,
  ])
  assert.deepEqual([auth.state.protection, auth.state.extra, auth.carried.length], ['tls-auth', 28, 1])
  const crypt = exchange(openvpn, udp, [`> 38 ${A} 00000001 50f473e8 ${'5a'.repeat(37)}`, `> 20 ${A} ${'5a'.repeat(60)}`])
  assert.deepEqual([crypt.state.protection, crypt.messages[1]!.isEncrypted], ['tls-crypt', true])
})

test('over TCP each packet has its length before it', () => {
  const talk = exchange(openvpn, { ...udp, transport: 'tcp' }, [`> 000e 38 ${A} 00 00000000`])
  assert.equal(talk.messages[0]!.packet, 0)
})

test('other first packets are refused; truncation is marked', () => {
  const ctx = context<OpenVpn, OpenVpnState>('client', openvpn.dissector.start!(), udp)
  for (const foreign of [`38 ${A} 00 00000001`, `39 ${A} 00 00000000`, `48 ${A}`, `38 ${A}`])
    assert.equal(openvpn.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  assert.deepEqual(
    openvpn.dissector.parse(new Reader(bytes(`20 ${A} 01`)), { ...ctx, state: { ...ctx.state, recognised: true } }).anomalies,
    ['truncated'],
  )
})

test('what merely has the length of a reset is none', () => {
  const ctx = context<OpenVpn, OpenVpnState>('client', openvpn.dissector.start!(), udp)
  const frame = (pdu: string) => openvpn.dissector.frame(new Reader(bytes(pdu)), ctx)
  const foreign = [
    `38 ${'5a'.repeat(37)}`,
    `38 ${'5a'.repeat(53)}`,
    `40 ${'5a'.repeat(65)}`,
    `50 ${'5a'.repeat(500)}`,
    Buffer.from('POST /'.padEnd(400)).toString('hex'),
  ]
  for (const pdu of foreign) assert.equal(frame(pdu), NOT_MINE, pdu)
  // tls-crypt, a server's tls-auth, and a client's wrapped key of 290 bytes.
  assert.equal(frame(`38 ${A} 00000001 50f473e8 ${'5a'.repeat(37)}`), 54)
  assert.equal(frame(`40 ${A} ${'5a'.repeat(20)} 00000001 50f473e8 01 00000000 ${A} 00000000`), 54)
  assert.equal(frame(`50 ${A} 00000001 50f473e8 ${'5a'.repeat(37)} ${'5a'.repeat(288)} 0122`), 344)
})
