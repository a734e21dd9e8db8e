import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeFile } from '../testing/recorder.ts'
import { dissector } from './iec104.ts'
import { iec104 } from './protocol.ts'

/** ASDUs of station 1 in I-frames, numbered a side; lines with a leading 68 are frames as they are. */
function run(...lines: string[]) {
  const next = { '>': 0, '<': 0 }
  const frames = lines.map((line) => {
    const from = line[0] as '>' | '<'
    const body = line.slice(1).replaceAll(' ', '')
    if (body.startsWith('68')) return line
    const number = (next[from]++ << 1).toString(16).padStart(2, '0')
    return `${from} 68 ${(4 + body.length / 2).toString(16).padStart(2, '0')} ${number}00 0000 ${body}`
  })
  return exchange(iec104, { serverPort: 2404 }, frames)
}

test('data transfer is started, the link tested from both sides', () => {
  const { heard } = run(
    '> 680407000000',
    '< 68040b000000',
    '> 680443000000',
    '< 680483000000',
    '< 680443000000',
    '> 680483000000',
    '> 680401000200',
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.ok]),
    [
      ['start data transfer', 'session', true],
      ['test link', 'session', true],
    ],
  )
  assert.deepEqual(heard.said, [])
})

test('points, measured values and counters with quality and time', () => {
  const { heard } = run(
    '< 01 02 0300 0100 640000 01 650000 80',
    '< 0d 01 0100 0100 580200 0000c4c2 00',
    '< 24 01 0300 0100 580200 0000c03f 00 20cb 1f 10 1e 09 13',
    '< 09 01 0100 0100 0a0000 0040 00',
    '< 05 01 0300 0100 0b0000 7f 00',
    '< 0f 01 2500 0100 0c0000 05000000 00',
    '< 1f 01 0300 0100 c80000 02 0036 2e 0d 02 0b 13',
    '< 07 01 0300 0100 0d0000 05000000 00',
  )
  assert.deepEqual(heard.values, [
    'station 1 single point 100=true bool',
    'station 1 single point 101=false bool',
    'station 1 measured value 600=-98 float32',
    'station 1 measured value 600=1.5 float32',
    'station 1 measured value 10=0.5 normalized',
    'station 1 step position 11=-1 int7',
    'station 1 counter 12=5 int32',
    'station 1 double point 200=on double-point',
    'station 1 bitstring 13=5 uint32',
  ])
  assert.deepEqual(heard.hints, [
    'server type=rtu',
    'server role=telecontrol station',
    'server station 1 role=telecontrol station',
    'client role=telecontrol centre',
  ])
  assert.deepEqual(heard.operations[0], {
    operation: 'report: spontaneous',
    object: 'single point',
    access: 'read',
    ok: true,
    error: '',
    part: 'station 1',
  })
  assert.deepEqual(heard.anomalies, [])
})

test('one address counts on through a sequence of elements', () => {
  const { heard, messages } = run('< 0b 83 1400 0100 0a0000 0100 00 feff 10 0300 80')
  assert.deepEqual(heard.values, [
    'station 1 measured value 10=1 int16',
    'station 1 measured value 11=-2 int16',
    'station 1 measured value 12=3 int16',
  ])
  assert.deepEqual(
    messages[0]!.asdu!.objects.map((o) => o.quality),
    [0, 0x10, 0x80],
  )
})

test('a single command is selected, executed, confirmed and terminated: one write', () => {
  const { heard } = run(
    '> 2d 01 0600 0100 881300 81',
    '< 2d 01 0700 0100 881300 81',
    '> 2d 01 0600 0100 881300 01',
    '< 2d 01 0700 0100 881300 01',
    '< 2d 01 0a00 0100 881300 01',
  )
  assert.deepEqual(heard.values, ['station 1 single command 5000:=true bool ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['select single command', 'single command 5000', 'control', true],
      ['execute single command', 'single command 5000', 'control', true],
    ],
  )
  assert.deepEqual(heard.anomalies, [])
})

test('refusals: a negative confirmation, an unknown object', () => {
  const { heard } = run(
    '> 32 01 0600 0100 701700 0000c4c2 00',
    '< 32 01 4700 0100 701700 0000c4c2 00',
    '> 2e 01 0600 0100 d00700 02',
    '< 2e 01 6f00 0100 d00700 02',
    '> 2f 01 0600 0100 d10700 01',
  ) // 0x6f: cause 47, negative
  assert.deepEqual(heard.values, [
    'station 1 set-point 6000:=-98 float32 refused',
    'station 1 double command 2000:=on double-command refused',
  ])
  assert.deepEqual(
    heard.operations.map((o) => o.error),
    ['not confirmed', 'unknown object'],
  )
})

test('a command that nobody confirms is a try; one with the test bit writes nothing', () => {
  const { heard, end } = run('> 2f 01 0600 0100 d10700 02', '> 2d 01 8600 0100 881300 01', '< 2d 01 8700 0100 881300 01')
  end()
  assert.deepEqual(heard.values, ['station 1 step command 2001:=higher step-command unanswered'])
  assert.equal(heard.operations[0]!.operation, 'execute single command (test)')
})

test('interrogation, clock, reset and parameters', () => {
  const { heard } = run(
    '> 64 01 0600 0100 000000 14',
    '< 64 01 0700 0100 000000 14',
    '< 64 01 0a00 0100 000000 14',
    '> 67 01 0600 0100 000000 20cb 1f 10 1e 09 13',
    '< 67 01 0700 0100 000000 20cb 1f 10 1e 09 13',
    '> 69 01 0600 0100 000000 01',
    '< 69 01 0700 0100 000000 01',
    '> 70 01 0600 0100 2c0100 00008040 01',
    '< 70 01 0700 0100 2c0100 00008040 01',
    '> 65 01 0600 0100 000000 85',
    '< 65 01 0700 0100 000000 85',
  )
  assert.deepEqual(heard.said, [
    { kind: 'time.set', to: '2019-09-30T16:31:52.000', ok: true, side: 'client' },
    { kind: 'device.restarted', how: 'reset process', ok: true, side: 'client' },
    { kind: 'configuration.changed', what: 'parameter 300', value: '4', ok: true, side: 'client' },
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access]),
    [
      ['interrogation', 'station', 'read'],
      ['clock synchronization', '', 'configure'],
      ['reset process', '', 'control'],
      ['parameter', 'parameter 300', 'configure'],
      ['freeze and reset counters', 'all counters', 'control'],
    ],
  )
})

test('a broadcast is confirmed by the stations it reached', () => {
  const { heard } = run('> 64 01 0600 ffff 000000 14', '< 64 01 0700 0400 000000 14')
  assert.deepEqual([heard.operations[0]!.ok, heard.operations[0]!.part], [true, undefined])
})

test('a read is answered by the value', () => {
  const { heard } = run('> 66 01 0500 0100 580200', '< 0d 01 0500 0100 580200 0000c4c2 00')
  assert.deepEqual(heard.operations[0], { operation: 'read', object: 'object 600', access: 'read', ok: true, error: '', part: 'station 1' })
  assert.deepEqual(heard.values, ['station 1 measured value 600=-98 float32'])
})

test('a file in two segments has its size and hash', () => {
  const { heard } = run(
    '< 7d 01 0d00 0100 000000 0300 01 02 6162',
    '< 7d 01 0d00 0100 000000 0300 01 01 63',
    '< 7b 01 0d00 0100 000000 0300 01 01 00',
  )
  assert.deepEqual(heard.said, [
    {
      kind: 'file.moved',
      name: 'file 3',
      direction: 'to-client',
      mime: '',
      ...wholeFile('abc'),
    },
  ])
})

test('numbers that do not follow each other, unknown types and short objects are anomalies', () => {
  const { heard } = run(
    '< 68 0e 0000 0000 01 01 0300 0100 640000 01',
    '< 68 0e 0400 0000 01 01 0300 0100 640000 01',
    '< 68 0e 0600 0000 c8 01 0300 0100 640000 01',
    '< 68 0c 0800 0000 0d 01 0300 0100 6400',
  )
  assert.deepEqual(heard.anomalies, ['iec104.sequence-break', 'iec104.unknown-type', 'iec104.truncated'])
})

test('a unit that its type forbids: a reserved cause, one of another direction, no object, several, an address that is none', () => {
  const anomalies = (...lines: string[]) => run(...lines).heard.anomalies
  assert.deepEqual(anomalies('> 2d 01 1100 0100 881300 01'), ['iec104.reserved-cause'])
  assert.deepEqual(anomalies('> 2d 01 0300 0100 881300 01'), ['iec104.cause-not-allowed'], 'a spontaneous command')
  assert.deepEqual(anomalies('< 01 01 0600 0100 640000 01'), ['iec104.cause-not-allowed'], 'an activated value')
  assert.deepEqual(anomalies('> 2d 00 0600 0100'), ['iec104.no-objects'])
  assert.deepEqual(anomalies('> 2d 02 0600 0100 881300 01 891300 01'), ['iec104.several-objects'])
  assert.deepEqual(anomalies('> 2d 01 0600 0100 000000 01'), ['iec104.address-not-allowed'], 'a command to nobody')
  assert.deepEqual(anomalies('> 64 01 0600 0100 010000 14'), ['iec104.address-not-allowed'], 'one object interrogated')
  assert.deepEqual(anomalies('> 64 01 0600 ffff 000000 14', '< 64 01 0700 0100 000000 14', '< 64 01 0a00 0100 000000 14'), [])
})

test('a station that commands its centre', () => {
  const { heard } = run('> 2d 01 0600 0100 881300 01', '< 2d 01 0700 0100 881300 01', '< 2d 01 0600 0100 881300 01')
  assert.deepEqual(heard.anomalies, ['iec104.wrong-direction'])
})

test('an object that is selected first is so each time; one that never was is commanded as it is', () => {
  const select = ['> 2e 01 0600 0100 881300 81', '< 2e 01 0700 0100 881300 81']
  const execute = ['> 2e 01 0600 0100 881300 01', '< 2e 01 0700 0100 881300 01']
  const cancel = ['> 2e 01 0800 0100 881300 81', '< 2e 01 0900 0100 881300 81']
  assert.deepEqual(run(...execute, ...execute).heard.anomalies, [])
  assert.deepEqual(run(...select, ...execute, ...select, ...execute).heard.anomalies, [])
  assert.deepEqual(run(...select, ...execute, ...execute).heard.anomalies, ['iec104.command-without-select'])
  assert.deepEqual(run(...select, ...cancel, ...execute).heard.anomalies, ['iec104.command-without-select'])
})

test('frames: own port by their control field, other ports also by the size of their type', () => {
  const ask = (hex: string, port: number) =>
    dissector.frame(new Reader(bytes(hex)), context('client', dissector.start!(), { serverPort: port }))
  assert.equal(ask('68', 2404), NEED_MORE)
  assert.equal(ask('6803', 2404), NOT_MINE)
  assert.equal(ask('680443000000', 80), 6)
  assert.equal(ask('680443000100', 2404), NOT_MINE)
  assert.equal(ask('680e00000000 01 01 0300 0100 640000 01', 80), 16)
  assert.equal(ask('680e00000000 02 01 0300 0100 640000 01', 80), NOT_MINE)
  assert.equal(ask('680e00000000 02 01 0300 0100 640000 01', 2404), 16)
  assert.equal(dissector.resync!(bytes('0000 680443000000'), 'client'), 2)
})

test('what a frame says tells who sends it', () => {
  const side = (hex: string) => dissector.side!(new Reader(bytes(hex)))
  assert.deepEqual(
    ['680407000000', '68040b000000', '680443000000', '680e00000000 2d 01 0600', '680e00000000 2d 01 0700', '680e00000000 01 01 0300'].map(
      side,
    ),
    ['client', 'server', undefined, 'client', 'server', undefined],
  )
})
