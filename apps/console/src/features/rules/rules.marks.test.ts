import assert from 'node:assert/strict'
import test from 'node:test'
import { ruleMarks } from './rules.view.ts'

test('a rule in a list says who wrote it and what keeps it from being heard', () => {
  const well = { noisyIn: [], failure: null }
  assert.deepEqual(ruleMarks({ health: well }), [])
  assert.deepEqual(ruleMarks({ own: { id: 'r', site: null, isOn: false }, health: well }), ['own, off'])
  assert.deepEqual(ruleMarks({ pack: { name: 'water', version: 4 }, health: well }), ['pack water 4'])
  assert.deepEqual(ruleMarks({ own: { id: 'r', site: null, isOn: true }, health: { noisyIn: ['works'], failure: 'boom' } }), [
    'own',
    'noisy at works',
    'failed: boom',
  ])
})
