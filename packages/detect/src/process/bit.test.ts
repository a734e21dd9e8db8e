import assert from 'node:assert/strict'
import test from 'node:test'
import { breachesOf, firstHabit, type HabitState, learnHabit } from './habit.ts'

const SECOND = 1e6
const FLAGS = [0, 1, 3, 7, 6, 22, 20, 4, 36, 52, 54, 55, 23, 19, 17, 16, 48, 32, 33, 35]

function learnt(values: readonly number[]): HabitState {
  const habit = firstHabit(0, values[0]!)
  for (const [i, value] of values.entries()) learnHabit(habit, i * SECOND, value, 0)
  return habit
}

const times = (n: number, make: (i: number) => number) => Array.from({ length: n }, (_, i) => make(i))
const word = times(400, (i) => FLAGS[i % FLAGS.length]!)
const bits = (values: readonly number[], next: number) =>
  breachesOf(learnt(values), values.length * SECOND, next, 0).flatMap(({ kind, measured, limit }) =>
    kind === 'bit' ? [[measured, limit]] : [],
  )

test('a flag of a word that never moved is told by its place and by the readings in which it stood', () => {
  // 35 was last: the same with bit 3.
  assert.deepEqual(bits(word, 35 ^ 8), [[3, 400]])
  assert.deepEqual(bits(word, 35 ^ 4), [], 'it moves as ever')
  assert.deepEqual(bits(word, 35 ^ 8 ^ 1), [], 'not alone')
  assert.deepEqual(bits(word.slice(0, 40), 54 ^ 8), [], 'too few readings')
})

test('measurements and counters have no such flags', () => {
  const noise = (i: number) => Math.round(900 + 60 * Math.sin(i / 7) + 5 * Math.sin(i * 3.1))
  for (const make of [(i: number) => i, noise, (i: number) => 4 * i, (i: number) => noise(i) / 10])
    for (let next = 0; next < 64; next++) {
      const values = times(400, make)
      assert.deepEqual(bits(values, make(400 + next)), [])
    }
})

test('the highest bits of 32 and negative words are bits like others; beyond 32 there are none', () => {
  assert.deepEqual(
    bits(
      word.map((value) => -1 - value),
      -1 - (35 ^ 8),
    ),
    [[3, 400]],
  )
  const high = word.map((value) => value + 2 ** 31 * (value & 1))
  assert.deepEqual(bits(high, (35 ^ 8) + 2 ** 31), [[3, 400]])
  assert.deepEqual(
    bits(
      word.map((value) => value + 2 ** 40),
      2 ** 40 + (35 ^ 8),
    ),
    [],
  )
})
