import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { kindOf, nameOf } from './profinet-rt.table.ts'
import type { Rt, RtState } from './profinet-rt.ts'
import { profinetRt } from './protocol.ts'

const run = (...lines: string[]) => exchange(profinetRt, { transport: 'ethernet', serverPort: undefined }, lines)
const cyclic = (cycle: string, status = '35', data = '01', id = '8001') => `> ${id} ${data.repeat(40)} ${cycle} ${status} 00`
/** Diagnosis of channel 1 of slot 2: line break. */
const NOTIFICATION = '0001 001e 0100 0001 00000000 0002 0001 00000078 00000005 a801 8000 0001 0800 0006'
const alarm = (side: string, head: string, content: string) =>
  `${side} fc01 ${head} ${(content.replace(/\s/g, '').length / 2).toString(16).padStart(4, '0')} ${content}`

test('a provider, its data and its status', () => {
  const { messages, heard } = run(cyclic('0040'), cyclic('0080'))
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object]),
    [['publish', 'RT class 1 0x8001']],
  )
  assert.deepEqual(heard.values, [`cyclic 0x8001=${'01'.repeat(40)} bytes`])
  assert.deepEqual([messages[1]!.stream!.cycle, messages[1]!.stream!.step, messages[1]!.stream!.dataStatus], [0x80, 0x40, 0x35])
  assert.deepEqual([heard.said, heard.anomalies], [[], []])
  assert.equal(messages[0], messages[1])
})

test('a provider stops, has a problem, sends data that is not valid', () => {
  const { heard } = run(cyclic('0040'), cyclic('0080', '25'), cyclic('00c0', '05'), cyclic('0100', '01'), cyclic('0140'))
  const said = heard.said.map((s) =>
    s.kind === 'mode.changed' ? `${s.side} ${s.mode} ${s.by}` : s.kind === 'device.diagnosed' ? `${s.what} ${s.fault}` : s.kind,
  )
  assert.deepEqual(said, [
    'server stop report',
    'cyclic 0x8001: station problem true',
    'cyclic 0x8001: data not valid true',
    'server run report',
    'cyclic 0x8001: data valid false',
    'cyclic 0x8001: no problem false',
  ])
})

test('a provider that is stopped from the start says so', () => {
  assert.deepEqual(
    run(cyclic('0040', '25')).heard.said.map((s) => s.kind === 'mode.changed' && s.mode),
    ['stop'],
  )
})

for (const [what, second, anomaly] of [
  ['a frame sent twice', cyclic('4000'), 'profinet-rt.cycle-repeated'],
  ['an earlier frame replayed', cyclic('3f00'), 'profinet-rt.cycle-regressed'],
  ['a frame that cannot be whole', '> 8001 0101 0101', 'profinet-rt.truncated'],
] as const) {
  test(`${what}: ${anomaly}`, () => assert.deepEqual(run(cyclic('4000'), second).heard.anomalies, [anomaly]))
}

test('lost frames, the counter at its end, two stations and two frame ids are in order', () => {
  const back = (cycle: string) => cyclic(cycle).replace('>', '<')
  const { heard } = run(cyclic('ff80'), back('1000'), cyclic('0040'), cyclic('0001', '35', '02', 'c010'), back('1040'), cyclic('0400'))
  assert.deepEqual(heard.anomalies, [])
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'operation.done' && `${s.side} ${s.object}`),
    ['server RT class 1 0x8001'],
  )
})

test('an alarm: raised, acknowledged, the relation ended', () => {
  const { heard, messages } = run(
    alarm('<', '0001 0002 11 11 0000 ffff', NOTIFICATION),
    '> fc01 0002 0001 13 01 ffff 0000 0000',
    alarm('>', '0002 0001 11 11 0000 0000', '8001 0010 0100 0001 00000000 0002 0001 a801 00000000'),
    alarm('>', '0002 0001 14 01 0001 0000', 'cf81fd05'),
  )
  const a = messages[0]!.alarm!
  assert.deepEqual([a.slot, a.subslot, a.module, a.submodule, a.errors], [2, 1, 0x78, 5, [{ channel: 1, error: 6 }]])
  assert.deepEqual(
    heard.said.map((s) =>
      s.kind === 'device.diagnosed' ? [s.side, s.what, s.fault] : s.kind === 'operation.done' && [s.side, s.operation],
    ),
    [
      ['server', 'raise alarm'],
      ['client', 'diagnosis appears, slot 2 subslot 1: channel 1 line break', true],
    ],
  )
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['acknowledge alarm diagnosis appears slot 2 subslot 1', 'end relation RTA error: RTA protocol, 5'],
  )
})

test('an alarm that is cut is marked', () => {
  const whole = bytes(alarm('', '0001 0002 11 11 0000 ffff', NOTIFICATION))
  const ctx = context<Rt, RtState>('client', profinetRt.dissector.start!(), { transport: 'ethernet' })
  for (let n = 3; n < whole.length; n++)
    assert.ok(profinetRt.dissector.parse(new Reader(whole.subarray(0, n)), ctx).isTruncated, `${n} bytes`)
  assert.equal(profinetRt.dissector.frame(new Reader(bytes('80')), ctx), NEED_MORE)
})

test('DCP is carried with its frame id; a clock is told', () => {
  const { carried, heard } = run('> fefe 05 00 00000001 0001 0004 ffff 0000', '> 0080 00000000')
  assert.deepEqual(
    carried.map((c) => [c.over, c.bytes.length]),
    [['profinet-rt/dcp', 16]],
  )
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation}: ${o.object}`),
    ['synchronise clocks: clock synchronisation'],
  )
})

test('every frame id has a kind', () => {
  const kinds = [0x0080, 0x0100, 0x8000, 0xc000, 0xfbff, 0xfc01, 0xfe01, 0xfefd, 0xff40, 0xff80, 0xffff].map(
    (id) => `${kindOf(id)} ${nameOf(id)}`,
  )
  assert.deepEqual(kinds, [
    'time clock synchronisation',
    'cyclic RT class 3',
    'cyclic RT class 1',
    'cyclic RT class 1',
    'cyclic RT class 1',
    'alarm alarm, high priority',
    'alarm alarm, low priority',
    'dcp discovery and configuration',
    'time line delay',
    'fragment fragment',
    'reserved reserved',
  ])
})
