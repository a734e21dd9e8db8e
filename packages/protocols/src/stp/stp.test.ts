import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Stp, type StpState, stp } from './protocol.ts'

const eth = { transport: 'ethernet', clientIp: undefined, serverIp: undefined } as const
const bpdu = (root: string, flags = '00'): string => `0000 02 02 ${flags} ${root} 00000004 8001 020000000001 8002 0100 1400 0200 0f00 00`
const ROOT = '1000 020000000009'

test('another root is a change; a bridge says who it is', () => {
  const talk = exchange(stp, eth, [`> ${bpdu(ROOT)}`, `> ${bpdu(ROOT)}`, `> ${bpdu('0000 020000000066', '01')}`])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['spanning tree root', '0.02:00:00:00:00:66']],
  )
  assert.deepEqual(talk.heard.hints, ['client type=switch', 'client interface=bridge 32769.02:00:00:00:00:01'])
  assert.deepEqual(
    talk.heard.operations.map((o) => o.operation),
    ['spanning tree root', 'spanning tree root', 'topology change'],
  )
  assert.deepEqual([talk.messages[0]!.age, talk.messages[0]!.maxAge, talk.messages[0]!.delay], [1, 20, 15])
})

test('trees of different VLANs have roots of their own', () => {
  const of = (vlan: string, root: string): string => `> ${bpdu(root)} 0000 0002 ${vlan}`
  const talk = exchange(stp, eth, [of('0001', ROOT), of('0005', '2000 020000000009'), of('0001', ROOT), of('0005', '2000 020000000009')])
  assert.deepEqual(talk.heard.said, [])
})

test('the root’s own bridge is the root; PVST+ names the VLAN, MSTP the region', () => {
  const own = exchange(stp, eth, [`> 0000 00 00 00 8001 020000000001 00000000 8001 020000000001 8001 0000 1400 0200 0f00 0000 0002 0005`])
  assert.ok(own.heard.hints.includes('client role=spanning tree root'))
  assert.equal(own.messages[0]!.vlan, 5)
  const region = Buffer.from('plant'.padEnd(32, '\0')).toString('hex')
  const mst = exchange(stp, eth, [
    `> 0000 03 ${bpdu(ROOT).slice(8)} 0050 00 ${region} 0001 ${'00'.repeat(16)} 00000000 8001 020000000001 14 ${'00'.repeat(16)}`,
  ])
  assert.deepEqual([mst.messages[0]!.region, mst.messages[0]!.instances], ['plant', 1])
})

test('only the root has a way to it that costs nothing; in a region that is told elsewhere', () => {
  const without = bpdu(ROOT).replace('00000004', '00000000')
  assert.deepEqual(exchange(stp, eth, [`> ${without}`]).heard.anomalies, ['stp.root-without-cost'])
  assert.deepEqual(exchange(stp, eth, [`> 0000 03 ${without.slice(8)}`]).heard.anomalies, [])
  const own = bpdu('8001 020000000001').replace('00000004', '00000000')
  assert.deepEqual(exchange(stp, eth, [`> ${own}`]).heard.anomalies, [])
})

test('a frame past its age, a cut one and other protocols', () => {
  const ctx = context<Stp, StpState>('client', { roots: new Map() }, eth)
  const parse = (hex: string): Stp => stp.dissector.parse(new Reader(bytes(hex)), ctx)
  assert.deepEqual(parse(bpdu(ROOT).replace('0100 1400', '1600 1400')).anomalies, ['too-old'])
  assert.deepEqual(parse('0000 00 00 00 8001').anomalies, ['truncated'])
  assert.equal(stp.dissector.frame(new Reader(bytes('0001 00 00')), ctx), NOT_MINE)
})
