import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Vtp, type VtpState, vtp } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const DOMAIN = `05 ${Buffer.from('plant'.padEnd(32, '\0')).toString('hex')}`
const summary = (revision: string): string => `> 02 01 00 ${DOMAIN} ${revision} 0a000001 ${'30'.repeat(12)} ${'00'.repeat(16)}`

test('a new revision is a change; a subset names the VLANs', () => {
  const talk = exchange(vtp, eth, [
    summary('00000007'),
    summary('00000008'),
    `> 02 02 01 ${DOMAIN} 00000008 14 00 01 07 000a 05dc 000186aa ${Buffer.from('control').toString('hex')} 00`,
  ])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['VLANs of VTP domain plant', 'revision 8']],
  )
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['summary plant', 'subset plant', 'VLAN announced 10 control'],
  )
  assert.deepEqual([talk.messages[0]!.updater, talk.messages[0]!.revision], ['10.0.0.1', 7])
})

test('lengths that lie, cuts and other codes', () => {
  const ctx = context<Vtp, VtpState>('client', { revision: undefined }, eth)
  const parse = (hex: string): Vtp => vtp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse(`02 02 01 ${DOMAIN} 00000008 03 ${'00'.repeat(12)}`).anomalies, ['bad-length'])
  assert.deepEqual(parse('02 01 00 05 706c').anomalies, ['truncated'])
  assert.equal(vtp.dissector.frame(new Reader(bytes('02 09 00 05')), ctx), NOT_MINE)
})
