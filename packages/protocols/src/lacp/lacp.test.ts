import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Lacp, type LacpState, lacp } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const pdu = (partner: string, state = '3d'): string =>
  `01 01 01 14 8000 020000000001 000d 8000 0016 ${state} 000000 02 14 ffff ${partner} 000d 00ff 0001 3c 000000 03 10 8000 ${'00'.repeat(12)} 00 00 ${'00'.repeat(50)}`

test('another partner is a change, a link that stops collecting has left', () => {
  const talk = exchange(lacp, eth, [`> ${pdu('020000000002')}`, `> ${pdu('020000000003', '05')}`])
  assert.deepEqual(talk.messages[0]!.actor, { system: '02:00:00:00:00:01', key: 13, port: 22, state: 0x3d })
  assert.deepEqual(talk.heard.hints, ['client interface=link bundle 13 of 02:00:00:00:00:01, port 22'])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && s.value),
    ['02:00:00:00:00:03'],
  )
  assert.deepEqual(
    talk.heard.operations.map((o) => o.operation),
    ['link left the bundle'],
  )
})

test('lengths that lie, cuts and unknown subtypes', () => {
  const ctx = context<Lacp, LacpState>('client', { partner: '', isCollecting: false }, eth)
  const parse = (hex: string): Lacp => lacp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse('01 01 01 00').anomalies, ['bad-length'])
  assert.deepEqual(parse('01 01 01 14 8000').anomalies, ['truncated'])
  assert.equal(lacp.dissector.frame(new Reader(bytes('07 00')), ctx), NOT_MINE)
})
