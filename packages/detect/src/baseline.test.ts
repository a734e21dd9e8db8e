import assert from 'node:assert/strict'
import { test } from 'node:test'
import { detectorOf, HOUR, MINUTE, many, NOBODY, rule, see } from './testing.ts'

const OF_TAG = { field: 'value', 'group-by': ['tag'] }
const RANGE = rule('range', 'process.read', { tag: '*' }, { engine: 'anomaly', outside_range: { ...OF_TAG, 'min-values': 10 } })
const HABIT = rule(
  'habit',
  'process.read',
  { tag: '*' },
  { engine: 'anomaly', out_of_habit: { ...OF_TAG, habits: ['range', 'rate'], distance: 4 } },
)
const read = (at: number, value: number) => see('process.read', at, { tag: 'level', value, count: 1 })
const STRANGE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.7e308, -1.7e308]

/** Which rules speak of 9999 and of -9999 after a tag was 50 to 56, with these values among the others: while it is learnt, and after. */
function told(strange: readonly number[], isCut: boolean): string[][] {
  let detector = detectorOf([RANGE, HABIT], 2 * HOUR)
  const at = (i: number) => i * MINUTE
  for (let i = 0; i < 200; i++) {
    detector.evaluate(read(at(i), 50 + (i % 7)), NOBODY)
    if (i === 30 || i === 150) for (const [k, value] of strange.entries()) detector.evaluate(read(at(i) + (k + 1) * 1e6, value), NOBODY)
  }
  if (isCut) {
    const { state, learned } = detector
    const rows = JSON.parse(JSON.stringify([state.takeChanges(), learned.takeChanges().map(([, row]) => row)]))
    detector = detectorOf([RANGE, HABIT], 2 * HOUR)
    detector.learned.load(rows[1])
    detector.load(rows[0])
  }
  return [9999, -9999].map((value, i) => [...detector.evaluate(read(at(200 + 2 * i), value), NOBODY)].map(({ rule }) => rule))
}

test('no number and numbers beyond all measure teach nothing: one of them does not silence a tag', () => {
  const expected = told([], false)
  assert.deepEqual(expected, [['range', 'habit'], ['range']])
  for (const strange of [...STRANGE.map((value) => [value]), STRANGE])
    for (const isCut of [false, true]) assert.deepEqual(told(strange, isCut), expected, `${strange} ${isCut}`)
})

test('infinity is outside the range of a tag', () => {
  const detector = detectorOf([RANGE], HOUR)
  for (const o of many(100, (i) => read(i * MINUTE, 50 + (i % 7)))) assert.equal([...detector.evaluate(o, NOBODY)].length, 0)
  assert.equal([...detector.evaluate(read(100 * MINUTE, Number.POSITIVE_INFINITY), NOBODY)].length, 1)
})
