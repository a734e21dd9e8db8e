import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Dtp, type DtpState, dtp } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const pdu = (status: string): string => `01 0001 0009 706c616e74 0002 0005 ${status} 0003 0005 a5 0004 000a 020000000001 00000000`

test('a port that becomes a trunk is a change', () => {
  const talk = exchange(dtp, eth, [`> ${pdu('03')}`, `> ${pdu('81')}`])
  assert.deepEqual(talk.heard.hints, ['client description=VTP domain plant'])
  assert.deepEqual(
    talk.heard.operations.map((o) => o.object),
    ['access, set to desirable, 802.1Q', 'trunk, set to on, 802.1Q'],
  )
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && s.value),
    ['trunk, set to on'],
  )
  assert.equal(talk.messages[0]!.sender, '02:00:00:00:00:01')
})

test('lengths that lie, cuts and other versions', () => {
  const ctx = context<Dtp, DtpState>('client', { status: undefined }, eth)
  assert.deepEqual(dtp.dissector.parse(new Reader(bytes('01 0001 0002')), ctx).anomalies, ['bad-length'])
  assert.deepEqual(dtp.dissector.parse(new Reader(bytes('01 0001 0009 70')), ctx).anomalies, ['truncated'])
  assert.equal(dtp.dissector.frame(new Reader(bytes('02 0001 0009')), ctx), NOT_MINE)
})
