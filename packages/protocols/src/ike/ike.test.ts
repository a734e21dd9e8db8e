import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Ike, IkeState } from './ike.ts'
import { ike } from './protocol.ts'

const udp = { transport: 'udp', serverPort: 500 } as const
const I = '1111111111111111'
const R = '2222222222222222'
const u16 = (n: number): string => n.toString(16).padStart(4, '0')
const u32 = (n: number): string => n.toString(16).padStart(8, '0')
const size = (hex: string): number => bytes(hex).length
/** A payload whose next is `next`. */
const payload = (next: number, body: string): string => `${next.toString(16).padStart(2, '0')} 00 ${u16(size(body) + 4)} ${body}`
const message = (responder: string, first: string, version: string, exchangeType: string, flags: string, body: string): string =>
  `${I} ${responder} ${first} ${version} ${exchangeType} ${flags} 00000000 ${u32(28 + size(body))} ${body}`

/** Proposal 1: AES-CBC with 256 bits, SHA-256, 2048-bit group. */
const PROPOSAL = '00 00 0028 01 01 00 03  03 00 000c 01 00 000c 800e 0100  03 00 0008 02 00 0005  00 00 0008 04 00 000e'
const SA = payload(0x22, PROPOSAL.replace('0028', u16(size(PROPOSAL))))
const KEYS = payload(0x2b, `000e 0000 ${'5a'.repeat(16)}`)
const VENDOR = payload(0, '1e2b516905991c7d7c96fcbfb587e46100000009')

test('version 2: what was agreed, with whose software', () => {
  const talk = exchange(ike, udp, [
    `> ${message('0000000000000000', '21', '20', '22', '08', SA + KEYS + VENDOR)}`,
    `< ${message(R, '21', '20', '22', '20', SA + KEYS + VENDOR)}`,
  ])
  assert.deepEqual(talk.messages[0]!.anomalies, [])
  const [said] = talk.heard.said
  assert.deepEqual(said?.kind === 'encryption.negotiated' && [said.version, said.cipher], ['IKEv2', 'ENCR_AES_CBC_256'])
  assert.ok(talk.heard.hints.includes('client os=Windows'))
  const rows = talk.rows.rows.map((r) => [r.log, ...r.cells])
  assert.deepEqual(
    rows.map((r) => r[0]),
    ['ipsec', 'ipsec', 'ikev2'],
  )
  assert.deepEqual(rows[1]!.slice(14, 22), [['MS NT5 ISAKMPOAKLEY'], [], [], [14], [1], undefined, [], ['1:12:Key Length=256']])
  assert.deepEqual(rows[2]!.slice(6, 9), ['1', ['ENCR:ENCR_AES_CBC', 'PRF:PRF_HMAC_SHA2_256', 'D-H:2048-bit MODP Group'], 14])
})

test('a refusal is told by its name', () => {
  const talk = exchange(ike, udp, [`< ${message(R, '29', '20', '22', '20', payload(0, '00 00 000e'))}`])
  assert.deepEqual(
    talk.heard.operations.map((o) => [o.operation, o.ok, o.error]),
    [['IKE_SA_INIT', false, 'NO_PROPOSAL_CHOSEN']],
  )
})

test('aggressive mode of version 1 tells who asks, and that its cipher is weak', () => {
  const transform = '00 00 0018 01 01 0000 8001 0001 8003 0001 8004 0002 800b 0001'
  const proposal = `00 00 ${u16(8 + size(transform))} 00 01 00 01 ${transform}`
  const sa = payload(5, `00000001 00000001 ${proposal}`)
  const body = sa + payload(0, `03 11 01f4 ${Buffer.from('eng@plant').toString('hex')}`)
  const talk = exchange(ike, udp, [
    `> ${message('0000000000000000', '01', '10', '04', '00', body)}`,
    `< ${message(R, '01', '10', '04', '00', body)}`,
  ])
  assert.deepEqual(new Set(talk.heard.anomalies), new Set(['ike.aggressive-mode', 'ike.weak-group']))
  assert.ok(talk.heard.said.some((s) => s.kind === 'login.tried' && s.user === 'eng@plant'))
  assert.deepEqual(talk.rows.rows[0]!.cells.slice(-2), [1, '\0\0\0\u0001'])
})

test('port 4500: behind four zeros is IKE, the rest is ESP or a sign of life', () => {
  const nat = { ...udp, serverPort: 4500 }
  const talk = exchange(ike, nat, [
    `> 00000000 ${message(R, '2e', '20', '23', '08', payload(0, '5a'.repeat(40)))}`,
    `> 01020304 00000007 ${'5a'.repeat(20)}`,
    '> ff',
  ])
  assert.deepEqual(
    talk.messages.map((m) => [m.kind, m.isEncrypted, m.spi]),
    [
      ['ike', true, 0],
      ['esp', false, 0x01020304],
      ['keepalive', false, 0],
    ],
  )
})

test('heads that do not fit are refused; lengths that lie are named', () => {
  const ctx = context<Ike, IkeState>('client', ike.dissector.start!(), udp)
  for (const foreign of [
    message(R, '21', '30', '22', '08', ''),
    message(R, '21', '20', '05', '08', ''),
    `${message(R, '00', '20', '22', '08', '')}00`,
    '00',
  ])
    assert.equal(ike.dissector.frame(new Reader(bytes(foreign)), ctx), NOT_MINE, foreign)
  const lie = bytes(message(R, '21', '20', '22', '08', '00 00 0002 00'))
  assert.deepEqual(ike.dissector.parse(new Reader(lie), ctx).anomalies, ['bad-length'])
})
