import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector } from './genisys.ts'
import { genisys } from './protocol.ts'

const hexOf = (data: readonly number[]) => data.map((b) => b.toString(16).padStart(2, '0')).join('')

/** A message with its check, escaped. */
function line(direction: '>' | '<', header: number, body: readonly number[]): string {
  const plain = Uint8Array.from([header, ...body])
  const check = crc16(plain, 0, plain.length, 0xffff)
  const escaped = [...body, check & 0xff, check >> 8].flatMap((b) => (b >= 0xf0 ? [0xf0, b & 0x0f] : [b]))
  return `${direction} ${hexOf([header, ...escaped, 0xf6])}`
}
const run = (...lines: string[]) => exchange(genisys, { serverPort: 10_001 }, lines)

test('indications are tags of their unit; escaped bytes are one', () => {
  const { heard, rows } = run(line('>', 0xfd, [0xf1]), line('<', 0xf2, [0xf1, 0, 5, 7, 0xf6]))
  assert.deepEqual(heard.values, ['unit 241 indication 0=5 byte', 'unit 241 indication 7=246 byte'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok, o.part]),
    [['recall', true, 'unit 241']],
  )
  assert.deepEqual(rows.rows[1]!.cells.at(-1), ['0=5', '7=246'])
})

test('controls are written once the unit checks them back, and executed', () => {
  const { heard } = run(line('>', 0xfc, [3, 2, 1, 0xe0, 2]), line('<', 0xf3, [3, 2, 1, 0xe0, 2]), line('>', 0xfe, [3]), '< f1 03 f6')
  assert.deepEqual(heard.values, ['unit 3 control 2:=1 byte ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.access, o.ok]),
    [
      ['control', 'control', true],
      ['execute controls', 'control', true],
    ],
  )
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && [s.what, s.value]),
    [['mode of unit 3', '0x02']],
  )
})

test('nobody answers a common control, or a poll at the end', () => {
  const { heard, end } = run(line('>', 0xf9, [0, 1, 1]), '> fb 05 f6')
  end()
  assert.deepEqual(heard.values, ['control 1:=1 byte unanswered'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.ok]),
    [
      ['common control', undefined],
      ['poll', undefined],
    ],
  )
})

test('on a foreign port only a right check tells', () => {
  const frame = (text: string, port: number) =>
    dissector.frame(new Reader(bytes(text.slice(1))), context('client', dissector.start!(), { serverPort: port }))
  const poll = line('>', 0xfb, [1])
  assert.equal(poll, '> fb018340f6')
  assert.equal(frame(poll, 5000), 5)
  assert.equal(frame('> fb018341f6fb01', 5000), NOT_MINE)
  assert.equal(frame('> f101f6', 5000), NOT_MINE)
  assert.equal(frame('> f101f6', 10_001), 3)
  assert.equal(frame('> fb0183', 5000), NEED_MORE)
  assert.equal(frame('> fb01f7f7f7', 5000), NOT_MINE)
  assert.equal(frame(`> fb${'00'.repeat(1200)}`, 10_001), NOT_MINE)
})

test('a check may come unescaped, whatever its bytes', () => {
  const raw = (body: readonly number[]): readonly number[] => {
    const plain = Uint8Array.from([0xf2, 1, ...body])
    const check = crc16(plain, 0, plain.length, 0xffff)
    return [...plain, check & 0xff, check >> 8, 0xf6]
  }
  let odd = 0
  for (let n = 0; n < 0x4000; n++) {
    const message = raw([n & 0x7f, n >> 7])
    if (message[4]! < 0xf0 && message[5]! < 0xf0) continue
    odd++
    const { messages } = run(`< ${hexOf(message)}`)
    assert.deepEqual([...messages[0]!.pairs, messages[0]!.anomalies.length], [n & 0x7f, n >> 7, 0], hexOf(message))
  }
  assert.ok(odd > 1000)
})

test('every truncation says that it is one', () => {
  const whole = bytes(line('<', 0xf2, [1, 0, 5, 7, 0xf6]).slice(1))
  for (let n = 1; n < whole.length; n++) {
    const m = dissector.parse(new Reader(whole.subarray(0, n)), context('server', dissector.start!()))
    assert.ok(m.anomalies.includes('truncated'), `cut to ${n}`)
  }
})
