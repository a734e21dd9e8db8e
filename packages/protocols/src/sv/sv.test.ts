import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context } from '../testing/recorder.ts'
import { sampledValues } from './protocol.ts'
import type { SvState } from './sv.ts'

const tlv = (tag: string, value: string) => tag + (value.length / 2).toString(16).padStart(2, '0') + value
const asdu = (count: string, conf = '00000001', synch = '02', samples = '0000000100000000') =>
  tlv('30', tlv('80', '4d553031') + tlv('82', count) + tlv('83', conf) + tlv('85', synch) + tlv('87', samples))

/** The samples of MU01, one set or more in a message. */
function message(asdus: string, announced = '01', reserved = '0000'): string {
  const pdu = tlv('60', tlv('80', announced) + tlv('a2', asdus))
  return `> 4000 ${(pdu.length / 2 + 8).toString(16).padStart(4, '0')} ${reserved} 0000 ${pdu}`
}
const publish = (...messages: string[]) => exchange(sampledValues, { transport: 'ethernet', serverPort: undefined }, messages)

test('a merging unit, its stream and its clock', () => {
  const { heard } = publish(message(asdu('0ffe')), message(asdu('0fff')), message(asdu('0000')))
  assert.deepEqual(
    heard.operations.map((o) => `${o.operation} ${o.object}`),
    ['publish samples MU01'],
  )
  assert.deepEqual(heard.hints, ['client type=ied', 'client role=merging unit'])
  assert.deepEqual(heard.values, ['MU01 synchronisation=global clock string'])
  assert.deepEqual(heard.anomalies, [])
})

test('two sets of samples in one message follow each other', () => {
  const { heard, messages } = publish(message(asdu('0001') + asdu('0002'), '02'), message(asdu('0003') + asdu('0004'), '02'))
  assert.equal(messages[0]!.asdus.length, 2)
  assert.deepEqual(heard.anomalies, [])
})

for (const [what, second, anomaly] of [
  ['a sample sent twice', message(asdu('0100')), 'sample-repeated'],
  ['samples left out', message(asdu('0105')), 'samples-skipped'],
  ['earlier samples replayed', message(asdu('0050')), 'sample-count-regressed'],
  ['a clock lost', message(asdu('0101', '00000001', '00')), 'synchronisation-lost'],
  ['other samples than before', message(asdu('0101', '00000001', '02', '00000001')), 'size-changed'],
  ['simulated samples', message(asdu('0101'), '01', '8000'), 'simulated'],
  ['another number of sets than announced', message(asdu('0101'), '02'), 'asdu-count-mismatch'],
] as const) {
  test(`${what}: ${anomaly}`, () => {
    assert.deepEqual(publish(message(asdu('0100')), second).heard.anomalies, [`sampled-values.${anomaly}`])
  })
}

test('another configuration revision is a changed configuration', () => {
  const { heard } = publish(message(asdu('0100')), message(asdu('0101', '00000002')))
  assert.deepEqual(
    heard.said.map((s) => s.kind),
    ['configuration.changed'],
  )
})

test('a row a message, of its first set', () => {
  const { rows } = publish(message(asdu('0001') + asdu('0002'), '02'))
  assert.deepEqual(rows.rows[0]!.cells.slice(2), [
    undefined,
    0x4000,
    message(asdu('0001') + asdu('0002'), '02').replaceAll(' ', '').length / 2 - 0.5,
    1,
    'MU01',
  ])
})

test('a cut message is marked', () => {
  const whole = bytes(message(asdu('0100')).slice(1))
  const ctx = context<never, SvState>('client', sampledValues.dissector.start!())
  for (let n = 10; n < whole.length; n++) {
    assert.ok(sampledValues.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'), `${n} bytes`)
  }
  assert.equal(sampledValues.dissector.frame(new Reader(bytes('4000 000c 0000 0000 61 02 0000')), ctx), NOT_MINE)
})
