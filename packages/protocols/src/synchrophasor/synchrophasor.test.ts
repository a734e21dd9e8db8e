import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { isChecked } from './crc.ts'
import { synchrophasor } from './protocol.ts'

const hexOf = (text: string, size = 0) => Buffer.from(text.padEnd(size), 'latin1').toString('hex')
const u16 = (n: number) => (n & 0xffff).toString(16).padStart(4, '0')
const u32 = (n: number) => (n >>> 0).toString(16).padStart(8, '0')
const f32 = (n: number) => {
  const b = Buffer.alloc(4)
  b.writeFloatBE(n)
  return b.toString('hex')
}

/** A frame of stream 7 with a check that fits. */
function frame(type: number, body: string, quality = '00'): string {
  const payload = body.replaceAll(' ', '')
  const head = `aa${type}1${u16(16 + payload.length / 2)}0007${u32(1_700_000_000)}${quality}07a120`
  return head + payload + u16(crc(bytes(head + payload)))
}

/** Bit by bit, as annex B describes it. */
function crc(data: Uint8Array): number {
  let value = 0xffff
  for (const byte of data) {
    for (let bit = 7; bit >= 0; bit--) {
      const isSet = ((value >> 15) ^ (byte >> bit)) & 1
      value = ((value << 1) & 0xffff) ^ (isSet ? 0x1021 : 0)
    }
  }
  return value
}

const BITS = Array.from({ length: 16 }, (_, n) => hexOf(n === 0 ? 'BREAKER' : '', 16)).join('')
/** One station: two phasors and an analog as 16-bit numbers, polar, one digital word of which two inputs are valid; 50 Hz. */
const STATION =
  `${hexOf('NORTH', 16)} 0065 0001 0002 0001 0001 ${hexOf('VA', 16)} ${hexOf('IA', 16)} ${hexOf('POWER', 16)} ${BITS}` +
  ` 00${'0f4240'} 01${'0186a0'} 00${'000002'} 0000 0003 0001 0005`
const CONFIG = frame(3, `${u32(1_000_000)} 0001 ${STATION} 0019`)
const data = (status: string, digital = '0001', quality = '00') =>
  frame(0, `${status} 0064 3d5c 000a c2a4 00fa fff6 0015 ${digital}`, quality)
const run = (...lines: string[]) => exchange(synchrophasor, { serverPort: 4712 }, lines)

test('a station, its channels and its values', () => {
  const { heard, messages } = run(`> ${frame(4, '0005')}`, `< ${CONFIG}`, `> ${frame(4, '0002')}`, `< ${data('0000')}`)
  assert.deepEqual(heard.hints, [
    'server type=ied',
    'server role=phasor measurement unit',
    'client role=phasor data concentrator',
    'server name=NORTH',
  ])
  assert.deepEqual(heard.values, [
    'VA magnitude=1000 float32',
    'VA angle=90.00021 float32',
    'IA magnitude=10 float32',
    'IA angle=-90.00021 float32',
    'frequency=50.25 float32',
    'rate of change of frequency=-0.1 float32',
    'POWER=42 float32',
    'BREAKER=true bool',
    'digital 1.1=false bool',
  ])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.access, o.ok]),
    [
      ['send configuration 2', 'stream 7', 'identify', true],
      ['report configuration', 'NORTH', 'identify', true],
      ['turn on data', 'stream 7', 'control', undefined],
      ['report data', 'stream 7', 'read', true],
    ],
  )
  assert.equal(messages[3]!.fraction, 500_000)
  assert.deepEqual(heard.anomalies, [])
})

test('an error, a lost clock and a trigger are diagnosed once', () => {
  const { heard } = run(`< ${CONFIG}`, `< ${data('0000')}`, `< ${data('e801')}`, `< ${data('e801', '0001', '0f')}`)
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'device.diagnosed' && `${s.what} ${s.fault}`),
    [
      'NORTH: data error true',
      'NORTH: not synchronised true',
      'NORTH: triggered: magnitude low false',
      'stream 7: clock not reliable true',
    ],
  )
})

test('a digital that changes is told at once, though a second has not passed', () => {
  const { heard } = run(`< ${CONFIG}`, `< ${data('0000')}`, `< ${data('0000')}`, `< ${data('0000', '0000')}`)
  assert.equal(heard.values.filter((v) => v.startsWith('BREAKER')).join(), 'BREAKER=true bool,BREAKER=false bool')
})

test('data without a configuration is counted, not guessed', () => {
  const { heard } = run(`< ${data('0000')}`)
  assert.deepEqual(heard.values, [])
  assert.equal(heard.operations[0]!.operation, 'report data')
})

test('a configuration 3 in two fragments, with floating-point rectangular phasors and a place', () => {
  const body =
    `${u32(1000)} 0001 05${hexOf('SOUTH')} 0009 ${'11'.repeat(16)} 000e 0001 0001 0000 02${hexOf('VB')} 01${hexOf('P')}` +
    ` 0402 08 00 ${f32(1)} ${f32(0)} ${f32(2)} ${f32(1)} ${f32(48.5)} ${f32(11.25)} ${f32(500)} 4d 00000064 0000000a 0000 0001 0032`
  const all = body.replaceAll(' ', '')
  const { heard, messages } = run(
    `< ${frame(5, `0001 ${all.slice(0, 40)}`)}`,
    `< ${frame(5, `ffff ${all.slice(40)}`)}`,
    `< ${frame(0, `2000 ${f32(3)} ${f32(4)} ${f32(59.5)} ${f32(0.5)} ${f32(10)}`)}`,
  )
  assert.equal(messages[1]!.config!.stations[0]!.serviceClass, 'M')
  assert.ok(heard.hints.includes('server location=48.5, 11.25'))
  assert.deepEqual(heard.values, [
    'VB magnitude=5 float32',
    'VB angle=53.1301 float32',
    'frequency=59.5 float32',
    'rate of change of frequency=0.5 float32',
    'P=21 float32',
  ])
})

test('the logs of ICSNPP', () => {
  const { rows, end } = run(`> ${frame(4, '0005')}`, `< ${CONFIG}`, `< ${data('0401')}`, `< ${frame(1, hexOf('hello'))}`)
  end()
  const of = (log: string) => rows.rows.filter((row) => row.log === log).map((row) => row.cells)
  assert.deepEqual(of('synchrophasor_cmd'), [['tcp', 'Command', 18, undefined, 'Send CFG-2', []]])
  assert.deepEqual(of('synchrophasor_hdr'), [['tcp', 'Header', 21, undefined, 'hello']])
  assert.deepEqual(of('synchrophasor_data_detail')[0]!.slice(4), [
    ...[0, 1, 0, 0, false, true, false, false, false, 0],
    ...[[0, 0], [0, 0], [100, 10], [15_708, -15_708], 250, -10, [21], [1]],
  ])
  const detail = of('synchrophasor_cfg_detail')[0]!
  assert.deepEqual(detail.slice(5, 9), ['', 'NORTH', 101, ''].slice(0, 4))
  // The conversion words 00 0f4240 and 01 0186a0, split at their low byte.
  assert.deepEqual(detail.slice(19, 21), [
    [0x40, 0xa0],
    [0x0f42, 0x01_0186],
  ])
  assert.deepEqual(of('synchrophasor')[0], ['tcp', [1], [7], '2', 18, CONFIG.length / 2, 18 + CONFIG.length / 2 + 34 + 21, 1, [25]])
})

test('a damaged check is an anomaly on our port and no frame elsewhere', () => {
  const bad = `${CONFIG.slice(0, -4)}0000`
  assert.deepEqual(run(`< ${bad}`).heard.anomalies, ['synchrophasor.checksum-mismatch'])
  const at = (hex: string, serverPort: number) =>
    synchrophasor.dissector.frame(new Reader(bytes(hex)), context('server', synchrophasor.dissector.start!(), { serverPort }))
  assert.equal(at(bad, 9999), NOT_MINE)
  assert.equal(at(CONFIG, 9999), CONFIG.length / 2)
  assert.equal(at('aa', 9999), NEED_MORE)
  assert.equal(at('aa 71 0012', 4712), NOT_MINE)
  assert.equal(at('aa 31 0004', 4712), NOT_MINE)
})

test('counts that lie end with the bytes; every truncation is marked', () => {
  const lying = frame(3, `${u32(1_000_000)} ffff ${STATION} 0019`)
  const { heard } = run(`< ${lying}`)
  assert.deepEqual(heard.anomalies, ['synchrophasor.bad-configuration'])
  const whole = bytes(CONFIG)
  assert.ok(isChecked(whole, 0, whole.length))
  for (let cut = 0; cut < whole.length; cut++) {
    const ctx = context<never, ReturnType<NonNullable<typeof synchrophasor.dissector.start>>>('server', synchrophasor.dissector.start!())
    assert.ok(synchrophasor.dissector.parse(new Reader(whole.subarray(0, cut)), ctx).anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
