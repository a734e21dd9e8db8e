import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { bytes, context, Recorder, seen } from '../testing/recorder.ts'
import { lldp } from './protocol.ts'

const ctx = context<never, undefined>('client', undefined, { transport: 'ethernet' })
const announcement = bytes(`
  0207 04 020000000011  0406 04 01 0a000011  0602 0078
  0a03 737731  0c06 537769746368  0e04 0014 0004
  100c 05 01 0a000011 02 00000001 00
  fe07 0012bb 08 534e31  0000`)

test('names, description, address, type and inventory of the sender', () => {
  const m = lldp.dissector.parse(new Reader(announcement), ctx)
  assert.equal(m.chassis, '02:00:00:00:00:11')
  assert.equal(m.port, '10.0.0.17')
  assert.deepEqual(m.addresses, ['10.0.0.17'])
  assert.deepEqual(m.capabilities, ['bridge'])
  assert.deepEqual(m.anomalies, [])
  const recorder = new Recorder()
  lldp.observe(seen(m, ctx), recorder)
  assert.deepEqual(recorder.hints, [
    'client name=sw1',
    'client description=Switch',
    'client interface=10.0.0.17',
    'client serial=SN1',
    'client interface=management 10.0.0.17',
    'client type=switch',
  ])
})

test('a cut element is marked and what came before it stays', () => {
  const m = lldp.dissector.parse(new Reader(announcement.subarray(0, 24)), ctx)
  assert.equal(m.secondsToLive, 120)
  assert.ok(m.anomalies.includes('truncated'))
})
