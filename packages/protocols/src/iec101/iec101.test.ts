import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { dissector } from './iec101.ts'
import { iec101 } from './protocol.ts'

const hexOf = (data: Uint8Array | readonly number[]) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('')
const sum = (data: Uint8Array) => hexOf([data.reduce((a, b) => a + b, 0) & 0xff])
/** Frames around control, link address and, in the longer kind, a data unit. */
const fixed = (content: string) => `10 ${content} ${sum(bytes(content))} 16`
function variable(content: string): string {
  const data = bytes(content)
  return `68 ${hexOf([data.length, data.length])} 68 ${content} ${sum(data)} 16`
}
const run = (...lines: string[]) => exchange(iec101, { serverPort: 4001 }, lines)
const frame = (hex: string) => dissector.frame(new Reader(bytes(hex)), context('client', dissector.start!(), { serverPort: 4001 }))

test('a station is polled: values of class 1 and 2', () => {
  const { heard } = run(
    `> ${fixed('49 01')}`,
    `< ${fixed('0b 01')}`,
    `> ${fixed('40 01')}`,
    '< e5',
    `> ${fixed('7a 01')}`,
    `< ${variable('08 01 01 02 03 01 0a00 01 0b00 00')}`,
    `> ${fixed('5b 01')}`,
    `< ${variable('08 01 0b 01 03 01 6400 d204 00')}`,
    `> ${fixed('7b 01')}`,
    `< ${fixed('09 01')}`,
  )
  assert.deepEqual(heard.values, [
    'station 1 single point 10=true bool',
    'station 1 single point 11=false bool',
    'station 1 measured value 100=1234 int16',
  ])
  assert.deepEqual(
    heard.operations.filter(({ object }) => object === 'link 1').map((o) => [o.operation, o.access, o.ok]),
    [
      ['request link status', 'session', true],
      ['reset link', 'session', true],
      ['request class 1 data', 'read', true],
      ['request class 2 data', 'read', true],
    ],
  )
  assert.deepEqual(heard.anomalies, [])
})

test('a command is confirmed; sizes as in -104', () => {
  const { heard } = run(
    `> ${variable('f3 0100 2d 01 06 00 0200 881300 01')}`,
    `< ${fixed('00 0100')}`,
    `< ${variable('73 0100 2d 01 07 00 0200 881300 01')}`,
    `> ${variable('d3 0100 67 01 06 00 0200 000000 0a00 08 07 06 05 18')}`,
  )
  assert.deepEqual(heard.values, ['station 2 single command 5000:=true bool ok'])
  assert.deepEqual(
    heard.operations.map((o) => [o.operation, o.part, o.ok]),
    [['execute single command', 'station 2', true]],
  )
})

test('reset of the user process restarts; a busy link refuses', () => {
  const { heard } = run(`> ${fixed('49 05')}`, `< ${fixed('0b 05')}`, `> ${fixed('41 05')}`, `< ${fixed('01 05')}`)
  assert.deepEqual(heard.said, [{ side: 'client', kind: 'device.restarted', how: 'reset user process', ok: false }])
  assert.equal(heard.operations[1]!.error, 'link busy')
})

test('what was damaged on the line says nothing', () => {
  const good = variable('08 01 01 01 03 01 0a00 01')
  const { heard } = run(`> ${fixed('49 01')}`, `< ${good}`, `< ${good.replace('0a00 01', '0a00 00')}`)
  assert.deepEqual(heard.values, ['station 1 single point 10=true bool'])
  assert.deepEqual(heard.anomalies, ['iec101.checksum'])
})

test('frame decides by sums and lengths', () => {
  const interrogation = variable('53 01 64 01 06 01 0000 14')
  assert.equal(interrogation.replaceAll(' ', ''), '6809096853016401060100 0014d416'.replaceAll(' ', ''))
  assert.equal(frame(interrogation), 15)
  assert.equal(frame('68 09 09'), NEED_MORE)
  assert.equal(frame('68 09 08'), NOT_MINE)
  assert.equal(frame(interrogation.replace('d4', 'd5')), NOT_MINE)
  // M-Bus: a reset and an answer.
  assert.equal(frame('10 40 01 41 16'), NOT_MINE)
  assert.equal(frame(variable('08 01 72 78563412 a732 01 02 00 00 0000')), NOT_MINE)
  // -104, and the single character.
  assert.equal(frame('68 04 07 00 00 00'), NOT_MINE)
  assert.equal(frame('e5'), NOT_MINE)
})

test('every truncation parses and is marked', () => {
  const pdu = bytes(variable('08 01 01 02 03 01 0a00 01 0b00 00'))
  for (let cut = 1; cut < pdu.length; cut++) {
    const m = dissector.parse(new Reader(pdu.subarray(0, cut)), context('server', dissector.start!(), { serverPort: 4001 }))
    assert.ok(m.anomalies.includes('truncated'), `cut at ${cut}`)
  }
})
