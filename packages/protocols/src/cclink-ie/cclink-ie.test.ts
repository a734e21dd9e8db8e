import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { CcLinkIe, CcLinkIeState } from './cclink-ie.ts'
import { cclinkIe } from './protocol.ts'

const MASTER = '020000000001'
const SLAVE = '020000000002'
const run = (...lines: string[]) =>
  exchange(cclinkIe, { transport: 'ethernet', serverPort: undefined, clientMac: '02:00:00:00:00:02' }, lines)
const zeros = (n: number): string => '00'.repeat(n)
const detectionAck = (version: string, device: string, functions: string, more: string) =>
  `> c2 00 01 ${version} 20 01 ${SLAVE} 0000 ${MASTER} 010102 00 0000 ${zeros(24)} ${MASTER} 0000 c0a80301 ffffff00 c0a803fe ${zeros(33)} 03 0000` +
  ` ${zeros(12)} 0002 0000 5fff0814 0000 ${device} ${zeros(44)} ${functions} 00 ${zeros(6)} ${more}`
const slave = (flags: string, diagnosis: string, hardware: string, data: string) =>
  `> c5 30 03fd 0000 00000000 0301 ${flags} 00 0001 ${diagnosis} ${hardware} 00 00004a60 ${data} 01020304 0000`

test('a station answers what it is', () => {
  const { messages, heard, rows } = run(detectionAck('01', '0003', '66', 'bd'))
  const d = messages[0]!.detected!
  assert.deepEqual([d.mac, d.ip, d.gateway, d.vendor, d.model], ['02:00:00:00:00:02', '192.168.3.1', '192.168.3.254', 0, 0x5fff0814])
  assert.deepEqual(heard.hints, [
    'client role=slave station',
    'client vendor=Mitsubishi Electric',
    'client orderCode=model code 0x5fff0814',
    'client firmware=device version 2',
    'client type=digital I/O',
    'client gateway=192.168.3.254',
  ])
  assert.deepEqual(rows.rows[0]!.cells.slice(2), [
    'cclink_ie_tsn',
    'acyclic',
    'acyclicDetectionAck Ver.1',
    'slave station',
    'digital I/O',
    'srwcvpdiIR',
  ])
})

test('the master announces itself', () => {
  const { messages, heard } = run(`> c1 00 0000 00 20 ${MASTER} ${MASTER} 01 00 0000 c0a803fd ffffff00 ${zeros(28)}`)
  assert.deepEqual([messages[0]!.detected!.ip, messages[0]!.isTruncated], ['192.168.3.253', false])
  assert.deepEqual(heard.hints, ['client role=master station'])
})

test('a priority frame names the master', () => {
  const { messages } = run(`> c0 ${zeros(13)} ${SLAVE} 01 00 ${MASTER} 0000 00 ${zeros(15)}`)
  assert.equal(messages[0]!.master, '02:00:00:00:00:01')
})

test('cyclic data, states and faults, each told once', () => {
  const { messages, heard } = run(
    slave('8002', '00', '000000', 'beef'),
    slave('8002', '00', '000000', 'beef'),
    slave('8002', '03', '000001', 'beef'),
    slave('c002', '10', '000004', 'beef'),
  )
  assert.deepEqual([messages[0]!.parts.length, messages[0]!.parts[0]!.station, messages[0]!.isTruncated], [1, '3.1', false])
  assert.equal(heard.values[0], 'station 3.1 0x00004a60=beef bytes')
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'mode.changed' ? `${s.mode} ${s.detail}` : s.kind === 'device.diagnosed' && `${s.what} ${s.fault}`)),
    [
      'run application running',
      'stop application stopped',
      'application error true',
      'emergency stop true',
      'run application running',
      'alarm true',
      'communication timing error true',
    ],
  )
})

test('what the master sends to each station is written', () => {
  const { heard, messages } = run(
    '> c4 30 03fd 0000 00000000 0301 8001 00 0001 00 000000 00 00000010 aa 0302 8001 00 0001 00 000000 00 00000020 bb 0000',
  )
  assert.equal(messages[0]!.parts.length, 2)
  assert.deepEqual(heard.values, ['station 3.1 0x00000010:=aa bytes unanswered', 'station 3.2 0x00000020:=bb bytes unanswered'])
})

for (const [what, frame, row] of [
  [
    'field, a node says what it is',
    '20 00 0005 01 35 0002 01 00',
    ['field', 'myStatus', undefined, 'remote I/O node', 5, undefined, '0x0002'],
  ],
  ['field, a transient frame', '22 05 0001 13 00 0001 01 00', ['field', 'transient1', undefined, undefined, 1, '0x13', '0x0001']],
  ['field, cyclic outputs', '83 00 0003 00 00 0000 01 00', ['field', 'cyclicDataRY', undefined, undefined, 3, undefined, '0x0000']],
  ['control, a token', '06 00 000001 00 0007 00 00', ['control', 'token', undefined, undefined, undefined, undefined, '0x0007']],
  ['control, a test', '12 00 000001 02 0007 00 00', ['control', 'testDataAck', undefined, 'normal node', undefined, undefined, '0x0007']],
] as const) {
  test(what, () => {
    const { rows, messages, heard } = run(`> ${frame} 00000000 ${zeros(46)}`)
    assert.deepEqual(rows.rows[0]!.cells.slice(2), [`cclink_ie_${row[0]}`, ...row.slice(1)])
    assert.equal(messages[0]!.isTruncated, false)
    assert.equal(heard.operations.length, 1)
  })
}

test('test frames of TSN are rows of its log', () => {
  const { rows } = run(`> 11 01 000000 03 0000 02 00 00000000 ${zeros(32)}`, `> 12 01 000000 03 0000 23 00 00000000 ${zeros(32)}`)
  assert.deepEqual(
    rows.rows.map(({ cells }) => cells[4]),
    ['acyclicTestData', 'acyclicTestDataAck'],
  )
})

test('rows are counted for a minute', () => {
  const gather = cclinkIe.logs!['cclink-ie']!.gather!()
  const out: unknown[] = []
  const emit = (cells: readonly unknown[], at: number) => out.push([...cells, at])
  for (const [cell, at] of [
    ['a', 0],
    ['b', 1e6],
    ['a', 2e6],
    ['a', 61e6],
  ] as const)
    gather.put([cell], at, emit)
  gather.end(emit)
  assert.deepEqual(out, [
    ['a', 2, 2, 0],
    ['b', 1, 1, 1e6],
    ['a', 1, 61, 61e6],
  ])
})

test('cut frames are marked, lying lengths end with the bytes; unknown types are not ours', () => {
  const ctx = context<CcLinkIe, CcLinkIeState>('client', cclinkIe.dissector.start!() as CcLinkIeState)
  const frame = cclinkIe.dissector
  assert.ok(frame.parse(new Reader(bytes('c5 30 03fd 0000 00000000 0301 87ff 00 0001 00 000000 00 00000000 01')), ctx).isTruncated)
  assert.ok(frame.parse(new Reader(bytes('c2 00 01 01 20 01 0200 0000')), ctx).isTruncated)
  assert.ok(frame.parse(new Reader(bytes('20 00 0005 01 35 0002 01')), ctx).isTruncated)
  assert.equal(frame.frame(new Reader(bytes(`ff ${zeros(20)}`)), ctx), NOT_MINE)
})
