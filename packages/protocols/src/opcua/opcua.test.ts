import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector } from './opcua.ts'
import { opcua } from './protocol.ts'
import * as g from './test-messages.ts'

const talk = (...lines: string[]) => exchange(opcua, { serverPort: 4840 }, lines)
const OPEN = [`> ${g.hello}`, `< ${g.acknowledge}`, `> ${g.openAsk}`, `< ${g.openAnswer}`]
const readValue = (node: string, attribute = 13): string => `${node}${g.u32(attribute)}${g.NULL}0000${g.NULL}`
const operations = (x: ReturnType<typeof talk>): string[] =>
  x.heard.operations.map((o) => `${o.operation} ${o.object} ${o.ok}${o.error === '' ? '' : ` ${o.error}`}`)
const row = (x: ReturnType<typeof talk>, log: string, column: string): unknown[] =>
  x.rows.rows
    .filter((r) => r.log === `opcua_binary${log}`)
    .map((r) => r.cells[opcua.logs![r.log]!.columns.findIndex(([name]) => name === column)])

test('hello and secure channel: who, under which policy, in one row each', () => {
  const x = talk(...OPEN)
  assert.deepEqual(x.heard.hints, ['client role=OPC UA client', 'server name=plc-7', 'server role=OPC UA server'])
  assert.deepEqual(operations(x), ['hello opc.tcp://plc-7:4840 true', 'open secure channel  true'])
  assert.deepEqual(
    x.heard.said.map((s) => s.kind === 'encryption.negotiated' && s.cipher),
    ['None'],
  )
  assert.deepEqual(row(x, '', 'msg_type'), ['HEL', 'ACK', 'OPN'])
  assert.deepEqual(row(x, '', 'endpoint_url'), ['opc.tcp://plc-7:4840', undefined, undefined])
  assert.deepEqual(row(x, '', 'res_identifier_str')[2], 'OpenSecureChannelResponse')
})

test('a session: the user, the secret only as a mask, the outcome', () => {
  const token = `${g.str('p')}${g.str('operator')}${g.str('sesame12')}${g.NULL}`
  const identity = `${g.numeric(0, 324)}01${g.u32(token.length / 2)}${token}`
  const ask = `${g.REQUEST}${g.NULL}${g.NULL}${g.NULL}${g.NULL}${identity}${g.NULL}${g.NULL}`
  const x = talk(...OPEN, `> ${g.msg(3, 467, ask)}`, `< ${g.msg(3, 397, g.response(0x801f0000))}`)
  assert.deepEqual(
    x.heard.said.filter((s) => s.kind === 'login.tried' || s.kind === 'credential.exposed').map((s) => ({ ...s, side: undefined })),
    [
      { kind: 'credential.exposed', user: 'operator', mask: 's…2 (8)', weakness: 'clear', side: undefined },
      { kind: 'login.tried', user: 'operator', domain: '', method: 'OPC UA user name', ok: false, side: undefined },
    ],
  )
  assert.equal(operations(x).at(-1), 'activate session  false BadUserAccessDenied')
})

test('values read and written are tags, with type, status and outcome', () => {
  const ask = `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.named(4, 'Level')), readValue(g.numeric(2, 77)))}`
  const answer = `${g.response()}${g.array(`010b${g.double(12.5)}`, `0304070000000000005880`)}${g.NULL}`
  const write = `${g.REQUEST}${g.array(`${g.named(4, 'Pump')}${g.u32(13)}${g.NULL}010101`)}`
  const x = talk(
    `> ${g.msg(4, 631, ask)}`,
    `< ${g.msg(4, 634, answer.replace('0304070000000000005880', '03040700' + '00008f80'))}`,
    `> ${g.msg(5, 673, write)}`,
    `< ${g.msg(5, 676, `${g.response()}${g.array(g.u32(0x803b0000))}${g.NULL}`)}`,
  )
  assert.deepEqual(x.heard.values, ['ns=4;s=Level=12.5 Double', 'ns=2;i=77=7 Int16', 'ns=4;s=Pump:=true Boolean refused'])
  assert.deepEqual(operations(x), ['read ns=4;s=Level, ns=2;i=77 true', 'write ns=4;s=Pump false BadNotWritable'])
  assert.deepEqual(row(x, '_read_results', 'data_value_encoding_mask'), ['0x01', '0x03'])
  assert.deepEqual(row(x, '_variant_data', 'variant_data_value_decimal'), [12.5, undefined, undefined])
})

test('a subscription brings its items as tags', () => {
  const item = `${readValue(g.named(4, 'Level'))}${g.u32(2)}${g.u32(9)}${g.double(100)}000000${g.u32(1)}01`
  const made = `${g.u32(0)}${g.u32(1)}${g.double(100)}${g.u32(1)}000000`
  const change = `${g.array(`${g.u32(9)}01060a000000`)}${g.NULL}`
  const notification = `${g.u32(1)}0000000000000000${g.array(`${g.numeric(0, 811)}01${g.u32(change.length / 2)}${change}`)}`
  const published = `${g.response()}${g.u32(3)}${g.NULL}00${notification}${g.NULL}${g.NULL}`
  const x = talk(
    `> ${g.msg(6, 751, `${g.REQUEST}${g.u32(3)}${g.u32(2)}${g.array(item)}`)}`,
    `< ${g.msg(6, 754, `${g.response()}${g.array(made)}${g.NULL}`)}`,
    `> ${g.msg(7, 826, `${g.REQUEST}${g.NULL}`)}`,
    `< ${g.msg(7, 829, published)}`,
  )
  assert.deepEqual(x.heard.values, ['ns=4;s=Level=10 Int32'])
  assert.deepEqual(operations(x), ['create monitored items ns=4;s=Level true', 'publish  true'])
})

test('a method call names object and method', () => {
  const ask = `${g.REQUEST}${g.array(`${g.named(2, 'Mixer')}${g.named(2, 'Start')}${g.array('0601000000')}`)}`
  const answer = `${g.response()}${g.array(`${g.u32(0)}${g.NULL}${g.NULL}${g.NULL}`)}${g.NULL}`
  const x = talk(`> ${g.msg(8, 712, ask)}`, `< ${g.msg(8, 715, answer)}`)
  assert.deepEqual(operations(x), ['call ns=2;s=Mixer ns=2;s=Start true'])
})

test('the server says who it is: build info', () => {
  const info = `${g.str('urn:x')}${g.str('Acme')}${g.str('Control 7')}${g.str('2.1')}${g.str('99')}0000000000000000`
  const object = `${g.numeric(0, 340)}01${g.u32(info.length / 2)}${info}`
  const ask = `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.numeric(0, 2260)))}`
  const x = talk(`> ${g.msg(4, 631, ask)}`, `< ${g.msg(4, 634, `${g.response()}${g.array(`0116${object}`)}${g.NULL}`)}`)
  assert.deepEqual(x.heard.hints, ['server vendor=Acme', 'server model=Control 7', 'server software=Control 7 2.1'])
})

test('a null string table under diagnostics that point into it is no trouble', () => {
  const header = `0080d5d2a34fd901${g.u32(7)}${g.u32(0x80340000)}3f${g.u32(0)}${g.u32(1)}${g.u32(2)}${g.u32(3)}${g.str('why')}${g.u32(0x80050000)}${g.NULL}000000`
  const ask = `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.numeric(2, 77)))}`
  const x = talk(`> ${g.msg(4, 631, ask)}`, `< ${g.msg(4, 634, `${header}${g.NULL}${g.array(`01${g.u32(5)}`)}`)}`)
  assert.deepEqual(operations(x), ['read ns=2;i=77 false BadNodeIdUnknown'])
  assert.deepEqual(row(x, '_diag_info_detail', 'symbolic_id'), [0, 5])
  assert.deepEqual(row(x, '_diag_info_detail', 'symbolic_id_str'), ['', ''])
  assert.deepEqual(row(x, '_diag_info_detail', 'addl_info'), ['why', undefined])
})

test('chunks are joined, an abort drops them', () => {
  const whole = `${g.numeric(0, 631)}${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.named(4, 'Level')))}`
  const cut = 40
  const pieces = [g.msg(9, -1, whole.slice(0, cut), 'MSGC'), g.msg(9, -1, whole.slice(cut))]
  const x = talk(...OPEN, `> ${pieces[0]}`, `> ${pieces[1]}`)
  assert.equal(x.messages.at(-1)!.service?.name, 'ReadRequest')
  assert.equal(x.messages.at(-1)!.size, (pieces[0]!.length + pieces[1]!.length) / 2)
  const aborted = talk(...OPEN, `> ${pieces[0]}`, `> ${g.msg(9, -1, `${g.u32(0x80030000)}${g.NULL}`, 'MSGA')}`)
  assert.deepEqual(aborted.heard.anomalies, ['opcua.message-aborted'])
})

test('what is encrypted is counted under its policy, not read', () => {
  const x = talk(
    `> ${g.opn(g.BASIC256, -1, 'a1b2c3d4e5f60718')}`,
    `< ${g.opn(g.BASIC256, -1, 'a1b2c3d4e5f60718')}`,
    `> ${g.msg(1, -1, '9f'.repeat(64))}`,
    `< ${g.msg(2, -1, '9e'.repeat(64))}`,
  )
  assert.deepEqual(operations(x), ['open secure channel Basic256Sha256 undefined', 'encrypted message Basic256Sha256 undefined'])
  assert.deepEqual(x.heard.anomalies, [])
})

test('a channel that only signs is read, its signature left aside', () => {
  const ask = `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.named(4, 'Level')))}`
  const x = talk(`> ${g.opn(g.BASIC256, -1, 'a1b2c3d4e5f60718')}`, `> ${g.msg(4, 631, ask + 'ab'.repeat(32))}`)
  assert.equal(x.messages[1]!.service?.name, 'ReadRequest')
  assert.deepEqual(x.heard.anomalies, [])
})

test('a reverse connection: the end that opens it is the server', () => {
  const reverse = g.message('RHEF', `${g.str('urn:plant:server')}${g.str('opc.tcp://plc-7:4840')}`)
  const ask = `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.named(4, 'Level')))}`
  const answer = `${g.response()}${g.array(`010b${g.double(1)}`)}${g.NULL}`
  const x = talk(
    `> ${reverse}`,
    `< ${g.hello}`,
    `> ${g.acknowledge}`,
    `< ${g.openAsk}`,
    `> ${g.openAnswer}`,
    `< ${g.msg(4, 631, ask)}`,
    `> ${g.msg(4, 634, answer)}`,
  )
  assert.deepEqual(x.heard.hints, ['client role=OPC UA server', 'client name=plc-7', 'server role=OPC UA client'])
  assert.deepEqual(x.heard.values, ['ns=4;s=Level=1 Double'])
  const said = x.heard.said.filter((s) => s.kind === 'operation.done')
  assert.deepEqual(
    said.map((s) => `${s.side} ${s.operation}`),
    ['client reverse hello', 'server open secure channel', 'server read'],
  )
})

test('an error instead of an acknowledgement refuses the hello', () => {
  const x = talk(`> ${g.hello}`, `< ${g.message('ERRF', `${g.u32(0x807d0000)}${g.str('busy')}`)}`)
  assert.deepEqual(operations(x), ['hello opc.tcp://plc-7:4840 false BadTcpServerTooBusy'])
})

test('what is not answered by the end is said to be open', () => {
  const write = `${g.REQUEST}${g.array(`${g.named(4, 'Pump')}${g.u32(13)}${g.NULL}010101`)}`
  const x = talk(`> ${g.msg(5, 673, write)}`)
  x.end()
  assert.deepEqual(x.heard.values, ['ns=4;s=Pump:=true Boolean unanswered'])
  assert.deepEqual(row(x, '', 'req_identifier_str'), ['WriteRequest'])
})

test('nesting without end stops at a hundred levels', () => {
  const nested = `01${'18'.repeat(5000)}`
  const x = talk(`> ${g.msg(5, 673, `${g.REQUEST}${g.array(`${g.named(4, 'x')}${g.u32(13)}${g.NULL}${nested}`)}`)}`)
  assert.deepEqual(x.heard.anomalies, ['opcua.malformed'])
})

test('counts and lengths beyond the bytes are malformed, whatever they claim', () => {
  for (const count of ['ffffff7f', '00000080', '10000000']) {
    const x = talk(`> ${g.msg(4, 631, `${g.REQUEST}${g.double(0)}${g.u32(3)}${count}`)}`)
    assert.deepEqual(
      [x.heard.anomalies, x.messages[0]!.body === undefined],
      count === '00000080' ? [[], false] : [['opcua.malformed'], true],
      count,
    )
  }
})

test('other first bytes, sizes and chunk types are not OPC UA', () => {
  for (const hex of [
    '48454c43 20000000',
    '48454c46 08000000',
    '4d534758 18000000',
    '4d534746 20202020',
    '47455420 2f204854',
    '41434b46 1d000000',
  ]) {
    assert.equal(dissector.frame(new Reader(bytes(hex)), context('client', dissector.start!())), NOT_MINE, hex)
  }
})

test('every truncation of a message is data', () => {
  const ask = bytes(g.msg(4, 631, `${g.REQUEST}${g.double(0)}${g.u32(3)}${g.array(readValue(g.named(4, 'Level')))}`))
  for (let n = 8; n < ask.length; n++) {
    const m = dissector.parse(new Reader(ask.subarray(0, n)), context('client', dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut to ${n}`)
  }
})

test('a query: the types asked for, the instances found', () => {
  const path = g.array(`0000${'00'}${'01'}${g.u16(0)}${g.str('Level')}`)
  const type = `${g.numeric(2, 1001)}01${g.array(`${path}${g.u32(13)}${g.NULL}`)}`
  const view = `0000${'00'.repeat(8)}${g.u32(0)}`
  const ask = `${g.REQUEST}${view}${g.array(type)}${g.NULL}${g.u32(0)}${g.u32(0)}`
  const found = g.array(`${g.numeric(2, 7)}${g.numeric(2, 1001)}${g.array(`0b${g.double(3.5)}`)}`)
  const x = talk(
    `> ${g.msg(4, 615, ask)}`,
    `< ${g.msg(4, 618, `${g.response()}${found}${g.NULL}${g.NULL}${g.NULL}${g.NULL}${g.NULL}`)}`,
    `> ${g.msg(5, 621, `${g.REQUEST}01${g.NULL}`)}`,
    `< ${g.msg(5, 624, `${g.response(0x804a0000)}${g.NULL}${g.NULL}`)}`,
  )
  assert.deepEqual(operations(x), ['query instances of ns=2;i=1001 true', 'query next  false BadContinuationPointInvalid'])
  assert.deepEqual(x.heard.anomalies, [])
  const { dataSets } = x.messages[1]!.body as { dataSets: { values: { value: unknown }[] }[] }
  assert.deepEqual(
    dataSets.map(({ values }) => values.map(({ value }) => value)),
    [[3.5]],
  )
})
