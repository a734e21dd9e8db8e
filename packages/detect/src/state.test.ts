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
