import assert from 'node:assert/strict'
import test from 'node:test'
import { DetectorState } from './state.ts'

test('a full row loses the entry that was put longest ago, after a restart too', () => {
  const open = (from?: DetectorState) => {
    const state = new DetectorState()
    if (from !== undefined) state.load(from.rows.takeChanges())
    return { state, table: state.table<number>('t', 1, 2) }
  }
  const { state, table } = open()
  table.put('busy', 1)
  table.put('quiet', 1)
  table.put('busy', 2)
  const after = open(state)
  for (const one of [table, after.table]) {
    one.put('new', 1)
    assert.deepEqual(
      [...one.entries()].map(([key]) => key),
      ['busy', 'new'],
    )
  }
  assert.equal(after.state.evicted, 1)
})

test('what was taken or loaded stays as it is when a value changes in place', () => {
  const state = new DetectorState()
  const table = state.table<{ n: number }>('t', 1, 4)
  table.put('a', { n: 1 })
  const taken = state.rows.takeChanges()
  const again = new DetectorState()
  const other = again.table<{ n: number }>('t', 1, 4)
  again.load(taken)
  for (const one of [table, other]) {
    const value = one.get('a')!
    value.n++
    one.put('a', value)
    assert.deepEqual(one.get('a'), { n: 2 })
  }
  assert.deepEqual(taken[0]?.[1].entries, [['a', { n: 1 }]])
  assert.deepEqual(state.rows.takeChanges()[0]?.[1].entries, [['a', { n: 2 }]])
})

test('a full row admits who is new where its oldest entry is idle, and counts who is not admitted', () => {
  const state = new DetectorState()
  const table = state.table<number>('t', 1, 2)
  const isIdle = (at: number) => at < 10
  assert.ok(table.admits('a', isIdle))
  table.put('a', 5)
  table.put('b', 20)
  assert.ok(table.admits('b', isIdle) && table.admits('c', isIdle))
  table.put('a', 21)
  assert.ok(table.admits('a', isIdle) && !table.admits('c', isIdle))
  assert.equal(state.evicted, 1)
})
