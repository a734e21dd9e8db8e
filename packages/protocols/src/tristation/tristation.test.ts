import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { tristation } from './protocol.ts'
import { dissector, type TriStation, type TriStationState } from './tristation.ts'

const UDP = { transport: 'udp', serverPort: 1502 } as const
const two = (n: number): string => `${(n & 255).toString(16).padStart(2, '0')}${((n >> 8) & 255).toString(16).padStart(2, '0')}`

function crc(data: Uint8Array): number {
  let c = 0
  for (const b of data) {
    c ^= b
    for (let i = 0; i < 8; i++) c = c & 1 ? (c >> 1) ^ 0xa001 : c >> 1
  }
  return c
}
const checked = (hex: string): string => `${hex}${two(crc(bytes(hex)))}`
/** A command with its sum and check. */
function frame(isAnswer: boolean, command: number, sequence: number, data = ''): string {
  const length = 10 + bytes(data).length
  const inner = (sum: number): string =>
    `0500${two(length)}${isAnswer ? '0101' : '0000'}${two(command).slice(0, 2)}${two(sequence).slice(0, 2)}0000${two(sum)}${two(length)}${data.replaceAll(' ', '')}`
  const whole = bytes(inner(0))
  const sum = whole.reduce((total, b, i) => (i < 2 ? 0 : total + b), 0)
  return `${isAnswer ? '<' : '>'} ${checked(inner(sum))}`
}
const ask = (command: number, sequence: number, data?: string): string => frame(false, command, sequence, data)
const answer = (command: number, sequence: number, data?: string): string => frame(true, command, sequence, data)
const STATUS = (key: string, run: string): string =>
  `0100 00 00 0d 00 01 ${key} ${run} ${'00'.repeat(47)} 0100 0300 fa75ab5a ${Buffer.from('SIS-UNIT1').toString('hex')}00`

test('key position and run state are told when they change, the project is named', () => {
  const { heard } = exchange(tristation, UDP, [
    `> ${checked('01000000')}`,
    `< ${checked('02000000')}`,
    ask(19, 1),
    answer(108, 1, STATUS('01', '00')),
    ask(19, 2),
    answer(108, 2, STATUS('01', '00')),
    ask(19, 3),
    answer(108, 3, STATUS('02', '01')),
  ])
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'mode.changed' ? [s.mode, s.detail] : s.kind)),
    [
      ['program', 'key position program'],
      ['run', 'program running'],
      ['run', 'key position run'],
      ['stop', 'program halted'],
    ],
  )
  assert.ok(heard.hints.includes('server project=SIS-UNIT1 3.1'))
  assert.deepEqual(heard.anomalies, [])
})

test('a change is downloaded: what is appended is hashed a program, the end is an edit', () => {
  const { heard } = exchange(tristation, UDP, [
    ask(1, 1, `${Buffer.from('SIS-UNIT1').toString('hex')}00 0100 0300 fa75ab5a`),
    answer(102, 1),
    ask(55, 2, '0200 0300 0000 0000 0100 01020304'),
    answer(153, 2),
    ask(56, 3, '1000 1100 0000 0000 0100 05060708'),
    answer(154, 3),
    ask(11, 4),
    answer(103, 4),
    ask(20, 5),
    answer(212, 5),
  ])
  assert.deepEqual(
    heard.said.map((s) => [s.kind, 'section' in s ? s.section : '', 'bytes' in s ? s.bytes : 0, 'ok' in s ? s.ok : undefined]),
    [
      ['program.downloaded', 'program 2', 4, true],
      ['program.downloaded', 'function 16', 4, true],
      ['program.edited', 'control program', 0, true],
      ['mode.changed', '', 0, false],
    ],
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.error]),
    [
      ['start download change', 'SIS-UNIT1', 'program', ''],
      ['allocate program', 'program 2', 'program', ''],
      ['allocate function', 'function 16', 'program', ''],
      ['end download change', '', 'program', ''],
      ['run program', '', 'control', 'key position prohibits this operation'],
    ],
  )
})

test('modules with their firmware and serial numbers', () => {
  const versions = `00 ff ff00 0100 0200 0300 5700 0400 0500 0600 ${'00'.repeat(8 * 14)} ${Buffer.from('7400001012 12345678').toString('hex').replace('20', '')}`
  const { heard } = exchange(tristation, UDP, [ask(54, 1), answer(151, 1, versions)])
  assert.deepEqual(heard.hints.slice(0, 4), [
    'server slot 0 model=3008 main processor',
    'server slot 0 firmware=1.2.3',
    'server slot 1 model=4352A communication module',
    'server slot 1 firmware=4.5.6',
  ])
})

test('a wrong check is not TriStation; a wrong sum is named', () => {
  const ctx = context<TriStation, TriStationState>('client', dissector.start!(), UDP)
  const good = bytes(ask(19, 1).slice(1))
  assert.equal(dissector.frame(new Reader(good), ctx), good.length)
  for (const at of [0, 1, 6, good.length - 1]) {
    const bad = good.slice()
    bad[at] = bad[at]! ^ 0x40
    assert.equal(dissector.frame(new Reader(bad), ctx), NOT_MINE, `byte ${at}`)
  }
  const bad = good.slice()
  bad[10] = 0x55
  assert.deepEqual(dissector.parse(new Reader(bad), ctx).anomalies, ['sum-mismatch'])
  assert.deepEqual(dissector.parse(new Reader(good.subarray(0, 9)), ctx).anomalies, ['truncated'])
})
