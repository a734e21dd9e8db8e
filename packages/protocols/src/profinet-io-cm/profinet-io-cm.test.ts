import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Cm, CmState } from './profinet-io-cm.ts'
import { profinetIoCm } from './protocol.ts'

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
const hexOf = (text: string, size = text.length): string => Buffer.from(text.padEnd(size), 'latin1').toString('hex')
const TO_DEVICE = 'dea00001 6c97 11d1 8271 00a02442df7d'
const TO_CONTROLLER = 'dea00002 6c97 11d1 8271 00a02442df7d'

type Call = { type?: string; flags?: string; to?: string; sequence?: number; operation?: number; fragment?: number; vendor?: string }

/** A whole call, big-endian; `body` is what follows the header. */
function call(body: string, c: Call = {}): string {
  const size = body.replace(/\s/g, '').length / 2
  return `04 ${c.type ?? '00'} ${c.flags ?? '20'} 00 00 00 00 00
    dea00000 6c97 11d1 8271 0001 010e ${c.vendor ?? '002a'} ${c.to ?? TO_DEVICE} 11111111 2222 3333 4444 555555555555
    00000000 00000001 ${hex(c.sequence ?? 0, 8)} ${hex(c.operation ?? 0, 4)} ffff ffff ${hex(size, 4)} ${hex(c.fragment ?? 0, 4)} 00 00`
}
const whole = (body: string, c: Call = {}): string => `${call(body, c)} ${body}`
function args(first: string, blocks: string): string {
  const size = hex(blocks.replace(/\s/g, '').length / 2, 8)
  return `${first} ${size} 00001000 00000000 ${size} ${blocks}`
}
function block(type: string, content: string, version = '0100'): string {
  return `${type} ${hex(content.replace(/\s/g, '').length / 2 + 2, 4)} ${version} ${content}`
}
const request = (blocks: string, c: Call = {}): string => whole(args('00001000', blocks), c)
const answer = (blocks: string, c: Call = {}, status = '00000000'): string => whole(args(status, blocks), { ...c, type: '02' })
const run = (...lines: string[]) =>
  exchange(
    profinetIoCm,
    { transport: 'udp', serverPort: 34964 },
    lines.map((line) => line.replace(/\s+/g, ' ')),
  )

const AR = '00112233 4455 6677 8899 aabbccddeeff'
const CONNECT = block(
  '0101',
  `0001 ${AR} 0001 0200000000aa dea00000 6c97 11d1 8271 0001 003c 00b0 00000011 0258 8892 0004 ${hexOf('plc1')}`,
)
const MODULES = block('0104', '0001 00000000 0001 00000078 0000 0001 0001 00000002 0003 0001 0004 01 01 0002 0002 01 01')
/** Header of a read or write: seq, AR, API, slot, subslot, padding, index, length, then to 64 bytes. */
const record = (type: string, slot: string, index: string, length: number, tail = '00'.repeat(24)): string =>
  block(type, `0001 ${AR} 00000000 ${slot} 0001 0000 ${index} ${hex(length, 8)} ${tail}`)
const IM0 = block('0020', `002a ${hexOf('6ES7 155-6AU01-0BN0', 20)} ${hexOf('S C-12345', 16)} 0003 56 04 02 01 0000 0000 0001 0101 000e`)

test('a controller connects: names, roles, modules', () => {
  const { heard, messages } = run(`> ${request(`${CONNECT} ${MODULES}`)}`, `< ${answer('')}`)
  assert.deepEqual(heard.hints, [
    'server vendor=Siemens',
    'server family=PROFINET vendor 0x002a device 0x010e',
    'server role=IO device',
    'server type=io-module',
    'client name=plc1',
    'client role=IO controller',
    'client type=plc',
    'server slot 1 family=PROFINET module 0x00000078',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [['connect', 'as plc1', 'session', true]],
  )
  assert.equal(messages[1]!.asked, messages[0])
  assert.deepEqual(heard.anomalies, [])
})

test('a refused connection names the reason', () => {
  const { heard } = run(`> ${request(CONNECT)}`, `< ${answer('', {}, 'db814004')}`)
  assert.deepEqual(
    heard.operations.map((o) => [o.ok, o.error]),
    [[false, 'connect: CMRPC: call refused, 4']],
  )
})

test('a missing module is a fault, whoever sees only the answer', () => {
  const diff = block('8104', '0001 00000000 0001 0002 00000005 0000 0001 0001 00000001 9800')
  const { heard } = run(`> ${answer(diff)}`)
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'device.diagnosed' && s.what),
    ['slot 2: no module 0x00000005', 'slot 2 subslot 1: no submodule 0x00000001', false],
  )
})

test('I&M0 identifies the device at slot 0 and a module at its slot', () => {
  const read = (slot: string) => [
    `> ${request(record('0009', slot, 'aff0', 4096), { operation: 2, sequence: Number(slot) })}`,
    `< ${answer(record('8009', slot, 'aff0', 60) + IM0, { operation: 2, sequence: Number(slot) })}`,
  ]
  const { heard } = run(...read('0000'), ...read('0003'))
  const stated = ['vendor=Siemens', 'orderCode=6ES7 155-6AU01-0BN0', 'serial=S C-12345', 'hardware=3', 'firmware=V4.2.1']
  assert.deepEqual(
    heard.hints.slice(4),
    [...stated.slice(1), ...stated.map((each) => `slot 3 ${each}`)].map((each) => `server ${each}`),
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['read record', 'device record 0xaff0 I&M0', 'identify', true],
      ['read record', 'slot 3 record 0xaff0 I&M0', 'identify', true],
    ],
  )
})

test('several records written: each is a changed configuration with its own outcome', () => {
  const inner = `${record('0008', '0001', '01f4', 2)} beef 0000 ${record('0008', '0002', '8071', 4)} 00000001`
  const size = inner.replace(/\s/g, '').length / 2
  const outcome = (slot: string, index: string, status: string) => record('8008', slot, index, 2, `0000 0000 ${status} ${'00'.repeat(16)}`)
  const { heard } = run(
    `> ${request(record('0008', 'ffff', 'e040', size) + inner, { operation: 3 })}`,
    `< ${answer(`${outcome('ffff', 'e040', '00000000')} ${outcome('0001', '01f4', '00000000')} ${outcome('0002', '8071', 'df80b600')}`, { operation: 3 })}`,
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value, s.ok]),
    [
      ['slot 1 record 0x01f4', '2 bytes beef', true],
      ['slot 2 record 0x8071 interface adjust', '4 bytes 00000001', false],
    ],
  )
  assert.deepEqual(
    heard.operations.map((o) => o.error),
    ['', 'write: access denied, 0'],
  )
})

test('parameter end, application ready of the device, release', () => {
  const control = (type: string, command: string) => block(type, `0000 ${AR} 0001 0000 ${command} 0000`)
  const { heard } = run(
    `> ${request(control('0110', '0001'), { operation: 4, sequence: 1 })}`,
    `< ${answer(control('8110', '0008'), { operation: 4, sequence: 1 })}`,
    `< ${request(control('0112', '0002'), { operation: 4, sequence: 2, to: TO_CONTROLLER })}`,
    `> ${answer(control('8112', '0008'), { operation: 4, sequence: 2, to: TO_CONTROLLER })}`,
    `< ${answer(control('8114', '0008'), { operation: 1, sequence: 3 })}`,
  )
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['parameter end', 'release'],
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'operation.done' && [s.side, s.operation, s.ok]),
    [['server', 'application ready', true]],
  )
})

test('a call in fragments is read once whole; one that lost a part is not', () => {
  const body = args('00001000', `${CONNECT} ${MODULES}`).replace(/\s/g, '')
  const parts = [body.slice(0, 160), body.slice(160, 300), body.slice(300)]
  const line = (n: number) => `> ${whole(parts[n]!, { flags: n === 2 ? '26' : '24', fragment: n })}`
  assert.deepEqual(run(line(0), line(1), line(2)).heard.hints.includes('client name=plc1'), true)
  assert.deepEqual(run(line(0), line(2)).heard.hints, [])
})

test('a call that nobody answers is told at the end', () => {
  const { heard, end } = run(`> ${request(CONNECT)}`)
  assert.equal(heard.operations.length, 0)
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok]),
    [['connect', undefined]],
  )
})

test('the endpoint mapper names the device', () => {
  const annotation = `${hexOf(`${'S7-1200'.padEnd(25)} ${'6ES7 212-1BE40-0XB0'.padEnd(20)} ${'1'.padStart(5)} V  4  2  3`)}00`
  const body = `${'00'.repeat(20)} 00000001 00000001 00000000 00000001 dea00000 6c97 11d1 8271 0001 010d 002a 00000003 00000000 00000040 ${annotation} 00000000`
  const { heard } = run(`< ${whole(body, { type: '02', operation: 2, to: 'e1af8308 5d1f 11c9 91a4 08002b14a0fa' })}`)
  assert.deepEqual(heard.hints, [
    'server vendor=Siemens',
    'server family=PROFINET vendor 0x002a device 0x010d',
    'server model=S7-1200',
    'server orderCode=6ES7 212-1BE40-0XB0',
    'server hardware=1',
    'server firmware=V4.2.3',
  ])
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['look up endpoints'],
  )
})

test("a fragment acknowledgement has ICSNPP's last columns", () => {
  const { rows } = run(`> ${whole('01 00 0001 000005b8 000005b8 0000 0001 00000002', { type: '09', operation: 3 })}`)
  const cells = rows.rows[0]!.cells
  assert.deepEqual(cells.slice(4, 7), ['udp', 4, 'Fragment Acknowledge'])
  assert.deepEqual(cells.slice(34), ['Default version', 1, 1464, 1464, 0, 1, [2]])
})

test('counts that lie end with the bytes', () => {
  const lying = block('8104', 'ffff 00000000 ffff 0002 00000005 0000 ffff 0001 00000001 9800')
  const { messages } = run(`< ${answer(lying)}`)
  assert.equal(messages[0]!.blocks.length, 1)
})

test('a cut call is marked; other versions and interfaces are not ours', () => {
  const all = bytes(request(CONNECT))
  const ctx = context<Cm, CmState>('client', profinetIoCm.dissector.start!(), { transport: 'udp' })
  for (let n = 80; n < all.length; n++) {
    assert.equal(profinetIoCm.dissector.frame(new Reader(all.subarray(0, n)), ctx), all.length)
    assert.deepEqual(profinetIoCm.dissector.parse(new Reader(all.subarray(0, n)), ctx).anomalies, ['truncated'], `${n} bytes`)
  }
  const foreign = bytes(request(CONNECT, { to: '5a7b91f8 ff00 11d0 a9b2 00c04fb6e6fc' }))
  assert.equal(profinetIoCm.dissector.frame(new Reader(foreign), ctx), NOT_MINE)
  assert.equal(profinetIoCm.dissector.frame(new Reader(bytes('05 00 0b 03')), ctx), NOT_MINE)
})
