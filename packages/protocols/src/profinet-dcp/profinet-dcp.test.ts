import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { DcpState } from './profinet-dcp.ts'
import { profinetDcp } from './protocol.ts'

const run = (...lines: string[]) => exchange(profinetDcp, { transport: 'ethernet', serverPort: undefined }, lines)
const SET_NAME = '> fefd 04 00 01000001 0000 000a 0202 0006 0001 706c6331'
const SET_IP = '> fefd 04 00 01000002 0000 0012 0102 000e 0000 c0a8000b ffffff00 c0a80001'
const ANSWER = (xid: string, option: string, code: string) => `< fefd 04 01 ${xid} 0000 0008 0504 0003 ${option} ${code} 00`
/** Type, name, ids, role and address of a controller. */
const IDENTIFIED = `> feff 05 01 01000001 0000 003c
  0201 000a 0000 53372d3330304543  0202 0006 0000 706c6331  0203 0006 0000 002a0101
  0204 0004 0000 0200  0102 000e 0001 c0a8000b ffffff00 c0a80001`
  .replaceAll('\n', ' ')
  .replace('0036', '0040')

test('who is there: asked by name and for everybody', () => {
  const { heard } = run('> fefe 05 00 00000001 0001 0008 0202 0004 706c6331', '> fefe 05 00 00000002 0001 0004 ffff 0000')
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['identify name of station plc1', 'identify everybody'],
  )
})

test('a controller tells type, name, vendor, role and address', () => {
  const { heard } = run(IDENTIFIED)
  assert.deepEqual(heard.anomalies, [])
  assert.deepEqual(heard.hints, [
    'client model=S7-300EC',
    'client name=plc1',
    'client vendor=Siemens',
    'client family=PROFINET vendor 0x002a device 0x0101',
    'client role=IO controller',
    'client type=plc',
    'client interface=192.168.0.11 mask 255.255.255.0',
    'client gateway=192.168.0.1',
  ])
})

test('a new name is a changed configuration', () => {
  const { heard } = run(SET_NAME, ANSWER('01000001', '0202', '00'))
  const changed = { kind: 'configuration.changed', what: 'name of station', value: 'plc1, permanent', ok: true, side: 'client' }
  assert.deepEqual(heard.said, [changed])
  assert.equal(heard.operations[0]!.ok, true)
})

test('a refused address names the reason', () => {
  const { heard } = run(SET_IP, ANSWER('01000002', '0102', '06'))
  assert.deepEqual([heard.operations[0]!.ok, heard.operations[0]!.error], [false, 'not possible in operation'])
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && `${s.value} ${s.ok}`),
    ['192.168.0.11 mask 255.255.255.0 gateway 192.168.0.1, temporary false'],
  )
})

test('a set that nobody answers is told at the end, of either side', () => {
  const { heard, end } = run(SET_NAME.replace('>', '<'))
  assert.equal(heard.said.length, 0)
  end()
  assert.deepEqual(
    heard.said.map((s) => `${s.side} ${s.kind}`),
    ['server operation.done', 'server configuration.changed'],
  )
})

test('a factory reset', () => {
  const { heard } = run('> fefd 04 00 00000003 0000 0006 0506 0002 0004', ANSWER('00000003', '0506', '00'))
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && s.what),
    ['reset to factory'],
  )
})

test('a name that breaks the rules of names', () => {
  const { heard } = run('> fefe 05 00 00000001 0001 0008 0202 0004 256e2520')
  assert.deepEqual(heard.anomalies, ['profinet-dcp.name-breaks-rules'])
})

test('who asks for one name only makes sure that it has it; who asks for several looks for others', () => {
  const ask = (name: string) => `> fefe 05 00 00000001 0001 000a 0202 0006 ${Buffer.from(name).toString('hex')}`
  const own = run(ask('belt-1'), ask('belt-1'))
  assert.deepEqual(own.heard.hints, ['client name=belt-1'])
  const looking = run(ask('belt-1'), ask('belt-2'), ask('belt-2'))
  looking.end()
  assert.deepEqual(looking.heard.hints, [])
})

test('a cut message is marked; cyclic frames are not ours', () => {
  const whole = bytes(IDENTIFIED)
  const ctx = context<never, DcpState>('client', profinetDcp.dissector.start!())
  for (let n = 12; n < whole.length; n++) {
    assert.ok(profinetDcp.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `${n} bytes`)
  }
  assert.equal(profinetDcp.dissector.frame(new Reader(bytes('8001 0000 0000 0000 0000 0000 0000')), ctx), NOT_MINE)
})
