import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, wholeMoved } from '../testing/recorder.ts'
import { doip } from './protocol.ts'

const hex = (n: number, size: number) => n.toString(16).padStart(size * 2, '0')
const text = (s: string) => Buffer.from(s, 'latin1').toString('hex')

function frame(type: string, body: string): string {
  const payload = body.replaceAll(' ', '')
  return `02 fd ${type} ${hex(payload.length / 2, 4)} ${payload}`
}
const run = (...lines: string[]) => exchange(doip, { serverPort: 13_400 }, lines)
const ask = (uds: string) => `> ${frame('8001', `0e80 1015 ${uds}`)}`
const answer = (uds: string) => `< ${frame('8001', `1015 0e80 ${uds}`)}`
const VIN = 'WAUZZZ8V5KA012345'

test('a vehicle says who it is, a tester is let in or not', () => {
  const { heard } = run(
    `> ${frame('0001', '')}`,
    `< ${frame('0004', `${text(VIN)} 1010 001122334455 000000000000 00`)}`,
    `> ${frame('0005', '0e80 00 00000000')}`,
    `< ${frame('0006', '0e80 1010 10 00000000')}`,
    `> ${frame('0005', '0e80 01 00000000')}`,
    `< ${frame('0006', '0e80 1010 04 00000000')}`,
  )
  assert.ok(heard.hints.includes(`server serial=${VIN}`) && heard.hints.includes('client role=diagnostic tester'))
  assert.deepEqual(
    heard.operations.slice(1).map((o) => [o.object, o.ok, o.error]),
    [
      ['tester 0x0e80 default', true, ''],
      ['tester 0x0e80 WWH-OBD', false, 'authentication missing'],
    ],
  )
})

test('an announcement nobody asked for is about the one who sends it', () => {
  const { heard } = run(`> ${frame('0004', `${text(VIN)} 1010 001122334455 000000000000 00`)}`)
  assert.ok(heard.hints.includes(`client serial=${VIN}`))
})

test('data is read and written, an output is forced, a pending answer waits', () => {
  const { heard } = run(
    ask('22 f18c'),
    answer('7f 22 78'),
    answer(`62 f18c ${text('SN-0042')}`),
    ask('2e 0101 aa'),
    answer('7f 2e 33'),
    ask('2f 0202 03 ff'),
    answer('6f 0202 03'),
  )
  assert.deepEqual(heard.values, ['ECU 0x1015 serial number=SN-0042 octets', 'ECU 0x1015 0x0101:=aa octets refused'])
  assert.deepEqual(heard.hints, ['server ECU 0x1015 serial=SN-0042'])
  assert.deepEqual(heard.said, [{ kind: 'tag.forced', tag: 'ECU 0x1015 0x0202', action: 'force', ok: true }])
  assert.deepEqual([heard.operations[1]!.access, heard.operations[1]!.error], ['configure', 'security access denied'])
})

test('programming: session, access, memory down, reset', () => {
  const { heard } = run(
    ask('10 02'),
    answer('50 02 0032 01f4'),
    ask('27 01'),
    answer('67 01 11223344'),
    ask('27 02 55667788'),
    answer('7f 27 35'),
    ask('34 00 44 00010000 00000006'),
    answer('74 20 0ff2'),
    ask(`36 01 ${text('abc')}`),
    answer('76 01'),
    ask(`36 02 ${text('def')}`),
    answer('76 02'),
    ask('37'),
    answer('77'),
    ask('11 01'),
    answer('51 01'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'mode.changed', mode: 'program', by: 'command', detail: 'ECU 0x1015 programming session', ok: true },
    { kind: 'login.tried', user: '', domain: 'ECU 0x1015', method: 'security access level 2', ok: false },
    {
      kind: 'program.downloaded',
      section: 'ECU 0x1015 0x10000 (6 bytes)',
      sectionType: 'memory',
      ...wholeMoved('abcdef'),
      user: undefined,
      ok: true,
    },
    { kind: 'device.restarted', how: 'ECU 0x1015 hard', ok: true },
  ])
})

test('faults are diagnosed, cleared, their recording switched off', () => {
  const { heard } = run(
    ask('19 02 ff'),
    answer('59 02 ff 012345 09 abcdef 50'),
    ask('14 ffffff'),
    answer('54'),
    ask('85 02'),
    answer('c5 02'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'device.diagnosed', what: 'ECU 0x1015 DTC 0x012345', fault: true, side: 'server' },
    { kind: 'configuration.changed', what: 'ECU 0x1015 DTC setting', value: 'sub-function 2', ok: true },
  ])
  assert.equal(heard.operations[1]!.object, 'group 0xffffff')
})

test('refusals of frames and messages, a service nobody answers', () => {
  const { heard, end } = run(`< ${frame('0000', '01')}`, `< ${frame('8003', '1015 0e80 06')}`, ask('31 01 ff00'))
  end()
  assert.deepEqual(heard.anomalies, ['doip.header-refused', 'doip.message-refused'])
  assert.deepEqual([heard.operations[0]!.object, heard.operations[0]!.ok], ['start 0xff00', undefined])
})

test('frame refuses what is no DoIP', () => {
  const at = (h: string, serverPort = 9999) =>
    doip.dissector.frame(new Reader(bytes(h)), context('client', doip.dissector.start!(), { serverPort }))
  assert.equal(at('02 fd 8001 00000005'), 13)
  assert.equal(at('02'), NEED_MORE)
  assert.equal(at('02 fe'), NOT_MINE)
  assert.equal(at('02 fd 7777 00000000'), NOT_MINE)
  assert.equal(at('02 fd 7777 00000000', 13_400), 8)
  assert.equal(at('02 fd 8001 ffffffff', 13_400), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const whole = bytes(ask('22 f190').slice(1))
  for (let cut = 0; cut < whole.length; cut++) {
    const m = doip.dissector.parse(new Reader(whole.subarray(0, cut)), context('client', doip.dissector.start!()))
    assert.deepEqual(m.anomalies, ['truncated'], `cut at ${cut}`)
  }
})
