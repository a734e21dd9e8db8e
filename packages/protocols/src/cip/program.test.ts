import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exchange } from '../testing/exchange.ts'
import { bytes, wholeMoved } from '../testing/recorder.ts'
import { cip } from './protocol.ts'

const run = (...lines: string[]) => exchange(cip, { serverPort: 44_818 }, lines)
const le16 = (n: number) => (n & 255).toString(16).padStart(2, '0') + (n >> 8).toString(16).padStart(2, '0')
const size = (hex: string) => hex.replace(/\s/g, '').length / 2
const ascii = (text: string) => Array.from(text, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('')
const text = (value: string) => `${le16(value.length)} ${ascii(value)}`

/** SendRRData around an unconnected message. */
function packet(service: string): string {
  const items = `00000000 0000 0200 0000 0000 b200 ${le16(size(service))} ${service}`
  return `6f00 ${le16(size(items))} 01000000 00000000 0102030405060708 00000000 ${items}`
}
const both = (question: string, answer: string): string[] => [`> ${packet(question)}`, `< ${packet(answer)}`]
const RUNNING = both('0e 03 20 01 24 01 30 05', '8e 00 00 00 6030')

test('name and description of the project', () => {
  const { heard } = run(
    ...both('03 02 20 64 24 01 0200 0100 0200', `83 00 00 00 0200 0100 0000 ${text('NiftyController')} 0200 0000 ${text('First project')}`),
  )
  assert.deepEqual(heard.hints, ['server project=NiftyController', 'server description=First project'])
})

test('an uploaded routine has the name that its symbol gives to its handle', () => {
  const whole = run(
    ...both(
      '03 04 20 68 24 05 20 6b 24 07 0300 0100 0200 0300',
      `83 00 00 00 0300 0100 0000 ${text('Routine:MainRoutine')} 0200 0000 6d10 0300 0000 7ce52300`,
    ),
    ...both(
      '03 04 20 68 24 05 20 6d 24 09 0400 0100 0200 0400 0800',
      '83 00 00 00 0400 0100 0000 ff07 0200 0000 84d92300 0400 0000 00000000 0800 0000 7ce52300',
    ),
    ...both('4c 04 20 68 24 05 20 6d 24 09 00000000 3200', 'cc 00 00 00 0102'),
  )
  whole.end()
  const [said] = whole.heard.said
  assert.equal(said?.kind === 'program.uploaded' && `${said.section} ${said.bytes}`, 'Program 5 Routine:MainRoutine 2')
})

test('the program is downloaded while it stands, edited while it runs', () => {
  const create = both('08 04 20 68 24 05 20 6d 24 09 0100 0500 0000', '88 00 00 00 0900 0000 7ce52300')
  const stopped = run(...create)
  stopped.end()
  assert.deepEqual(
    stopped.heard.said.map(({ kind }) => kind),
    ['program.downloaded'],
  )
  const running = run(...RUNNING, ...create, ...both('09 04 20 68 24 05 20 6d 24 09', '89 00 00 00'))
  running.end()
  assert.deepEqual(
    running.heard.said.map((s) => (s.kind === 'program.edited' ? `${s.section}, ${s.sectionType}` : s.kind)),
    ['mode.changed', 'Program 5 Routine 9, routine', 'Program 5 Routine 9, deleted routine'],
  )
})

test('a symbol names a part of what is downloaded', () => {
  const whole = run(
    ...both(
      `04 02 20 6b 24 07 0300 0100 ${text('Program:Main')} 0200 6810 0300 00000000`,
      '84 00 00 00 0300 0100 0000 0200 0000 0300 0000',
    ),
  )
  whole.end()
  const [said] = whole.heard.said
  assert.equal(said?.kind === 'program.downloaded' && `${said.section}, ${said.sectionType}`, 'Program:Main, program')
})

const ID = '010203040506 07080910'
const PASSWORD = `${ascii('secret')} 00000000000000000000`

test('safety: configuration, lock, mode, reset, state', () => {
  const { heard } = run(
    ...both(`4f 02 20 39 24 01 ${PASSWORD} ${ID} ${ID}`, 'cf 00 00 00'),
    ...both(`52 02 20 39 24 01 01 ${'00'.repeat(16)} ${ID}`, 'd2 00 00 00'),
    ...both(`53 02 20 39 24 01 01 ${'00'.repeat(16)}`, 'd3 00 00 00'),
    ...both(`54 02 20 39 24 01 01 ${'00'.repeat(16)} ${ID} 00`, 'd4 00 0f 00'),
    ...both('0e 03 20 39 24 01 30 0b', '8e 00 00 00 06'),
    ...both(`57 02 20 39 24 01 ${ID}`, 'd7 00 00 00'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'credential.exposed', user: '', mask: 's…t (6)', weakness: 'clear' },
    {
      kind: 'configuration.changed',
      what: 'safety configuration',
      value: 'target 01020304050607080910, owner 01020304050607080910',
      ok: true,
    },
    { kind: 'configuration.changed', what: 'safety configuration lock', value: 'locked, target 01020304050607080910', ok: true },
    { kind: 'mode.changed', mode: 'run', by: 'command', detail: 'safety mode 1', ok: true },
    { kind: 'device.restarted', how: 'safety reset, factory defaults', ok: false },
    { kind: 'device.diagnosed', what: 'safety critical fault', fault: true },
    { kind: 'configuration.changed', what: 'safety network number', value: 'applied 01020304050607080910', ok: true },
  ])
  assert.equal(heard.operations[0]!.operation, 'configure safety')
})

const REQUESTOR = '07 4d00 78563412'
const pccc = (command: string, reply: string) => both(`4b 02 20 67 24 01 ${REQUESTOR} ${command}`, `cb 00 00 00 ${REQUESTOR} ${reply}`)

test('PLC-5: typed reads and writes, word ranges', () => {
  const { heard } = run(
    ...pccc('0f 00 0100 68 0000 0200 07 00 07 0a 0200', '4f 00 0100 99 09 05 42 0500 feff'),
    ...pccc(`0f 00 0200 67 0000 0100 00 24 ${ascii('F8:3')} 00 94 08 0000a040`, '4f 00 0200'),
    ...pccc('0f 00 0300 01 0200 0100 07 00 07 00 02', '4f 00 0300 0900'),
    ...pccc('01 00 0400 2000 02', '41 00 0400 0102'),
  )
  assert.deepEqual(heard.values, ['N7:10=5 int16', 'N7:11=-2 int16', 'F8:3:=5 float32 ok', 'N7:2=9 int16', 'byte 32=0102 bytes'])
})

test('SLC: forces, a ladder file written, mode and faults from the diagnostic status', () => {
  const { heard } = run(
    ...pccc('0f 00 0100 41', '4f 00 0100'),
    ...pccc('0f 00 0200 aa 02 02 22 00 00 0102', '4f 00 0200'),
    ...pccc('06 00 0300 03', `46 00 0300 00 ee 34 5b 23 ${ascii('5/04       ')} 1000 1e00`),
  )
  assert.deepEqual(heard.said, [
    { kind: 'tag.forced', tag: 'all forces', action: 'disable', ok: true },
    {
      kind: 'program.edited',
      section: 'file type 0x22',
      sectionType: 'file',
      ...wholeMoved(bytes('0102')),
      hash: undefined,
      user: undefined,
      ok: true,
    },
    { kind: 'device.diagnosed', what: 'major error 0x0010', fault: true },
  ])
  assert.deepEqual(heard.hints, ['server model=5/04', 'server hardware=series B revision 3', 'server state=run'])
})

test('files move part by part: what a device holds is read, what it is given is a change', () => {
  const read = (number: string, answer: string): string[] => both(`4f 03 20 37 25 00 c800 ${number}`, `cf 00 00 00 ${answer}`)
  const write = (part: string): string[] => both(`50 03 20 37 25 00 4101 ${part}`, `d0 00 00 00 ${part.slice(0, 2)}`)
  const { heard } = run(
    ...both('4b 03 20 37 25 00 c800 80', 'cb 00 00 00 05000000 80'),
    ...read('00', '00 00 5b46'),
    ...read('01', '01 02 696c65 aabb'),
    ...both('4f 03 20 37 25 00 4101 00', 'cf 00 00 00 00 04 0a0b eeff'),
    ...write('00 04 01020304 ccdd'),
    ...both('51 03 20 37 25 00 4101', 'd1 00 00 00'),
  )
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'file.moved'
        ? [s.name, s.direction, s.bytes, s.hash?.slice(0, 8)]
        : s.kind === 'configuration.changed' && [s.what, s.value],
    ),
    [
      ['EDS', 'to-client', 5, '22c2f04e'],
      ['file', 'file 321'],
      ['file 321', 'to-server', 4, '9f64a747'],
      ['file cleared', 'file 321'],
    ],
  )
  assert.deepEqual(heard.values, ['file 321=0a0b bytes'])
})

test('forces: of a whole controller, of its charts, of one point', () => {
  const { heard } = run(
    ...both('4d 02 20 69 24 00', 'cd 00 00 00'),
    ...both('4e 02 20 69 24 00', 'ce 00 00 00'),
    ...both('4d 02 20 69 24 01', 'cd 00 00 00'),
    ...both('4d 02 20 68 24 00', 'cd 00 0f 00'),
    ...both('4e 02 20 68 24 05', 'ce 00 08 00'),
    ...both('10 03 20 09 24 02 30 74 01', '90 00 00 00'),
    ...both('10 03 20 09 24 02 30 73 01', '90 00 00 00'),
    ...both('10 03 20 08 24 03 30 73 00', '90 00 00 00'),
  )
  assert.deepEqual(heard.said, [
    { kind: 'tag.forced', tag: 'all forces', action: 'enable', ok: true },
    { kind: 'tag.forced', tag: 'all forces', action: 'disable', ok: true },
    { kind: 'tag.forced', tag: 'all forces', action: 'enable', ok: true },
    { kind: 'tag.forced', tag: 'all SFC forces', action: 'enable', ok: false },
    { kind: 'tag.forced', tag: 'discrete output 2', action: 'force', ok: true },
    { kind: 'tag.forced', tag: 'discrete output 2', action: 'enable', ok: true },
    { kind: 'tag.forced', tag: 'discrete input 3', action: 'disable', ok: true },
  ])
})
