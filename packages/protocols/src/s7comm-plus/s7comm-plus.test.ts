import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { s7commPlus } from './protocol.ts'

const run = (...lines: string[]) => exchange(s7commPlus, { serverPort: 102 }, lines)
const length = (hex: string) => (hex.replace(/\s/g, '').length / 2).toString(16).padStart(4, '0')
const v2 = (body: string) => `72 02 ${length(body)} ${body} 72 02 0000`
const v3 = (body: string) => `72 03 ${length(`20${'00'.repeat(32)}${body}`)} 20 ${'00'.repeat(32)} ${body} 72 03 0000`
const ask = (code: string, sequence: string, data: string) => `31 0000 ${code} 0000 ${sequence} 00000120 34 ${data}`
const answer = (code: string, sequence: string, data: string) => `32 0000 ${code} 0000 ${sequence} 34 ${data}`
const ascii = (text: string) => Array.from(text, (c) => c.charCodeAt(0).toString(16)).join('')

test('a new session tells order code and firmware', () => {
  const named = ascii('1;6ES7 215-1AG40-0XB0;V4.2')
  const { heard } = run(`> ${v2(ask('04ca', '0001', '00'))}`, `< ${v2(answer('04ca', '0001', `00 ${named}`))}`)
  assert.deepEqual(heard.hints, [
    'server orderCode=6ES7 215-1AG40-0XB0',
    'server vendor=Siemens',
    'server firmware=V4.2',
    'server type=plc',
  ])
  assert.equal(heard.operations[0]!.operation, 'create object')
})

test('a state request of the execution unit stops and starts', () => {
  const { heard } = run(
    `> ${v3(ask('04f2', '0002', '00000034 01 9077 00 08 01'))}`,
    `< ${v3(answer('04f2', '0002', '00'))}`,
    `> ${v3(ask('04f2', '0003', '00000034 01 9077 00 08 03'))}`,
    `< ${v3(answer('04f2', '0003', 'c08895b080ef91fff4'))}`,
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'operating state request', ok: true },
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'operating state request', ok: false },
  ])
})

/** An object of a class with attributes `id value`, each in hex. */
const object = (id: string, classId: string, ...attributes: string[]) =>
  `a1 ${id} ${classId} 00 00 ${attributes.map((a) => `a3${a}`).join('')} a2`
const blob = (hex: string) => `0014 00 ${(hex.length / 2).toString(16).padStart(2, '0')} ${hex}`
const wstring = (text: string) => `0015 ${text.length.toString(16).padStart(2, '0')} ${ascii(text)}`
const QUALIFIER = '000004e8 8969 0012 00000000 896a 0013 00 896b 0004 00'

test('a station and a controller say who they are', () => {
  const station = object(
    '000000d3',
    '821f',
    `8169 ${wstring('ServerSession_10000000')}`,
    `822a ${wstring('ENG-PC1_21032491')}`,
    `822d ${wstring('OMS+ Runtime')}`,
  )
  const version = `8232 0017 0000013a 823b 0004 8400 823f ${wstring('1;6ES7 211-1BE31-0XB0 ;V3.0')} 00`
  const { heard } = run(
    `> ${v2(ask('04ca', '0001', `0000011d 0004 00 00000000 ${station} 00000000`))}`,
    `< ${v2(answer('04ca', '0001', `11 02 873e 8723 ${object('00000120', '821f', version)} 00000000`))}`,
  )
  assert.deepEqual(heard.hints, [
    'client name=ENG-PC1',
    'client software=OMS+ Runtime',
    'server orderCode=6ES7 211-1BE31-0XB0',
    'server vendor=Siemens',
    'server firmware=V3.0',
    'server type=plc',
  ])
  assert.deepEqual([heard.operations[0]!.object, heard.operations[0]!.ok], ['ServerSession', true])
})

test('the identification record has serial number and hardware', () => {
  const record = `0020 0038 0101 002a ${ascii('6ES7 214-1AG40-0XB0 ')} ${ascii('S V-K2C00001    ')} 0007 56 04 02 01`.replace(/\s/g, '')
  const { heard } = run(
    `> ${v2(ask('0586', '0002', `00000031 2004 01 9d29 00 ${QUALIFIER} 00`))}`,
    `< ${v2(answer('0586', '0002', `00 00 ${blob(record)} 00000000`))}`,
  )
  assert.ok(['serial=S V-K2C00001', 'hardware=7', 'firmware=V4.2.1'].every((hint) => heard.hints.includes(`server ${hint}`)))
})

test('variables are tags by area and symbol id', () => {
  // DB3, actual values, id 10; markers, id 9 with an element; an attribute of an object.
  const addresses = '01 88d0b88003 02 9376 0a  02 52 03 9d18 09 00'
  const { heard } = run(
    `> ${v2(ask('054c', '0002', `00000000 02 0b ${addresses} ${QUALIFIER} 00`))}`,
    `< ${v2(answer('054c', '0002', '00 01 000e 41200000 02 0008 7f 00 00 00'))}`,
    `> ${v2(ask('0542', '0003', `00000000 01 05 01 88d0b88003 02 9376 0a 01 0001 01 00 ${QUALIFIER} 00`))}`,
    `< ${v2(answer('0542', '0003', '00 00 00'))}`,
    `> ${v2(ask('054c', '0004', `00000034 01 01 9153 ${QUALIFIER} 00`))}`,
    `< ${v2(answer('054c', '0004', '00 00 01 c08895b080ef91fff4 00 00'))}`,
  )
  assert.deepEqual(heard.values, [
    'DB3.LID10=10 real',
    'M.LID9.0=-1 dint',
    'DB3.LID10:=true bool ok',
    'execution unit.2259=error -12 error',
  ])
})

test('a subscription names what its notifications tell', () => {
  const list = '8818 20 04 08 8880848000 00 01  8880908002 05 00 52 01'.replace('08 8880', '0a 8880')
  const subscription = object('7fffc001', '8769', `${list} 9d18 09`)
  const { heard } = run(
    `> ${v2(ask('04ca', '0004', `000003e1 0004 00 00000000 ${subscription} 00000000`).replace('00000120', '000003c8'))}`,
    `< ${v2(answer('04ca', '0004', '00 01 818080806a 00'))}`,
    `< ${v2('33 1000006a 0400 0000 0000 01 01 92 00000005 00 07 0817 13 00000005 00 00000000')}`,
  )
  assert.deepEqual(heard.values, ['M.LID9=2071 int', 'M.LID9=not readable error'])
})

test('blocks are downloaded, uploaded and deleted; the hash is of their code', () => {
  const block = object('8a320001', '9457', `8169 ${wstring('Main')}`, '9359 0003 0001', `9365 ${blob('aabb')}`, `9311 ${blob('cc')}`)
  const half = `00000003 0004 00 00000000 ${block} 00000000`.replace(/\s/g, '')
  const request = ask('04ca', '0005', '').replace('00000120', '000003c8')
  const first = `${request} ${half.slice(0, 40)}`
  const { heard } = run(
    `> 72 02 ${length(first)} ${first}`,
    `> ${v2(half.slice(40))}`,
    `< ${v2(answer('04ca', '0005', '00 01 01 00'))}`,
    `> ${v2(ask('04bb', '0006', '00000003 00 01'))}`,
    `< ${v2(answer('04bb', '0006', `00 00000000 01 ${block} 00`))}`,
    `> ${v2(ask('04d4', '0007', `8a320001 00 ${QUALIFIER}`))}`,
    `< ${v2(answer('04d4', '0007', '00 8a320001'))}`,
  )
  const told = heard.said.map((s) =>
    'section' in s ? [s.kind, s.section, s.bytes, s.hash?.slice(0, 8), s.ok] : [s.kind, 'value' in s ? s.value : ''],
  )
  assert.deepEqual(told, [
    ['program.downloaded', 'OB1 Main', 2, told[0]![3], true],
    ['program.uploaded', 'OB1 Main', 2, told[0]![3], true],
    ['configuration.changed', 'OB1'],
  ])
  assert.deepEqual(
    heard.operations.map((o) => o.access),
    ['program', 'identify', 'program'],
  )
})

test('the digest of version 3 is noted once, in each fragment it is stepped over', () => {
  const body = ask('04f2', '0004', '000003b5 01 8e36')
  const digest = `20${'00'.repeat(32)}`
  const { heard, messages } = run(
    `> 72 03 ${length(digest + body)} ${digest} ${body}`,
    `> 72 03 ${length(`${digest}0001 01`)} ${digest} 0001 01 72 03 0000`,
    `< ${v3(answer('04f2', '0004', '00'))}`,
  )
  assert.equal(messages[1]!.completes?.message.sequence, 4)
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['integrity protection', 'set variable'],
  )
  assert.deepEqual(heard.said, [{ kind: 'login.tried', user: '', domain: '', method: 'S7comm-plus legitimation', ok: true }])
})

test('counts that lie and trees without end stay bounded', () => {
  const many = Array.from({ length: 40 }, () => 'a1 00000001 01 00 00').join('')
  for (const data of [
    `0000011d 0004 00 00000000 ${many}`,
    '00000000 8fffffff7f 8fffffff7f 00',
    `0000011d 1004 8fffffff7f ${'01'.repeat(50)}`,
  ]) {
    const { end } = run(`> ${v2(ask('04ca', '0009', data))}`, `> ${v2(ask('054c', '000a', data))}`, `> ${v2(ask('0542', '000b', data))}`)
    end()
  }
})

test('version 3 rows have opcode and function', () => {
  const { rows } = run(`> ${v3(ask('054c', '0002', '00'))}`)
  assert.deepEqual(rows.rows[0]!.cells.slice(5), [3, '0x31', 'Request', '0x054c', 'Get Multi Variables'])
})

test('a message without trailer is continued by the next of its side', () => {
  const body = ask('04f2', '0004', '00000034')
  const { messages, heard } = run(`> 72 02 ${length(body)} ${body}`, `> ${v2('31 0000 04f2 0000 0005 00000120 34 00')}`)
  assert.equal(messages[1]!.isContinued, true)
  assert.equal(messages[1]!.opcode, -1)
  assert.deepEqual(heard.anomalies, [])
})

test('frame takes versions 1 to 3 and keep-alive', () => {
  const frame = (hex: string) => s7commPlus.dissector.frame(new Reader(bytes(hex)), context('client', s7commPlus.dissector.start!()))
  assert.equal(frame('72 02 0002 0000 72 02 0000'), 10)
  assert.equal(frame('72 fe 0000'), 4)
  assert.equal(frame('72 02'), NEED_MORE)
  assert.equal(frame('72 09 0002'), NOT_MINE)
  assert.equal(frame('32 01 0000'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const pdu = bytes(v3(ask('04f2', '0002', '00000034 01 9077 00 08 01')))
  for (let cut = 0; cut < pdu.length - 4; cut++) {
    const m = s7commPlus.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', s7commPlus.dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
