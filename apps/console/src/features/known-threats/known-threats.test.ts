import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../api/types.ts'
import { endWords, kindOf, lastMatches, matchWords, paceWords, problemWords, unusableWords, usedWords } from './known-threats.view.ts'

test('a file is taken for rules by its name, else for a list', () => {
  assert.deepEqual(['a.yar', 'B.YARA', 'list.csv', 'feed.json'].map(kindOf), ['yara', 'yara', 'indicators', 'indicators'])
})

test('what a source is worth, in words', () => {
  assert.equal(usedWords({ used: 3, read: 3 }), 'all 3')
  assert.equal(usedWords({ used: 0, read: 0 }), 'nothing yet')
  assert.equal(usedWords({ used: 1204, read: 1300 }), '1,204 of 1,300')
  assert.equal(endWords({ expired: 0, used: 2, endless: 2 }), 'no end')
  assert.equal(endWords({ expired: 1, used: 2, endless: 1 }), '1 past their time')
  assert.equal(endWords({ expired: 2, used: 2, endless: 0 }), 'all past their time')
  assert.equal(endWords({ expired: 0, used: 2, endless: 1 }), '')
  assert.deepEqual(unusableWords({ unusable: { wide: 1, LIKE: 20 }, skipped: { revoked: 2 } }), [
    '20 × LIKE',
    '1 × wide',
    '2 left out by the list itself: revoked',
  ])
  assert.equal(problemWords({ problems: [], unusable: { a: 1, b: 2 } }), '3 problems')
  assert.equal(problemWords({ problems: [], unusable: {} }), '')
})

test('matches of both kinds, newest first', () => {
  const file = { at: '2026-01-02T00:00:00Z', fields: { matches: 'EICAR_test_file', name: 'a.com' } } as unknown as Finding
  const host = {
    at: '2026-01-03T00:00:00Z',
    fields: { 'indicator.value': 'bad.example', 'indicator.name': 'Bad', 'indicator.source': 'list.csv' },
  } as unknown as Finding
  assert.deepEqual(lastMatches([[file], [host]], 5), [host, file])
  assert.deepEqual(matchWords(file), { seen: 'a.com', says: 'EICAR_test_file' })
  assert.deepEqual(matchWords(host), { seen: 'bad.example', says: 'Bad (list.csv)' })
})

test('how often a feed is asked', () => {
  assert.deepEqual([5, 60, 120, 1440, 10_080].map(paceWords), [
    'every 5 minutes',
    'every hour',
    'every 2 hours',
    'every day',
    'every 7 days',
  ])
})
