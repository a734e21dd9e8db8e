import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { cip } from './protocol.ts'

const on44818 = { serverPort: 44_818 }
const run = (...lines: string[]) => exchange(cip, on44818, lines)
const le16 = (n: number) => (n & 255).toString(16).padStart(2, '0') + (n >> 8).toString(16).padStart(2, '0')
const size = (hex: string) => hex.replace(/\s/g, '').length / 2
const ascii = (text: string) => Array.from(text, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')

/** SendRRData around an unconnected message. */
function unconnected(service: string, context = '0102030405060708'): string {
  const items = `00000000 0000 0200 0000 0000 b200 ${le16(size(service))} ${service}`
  return `6f00 ${le16(size(items))} 01000000 00000000 ${context} 00000000 ${items}`
}

/** SendUnitData around a connected message. */
function connected(id: string, sequence: number, service: string): string {
  const items = `00000000 0000 0200 a100 0400 ${id} b100 ${le16(size(service) + 2)} ${le16(sequence)} ${service}`
  return `7000 ${le16(size(items))} 01000000 00000000 0000000000000000 00000000 ${items}`
}

const SPEED = `91 05 ${ascii('Speed')} 00`

test('a tag is read and written by its name', () => {
  const { heard, rows } = run(
    `> ${unconnected(`4c 04 ${SPEED} 0100`)}`,
    `< ${unconnected('cc 00 00 00 ca00 00002041')}`,
    `> ${unconnected(`4d 04 ${SPEED} ca00 0100 0000a041`)}`,
    `< ${unconnected('cd 00 00 00')}`,
  )
  assert.deepEqual(heard.values, ['Speed=10 float32', 'Speed:=20 float32 ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['read tag', 'Speed', 'read', true],
      ['write tag', 'Speed', 'write', true],
    ],
  )
  assert.deepEqual(rows.rows[0]!.cells.slice(7, 10), ['request', '0x4c', 'unknown'])
  assert.deepEqual(heard.anomalies, [])
})

test('array elements and Logix strings', () => {
  const { heard } = run(
    `> ${unconnected(`4c 05 91 03 ${ascii('Arr')} 00 28 02 28 05 0200`)}`,
    `< ${unconnected('cc 00 00 00 c400 01000000 ffffffff')}`,
    `> ${unconnected(`4c 03 91 04 ${ascii('Name')} 0100`)}`,
    `< ${unconnected(`cc 00 00 00 a002 ce0f 03000000 ${ascii('abc')} 0000`)}`,
  )
  assert.deepEqual(heard.values, ['Arr[2,5]=1 int32', 'Arr[2,6]=-1 int32', 'Name=abc string'])
})

test('a module behind a route is a part: identity of slot 3', () => {
  const identity = `0100 0e00 3700 10 14 6030 3f825100 0a ${ascii('1756-L61/B')}`
  const { heard } = run(
    `> ${unconnected('52 02 20 06 24 01 0a f0 0600 01 02 20 01 24 01 01 00 01 03')}`,
    `< ${unconnected(`81 00 00 00 ${identity}`)}`,
  )
  assert.deepEqual(heard.hints.slice(0, 3), [
    'server slot 3 vendor=Rockwell Automation/Allen-Bradley',
    'server slot 3 model=1756-L61/B',
    'server slot 3 orderCode=1756-L61/B',
  ])
  assert.ok(heard.hints.includes('server slot 3 firmware=16.20'))
  assert.ok(heard.hints.includes('server slot 3 serial=0051823f'))
  assert.ok(heard.hints.includes('server slot 3 state=run'))
  assert.deepEqual(heard.said, [{ kind: 'mode.changed', mode: 'remote', by: 'report', detail: 'key switch remote', ok: true }])
  assert.equal(heard.operations[0]!.part, 'slot 3')
})

test('a forward open pairs the two ids of a connection and names its slot', () => {
  const open = '54 02 20 06 24 01 0a f0 00000000 22220000 3412 0100 78563412 03 000000 40420f00 f643 40420f00 f643 a3 03 01 00 20 02 24 01'
  const { heard, state } = run(
    `> ${unconnected(open)}`,
    `< ${unconnected('d4 00 00 00 11110000 22220000 3412 0100 78563412 40420f00 40420f00 00 00')}`,
    `> ${connected('11110000', 7, '07 02 20 8e 24 01')}`,
    `< ${connected('22220000', 7, '87 00 00 00')}`,
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.part]),
    [
      ['forward open', 'slot 0, Message Router 1, class 3, 1000 ms, 502/502 bytes', undefined],
      ['stop', 'Controller 1', 'slot 0'],
    ],
  )
  assert.deepEqual(heard.said, [{ kind: 'mode.changed', mode: 'program', by: 'command', detail: 'controller stop', ok: true }])
  assert.equal(state.connections.size, 1)
  assert.deepEqual(heard.anomalies, [])
})

test('a multiple service packet is taken apart', () => {
  const { heard, rows } = run(
    `> ${unconnected(`0a 02 20 02 24 01 0200 0600 1200 4c 04 ${SPEED} 0100 0e 03 20 01 24 01 30 06`)}`,
    `< ${unconnected('8a 00 00 00 0200 0600 0e00 cc 00 00 00 c300 0500 8e 00 00 00 78563412')}`,
  )
  assert.deepEqual(heard.values, ['Speed=5 int16'])
  assert.deepEqual(heard.hints, ['server serial=12345678'])
  assert.equal(rows.rows.length, 6)
})

test('reset, IP configuration and a refusal', () => {
  const { heard } = run(
    `> ${unconnected('05 02 20 01 24 01 01')}`,
    `< ${unconnected('85 00 00 00')}`,
    `> ${unconnected('10 03 20 f5 24 01 30 05 0a01a8c0 00ffffff 0101a8c0 00000000 00000000 0000')}`,
    `< ${unconnected('90 00 0f 00')}`,
  )
  assert.deepEqual(heard.said, [
    { kind: 'device.restarted', how: 'factory defaults', ok: true },
    { kind: 'configuration.changed', what: 'IP configuration', value: '192.168.1.10 mask 255.255.255.0 gateway 192.168.1.1', ok: false },
  ])
  assert.equal(heard.operations[1]!.error, 'privilege violation')
})

test('PCCC reads an integer file', () => {
  const requestor = '07 4d00 78563412'
  const { heard } = run(
    `> ${unconnected(`4b 02 20 67 24 01 ${requestor} 0f 00 0100 a2 04 07 89 00 00`)}`,
    `< ${unconnected(`cb 00 00 00 ${requestor} 4f 00 0100 0a00 f6ff`)}`,
  )
  assert.deepEqual(heard.values, ['N7:0=10 int16', 'N7:1=-10 int16'])
  assert.equal(heard.operations[0]!.operation, 'PCCC protected typed logical read')
})

test('an upload is told section by section', () => {
  const whole = run(
    `> ${unconnected('4c 04 20 68 24 01 20 6d 24 05')}`,
    `< ${unconnected('cc 00 06 00 0102')}`,
    `> ${unconnected('4c 04 20 68 24 01 20 6d 24 05')}`,
    `< ${unconnected('cc 00 00 00 0304')}`,
  )
  assert.equal(whole.heard.said.length, 0)
  whole.end()
  const [said] = whole.heard.said
  assert.equal(said?.kind, 'program.uploaded')
  assert.equal(said?.kind === 'program.uploaded' ? `${said.section} ${said.bytes}` : '', 'Program 1 Routine 5 4')
})

test('an unanswered write is said at the end', () => {
  const whole = run(`> ${unconnected(`4d 04 ${SPEED} c300 0100 0700`)}`)
  whole.end()
  assert.deepEqual(whole.heard.values, ['Speed:=7 int16 unanswered'])
})

test('frame takes data commands only', () => {
  const frame = (hex: string) => cip.dissector.frame(new Reader(bytes(hex)), context('client', cip.dissector.start!(), on44818))
  assert.equal(frame('6f'), NEED_MORE)
  assert.equal(frame('6300'), NOT_MINE)
  assert.equal(frame(unconnected('01 02 20 01 24 01')), size(unconnected('01 02 20 01 24 01')))
})

test('every truncation parses and is marked', () => {
  const pdu = bytes(unconnected(`0a 02 20 02 24 01 0100 0400 4c 04 ${SPEED} 0100`))
  for (let cut = 0; cut < pdu.length; cut++) {
    const m = cip.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', cip.dissector.start!(), on44818))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
