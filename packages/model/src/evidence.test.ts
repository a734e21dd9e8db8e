import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinEvidence } from './evidence.ts'
import { isoTime } from './time.ts'

const piece = (n: number) => ({ capture: 'c', packets: [n, n], bytes: [0, 60] }) as const
const numbers = (pieces: ReturnType<typeof joinEvidence>) => pieces.map(({ packets }) => packets[0])

test('each place once, the first ones and the latest', () => {
  assert.deepEqual(numbers(joinEvidence([1, 2].map(piece), [2, 3].map(piece), 4)), [1, 2, 3])
  assert.deepEqual(numbers(joinEvidence([1, 2, 3, 4].map(piece), [5].map(piece), 4)), [1, 2, 4, 5])
  assert.deepEqual(numbers(joinEvidence([], [1, 2, 3, 4, 5, 6].map(piece), 4)), [1, 2, 5, 6])
})

test('times keep their microseconds', () => {
  assert.equal(isoTime(1_700_000_000_000_001), '2023-11-14T22:13:20.000001Z')
  assert.equal(isoTime(-1), '1969-12-31T23:59:59.999999Z')
  assert.equal(isoTime(1.8e19), undefined)
})
