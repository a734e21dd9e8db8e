import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from '../api/types.ts'
import { stepPath, trendOf, writersOf } from './trend.view.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 11, 1, 6, 0, second)).toISOString()
const read = (second: number, value: Sample['value']): Sample => ({ tag: 't', at: at(second), value, by: 'read' })
const write = (second: number, value: Sample['value'], writer: string): Sample => ({ tag: 't', at: at(second), value, by: 'write', writer })

test('values hold until the next sample, up to the edge', () => {
  const trend = trendOf([read(0, 10), read(10, 20)])!
  assert.equal(
    stepPath(trend.points, { width: 100, height: 50, fromMs: trend.fromMs, toMs: trend.toMs + 10_000, low: 10, high: 20 }),
    'M0.0 50.0H50.0V0.0H100',
  )
})

test('a value that never changed lies in the middle', () => {
  const trend = trendOf([read(0, 7), read(10, 7)])!
  assert.match(stepPath(trend.points, { width: 100, height: 50, fromMs: trend.fromMs, toMs: trend.toMs, low: 7, high: 7 }), /^M0\.0 25\.0/)
})

test('true and false have a height, text has none', () => {
  assert.deepEqual(
    trendOf([read(0, true), read(1, false)])!.points.map(([, value]) => value),
    [1, 0],
  )
  assert.equal(trendOf([read(0, 'RUN')]), undefined)
  assert.equal(trendOf([]), undefined)
})

test('writers in the order of their first write', () => {
  const trend = trendOf([write(0, 1, 'b'), read(1, 1), write(2, 3, 'a'), write(3, 4, 'b')])!
  assert.deepEqual(writersOf(trend), ['b', 'a'])
  assert.deepEqual([trend.low, trend.high], [1, 4])
})
