import assert from 'node:assert/strict'
import test from 'node:test'
import type { Learned } from '@isthmus/detect'
import { memoryOf } from './memory.ts'

test('what people decided before a row was told counts in its replay, what they made of it afterwards does not', () => {
  const decidedAt = (at: number) => {
    const people = { by: 'ann', at, until: null, min: null, max: 8 }
    const row = { id: 'r', kind: 'range', state: 'known', firstAt: 1, lastAt: 100, before: null, told: { at: 100, again: 0 }, people }
    const held = { rows: new Map(), learned: [row as unknown as Learned] }
    return memoryOf({ rows: new Map(), learned: ['r'] }, held, [], 90).learned.map(({ people, told }) => [people?.max, told])
  }
  assert.deepEqual(decidedAt(50), [[8, null]])
  assert.deepEqual(decidedAt(110), [[undefined, null]])
})
