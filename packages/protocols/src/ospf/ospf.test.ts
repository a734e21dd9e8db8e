import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Ospf, OspfState } from './ospf.ts'
import { ospf } from './protocol.ts'

const ip = { transport: 'ip', clientIp: '10.0.0.1', serverIp: '224.0.0.5', clientPort: undefined, serverPort: undefined } as const
const u16 = (n: number): string => n.toString(16).padStart(4, '0')
const v2 = (type: string, body: string): string => {
  const whole = bytes(body).length + 24
  return `02 ${type} ${u16(whole)} 01010101 00000000 0000 0000 0000000000000000 ${body}`
}
const hello = (designated: string, neighbours = ''): string =>
  `> ${v2('01', `ffffff00 000a 02 01 00000028 ${designated} 00000000 ${neighbours}`)}`

test('another designated router and a new neighbour are changes', () => {
  const talk = exchange(ospf, ip, [hello('0a000001'), hello('0a000001', '02020202'), hello('0a000002', '02020202')])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['OSPF designated router', '10.0.0.2']],
  )
  assert.deepEqual(
    talk.heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['hello ', 'new neighbour 2.2.2.2'],
  )
  assert.deepEqual(talk.rows.rows[1]!.cells.slice(0, 11), [
    '10.0.0.1',
    '224.0.0.5',
    'Hello',
    2,
    '1.1.1.1',
    '0.0.0.0',
    undefined,
    '255.255.255.0',
    '10.0.0.1',
    '0.0.0.0',
    ['2.2.2.2'],
  ])
})

test('an update tells links and external routes, a default route among them', () => {
  const links = '0001 02 01 01010101 01010101 80000001 0000 0024 0000 0001 0a000000 ffffff00 03 00 000a'
  const route = '0001 02 05 00000000 01010101 80000001 0000 0024 00000000 80000014 00000000 00000000'
  const talk = exchange(ospf, ip, [`> ${v2('04', `00000002 ${links} ${route}`)}`])
  const rows = talk.rows.rows.map((r) => r.cells)
  assert.deepEqual(rows[0]!.slice(11, 18), ['Router', '1.1.1.1', '1.1.1.1', undefined, '10.0.0.0', '255.255.255.0', 'Stub'])
  assert.deepEqual([rows[1]![11], rows[1]![19]], ['External', [0x80000014]])
  assert.ok(talk.heard.operations.some((o) => o.operation === 'default route announced'))
})

test('a password in the clear is exposed, masked', () => {
  const talk = exchange(ospf, ip, [
    `> 02 01 002c 01010101 00000000 0000 0001 7365637265740000 ffffff00 000a 02 01 00000028 00000000 00000000`,
  ])
  assert.deepEqual(
    talk.heard.said.map((s) => s.kind === 'credential.exposed' && s.mask),
    ['s…t (6)'],
  )
})

test('version 3: prefixes are as long as they say', () => {
  const lsa = '0001 2003 00000000 01010101 80000001 0000 0024 00000040 40 00 0000 20010db8000000ff'
  const talk = exchange(ospf, { ...ip, clientIp: 'fe80::1', serverIp: 'ff02::5' }, [
    `> 03 04 0038 01010101 00000001 0000 00 00 00000001 ${lsa}`,
  ])
  assert.equal(talk.rows.rows[0]!.cells[23], '2001:db8:0:ff::/64')
})

test('lengths that lie and cuts are named', () => {
  const ctx = context<Ospf, OspfState>('client', ospf.dissector.start!(), ip)
  const whole = bytes(v2('01', 'ffffff00 000a 02 01 00000028 00000000 00000000'))
  for (let n = 16; n < whole.length; n++)
    assert.ok(ospf.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `cut to ${n}`)
  const lie = whole.slice()
  lie.set([0, 3], 2)
  assert.ok(ospf.dissector.parse(new Reader(lie), ctx).anomalies.includes('bad-length'))
})
