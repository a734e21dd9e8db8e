import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aimOf, foundText, isUnderWay, shareOf } from './hunts.view.ts'

const outcome = (findings: number, fresh: number) => ({ findings, fresh, firstAt: null, lastAt: null, notes: [] })

test('what a hunt looks for', () => {
  const aim = (rules: 'all' | 'changed' | 'threats' | 'none' | string[], hasSource = false, hasIndicators = false) =>
    aimOf({ rules, hasSource, hasIndicators })
  assert.equal(aim('all'), 'All rules')
  assert.equal(aim('changed', false, true), 'Rules that changed, own indicators')
  assert.equal(aim('none', true), 'Own rules')
  assert.equal(aim('threats'), 'Known threats')
  assert.equal(aim(['scan']), 'Rule scan')
  assert.equal(aim(['a', 'b'], true), '2 rules, own rules')
})

test('what came of it', () => {
  assert.equal(foundText({ state: 'done', outcome: outcome(0, 0), error: null }), 'Nothing found')
  assert.equal(foundText({ state: 'done', outcome: outcome(1, 0), error: null }), '1 finding, known before')
  assert.equal(foundText({ state: 'done', outcome: outcome(5, 2), error: null }), '2 new findings, 3 known before')
  assert.equal(foundText({ state: 'failed', outcome: null, error: 'no disk' }), 'no disk')
  assert.equal(foundText({ state: 'running', outcome: null, error: null }), '')
})

test('how far it is', () => {
  assert.equal(shareOf({ progress: { done: 0, total: 0, observations: 0 } }), undefined)
  assert.equal(shareOf({ progress: { done: 5, total: 20, observations: 1 } }), 0.25)
  assert.ok(isUnderWay({ state: 'waiting' }) && !isUnderWay({ state: 'cancelled' }))
})
