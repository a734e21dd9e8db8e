import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { EtherCat, EtherCatState } from './ethercat.ts'
import { ethercat } from './protocol.ts'

const le = (value: number, size: number): string =>
  Array.from({ length: size }, (_, i) => ((value >>> (8 * i)) & 255).toString(16).padStart(2, '0')).join('')
type One = { command: number; device?: number; offset?: number; logical?: number; data?: string; count?: number }

/** A frame of these datagrams. */
function frame(...all: One[]): string {
  const body = all
    .map(({ command, device = 0, offset = 0, logical, data = '', count = 0 }, i) => {
      const hex = data.replace(/\s/g, '')
      const address = logical === undefined ? le(device, 2) + le(offset, 2) : le(logical, 4)
      return `${le(command, 1)}00${address}${le(hex.length / 2 + (i < all.length - 1 ? 0x8000 : 0), 2)}0000${hex}${le(count, 2)}`
    })
    .join('')
  return `> ${le(body.length / 2 + 0x1000, 2)}${body}`
}
const run = (...lines: string[]) =>
  exchange(ethercat, { transport: 'ethernet', serverPort: undefined, clientMac: '02:00:00:00:00:01' }, lines)
const mail = (type: number, content: string): string => `${le(content.replace(/\s/g, '').length / 2, 2)} 0000 00 1${type} ${content}`
/** CANopen: number and service, command, index, subindex, four bytes and more. */
const sdo = (service: string, command: string, object: string, rest: string) => mail(3, `00${service} ${command} ${object} ${rest}`)

test('several datagrams, on their way out and back', () => {
  const { messages } = run(
    frame({ command: 7, offset: 0x130, data: '0000' }, { command: 4, device: 0x1001, offset: 0, data: '00', count: 1 }),
  )
  assert.deepEqual([messages[0]!.isBack, messages[0]!.datagrams.length], [true, 2])
  assert.deepEqual(messages[0]!.datagrams[1]!.device, 0x1001)
})

test('a state is requested, reported, and wrong', () => {
  const { heard } = run(
    frame({ command: 5, device: 0x1001, offset: 0x120, data: '0800' }),
    frame({ command: 4, device: 0x1001, offset: 0x130, data: '0800', count: 1 }),
    frame({ command: 4, device: 0x1001, offset: 0x130, data: '1400', count: 1 }),
    frame({ command: 4, device: 0x1001, offset: 0x134, data: '1b00', count: 1 }),
  )
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'mode.changed' ? `${s.mode} ${s.by} ${s.detail}` : s.kind === 'device.diagnosed' && s.what)),
    [
      'run command station 4097 OP',
      'run report station 4097 OP',
      'stop report station 4097 SAFEOP',
      'station 4097: error in SAFEOP',
      'station 4097: sync manager watchdog',
    ],
  )
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation} ${o.object} ${o.access} ${o.part}`),
    ['request state OP control station 4097'],
  )
})

test('states of all that differ are none: INIT and PREOP make BOOT', () => {
  assert.deepEqual(run(frame({ command: 7, offset: 0x130, data: '0300', count: 5 })).heard.said, [])
})

test('a station address is given, an EEPROM word written, a chip reset', () => {
  const { heard } = run(
    frame({ command: 2, device: 0xffff, offset: 0x10, data: '0110' }),
    frame({ command: 5, device: 0x1001, offset: 0x502, data: '0102 08000000 0200' }),
    frame({ command: 5, device: 0x1001, offset: 0x40, data: '52' }),
  )
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'configuration.changed' ? `${s.what}=${s.value}` : s.kind === 'device.restarted' && s.how)),
    ['position 1 station address=4097', 'station 4097 EEPROM word 8=', 'reset of station 4097'],
  )
})

test('the EEPROM and the object dictionary identify a device', () => {
  const read = (word: number, value: string) =>
    frame({ command: 4, device: 0x1001, offset: 0x502, data: `0000 ${le(word, 4)} ${value}`, count: 1 })
  const busy = frame({ command: 4, device: 0x1001, offset: 0x502, data: '0080 08000000 63000000', count: 1 })
  const upload = (data: string) => frame({ command: 4, device: 0x1002, offset: 0x1080, data, count: 1 })
  const { heard } = run(
    busy,
    read(8, '02000000'),
    read(10, '52304410'),
    read(14, '39300000'),
    upload(sdo('30', '41', '0810', '00 06000000 454c32303038')),
    upload(sdo('30', '43', '1810', '04 07000000')),
  )
  assert.deepEqual(heard.hints, [
    'client station 4097 vendor=Beckhoff',
    'client station 4097 orderCode=product code 0x10443052',
    'client station 4097 serial=12345',
    'client station 4098 model=EL2008',
    'client station 4098 serial=7',
  ])
  assert.deepEqual(heard.values, ['station 4098 0x1008:0 device name=454c32303038 bytes', 'station 4098 0x1018:4 identity=7 bytes'])
})

test('objects written and refused, an emergency, a file', () => {
  const out = (data: string) => frame({ command: 5, device: 0x1001, offset: 0x1000, data })
  const back = (data: string) => frame({ command: 4, device: 0x1001, offset: 0x1080, data, count: 1 })
  const { heard } = run(
    out(sdo('20', '2b', '4060', '00 0f000000')),
    back(sdo('30', '80', '4060', '00 22000008')),
    back(mail(3, '0010 10ff81 00 00000000 0000')),
    out(mail(4, '02 00 00000000 6669726d776172652e656677')),
  )
  assert.deepEqual(heard.values, ['station 4097 0x6040:0 control word:=15 bytes unanswered'])
  assert.deepEqual(
    heard.operations.filter((o) => !/^FP/.test(o.operation)).map((o) => `${o.operation} ${o.object} ${o.error}`),
    ['write object 0x6040:0 control word ', 'access object 0x6040:0 control word not in this state', 'write file firmware.efw '],
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['device.diagnosed', 'file.moved'],
  )
})

test('the common memory: outputs on the way out, inputs on the way back', () => {
  const { heard } = run(
    frame({ command: 11, logical: 0x12000, data: '01' }),
    frame({ command: 11, logical: 0x12000, data: '01', count: 1 }),
    frame({ command: 10, logical: 0x11000, data: '00' }),
    frame({ command: 10, logical: 0x11000, data: '80', count: 1 }),
  )
  assert.deepEqual(heard.values, ['memory 0x00012000:=01 bytes unanswered', 'memory 0x00011000=80 bytes'])
})

test("ICSNPP's rows", () => {
  const { rows } = run(
    frame({ command: 4, device: 0x1001, offset: 0, data: '0301 0b00 01 00 08 04 0400', count: 1 }),
    frame({ command: 10, logical: 0x11000, data: 'aB' }),
    frame({ command: 1, device: 0xffff, offset: 0xff, data: '00' }),
    frame({ command: 5, device: 0x1001, offset: 0x1000, data: sdo('20', '2f', '121c', '00 00000000') }),
  )
  const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02']
  assert.deepEqual(
    rows.rows.map(({ log, cells }) => [log, ...cells]),
    [
      ['ecat_dev_info', '0x1001', '0x03', '0x01', '0x0b', '0x01', '0x00', '0x04', '0x08', '0x04'],
      ['ecat_registers', ...macs, 'Configured Addr Physical Read', '0x1001', 'Type', '0x00', '03010B00010008040400'],
      ['ecat_log_address', ...macs, '00100100', 1, 'Logical Read', 'AB'],
      ['ecat_coe_info', '0x00', '0x02', '0x2f', '0x1c12', '0x00', '0x00'],
      [
        'ecat_registers',
        ...macs,
        'Configured Addr Physical Write',
        '0x1001',
        'PDI_Dig_IO_Data',
        '0x1000',
        '0A000000001300202F121C0000000000',
      ],
    ],
  )
})

test('a cut frame is marked; other types and commands are not ours', () => {
  const whole = bytes(frame({ command: 4, device: 0x1001, offset: 0, data: '0301 0b00 01 00 08 04 0400', count: 1 }).slice(1))
  const ctx = context<EtherCat, EtherCatState>('client', ethercat.dissector.start!(), { transport: 'ethernet' })
  for (let n = 12; n < whole.length; n++)
    assert.ok(ethercat.dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  const tail = '00 00 00 00 00 00 00 00 00 00 00'
  assert.equal(ethercat.dissector.frame(new Reader(bytes(`0e20 01 ${tail}`)), ctx), NOT_MINE)
  assert.equal(ethercat.dissector.frame(new Reader(bytes(`0e10 0f ${tail}`)), ctx), NOT_MINE)
  // Lengths that lie end with the bytes.
  assert.ok(ethercat.dissector.parse(new Reader(bytes('0e10 04 00 0000 0000 ff87 0000 00 0000')), ctx).isTruncated)
})

test('over UDP on another port the datagrams fill the frame', () => {
  const elsewhere = context<EtherCat, EtherCatState>('client', ethercat.dissector.start!(), { transport: 'udp', serverPort: 9999 })
  const length = (hex: string) => ethercat.dissector.frame(new Reader(bytes(hex)), elsewhere)
  const two = frame({ command: 1, offset: 0x130, data: '0000' }, { command: 10, logical: 0, data: '01020304' }).slice(1)
  assert.equal(length(two), bytes(two).length)
  assert.equal(length(`${two}00`), NOT_MINE, 'a byte behind them')
  assert.equal(length(two.replace('0280', '0380')), NOT_MINE, 'a datagram that ends elsewhere')
  assert.equal(length(two.replace('0280', '0290')), NOT_MINE, 'a reserved bit')
})
