import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { exchange } from '../testing/exchange.ts'
import { bytes, context, Rows, seen } from '../testing/recorder.ts'
import { goose } from './protocol.ts'
import type { Publications } from './publication.ts'

type Fields = {
  ref?: string
  t?: string
  st?: string
  sq?: string
  sim?: string
  nds?: string
  conf?: string
  count?: string
  data?: string
  ttl?: string
}
const hexOf = (text: string) => Buffer.from(text, 'latin1').toString('hex')
const tlv = (tag: string, value: string) => tag + (value.length / 2).toString(16).padStart(2, '0') + value

/** A whole message of the control block `A/LLN0$GO$g` with a boolean and a measured value. */
function message(f: Fields = {}): string {
  const body =
    tlv('80', hexOf(f.ref ?? 'A/LLN0$GO$g')) +
    tlv('81', f.ttl ?? '03e8') +
    tlv('82', hexOf('A/LLN0$ds')) +
    tlv('83', hexOf('g')) +
    tlv('84', f.t ?? '5f000000 800000 0a'.replaceAll(' ', '')) +
    tlv('85', f.st ?? '01') +
    tlv('86', f.sq ?? '00') +
    tlv('87', f.sim ?? '00') +
    tlv('88', f.conf ?? '01') +
    tlv('89', f.nds ?? '00') +
    tlv('8a', f.count ?? '02') +
    tlv('ab', f.data ?? '830101 870508 41200000'.replaceAll(' ', ''))
  const pdu = tlv('61', body)
  return `> 0004 ${(pdu.length / 2 + 8).toString(16).padStart(4, '0')} 0000 0000 ${pdu}`
}
const publish = (...messages: string[]) => exchange(goose, { transport: 'ethernet', serverPort: undefined }, messages)
const OTHER_DATA = '8301008705084120 0000'.replaceAll(' ', '')
const LATER = '5f0000010000000a'

test('a publisher, its control block, its state and its values', () => {
  const { messages, heard } = publish(message())
  const m = messages[0]!
  assert.deepEqual([m.appId, m.gocbRef, m.dataSet, m.goId], [4, 'A/LLN0$GO$g', 'A/LLN0$ds', 'g'])
  assert.deepEqual([m.stNum, m.sqNum, m.timeAllowedToLive, m.confRev, m.entryCount], [1, 0, 1000, 1, 2])
  assert.equal(m.changedAt, 0x5f000000 * 1_000_000 + 500_000)
  assert.deepEqual(heard.values, ['A/LLN0$ds[1]=true bool', 'A/LLN0$ds[2]=10 float32'])
  assert.deepEqual(heard.operations[0]!.object, 'A/LLN0$GO$g')
  assert.deepEqual(heard.hints, ['client type=ied', 'client name=A'])
  assert.deepEqual(heard.anomalies, [])
})

test('repetitions in order say nothing and reuse one message', () => {
  const { messages, heard } = publish(message(), message({ sq: '01' }), message({ sq: '02' }))
  assert.equal(messages[1], messages[2])
  assert.equal(messages[2]!.sqNum, 2)
  assert.deepEqual(heard.anomalies, [])
  assert.equal(heard.operations.length, 1)
})

test('a change of state tells what changed', () => {
  const { heard } = publish(message({ sq: '05' }), message({ st: '02', t: LATER, data: OTHER_DATA }))
  assert.deepEqual(heard.values.slice(2), ['A/LLN0$ds[1]=false bool'])
})

test('the next state in order says nothing', () => {
  const { heard } = publish(message({ sq: '05' }), message({ st: '02', t: LATER, data: OTHER_DATA }))
  assert.deepEqual(heard.anomalies, [])
})

for (const [what, second, anomaly] of [
  ['a message sent twice', message({ st: '05', sq: '05' }), 'goose.sequence-number-repeated'],
  ['an earlier message replayed', message({ st: '05', sq: '02' }), 'goose.sequence-number-regressed'],
  ['messages left out', message({ st: '05', sq: '09' }), 'goose.sequence-number-skipped'],
  ['an earlier state replayed', message({ st: '03', sq: '00' }), 'goose.state-number-regressed'],
  ['a state far ahead', message({ st: '40', sq: '00', t: LATER }), 'goose.state-number-skipped'],
  ['a state that no device reaches', message({ st: '7fffff', sq: '00', t: LATER }), 'goose.state-number-leapt'],
  ['a state that begins in the middle', message({ st: '06', sq: '04', t: LATER }), 'goose.state-begins-in-the-middle'],
  ['a new state from before the old one', message({ st: '06', sq: '00', t: '5e0000000000000a' }), 'goose.change-time-regressed'],
  ['other values in the same state', message({ st: '05', sq: '06', data: OTHER_DATA }), 'goose.values-changed-within-state'],
  ['another time in the same state', message({ st: '05', sq: '06', t: LATER }), 'goose.time-changed-within-state'],
  ['a publisher that began again', message({ st: '01', sq: '00', t: LATER }), 'goose.publisher-restarted'],
  ['simulated values', message({ st: '05', sq: '06', sim: '01' }), 'goose.simulated'],
  ['a publisher that is not commissioned', message({ st: '05', sq: '06', nds: '01' }), 'goose.needs-commissioning'],
] as const) {
  test(`${what}: ${anomaly}`, () => {
    assert.deepEqual(publish(message({ st: '05', sq: '05' }), second).heard.anomalies, [anomaly])
  })
}

test('another configuration revision is a changed configuration', () => {
  const { heard } = publish(message({ sq: '05' }), message({ sq: '06', conf: '02' }))
  assert.deepEqual(
    heard.said.map((s) => s.kind === 'configuration.changed' && `${s.what}=${s.value}`),
    ['A/LLN0$GO$g configuration revision=2'],
  )
})

test('two control blocks of one publisher keep their own order', () => {
  const other = (sq: string) => message({ ref: 'A/LLN0$GO$h', st: '07', sq })
  assert.deepEqual(publish(message({ sq: '01' }), other('05'), message({ sq: '02' }), other('06')).heard.anomalies, [])
})

test('structures, bit strings, signed and large integers', () => {
  const data = 'a208 84020640 8502fffe 86050100000000 8a024f4b'.replaceAll(' ', '').replace('a208', 'a208')
  const { heard } = publish(message({ data, count: '03' }))
  assert.deepEqual(heard.values, [
    'A/LLN0$ds[1][1]=01 bitstring',
    'A/LLN0$ds[1][2]=-2 int16',
    'A/LLN0$ds[2]=4294967296 uint40',
    'A/LLN0$ds[3]=OK string',
  ])
})

test('fewer entries than announced are an anomaly', () => {
  assert.deepEqual(publish(message({ count: '03' })).heard.anomalies, ['goose.entry-count-mismatch'])
})

test('a cut message is marked and its values stay untold', () => {
  const whole = bytes(message().slice(1))
  const ctx = context<never, Publications>('client', goose.dissector.start!(), { transport: 'ethernet' })
  for (let n = 10; n < whole.length; n++) {
    assert.equal(goose.dissector.frame(new Reader(whole.subarray(0, n)), ctx), whole.length)
    assert.ok(goose.dissector.parse(new Reader(whole.subarray(0, n)), ctx).anomalies.includes('truncated'))
  }
})

test('a row a message, the values hashed with tag and length', () => {
  const { rows } = publish(message({ sq: '03' }))
  const cells = rows.rows[0]!.cells
  assert.deepEqual(cells.slice(2, 8), [
    '0x88b8',
    '0x4',
    message().slice(2).replaceAll(' ', '').length / 2,
    'A/LLN0$GO$g',
    1000,
    'A/LLN0$ds',
  ])
  const data = bytes(tlv('ab', '830101 870508 41200000'.replaceAll(' ', '')))
  assert.equal(cells[17], createHash('sha256').update(data).digest('hex'))
  assert.deepEqual(cells.slice(18), ['', 'ok', 'none'])
})

test('a field left out, an extension and a cut message have their status in the row', () => {
  const status = (line: string, cut = 0) => {
    const ctx = context<never, Publications>('client', goose.dissector.start!(), { transport: 'ethernet' })
    const whole = bytes(line.slice(1))
    const rows = new Rows()
    goose.zeek!(seen(goose.dissector.parse(new Reader(whole.subarray(0, whole.length - cut)), ctx), ctx), rows.put)
    return rows.rows[0]!.cells.slice(-2).join()
  }
  const without = (field: string) => {
    const left = message().replaceAll(' ', '').slice(1).replace(field, '')
    const less = field.length / 2
    return `>${left.replace(/^(....)(....)(........)61(..)/, (_, id, size, none, inner) => `${id}${(Number.parseInt(size, 16) - less).toString(16).padStart(4, '0')}${none}61${(Number.parseInt(inner, 16) - less).toString(16).padStart(2, '0')}`)}`
  }
  assert.equal(status(message(), 3), 'failed,truncated_packet')
  assert.equal(status(without('850101')), 'failed,missing_required_field')
  assert.equal(
    status(
      message()
        .replace('80 ', '80')
        .replace(/80(0b412f4c4c4e3024474f2467)/, '1f$1'),
    ),
    'failed,malformed_asn1',
  )
  assert.equal(status(without('880101')), 'partial,missing_required_field')
  assert.equal(status(without(tlv('ab', '830101870508 41200000'.replaceAll(' ', '')))), 'partial,missing_all_data')
})

test('padding belongs to the frame; what is no goosePdu is not ours', () => {
  const ctx = context<never, Publications>('client', goose.dissector.start!())
  const whole = bytes(message().slice(1))
  const padded = new Uint8Array(whole.length + 4)
  padded.set(whole)
  assert.equal(goose.dissector.frame(new Reader(padded), ctx), padded.length)
  assert.deepEqual(goose.dissector.parse(new Reader(padded), ctx).anomalies, [])
  assert.equal(goose.dissector.frame(new Reader(bytes('0004 000c 0000 0000 60 02 0000')), ctx), NOT_MINE)
  assert.equal(goose.dissector.frame(new Reader(bytes('0004 0091')), ctx), NEED_MORE)
})
