import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader, TraceReader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import type { Modbus, ModbusState } from './modbus.ts'
import { modbus, modbusRtu } from './protocol.ts'

const on502 = { serverPort: 502 }
const run = (...lines: string[]) => exchange(modbus, on502, lines)

test('holding registers read: the answer takes address and count from its question', () => {
  const { messages, heard } = run('> 0001 0000 0006 01 03 006b 0003', '< 0001 0000 0009 01 03 06 022b 0000 0064')
  assert.equal(messages[1]!.address, 107)
  assert.deepEqual(heard.operations, [
    { operation: 'read holding registers', object: 'holding 107..109', access: 'read', ok: true, error: '', part: undefined },
  ])
  assert.deepEqual(heard.values, ['holding 107=555 uint16', 'holding 108=0 uint16', 'holding 109=100 uint16'])
  assert.deepEqual(heard.anomalies, [])
})

test('coils read from unit 17 behind a gateway are tags of that unit', () => {
  const { heard } = run('> 0002 0000 0006 11 01 0013 0003', '< 0002 0000 0004 11 01 01 05')
  assert.deepEqual(heard.values, ['unit 17 coil 19=true bool', 'unit 17 coil 20=false bool', 'unit 17 coil 21=true bool'])
  assert.equal(heard.operations[0]!.part, 'unit 17')
})

test('a refused write is a write that was tried', () => {
  const { heard } = run('> 0003 0000 0006 01 06 0001 0003', '< 0003 0000 0003 01 86 02')
  assert.deepEqual(heard.values, ['holding 1:=3 uint16 refused'])
  assert.deepEqual(heard.operations[0], {
    operation: 'write single register',
    object: 'holding 1',
    access: 'write',
    ok: false,
    error: 'illegal data address',
    part: undefined,
  })
})

test('a write that nobody answered is said when the conversation ends', () => {
  const whole = run('> 0004 0000 0009 01 10 0001 0001 02 000a')
  assert.equal(whole.heard.operations.length, 0)
  whole.end()
  assert.deepEqual(whole.heard.values, ['holding 1:=10 uint16 unanswered'])
  assert.equal(whole.heard.operations[0]!.ok, undefined)
})

test('a pipelining client keeps its questions apart', () => {
  const { heard } = run(
    '> 0001 0000 0006 01 03 0000 0001',
    '> 0002 0000 0006 01 03 0009 0001',
    '< 0002 0000 0005 01 03 02 0002',
    '< 0001 0000 0005 01 03 02 0001',
  )
  assert.deepEqual(heard.values, ['holding 9=2 uint16', 'holding 0=1 uint16'])
})

test('mask write, read/write multiple and FIFO', () => {
  const { heard } = run(
    '> 0001 0000 0008 01 16 0004 00f2 0025',
    '< 0001 0000 0008 01 16 0004 00f2 0025',
    '> 0002 0000 000d 01 17 0003 0001 000e 0001 02 00ff',
    '< 0002 0000 0005 01 17 02 00fe',
    '> 0003 0000 0004 01 18 04de',
    '< 0003 0000 000a 01 18 0006 0002 01b8 1284',
  )
  assert.deepEqual(heard.values, [
    'holding 4:=AND 00f2 OR 0025 mask ok',
    'holding 3=254 uint16',
    'holding 14:=255 uint16 ok',
    'FIFO 1246=440,4740 uint16[]',
  ])
  assert.equal(heard.operations[1]!.object, 'holding 3, holding 14')
})

test('a file record is written', () => {
  const body = '06 0004 0007 0001 0d25'
  const { heard } = run(`> 0001 0000 000c 01 15 09 ${body}`, `< 0001 0000 000c 01 15 09 ${body}`)
  assert.deepEqual(heard.values, ['file 4 record 7:=0d25 bytes ok'])
  assert.equal(heard.operations[0]!.object, 'file 4 record 7')
})

test('restart and listen-only are control of the device', () => {
  const { heard } = run(
    '> 0001 0000 0006 0a 08 0001 0000',
    '< 0001 0000 0006 0a 08 0001 0000',
    '> 0002 0000 0006 0a 08 0004 0000',
    '< 0002 0000 0003 0a 88 0b',
  )
  assert.deepEqual(heard.said, [
    { kind: 'device.restarted', how: 'restart communications option', ok: true },
    { kind: 'mode.changed', mode: 'listen-only', by: 'command', detail: 'force listen only mode', ok: false },
  ])
})

test('device identification 43/14 names vendor, product and version', () => {
  const { heard, rows } = run(
    '> 0017 0000 0005 01 2b 0e 01 00',
    `< 0017 0000 001a 01 2b 0e 01 83 00 00 03 00 05 ${hexOf('Acme!')} 01 03 ${hexOf('P-1')} 02 04 ${hexOf('1.23')}`,
  )
  assert.deepEqual(heard.hints, ['server vendor=Acme!', 'server orderCode=P-1', 'server firmware=1.23'])
  const objects = rows.rows.filter((row) => row.log === 'modbus_read_device_identification').map((row) => row.cells.at(-1))
  assert.deepEqual(objects, [undefined, 'Acme!', 'P-1', '1.23'])
})

test('UMAS stop is a stop command', () => {
  const { heard } = run('> 0001 0000 0006 00 5a 01 41 ff00', '< 0001 0000 0004 00 5a 01 fe')
  assert.deepEqual(heard.said, [{ kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'UMAS stop PLC', ok: true }])
  assert.equal(heard.operations[0]!.operation, 'UMAS stop PLC')
})

test('UMAS reservation names its owner, variables have places, an upload is told with its hash', () => {
  const whole = run(
    `> 0001 0000 000e 00 5a 00 10 434c0000 05 ${hexOf('ENG-1')}`,
    '< 0001 0000 0005 00 5a 00 fe 01',
    '> 0002 0000 0012 00 5a 01 22 11223344 01 02 2b00 01 0c00 04 0000',
    '< 0002 0000 0006 00 5a 01 fe 0a00',
    '> 0003 0000 0012 00 5a 01 23 11223344 01 02 2b00 0c00 0400 0b00',
    '< 0003 0000 0004 00 5a 01 fd',
    '> 0004 0000 0008 00 5a 01 34 0001 0100',
    '< 0004 0000 000a 00 5a 01 fe 0001 0200 4142',
  )
  whole.end()
  assert.deepEqual(whole.heard.said[0], { kind: 'login.tried', user: 'ENG-1', domain: '', method: 'UMAS reservation', ok: true })
  assert.deepEqual(whole.heard.values, ['block 43 offset 16=10 uint16', 'block 43 offset 16:=11 uint16 refused'])
  const program = whole.heard.said[1]
  assert.equal(program?.kind === 'program.uploaded' ? program.bytes : 0, 2)
  assert.equal(whole.heard.operations.at(-2)!.error, 'refused')
})

test('one detailed row an exchange; what is left unanswered is written unmatched', () => {
  const whole = run('> 0001 0000 0006 01 01 0000 0003', '< 0001 0000 0004 01 01 01 0d', '> 0002 0000 0006 01 05 0009 ff00')
  whole.end()
  const rows = whole.rows.rows.filter((row) => row.log === 'modbus_detailed').map((row) => row.cells)
  assert.deepEqual(rows[0]!.slice(2, 9), ['READ_COILS', 0, 3, undefined, [1, 0, 1], undefined, true])
  assert.equal(rows[0]![12], '1,0,0,0,0')
  assert.deepEqual(rows[1]!.slice(2, 9), ['WRITE_SINGLE_COIL', 9, 1, [1], undefined, undefined, false])
})

test('an answer to nobody, a wrong function and a lying length are named', () => {
  assert.deepEqual(run('< 0001 0000 0005 01 03 02 0001').heard.anomalies, ['modbus.unsolicited'])
  assert.deepEqual(run('> 0001 0000 0006 01 03 0000 0001', '< 0001 0000 0004 01 01 01 00').heard.anomalies, ['modbus.answer-mismatch'])
  assert.deepEqual(run('> 0001 0000 0005 01 03 0000 00').heard.anomalies, ['modbus.truncated'])
  assert.deepEqual(run('> 0001 0000 0003 01 33 00').heard.anomalies, ['modbus.unknown-function'], 'a function that nobody defined')
  assert.deepEqual(run('> 0001 0000 0003 01 41 00').heard.anomalies, [], "a function of the maker's own")
  assert.deepEqual(run('> 0001 0000 0007 01 03 0000 0001 00').heard.anomalies, ['modbus.trailing-bytes'])
})

test('every truncation of a message parses and is marked', () => {
  for (const hex of ['0001 0000 0009 01 10 0001 0001 02 000a', '0001 0000 0005 01 2b 0e 01 00', '0001 0000 0006 01 63 0102 0304']) {
    const pdu = bytes(hex)
    for (let cut = 0; cut < pdu.length; cut++) {
      const m = modbus.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', modbus.dissector.start!(), on502))
      assert.ok(m.anomalies.includes('truncated'), `${hex} cut at ${cut}`)
    }
  }
})

test('frame waits for the header, refuses other protocols and is stricter on a foreign port', () => {
  const frame = (hex: string, port: number) =>
    modbus.dissector.frame(new Reader(bytes(hex)), context('client', modbus.dissector.start!(), { serverPort: port }))
  assert.equal(frame('0001 00', 502), NEED_MORE)
  assert.equal(frame('0001 0000 0006 01 03 0000 0001', 15020), 12)
  assert.equal(frame('1603 0102', 502), NOT_MINE)
  assert.equal(frame('0001 0000 0006 01 63 0000 0001', 502), 12)
  assert.equal(frame('0001 0000 0006 01 63 0000 0001', 15020), NOT_MINE)
  assert.equal(frame('0001 0000 0006 01 03', 15020), NEED_MORE)
  assert.equal(frame('4745 5420 2f20 4854', 80), NOT_MINE)
})

test('a conversation of other functions is found on a foreign port too', () => {
  const frame = (hex: string) =>
    modbus.dissector.frame(new Reader(bytes(hex)), context('client', modbus.dissector.start!(), { serverPort: 15020 }))
  assert.equal(frame('0000 0000 0004 00 5a 00 02'), 10)
  assert.equal(frame('0000 0000 0006 00 5a 00 fe 0000'), 12)
  assert.equal(frame('0000 0000 0004 00 5a 00 f3'), NOT_MINE)
  assert.equal(frame('0001 0000 0006 01 08 0001 0000'), 12)
  assert.equal(frame('0001 0000 0006 01 08 0107 0000'), NOT_MINE)
  assert.equal(frame('0001 0000 000a 01 14 07 06 0004 0001 0002'), 16)
  assert.equal(frame('0001 0000 000f 01 17 0003 0006 000e 0002 04 00ff 00ff'), 21)
})

test('a conversation that has begun on a foreign port may use any public function', () => {
  const ctx = context<Modbus, ModbusState>('client', modbus.dissector.start!(), { serverPort: 15020 })
  assert.equal(modbus.dissector.frame(new Reader(bytes('0001 0000 0002 01 07')), ctx), NOT_MINE)
  modbus.dissector.parse(new Reader(bytes('0001 0000 0006 01 03 0000 0001')), ctx)
  assert.equal(modbus.dissector.frame(new Reader(bytes('0002 0000 0002 01 07')), ctx), 8)
  assert.equal(modbus.dissector.frame(new Reader(bytes('0002 0000 0002 01 63')), ctx), NOT_MINE)
})

test('content tells the sides apart where it can', () => {
  const side = (hex: string) => modbus.dissector.side!(new Reader(bytes(hex)))
  assert.equal(side('0001 0000 0006 01 03 006b 0003'), 'client')
  assert.equal(side('0001 0000 0009 01 03 06 022b 0000 0064'), 'server')
  assert.equal(side('0001 0000 0003 01 83 02'), 'server')
  assert.equal(side('0001 0000 0006 01 05 0009 ff00'), undefined)
  assert.equal(side('0001 0000 0005 01 11 02 4d79'), 'server')
  assert.equal(side('0001 0000 0006 01 11 02 4d79 67'), undefined)
  assert.equal(side('0001 0000 0006 0a 2b 0e 03 01 00'), 'client')
})

test('resync finds the next header behind rubbish', () => {
  assert.equal(modbus.dissector.resync!(bytes('ffff ff 0001 0000 0006 01 03 0000 0001'), 'client'), 3)
  assert.equal(modbus.dissector.resync!(bytes('ffffffffffffffffffff'), 'client'), -1)
})

test('the decoded tree names every field with its offset', () => {
  const r = new TraceReader(bytes('0001 0000 0006 01 03 006b 0003'))
  modbus.dissector.parse(r, context('client', modbus.dissector.start!(), on502))
  assert.deepEqual(
    r.nodes.map((node) => [node.label, node.at, node.length]),
    [
      ['transaction', 0, 2],
      ['protocol', 2, 2],
      ['length', 4, 2],
      ['unit', 6, 1],
      ['function', 7, 1],
      ['address', 8, 2],
      ['count', 10, 2],
    ],
  )
})

function hexOf(text: string): string {
  return Array.from(text, (c) => c.charCodeAt(0).toString(16)).join('')
}

test('every truncation of a serial frame parses and is marked', () => {
  const pdu = bytes('11 03 006b 0003 7687')
  for (let cut = 0; cut < pdu.length; cut++) {
    const m = modbusRtu.dissector.parse(new Reader(pdu.subarray(0, cut)), context('client', modbusRtu.dissector.start!(), on502))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})

test('RTU over TCP: the checksum finds the frame, also on the port of Modbus/TCP', () => {
  const ask = '11 03 006b 0003 7687'
  const { heard } = exchange(modbusRtu, { serverPort: 4001 }, [`> ${ask}`, '< 11 03 06 022b 0000 0064 c8ba'])
  assert.deepEqual(heard.values, ['unit 17 holding 107=555 uint16', 'unit 17 holding 108=0 uint16', 'unit 17 holding 109=100 uint16'])
  assert.deepEqual(heard.anomalies, [])
  const ctx = context<Modbus, ModbusState>('client', modbus.dissector.start!(), on502)
  assert.equal(modbus.dissector.frame(new Reader(bytes('01 03 0000 000a c5cd')), ctx), NOT_MINE)
  assert.equal(modbusRtu.dissector.frame(new Reader(bytes('01 03 0000 000a c5cd')), ctx), 8)
  assert.equal(modbusRtu.dissector.frame(new Reader(bytes('01 03 0000 000a c5ce')), ctx), NOT_MINE)
  assert.equal(modbusRtu.dissector.frame(new Reader(bytes('01 03 00')), ctx), NEED_MORE)
})

test('only the answers are captured: those that repeat what was written tell it, until a question is seen', () => {
  const wrote = '< 0001 0000 0006 01 06 006b 002a'
  const { heard } = exchange(modbus, on502, [
    wrote,
    '< 0002 0000 0006 01 10 0001 0002',
    '< 0003 0000 0005 01 03 02 0001',
    '< 0004 0000 0003 01 86 02',
  ])
  assert.deepEqual(heard.values, ['holding 107:=42 uint16 ok'])
  assert.deepEqual(
    heard.operations.map(({ operation, object, ok }) => [operation, object, ok]),
    [
      ['write single register', 'holding 107', true],
      ['write multiple registers', 'holding 1..2', true],
    ],
  )
  const asked = exchange(modbus, on502, ['> 0009 0000 0006 01 03 006b 0001', wrote])
  assert.deepEqual(asked.heard.values, [], 'nobody asked for this one')
})

test('RTU on another port begins with a question whose counts agree', () => {
  const frame = (hex: string, from: 'client' | 'server' = 'client') =>
    modbusRtu.dissector.frame(new Reader(bytes(hex)), context(from, modbusRtu.dissector.start!(), { serverPort: 9999, clientPort: 9998 }))
  assert.equal(frame('01 03 0000 000a c5cd'), 8)
  assert.equal(frame('11 10 0001 0002 04 000a 0102 c6f0'), 13)
  assert.equal(frame('01 03 0000 000a c5ce'), NOT_MINE, 'checksum')
  assert.equal(frame('11 10 0001 0003 04 000a 0102 c6f0'), NOT_MINE, 'three registers in four bytes')
  assert.equal(frame('11 06 0001 0003 9a9b'), NOT_MINE, 'any four bytes')
  assert.equal(frame('01 03 0000 000a c5cd', 'server'), NOT_MINE)
  assert.equal(frame('01 03 0000'), NEED_MORE)
  const { heard } = exchange(modbusRtu, { serverPort: 9999 }, ['> 11 03 006b 0003 7687', '< 11 03 06 022b 0000 0064 c8ba'])
  assert.equal(heard.operations[0]!.operation, 'read holding registers')
})
