import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextAfter, scoreSum, undoState, viewsOf } from './alerts.view.ts'

const ALERT = { client: {}, server: {}, site: 'works', firstAt: '2026-12-01T06:00:00Z', lastAt: '2026-12-01T06:10:00Z' }

test('views for triage are filtered to the hosts and the time of the alert', () => {
  const views = viewsOf({ ...ALERT, clientAsset: 'asset-a', serverAsset: 'asset-b' })
  assert.deepEqual(views.find((view) => view.to === '/operations')?.search, { client: 'asset-a', server: 'asset-b' })
  assert.deepEqual(views.find((view) => view.to === '/sessions')?.search, {
    asset: 'asset-a',
    range: '2026-12-01T05:45:00.000Z..2026-12-01T06:25:00.000Z',
  })
  assert.deepEqual(views.find((view) => view.to === '/map')?.search, { at: 'asset-b', site: 'works' })
})

test('an end that is no asset has no views of its own', () => {
  assert.deepEqual(viewsOf(ALERT), [])
  assert.ok(viewsOf({ ...ALERT, clientAsset: 'asset-a' }).every((view) => view.search['server'] === undefined))
})

test('the score adds up, and what the cap took is said', () => {
  const sum = scoreSum(
    [
      { why: 'a', points: 10 },
      { why: 'b', points: 95 },
      { why: 'c', points: -2 },
    ],
    100,
  )
  assert.deepEqual(
    sum.parts.map((part) => part.points),
    [95, 10, -2],
  )
  assert.equal(sum.cut, 3)
})

test('after a resolution the selection goes on to the next alert that stays', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
  assert.equal(nextAfter(rows, new Set(['b']), 'b'), 'c')
  assert.equal(nextAfter(rows, new Set(['b', 'c']), 'b'), 'd')
  assert.equal(nextAfter(rows, new Set(['c', 'd']), 'd'), 'b')
  assert.equal(nextAfter(rows, new Set(['a', 'b', 'c', 'd']), 'b'), undefined)
  assert.equal(nextAfter(rows, new Set(['b']), undefined), undefined)
})

test('what was resolved before is not undone into something else', () => {
  assert.equal(undoState('new'), 'new')
  assert.equal(undoState('resolved'), undefined)
})
