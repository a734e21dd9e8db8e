import assert from 'node:assert/strict'
import { test } from 'node:test'
import { age, bytes, clock, duration, moment, momentInFull, percent, plural, reading, words } from './format.ts'

test('sizes keep three digits and never say 1000 of anything', () => {
  assert.deepEqual([0, 999, 1000, 1436, 99_950, 999_499, 999_500, 1.5e12].map(bytes), [
    '0 B',
    '999 B',
    '1.00 kB',
    '1.44 kB',
    '100 kB',
    '999 kB',
    '1.00 MB',
    '1.50 TB',
  ])
})

test('shares: nothing is nothing, a trace is not', () => {
  assert.deepEqual([0, 0.0004, 0.123, 0.9996, 1].map(percent), ['0 %', '<0.1 %', '12.3 %', '100 %', '100 %'])
})

test('lengths of time by their two largest units', () => {
  assert.deepEqual([0, 999, 61_000, 3_600_000, 8_040_000, 90_000_000, 12 * 86_400_000].map(duration), [
    '0 ms',
    '999 ms',
    '1 min 1 s',
    '1 h',
    '2 h 14 min',
    '1 d 1 h',
    '12 d',
  ])
})

test('ages, of a past that may be ahead of this clock too', () => {
  const now = Date.parse('2026-11-22T06:00:00Z')
  assert.equal(age('2026-11-22T05:59:30Z', now), 'just now')
  assert.equal(age('2026-11-22T03:46:00Z', now), '2 h 14 min ago')
  assert.equal(age('2026-12-01T00:00:00Z', now), 'in the future')
})

test('times in the zone of the site, the year only when it is another', () => {
  const now = Date.parse('2026-11-22T06:00:00Z')
  assert.equal(moment('2026-07-01T22:30:05.123456Z', 'Europe/Berlin', now), '02 Jul 00:30:05')
  assert.equal(moment('2011-07-01T22:30:05Z', 'UTC', now), '01 Jul 2011 22:30:05')
  assert.equal(clock('not a time', 'UTC'), undefined)
  assert.equal(momentInFull('2026-11-22T05:59:30.120000Z', now), '2026-11-22 05:59:30.12 UTC, just now')
  assert.equal(momentInFull('2026-11-22T05:59:30.000000Z', now), '2026-11-22 05:59:30 UTC, just now')
})

test('process values show change, not the noise of a binary fraction', () => {
  assert.equal(reading(0.1 + 0.2, 'mg/l'), '0.3 mg/l')
  assert.equal(reading(65_535), '65535')
  assert.equal(reading(1_234_567), '1,234,567')
  assert.equal(reading(0.00001), '1.00e-5')
  assert.equal(reading(true), 'true')
  assert.equal(reading('RUN'), 'RUN')
})

test('identifiers as words', () => {
  assert.equal(words('in-progress'), 'In progress')
  assert.equal(words('purdueLevel'), 'Purdue level')
  assert.equal(plural(1, 'asset'), '1 asset')
  assert.equal(plural(12_000, 'asset'), '12,000 assets')
})
