import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { context } from '../testing/recorder.ts'
import { hexOf, integer, octets, oid, tlv } from '../testing/tlv.ts'
import { objectName } from './naming.ts'
import { snmp } from './protocol.ts'
import type { Snmp, SnmpState } from './snmp.ts'

const NULL = tlv(5)
const variable = (name: string, value: number[]): number[] => tlv(0x30, oid(name), value)
const pdu = (tag: number, id: number, a: number, b: number, ...list: number[][]): number[] =>
  tlv(tag, integer(id), integer(a), integer(b), tlv(0x30, ...list))
const v2 = (community: string, body: number[]): number[] => tlv(0x30, integer(1), octets(community), body)
const up = (b: number[]): string => `>${hexOf(b)}`
const down = (b: number[]): string => `<${hexOf(b)}`
const UDP = { transport: 'udp', serverPort: 161 } as const

const ASK = v2('public', pdu(0xa0, 77, 0, 0, variable('1.3.6.1.2.1.1.1.0', NULL), variable('1.3.6.1.2.1.1.2.0', NULL)))
const TELL = v2(
  'public',
  pdu(
    0xa2,
    77,
    0,
    0,
    variable(
      '1.3.6.1.2.1.1.1.0',
      octets('Siemens, SIMATIC NET, SCALANCE X204-2, 6GK5 204-2BB10-2AA3, HW: Version 5, FW: Version V5.2.4, SVPVPA1234567'),
    ),
    variable('1.3.6.1.2.1.1.2.0', oid('1.3.6.1.4.1.4196.1.1.5.2.22')),
    variable('1.3.6.1.2.1.1.3.0', integer(360_000, 0x43)),
  ),
)

test('an agent says what it is; the community that opened it is told once and masked', () => {
  const { heard, rows, end } = exchange(snmp, UDP, [up(ASK), down(TELL)])
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [
      ['community offered', 'p…c (6)', undefined],
      ['get', 'sysDescr and 1 more', true],
    ],
  )
  assert.deepEqual(heard.said, [{ kind: 'credential.exposed', user: '', mask: 'p…c (6)', weakness: 'default' }])
  for (const hint of [
    'orderCode=6GK5 204-2BB10-2AA3',
    'hardware=5',
    'firmware=5.2.4',
    'serial=VPA1234567',
    'model=SCALANCE X204-2',
    'vendor=Siemens',
  ])
    assert.ok(heard.hints.includes(`server ${hint}`), hint)
  assert.equal(rows.rows.length, 1)
  assert.deepEqual(rows.rows[0]!.cells.slice(1, 7), ['2c', 'public', 2, 0, 3, 0])
  assert.equal(rows.rows[0]!.cells[8], 0.000_001 - 3600)
})

test('a set changes the configuration, unless it is refused', () => {
  const name = '1.3.6.1.2.1.1.5.0'
  const set = v2('secret', pdu(0xa3, 5, 0, 0, variable(name, octets('new-name'))))
  const refused = exchange(snmp, UDP, [up(set), down(v2('secret', pdu(0xa2, 5, 17, 1, variable(name, octets('new-name')))))])
  assert.deepEqual(refused.heard.said, [
    { kind: 'credential.exposed', user: '', mask: 's…t (6)', weakness: 'clear' },
    { kind: 'configuration.changed', what: 'sysName (1.3.6.1.2.1.1.5.0)', value: 'new-name', ok: false },
  ])
  assert.equal(refused.heard.operations[1]!.error, 'notWritable')
})

test('a row of the entity table is a part of the device', () => {
  const base = '1.3.6.1.2.1.47.1.1.1.1'
  const answer = v2('x', pdu(0xa2, 1, 0, 0, variable(`${base}.11.1`, octets('SN42')), variable(`${base}.13.7`, octets('PWR-1'))))
  const { heard } = exchange(snmp, UDP, [up(v2('x', pdu(0xa5, 1, 0, 10, variable(base, NULL)))), down(answer)])
  assert.deepEqual(
    heard.hints.filter((h) => /serial|model/.test(h)),
    ['server serial=SN42', 'server entity 1 serial=SN42', 'server entity 7 model=PWR-1'],
  )
})

const v3 = (flags: number, user: string, body: number[]): number[] =>
  tlv(
    0x30,
    integer(3),
    tlv(0x30, integer(9), integer(65_507), tlv(4, [flags]), integer(3)),
    tlv(4, tlv(0x30, tlv(4, [0x80, 0, 0x10, 0x64, 4, 0x70, 0x6c, 0x63]), integer(1), integer(2), octets(user), octets(''), octets(''))),
    body,
  )
const scoped = (body: number[]): number[] => tlv(0x30, octets('engine'), octets(''), body)

test('version 3: a wrong digest is a login that failed, an encrypted answer one that did not', () => {
  const failed = exchange(snmp, UDP, [
    up(v3(5, 'operator', scoped(pdu(0xa0, 1, 0, 0, variable('1.3.6.1.2.1.1.1.0', NULL))))),
    down(v3(0, '', scoped(pdu(0xa8, 1, 0, 0, variable('1.3.6.1.6.3.15.1.1.5.0', integer(1, 0x41)))))),
  ])
  assert.deepEqual(failed.heard.said, [
    { kind: 'login.tried', user: 'operator', domain: '', method: 'snmpv3 with authentication', ok: false },
  ])
  assert.deepEqual(failed.heard.anomalies, ['snmp.refused'])
  const ok = exchange(snmp, UDP, [up(v3(7, 'operator', octets('\x01\x02'))), down(v3(3, 'operator', octets('\x03')))])
  assert.deepEqual(ok.heard.said, [{ kind: 'login.tried', user: 'operator', domain: '', method: 'snmpv3 with privacy', ok: true }])
  assert.ok(ok.heard.hints.includes('server name=plc'))
})

test('traps of both versions name what happened', () => {
  const old = tlv(
    0x30,
    integer(0),
    octets('public'),
    tlv(0xa4, oid('1.3.6.1.4.1.8691.7'), tlv(0x40, [10, 0, 0, 9]), integer(0), integer(0), integer(5, 0x43), tlv(0x30)),
  )
  const first = exchange(snmp, { ...UDP, serverPort: 162 }, [up(old)])
  assert.deepEqual(first.heard.said[1], { kind: 'device.restarted', how: 'cold start reported', ok: true })
  assert.ok(first.heard.hints.includes('client vendor=Moxa'))
  const down3 = pdu(0xa7, 1, 0, 0, variable('1.3.6.1.6.3.1.1.4.1.0', oid('1.3.6.1.6.3.1.1.5.3')))
  const second = exchange(snmp, { ...UDP, serverPort: 162 }, [up(v2('c', down3))])
  assert.deepEqual(second.heard.said[1], { kind: 'device.diagnosed', what: 'linkDown', fault: true })
})

test('a variable is named without its instance', () => {
  assert.equal(objectName('1.3.6.1.2.1.2.2.1.10.4'), 'ifTable.1.10')
  assert.equal(objectName('1.3.6.1.2.1.1.5.0'), 'sysName')
  assert.equal(objectName('1.3.6.1.4.1.8691.7.19.1.2.3.4.5.6.7'), '1.3.6.1.4.1.8691.7.19.1.2')
})

test('every truncation is marked, every altered byte is survived, other bytes are refused', () => {
  const state: SnmpState = { row: undefined }
  const ctx = context<Snmp, SnmpState>('client', state, UDP)
  const whole = Uint8Array.from(TELL)
  for (let n = 0; n < whole.length; n++) {
    const cut = new Reader(whole.subarray(0, n))
    assert.ok(snmp.dissector.parse(cut, ctx).anomalies.includes('truncated'), `cut at ${n}`)
    for (const value of [0, 0x7f, 0x84, 0xff]) {
      const altered = whole.slice()
      altered[n] = value
      snmp.dissector.parse(new Reader(altered), ctx)
      snmp.dissector.key!(new Reader(altered), ctx)
      snmp.dissector.side!(new Reader(altered))
    }
  }
  for (const other of [tlv(0x30, integer(1), integer(4)), tlv(0x30, integer(2), octets('x')), tlv(0x60, []), v2('x', octets('y'))])
    assert.equal(snmp.dissector.frame(new Reader(Uint8Array.from(other)), context('client', state)), NOT_MINE)
})
