import assert from 'node:assert/strict'
import test from 'node:test'
import { showMinute, showTime } from './time.ts'

test('event time is written as UTC, over leap days and before 1970', () => {
  assert.equal(showTime(0), '1970-01-01 00:00:00 UTC')
  assert.equal(showTime(951_782_399e6), '2000-02-28 23:59:59 UTC')
  assert.equal(showTime(951_782_400e6), '2000-02-29 00:00:00 UTC')
  assert.equal(showTime(951_868_800e6), '2000-03-01 00:00:00 UTC')
  assert.equal(showTime(-1e6), '1969-12-31 23:59:59 UTC')
  assert.equal(showMinute(1_772_439_000e6), '08:10')
  for (let day = -40_000; day < 60_000; day += 97) {
    assert.equal(showTime(day * 86_400e6).slice(0, 10), new Date(day * 86_400e3).toISOString().slice(0, 10))
  }
})
