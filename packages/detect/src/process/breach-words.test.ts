import assert from 'node:assert/strict'
import test from 'node:test'
import { breachInWords } from './breach-words.ts'
import { HABITS } from './habit.ts'

test('every broken habit has words, and times their unit', () => {
  assert.deepEqual(
    HABITS.map((kind) => breachInWords({ kind, measured: 9000, limit: 90 })),
    [
      'it is 9000, never beyond 90 before',
      'it changes by 9000 a second, never by more than 90 before',
      'it has stood still for 2.5 hours, never for more than 90 seconds before',
      'its last 12 values lie within 9000, never within less than 90 before',
      'it turned 9000 times within 12 values, never more than 90 times before',
      'it is 9000, which is none of the 90 values that it had before',
      'its bit 9000 is not as it was in all 90 readings before, and no other bit changed with it',
    ],
  )
  assert.match(breachInWords({ kind: 'stuck', measured: 600, limit: 120 }), /10 minutes, .* 2 minutes/)
})
