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
    `< ${v3(answer('04f2', '0003', '81 7f'))}`,
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'operating state request', ok: true },
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'operating state request', ok: false },
  ])
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
