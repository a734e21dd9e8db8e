import assert from 'node:assert/strict'
import test from 'node:test'
import { type Fits, fitting, leastWidth, narrowed } from './fitting.ts'

const COLUMNS: readonly Fits[] = [
  { id: 'level', width: '84px' },
  { id: 'title', width: 'minmax(280px, 2fr)' },
  { id: 'findings', width: '60px', leaves: 2 },
  { id: 'owner', width: '110px', leaves: 1 },
  { id: 'last', width: '124px', sort: 'last', leaves: 3 },
]
const shown = (px: number, used: Parameters<typeof fitting>[2] = {}) => fitting(COLUMNS, px, used).map(({ id }) => id)
const ALL = leastWidth(COLUMNS.map(({ width }) => width))

test('columns leave in their order, one more only where the room still does not do', () => {
  assert.equal(ALL, 84 + 280 + 60 + 110 + 124 + 4 * 12 + 28)
  assert.deepEqual(shown(ALL), ['level', 'title', 'findings', 'owner', 'last'])
  assert.deepEqual(shown(ALL - 1), ['level', 'title', 'findings', 'last'])
  assert.deepEqual(shown(ALL - 123), ['level', 'title', 'last'])
  assert.deepEqual(shown(100), ['level', 'title'], 'what has no order stays')
  assert.deepEqual(shown(ALL, { fixed: ['28px'] }), ['level', 'title', 'findings', 'last'])
})

test('a column that somebody chose leaves last', () => {
  const chosen = { id: 'site', width: '110px', leaves: 0, isExtra: true }
  const ids = (px: number) => fitting([...COLUMNS, chosen], px, {}).map(({ id }) => id)
  assert.deepEqual(ids(ALL), ['level', 'title', 'findings', 'last', 'site'])
  assert.deepEqual(ids(526), ['level', 'title', 'site'])
})

test('what a table is sorted or filtered by does not leave', () => {
  assert.deepEqual(shown(100, { sort: '-last', filters: { owner: 'x', findings: '' } }), ['level', 'title', 'owner', 'last'])
})

test('where even those that stay do not fit, the wide ones shrink', () => {
  const widths = ['84px', 'minmax(280px, 2fr)', 'minmax(90px, 1fr)']
  assert.deepEqual(narrowed(widths, leastWidth(widths)), widths)
  assert.deepEqual(narrowed(widths, leastWidth(widths) - 1), ['84px', 'minmax(96px, 2fr)', 'minmax(90px, 1fr)'])
})
