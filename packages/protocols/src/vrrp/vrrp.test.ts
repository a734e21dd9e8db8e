import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { type Vrrp, type VrrpState, vrrp } from './protocol.ts'

const ip = { transport: 'ip', clientIp: '10.0.0.2', serverIp: '224.0.0.18' } as const

test('a master says which addresses it holds; other ones are a change', () => {
  const talk = exchange(vrrp, ip, [
    '> 21 01 64 01 01 01 0000 0a000001 7365637265740000',
    '> 21 01 64 01 00 01 0000 0a000009 0000000000000000',
  ])
  assert.deepEqual(talk.heard.hints.slice(0, 2), ['client role=active gateway', 'client interface=VRRP router 1, virtual 10.0.0.1'])
  assert.deepEqual(
    talk.heard.said.map((s) => (s.kind === 'configuration.changed' ? s.value : s.kind)),
    ['credential.exposed', '10.0.0.9'],
  )
})

test('priority 0 gives up; whoever speaks again has become master', () => {
  const talk = exchange(vrrp, { ...ip, clientIp: 'fe80::2' }, [
    '> 31 05 00 01 0064 0000 fe800000000000000000000000000001',
    '> 31 05 ff 01 0064 0000 fe800000000000000000000000000001',
  ])
  assert.equal(talk.heard.operations[0]!.operation, 'gave up as master')
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['master of VRRP router 5', 'fe80::1']],
  )
})

test('cuts and other versions', () => {
  const ctx = context<Vrrp, VrrpState>('client', { routers: new Map() }, ip)
  assert.deepEqual(vrrp.dissector.parse(new Reader(bytes('31 05 64 02 0064 0000 0a000001')), ctx).anomalies, ['truncated'])
  assert.equal(vrrp.dissector.frame(new Reader(bytes('41 05 64 02 0064 0000')), ctx), NOT_MINE)
})
