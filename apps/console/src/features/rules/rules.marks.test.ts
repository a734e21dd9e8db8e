import assert from 'node:assert/strict'
import test from 'node:test'
import { keyOf, pageOf, plainLine, ruleMarks } from './rules.view.ts'

test('a rule in a list says who wrote it and what keeps it from being heard', () => {
  const well = { noisyIn: [], failure: null }
  assert.deepEqual(ruleMarks({ notInForce: [], health: well }), [])
  assert.deepEqual(ruleMarks({ notInForce: [], own: { id: 'r', site: null, isOn: false }, health: well }), ['own, off'])
  assert.deepEqual(ruleMarks({ notInForce: [], pack: { name: 'water', version: 4 }, health: well }), ['pack water 4'])
  assert.deepEqual(
    ruleMarks({ notInForce: [], own: { id: 'r', site: null, isOn: true }, health: { noisyIn: ['works'], failure: 'boom' } }),
    ['own', 'noisy at works', 'failed: boom'],
  )
})

test('a rule whose name another one took stands beside it, and leads to where it was written', () => {
  const lost = { name: 'scan', own: { id: 'rule-1', site: 'works', isOn: true }, notInForce: [{ site: 'works', why: 'another rule' }] }
  const found = { name: 'scan', notInForce: [] }
  assert.deepEqual([keyOf(lost) === keyOf(found), pageOf(lost), pageOf(found)], [false, '/own-rules/rule-1', '/rules/scan'])
  assert.deepEqual(ruleMarks({ ...lost, health: { noisyIn: [], failure: null } }), ['own', 'does not count at works: another rule'])
})

test('a line of a rule reads without an alert', () => {
  assert.equal(
    plainLine('Which ports of {server} answered, and what did {client} do?'),
    'Which ports of the target answered, and what did the source do?',
  )
  assert.equal(plainLine('{client} wrote {delta.serverBytes} to {tag}'), 'The source wrote the delta server bytes to the tag')
  assert.equal(plainLine('a set {} or { a: b } stays'), 'a set {} or { a: b } stays')
})
