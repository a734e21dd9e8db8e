import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusedWords, troubleWords } from './coverage.view.ts'

test('why nothing comes from a place is a sentence, and none while it is read', () => {
  assert.equal(troubleWords({ kind: 'socket', trouble: 'has no writer connected' }), 'This socket has no writer connected.')
  assert.equal(troubleWords({ kind: 'file', trouble: null }), undefined)
})

test('what could not be used is told by its reason, the most frequent first', () => {
  assert.deepEqual(refusedWords({ 'not JSON': 2, 'no time': 1200, 'no addresses': 2 }), [
    '1,200 × no time',
    '2 × no addresses',
    '2 × not JSON',
  ])
})
