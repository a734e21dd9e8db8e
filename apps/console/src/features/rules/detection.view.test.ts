import assert from 'node:assert/strict'
import test from 'node:test'
import { ApiError } from '../../api/request.ts'
import type { DetectionSettings, Rule, RuleThreshold } from '../../api/types.ts'
import { choices, complaints, differences, inForce, labelOf, setText, stored, typed, withEngine, withRule } from './detection.view.ts'

const NOTHING = { engines: {}, rules: {} }
const COUNT: RuleThreshold = {
  rule: 'scan',
  key: 'count',
  kind: 'number',
  of: 'different server.port',
  default: 25,
  value: 25,
  least: 1,
  most: 1024,
  isWhole: true,
}
const SPAN: RuleThreshold = { ...COUNT, key: 'timespan', kind: 'time', of: 'time', default: '2m', value: '2m', isWhole: false }
const FEEDER: RuleThreshold = { ...COUNT, rule: 'ten-failures', of: 'events', default: 10 }
const rule = { name: 'scan', title: 'Scan', level: 'medium', inForce: { thresholds: [COUNT, SPAN, FEEDER] } } as unknown as Rule
const settings = (site: string | null, own: object, all: object) =>
  ({ site, own: { ...NOTHING, rules: own }, all: { ...NOTHING, rules: all }, inForce: NOTHING }) as unknown as DetectionSettings

test('keys are set and taken away; a rule of which nothing is set is not in the document', () => {
  const one = withRule(NOTHING, { scan: { count: 40, level: undefined } })
  assert.deepEqual(one, { engines: {}, rules: { scan: { count: 40 } } })
  assert.deepEqual(withRule(one, { scan: { count: undefined } }), NOTHING)
  assert.deepEqual(withEngine(one, 'anomaly', false), { engines: { anomaly: false }, rules: { scan: { count: 40 } } })
  assert.deepEqual(withEngine({ engines: { anomaly: false, policy: true }, rules: {} }, 'anomaly', undefined).engines, { policy: true })
})

test('a number is a number, a time stays a text, and what is neither goes to the server as it was typed', () => {
  assert.equal(typed(COUNT, ' 40 '), 40)
  assert.equal(typed(COUNT, 'many'), 'many')
  assert.equal(typed(SPAN, '5m'), '5m')
  assert.equal(typed(SPAN, ''), undefined)
})

test('stored is only what differs from all sites, or from the published rule', () => {
  const all = settings(null, {}, {})
  assert.equal(stored(all, 'scan', 'count', 25, 25), undefined)
  assert.equal(stored(all, 'scan', 'count', 25, 40), 40)
  const site = settings('north', {}, { scan: { count: 40 } })
  assert.equal(stored(site, 'scan', 'count', 25, 40), undefined)
  assert.equal(stored(site, 'scan', 'count', 25, 25), 25, 'the published value, where all sites have another')
})

test('what holds says where it is from', () => {
  assert.deepEqual(inForce(settings('north', { scan: { count: 9 } }, { scan: { count: 40 } }), 'scan', 'count', 25), {
    value: 9,
    from: 'set for this site',
  })
  assert.deepEqual(inForce(settings('north', {}, { scan: { count: 40 } }), 'scan', 'count', 25), { value: 40, from: 'set for all sites' })
  assert.deepEqual(inForce(settings(null, {}, {}), 'scan', 'count', 25), { value: 25, from: 'as published' })
})

test('a site may follow all sites, and says what that is', () => {
  assert.deepEqual(
    choices(true, false).map(([, text]) => text),
    ['As for all sites (off)', 'On', 'Off'],
  )
  assert.deepEqual(
    choices(false, true).map(([id]) => id),
    ['on', 'off'],
  )
})

test('a list says off before changed, and where not everywhere', () => {
  assert.equal(setText({ sites: 2, offIn: [], changedIn: [] }), '')
  assert.equal(setText({ sites: 2, offIn: ['a', 'b'], changedIn: ['a'] }), 'Off')
  assert.equal(setText({ sites: 2, offIn: ['a'], changedIn: ['a', 'b'] }), 'Off in 1 site')
  assert.equal(setText({ sites: 3, offIn: [], changedIn: ['a', 'b'] }), 'Changed in 2 sites')
})

test('everything set is a line with the published value, under the rule that it serves', () => {
  const lines = differences({ engines: {}, rules: { scan: { on: false, level: 'high', count: 40 }, 'ten-failures': { count: 5 } } }, [rule])
  assert.deepEqual(
    lines.map(({ title, key, is, published }) => [title, key, is, published]),
    [
      ['Scan', 'At least (different server.port)', '40', '25'],
      ['Scan', 'At least (events), of ten-failures', '5', '10'],
      ['Scan', 'Level', 'High', 'Medium'],
      ['Scan', 'Raises findings', 'Off', 'On'],
    ],
  )
  assert.equal(labelOf(SPAN, 'scan'), 'Within')
})

test('what the server refuses is told at its field', () => {
  const error = new ApiError(400, 'not-valid', 'Some settings cannot be taken', [{ field: 'rules.scan.count', why: 'it must be a number' }])
  assert.deepEqual([...complaints(error)], [['scan.count', 'it must be a number']])
  assert.equal(complaints(new Error('lost')).size, 0)
})
