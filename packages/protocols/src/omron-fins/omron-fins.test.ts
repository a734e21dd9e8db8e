import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeMoved } from '../testing/recorder.ts'
import { dissector, type Fins, type FinsState } from './omron-fins.ts'
import { omronFins } from './protocol.ts'

const UDP = { transport: 'udp', serverPort: 9600 } as const
/** Client node 5 asks node 1; `answer` turns the addresses round. */
const ask = (sid: string, command: string, data = ''): string => `> 80 00 02 00 01 00 00 05 00 ${sid} ${command} ${data}`
const answer = (sid: string, command: string, data = ''): string => `< c0 00 02 00 05 00 00 01 00 ${sid} ${command} ${data}`

test('words read and written become tags; a refusal has its name', () => {
  const { heard } = exchange(omronFins, UDP, [
    ask('01', '0101', '82 0064 00 0002'),
    answer('01', '0101', '0000 1234 0007'),
    ask('02', '0102', '30 000a 0f 0002 01 00'),
    answer('02', '0102', '0000'),
    ask('03', '0102', 'b1 0003 00 0001 00ff'),
    answer('03', '0102', '2101'),
  ])
  assert.deepEqual(heard.values, [
    'D100=4660 uint16',
    'D101=7 uint16',
    'CIO10.15:=true bool ok',
    'CIO11.00:=false bool ok',
    'W3:=255 uint16 refused',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok, o.error]),
    [
      ['memory area read', 'D100..101', 'read', true, ''],
      ['memory area write', 'CIO10.15..CIO11.00', 'write', true, ''],
      ['memory area write', 'W3', 'write', false, 'Specified area is read-only'],
    ],
  )
})

test('several places in one question, one of them of unknown size, are read in order', () => {
  const { heard } = exchange(omronFins, UDP, [
    ask('01', '0104', '82 0001 00 b2 0002 00 30 0003 04'),
    answer('01', '0104', '0000 82 0011 b2 0022 30 01'),
  ])
  assert.deepEqual(heard.values, ['D1=17 uint16', 'H2=34 uint16', 'CIO3.04=true bool'])
})

test('the controller names itself, its units and its mode', () => {
  const model = `${Buffer.from('CJ2M-CPU31').toString('hex')}${'20'.repeat(10)}${Buffer.from('02.01').toString('hex')}${'00'.repeat(15)}${'00'.repeat(40)}`
  const { heard } = exchange(omronFins, UDP, [
    ask('01', '0501', '00'),
    answer('01', '0501', `0000 ${model} 0005 17 8000 08 01 0000 00 0000`),
    ask('02', '0601'),
    answer('02', '0601', `0000 01 04 0000 0010 0000 0000 ${'20'.repeat(16)}`),
  ])
  assert.deepEqual(heard.hints, [
    'server vendor=Omron',
    'server type=plc',
    'server model=CJ2M-CPU31',
    'server firmware=02.01',
    'server state=RUN',
  ])
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'what' in s ? s.what : 'mode' in s ? s.mode : '']),
    [
      ['mode.changed', 'run'],
      ['device.diagnosed', 'battery error'],
    ],
  )
})

test('mode, forces, clock and program are changes of their own kind', () => {
  const { heard, end } = exchange(omronFins, UDP, [
    ask('01', '0401', 'ffff 04'),
    answer('01', '0401', '0000'),
    ask('02', '0402'),
    answer('02', '0402', '2203'),
    ask('03', '2301', '0001 0001 30 0005 02'),
    answer('03', '2301', '0000'),
    ask('04', '0702', '26 11 22 10 35'),
    answer('04', '0702', '0000'),
    ask('05', '0305', 'ffff 00 00000000 ffffffff 50415353'),
    answer('05', '0305', '2602'),
    ask('06', '0307', 'ffff 00000000 0004 01020304'),
    answer('06', '0307', '0000 ffff 00000000 0004'),
    ask('07', '0307', 'ffff 00000004 8002 0506'),
    answer('07', '0307', '0000 ffff 00000004 8002'),
  ])
  end()
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'RUN', ok: true },
    { kind: 'mode.changed', mode: 'program', by: 'command', detail: 'PROGRAM', ok: false },
    { kind: 'tag.forced', tag: 'CIO5.02', action: 'force', ok: true },
    { kind: 'time.set', to: '2026-11-22 10:35:00', ok: true },
    { kind: 'configuration.changed', what: 'program protection', value: 'off', ok: false },
    { kind: 'login.tried', user: '', domain: '', method: 'FINS program password', ok: false },
    { kind: 'credential.exposed', user: '', mask: 'P…S (4)', weakness: 'clear' },
    {
      kind: 'program.downloaded',
      section: 'program 65535',
      sectionType: 'program',
      ...wholeMoved(bytes('010203040506')),
      user: undefined,
      ok: true,
    },
  ])
})

test('over TCP the envelope carries frames and node addresses', () => {
  const { heard, messages, rows } = exchange(omronFins, { serverPort: 9600 }, [
    '> 46494e53 0000000c 00000000 00000000 00000000',
    '< 46494e53 00000010 00000001 00000000 000000fb 000000c8',
    '> 46494e53 00000014 00000002 00000000 800002 00c800 00fb00 05 0402',
    '< 46494e53 00000016 00000002 00000000 c00002 00fb00 00c800 05 0402 0000',
  ])
  assert.deepEqual(
    messages.map((m) => [m.command, m.isAnswer, m.envelope?.server]),
    [
      [-1, false, -1],
      [-1, true, 200],
      [0x0402, false, -1],
      [0x0402, true, -1],
    ],
  )
  assert.deepEqual(
    heard.operations.map((o) => o.operation),
    ['node address', 'stop'],
  )
  assert.equal(rows.rows.filter((row) => row.log === 'omron_fins_general').length, 4)
})

test('a question that nobody answers is a try', () => {
  const { heard, end } = exchange(omronFins, UDP, [ask('09', '0402')])
  assert.equal(heard.operations.length, 0)
  end()
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok]),
    [['stop', undefined]],
  )
})

test('other datagrams are refused, and lengths that lie are named', () => {
  const udp = context<Fins, FinsState>('client', dissector.start!(), UDP)
  for (const hex of [
    '80 00 02 00 01 00 00 05 00 01 7f7f',
    '80 01 02 00 01 00 00 05 00 01 0101',
    '46 49 4e 53 00 00 00 0c',
    '00'.repeat(20),
  ])
    assert.equal(dissector.frame(new Reader(bytes(hex)), udp), NOT_MINE, hex)
  const tcp = context<Fins, FinsState>('client', dissector.start!(), {})
  assert.equal(dissector.frame(new Reader(bytes('46494e53 ffffffff 00000002')), tcp), NOT_MINE)
  const whole = bytes(answer('01', '2201', `0000 ${'41'.repeat(12)} 00000000 00000001 00000001 0001 ffff`).slice(1))
  for (let n = 12; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context<Fins, FinsState>('server', dissector.start!(), UDP))
    assert.ok(n === 14 || m.anomalies.includes('truncated'), `cut to ${n}`)
  }
})
