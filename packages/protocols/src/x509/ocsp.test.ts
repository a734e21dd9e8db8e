import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, oid, tlv } from '../testing/tlv.ts'
import { readOcsp } from './ocsp.ts'

const time = (text: string): number[] => tlv(0x18, text)
const id = (serial: number): number[] => tlv(0x30, tlv(0x30, oid('1.3.14.3.2.26'), tlv(5)), tlv(4, [0xab]), tlv(4, [0xcd]), integer(serial))

/** RFC 6960 §4.2.1, unsigned but for the fields that are read. */
function response(...singles: number[][]): Uint8Array {
  const data = tlv(0x30, tlv(0xa2, tlv(4, [1])), time('20261122000000Z'), tlv(0x30, ...singles))
  const basic = tlv(0x30, data, tlv(0x30, oid('1.2.840.113549.1.1.11')), tlv(3, [0]))
  const body = tlv(0x30, oid('1.3.6.1.5.5.7.48.1.1'), tlv(4, basic))
  return Uint8Array.from(tlv(0x30, tlv(10, [0]), tlv(0xa0, body)))
}

test('good and revoked certificates', () => {
  const good = tlv(0x30, id(0x1f2e), tlv(0x80), time('20261122000000Z'), tlv(0xa0, time('20261129000000Z')))
  const revoked = tlv(0x30, id(0x80), tlv(0xa1, time('20261101000000Z'), tlv(0xa0, tlv(10, [1]))), time('20261122000000Z'))
  const [first, second] = readOcsp(response(good, revoked))
  assert.deepEqual(first, {
    algorithm: 'sha1',
    issuerName: 'AB',
    issuerKey: 'CD',
    serial: '1F2E',
    status: 'good',
    revokedAt: undefined,
    reason: undefined,
    thisUpdate: Date.UTC(2026, 10, 22) / 1000,
    nextUpdate: Date.UTC(2026, 10, 29) / 1000,
  })
  assert.deepEqual(
    [second?.serial, second?.status, second?.revokedAt, second?.reason, second?.nextUpdate],
    ['80', 'revoked', Date.UTC(2026, 10, 1) / 1000, 'keyCompromise', undefined],
  )
})

test('a response without answers, or cut anywhere, says nothing', () => {
  assert.deepEqual(readOcsp(Uint8Array.from(tlv(0x30, tlv(10, [6])))), [])
  const whole = response(tlv(0x30, id(1), tlv(0x82), time('20261122000000Z')))
  assert.equal(readOcsp(whole)[0]?.status, 'unknown')
  for (let cut = 0; cut < whole.length; cut++) readOcsp(whole.subarray(0, cut))
})
