import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { COMMON_COLUMNS, UNIVERSAL_COLUMNS } from './commands.ts'
import type { HartIp, HartState } from './hart-ip.ts'
import { hartIp } from './protocol.ts'
import { dateText, durationText, packedText } from './texts.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const size = (text: string): number => text.replace(/\s/g, '').length / 2
const hexOf = (text: string, length: number): string => Buffer.from(text.padEnd(length, '\0'), 'latin1').toString('hex')
const float = (value: number): string => {
  const view = Buffer.alloc(4)
  view.writeFloatBE(value)
  return view.toString('hex')
}
const message = (side: string, type: number, id: number, body: string, status = 0): string =>
  `${side} 01 ${hex(type, 2)} ${hex(id, 2)} ${hex(status, 2)} 0003 ${hex(size(body) + 8, 4)} ${body}`.trim()
const OWN = 'a64e0000d2'
const ask = (command: number, data = '', address = OWN): string =>
  message('>', 0, 3, `82 ${address} ${hex(command, 2)} ${hex(size(data), 2)} ${data} 00`)
/** Response code and device status stand before the data. */
const tell = (command: number, data: string, code = 0, status = 0, address = OWN, type = 1): string =>
  message('<', type, 3, `86 ${address} ${hex(command, 2)} ${hex(size(data) + 2, 2)} ${hex(code, 2)} ${hex(status, 2)} ${data} 00`)
const run = (...lines: string[]) => exchange(hartIp, { serverPort: 5094 }, lines)

const IDENTITY = 'fe 264e 05 07 04 01 0e 0c 0000d2 05 02 0002 03 0026 0026 84'

test('a session, a keep-alive, a refused session', () => {
  const { heard, messages } = run(
    message('>', 0, 0, '01 00007530'),
    message('<', 1, 0, '01 0000ea60'),
    message('<', 1, 2, ''),
    message('<', 1, 0, '01 0000ea60', 15),
  )
  assert.deepEqual(messages[0]!.session, { masterType: 1, closeAfterMs: 30_000 })
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation} ${o.ok} ${o.error}`),
    ['open session true ', 'keep alive true ', 'open session false All Available Sessions in Use Error'],
  )
})

test('a device says who it is', () => {
  const { heard, rows } = run(ask(0), tell(0, IDENTITY), tell(20, hexOf('FT-101', 32)))
  assert.deepEqual(heard.hints, [
    'server vendor=Rosemount',
    'server model=Wireless Gateway',
    'server serial=210',
    'server hardware=1',
    'server firmware=1 (device revision 4, HART 7)',
    'server type=gateway',
    'server role=wirelesshart gateway',
    'server name=FT-101',
  ])
  const row = rows.rows.find(({ log }) => log === 'hart_ip_universal_commands')!
  assert.deepEqual(row.cells.slice(0, 9), ['tcp', 254, 'WIRELESSGATEWAY ROSEMOUNT', 5, 7, 4, 1, 1, 'SPECIAL'])
  assert.equal(row.cells.length, UNIVERSAL_COLUMNS.length + 2)
})

test('variables with their quality; what is no number is no value', () => {
  const { heard } = run(
    tell(3, `${float(12.5)} 20 ${float(32.5)} fb 7fa00000`),
    tell(9, `02 00 40 20 ${float(20.25)} c0 01 40 20 ${float(1)} 10`),
  )
  assert.deepEqual(heard.values, [
    'primary variable loop current=12.5 float32',
    'primary variable=32.5 float32',
    'device variable 0=20.25 float32',
    'device variable 1=1 float32',
  ])
})

test('a write is a changed configuration, a refused one is not', () => {
  const tag = `${hexOf('NEW', 32)}`
  const { heard } = run(ask(22, tag), tell(22, tag), ask(35, '20 00000000 00000000'), tell(35, '', 7), tell(42, ''))
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'configuration.changed' ? `${s.what}: ${s.value}` : s.kind === 'device.restarted' && `restart ${s.ok}`,
    ),
    ['Write Long Tag: long tag NEW', 'restart true'],
  )
  assert.deepEqual(
    heard.operations.map((o) => o.error),
    ['', 'in write protect mode', ''],
  )
})

test('devices behind a gateway are parts, whichever master asks', () => {
  const behind = '197d95266f'
  const { heard } = run(
    tell(0, IDENTITY),
    tell(20, hexOf('PT-7', 32), 0, 0, behind),
    tell(1, `20 ${float(4)}`, 0, 0, `5${behind.slice(1)}`),
  )
  assert.equal(heard.hints.at(-1), 'server device 197d95266f name=PT-7')
  assert.deepEqual(heard.values, ['device 197d95266f primary variable=4 float32'])
})

test('complaints are told once, a published value is told by its device', () => {
  const { heard } = run(tell(1, `20 ${float(4)}`, 0, 0xa0), tell(1, `20 ${float(4)}`, 0, 0x80), tell(1, `20 ${float(5)}`, 0, 0x80, OWN, 2))
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'device.diagnosed' ? s.what : s.kind === 'operation.done' && `${s.side} ${s.operation}`)),
    ['device malfunction', 'cold start', 'server publish Read Primary Variable'],
  )
})

test('a device that answers from another port is the server all the same', () => {
  const turned = (line: string) => line.replace('<', '>')
  const { heard } = run(turned(tell(1, `20 ${float(4)}`)), turned(tell(1, `20 ${float(4)}`)))
  assert.deepEqual(
    heard.said.map((s) => `${s.side} ${s.kind}`),
    ['server operation.done', 'server process.read', 'server operation.done'],
  )
})

test('several commands in one direct message, and their rows', () => {
  const { messages, rows, heard } = run(message('<', 1, 4, `00 01 0001 06 00 20 ${float(4)} 0014 21 00 ${hexOf('TAG', 32)}`))
  assert.deepEqual(
    messages[0]!.direct!.commands.map(({ number, byteCount, responseCode }) => [number, byteCount, responseCode]),
    [
      [1, 6, 0],
      [20, 33, 0],
    ],
  )
  assert.deepEqual(
    rows.rows.map(({ log }) => log),
    [
      'hart_ip_universal_commands',
      'hart_ip_direct_pdu_command',
      'hart_ip_universal_commands',
      'hart_ip_direct_pdu_command',
      'hart_ip_general',
    ],
  )
  assert.deepEqual(heard.hints, ['server name=TAG'])
})

test('the audit log and its sessions', () => {
  const record = `0a000001 ${'00'.repeat(16)} bcba 13e6 0000000000000064 00000000000000c8 0015 0000 0001 00000000 00000001 00000001`
  const { messages, rows } = run(
    message('>', 0, 5, '00 ff'),
    message('<', 1, 5, `00 01 0000000000000001 0000000000000002 0001 003a ${record}`),
  )
  const log = messages[1]!.audit!
  assert.deepEqual([log.poweredUpAt, log.records.length, log.records[0]!.clientIpv4, log.records[0]!.endCount], [1, 1, '10.0.0.1', 1])
  const row = rows.rows.find((r) => r.log === 'hart_ip_session_record')!
  assert.deepEqual(row.cells.slice(1, 13), ['10.0.0.1', '::', 48314, 5094, 100, 200, 0, true, false, true, false, true])
})

test("HART's own texts, dates and times", () => {
  assert.equal(packedText(bytes('0420c4')), 'ABCD')
  assert.equal(dateText(bytes('0f 0c 78')), 'December 15, 2020')
  assert.equal(dateText(bytes('00 00 00')), 'InvalidMonth 0, 1900')
  assert.equal(durationText(32 * 3661), '1 hours, 1 minutes, 1.000000 seconds since midnight')
})

test('every column has a name of its own', () => {
  for (const columns of [UNIVERSAL_COLUMNS, COMMON_COLUMNS]) assert.equal(new Set(columns.map(([name]) => name)).size, columns.length)
})

test('a cut message is marked; lengths that do not fit their message are not ours', () => {
  const whole = bytes(tell(0, IDENTITY).slice(1))
  const ctx = context<HartIp, HartState>('server', hartIp.dissector.start!())
  for (let n = 9; n < whole.length; n++) assert.ok(hartIp.dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  const says = (line: string) => hartIp.dissector.frame(new Reader(bytes(line)), ctx)
  assert.equal(says('01 00 00 00 0001 000d'), 13)
  assert.equal(says('01 00 00'), NEED_MORE)
  for (const foreign of [
    '03 00 00',
    '01 07 00',
    '01 00 09',
    '01 00 00 00 0001 000e',
    '01 00 02 00 0001 0010',
    '01 00 03 00 0003 0011 87',
  ]) {
    assert.equal(says(foreign), NOT_MINE, foreign)
  }
})
