import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector } from './bsap.ts'
import { bsap } from './protocol.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')
const le = (value: number, size: number) => hexOf(Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff))
const name = (text: string) => `${hexOf(new TextEncoder().encode(text))}00`

/** One datagram with messages of `sequence body` each. */
function line(direction: '>' | '<', ...messages: readonly (readonly [sequence: number, body: string])[]): string {
  const parts = messages.map(([sequence, body]) => `${le(bytes(body).length + 9, 4)}0c${le(sequence, 4)}${body}`)
  return `${direction} 0e00 ${le(parts.length, 2)} ${direction === '>' ? '0600' : '0500'} ${le(9, 4)} ${le(8, 4)} ${parts.join('')}`
}
const run = (...lines: string[]) => exchange(bsap, { transport: 'udp', clientPort: 1234, serverPort: 1234 }, lines)

/** Two signals by name: type, value and address, version of the load. */
const ASK = `a0 00 04 03 d0 01 0f 02 ${name('@GV.Level')}${name('@GV.Pump')}`
const TELL = '00 02 02 0000a041 0700 3412 00 01 0800 3412'

test('signals are read by name: analog and logical', () => {
  const { heard, rows } = run(line('>', [7, ASK]), line('<', [7, TELL]))
  assert.deepEqual(heard.values, ['@GV.Level=20 analog', '@GV.Pump=true logical'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.object, o.ok]),
    [['read signal by name', '@GV.Level, @GV.Pump', true]],
  )
  assert.deepEqual(
    rows.rows.map((r) => r.log),
    ['bsap_ip_header', 'bsap_ip_rdb', 'bsap_ip_header', 'bsap_ip_rdb'],
  )
})

test('a write by address takes the name that the node gave for the address', () => {
  const { heard } = run(
    line('>', [7, ASK]),
    line('<', [7, TELL]),
    line('>', [8, 'a0 00 80 3412 0f 02 0800 0a 0700 0b 00002041']),
    line('<', [8, '00 00']),
  )
  assert.deepEqual(heard.values.slice(2), ['@GV.Pump:=false logical ok', '@GV.Level:=10 analog ok'])
})

test('one datagram answers several questions', () => {
  const { heard } = run(line('>', [1, ASK]), line('>', [2, ASK]), line('<', [1, TELL], [2, TELL]))
  assert.equal(heard.values.length, 4)
})

test('inhibits are configuration, a refusal has its error, silence has no outcome', () => {
  const { heard, end } = run(
    line('>', [3, 'a0 00 80 3412 0f 01 0700 06']),
    line('<', [3, '80 00']),
    line('>', [4, 'a0 00 80 3412 0f 01 0700 09']),
  )
  end()
  assert.deepEqual(
    heard.said.map((s) => (s.kind === 'configuration.changed' ? [s.what, s.value, s.ok] : s.kind)),
    [['0x0007', 'manual inhibited', false]],
  )
  assert.deepEqual(heard.operations[0]!.error, 'error 0x80')
  assert.deepEqual(heard.values, ['0x0007:=true logical unanswered'])
})

test('a reset and a new clock through the extension', () => {
  const { heard } = run(line('>', [5, 'a1 00 0101']), line('<', [5, '00 00']), line('>', [6, 'a1 00 8102']), line('<', [6, '00 00']))
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['device.restarted', 'time.set'],
  )
})

test('frames of a serial line: nodes are parts, doubled DLE counts once', () => {
  const { heard, rows } = run(
    `> 1002 05 01 a0 0700 03 00 04 03 d0 01 0f 01 ${name('@GV.Level')} 1003 beef`,
    '< 1002 05 01 03 0700 a0 00 00 01 02 0000a041 1010 00 3412 1003 beef',
    '> 1002 05 02 85 00 1003 beef',
  )
  assert.deepEqual(heard.values, ['node 5 @GV.Level=20 analog'])
  assert.deepEqual(
    rows.rows.map((r) => r.log),
    ['bsap_serial_header', 'bsap_serial_rdb', 'bsap_serial_header', 'bsap_serial_rdb', 'bsap_serial_header'],
  )
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.part]),
    [
      ['read signal by name', 'node 5'],
      ['poll', 'node 5'],
    ],
  )
})

test('lengths must end where the datagram does', () => {
  const frame = (text: string) => dissector.frame(new Reader(bytes(text)), context('client', dissector.start!()))
  assert.equal(frame(line('>', [7, ASK]).slice(1)), bytes(line('>', [7, ASK]).slice(1)).length)
  assert.equal(frame(`${line('>', [7, ASK]).slice(1)}00`), NOT_MINE)
  assert.equal(frame('0e00 0000 0000 00000000 01000000'), 14)
  assert.equal(frame('0e00 0100 0700 00000000 01000000 0b000000'), NOT_MINE)
  assert.equal(frame('0e00 0100 0600 00000000 01000000 ffffffff'), NOT_MINE)
  assert.equal(frame('0e'), NEED_MORE)
})

test('counts that lie end with the bytes', () => {
  const { heard } = run(line('>', [7, 'a0 00 04 03 d0 01 0f ff 40']), line('<', [7, '00 ff 02 0000']))
  assert.deepEqual(heard.values, [])
  const whole = bytes(line('<', [7, TELL], [8, TELL]).slice(1))
  for (let n = 0; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context('server', dissector.start!()))
    assert.ok(m.anomalies.includes('truncated') || m.parts.length < 2, `cut to ${n}`)
  }
})
