import assert from 'node:assert/strict'
import test from 'node:test'
import { createDetector } from '../detector.ts'
import type { Rule, RuleSource } from '../rule.ts'
import { BASE, count, failed, many, mode, NOBODY, rule, rulesOf, SECOND, see, testRegex } from '../testing.ts'
import { compileWithSettings } from './apply.ts'
import { catalogueOf, type DetectionSettings, mergeSettings, NO_SETTINGS, readSettings } from './settings.ts'
import { sayTimespan, thresholdsOf, withValue } from './threshold.ts'

const GUESSES = { ...count({ condition: { gte: 3 } }), engine: 'threat', why: { what: '{count} within {timespan}' } }
const STOPPED = { ...rule('stopped', 'mode.changed', { mode: 'stop' }), engine: 'operation', level: 'low' }
const STOP_AFTER_GUESSES = {
  title: 'then stopped',
  name: 'then-stopped',
  engine: 'threat',
  correlation: { type: 'temporal_ordered', rules: ['c', 'stopped'], 'group-by': ['client'], timespan: '10m', generate: true },
}
const RANGE = {
  ...rule('range', 'process.read', { tag: 't' }),
  engine: 'anomaly',
  outside_range: { field: 'value', 'group-by': ['tag'], margin: 0.5, 'min-values': 4 },
}
const LONG = { ...rule('long', 'file.moved', { 'bytes|gte': 100 }), thresholds: { size: ['detection', 'selection', 'bytes|gte'] } }
const DOCUMENTS = [BASE, GUESSES, STOPPED, STOP_AFTER_GUESSES, RANGE, LONG]
const sources: readonly RuleSource[] = DOCUMENTS.map((document, i) => ({ file: `${i}.yaml`, document }))
const { rules, errors } = rulesOf(...DOCUMENTS)
const catalogue = catalogueOf(sources, rules)

function ruleWith(name: string, settings: DetectionSettings): Rule {
  const set = compileWithSettings(sources, settings, catalogue, { regex: testRegex })
  assert.deepEqual(set.errors, [])
  return set.rules.find((one) => one.name === name)!
}

const read = (document: unknown) => readSettings(document, catalogue)

test('the thresholds of a rule are the numbers it says', () => {
  assert.deepEqual(errors, [])
  const of = (name: string) => catalogue.get(name)?.thresholds.map(({ key, default: usual, of }) => [key, usual, of])
  assert.deepEqual(of('c'), [
    ['count', 3, 'events'],
    ['timespan', '1m', 'time'],
  ])
  assert.deepEqual(of('range'), [
    ['margin', 0.5, 'share of the range'],
    ['min-values', 4, 'values before it is judged'],
  ])
  assert.deepEqual(of('long'), [['size', 100, 'bytes']])
  assert.deepEqual(of('stopped'), [])
  assert.deepEqual(
    thresholdsOf('b', { correlation: { type: 'value_avg', condition: { gte: 1, lt: 9, field: 'x' }, timespan: '1h' } }).map(
      ({ key, of }) => [key, of],
    ),
    [
      ['count', 'mean of x'],
      ['most', 'mean of x'],
      ['timespan', 'time'],
    ],
  )
})

test('a document of settings is read key by key: what is wrong is named, the rest holds', () => {
  const { settings, errors: said } = read({
    engines: { anomaly: false, policy: 'off', threat: true, malware: false, custom: 3 },
    rules: {
      c: { count: 5, timespan: '2m', level: 'high', on: true, speed: 3 },
      failed: { on: false },
      range: { margin: -1, 'min-values': 2.5 },
      long: { size: 'big' },
      nobody: { count: 3 },
      stopped: { count: 3, level: 'loud', on: 'maybe' },
      'then-stopped': 7,
    },
    learning: '7d',
  })
  assert.deepEqual(settings, {
    engines: { anomaly: false, policy: false, threat: true },
    rules: { c: { count: 5, timespan: '2m', level: 'high', on: true } },
  })
  assert.deepEqual(
    said.map(({ path, reason }) => `${path}: ${reason}`),
    [
      'learning: settings have engines and rules, and nothing else',
      'engines.malware: no engine of this name: one of operation, policy, anomaly, threat, violation, custom',
      'engines.custom: an engine is on or off, not 3',
      'rules.c.speed: the rule has no such setting: one of on, level, count, timespan',
      'rules.failed.on: the rule only feeds others: it has no on',
      'rules.range.margin: it must be between 0 and 1000, not -1',
      'rules.range.min-values: it must be a whole number, not 2.5',
      'rules.long.size: it must be a number, not "big"',
      'rules.nobody: no rule of this name',
      'rules.stopped.count: the rule has no such setting: one of on, level',
      'rules.stopped.level: level is one of informational, low, medium, high, critical',
      'rules.stopped.on: a rule is on or off, not "maybe"',
      'rules.then-stopped: it must be a map',
    ],
  )
})

test('bounds of counts and times', () => {
  const reason = (document: object) => read({ rules: { c: document } }).errors[0]?.reason
  assert.equal(reason({ count: 1 }), undefined)
  assert.equal(reason({ count: 1_000_000_000 }), undefined)
  assert.match(reason({ count: 0 })!, /between 1 and 1000000000, not 0/)
  assert.match(reason({ count: 1_000_000_001 })!, /between 1 and/)
  assert.match(reason({ count: Number.NaN })!, /must be a number/)
  assert.equal(reason({ timespan: '1s' }), undefined)
  assert.equal(reason({ timespan: '31d' }), undefined)
  assert.match(reason({ timespan: '0s' })!, /between 1s and 31d/)
  assert.match(reason({ timespan: '32d' })!, /between 1s and 31d/)
  assert.match(reason({ timespan: 'soon' })!, /a timespan is a whole number and one of/)
  assert.match(reason({ timespan: 5 })!, /a timespan is a whole number and one of/)
})

test('what is no document of settings at all says so', () => {
  for (const [document, said] of [
    [[], /a map with engines and rules/],
    ['engines', /a map with engines and rules/],
    [new SyntaxError('line 3'), /no YAML: line 3/],
    [{ engines: [], rules: 3 }, /must be a map/],
  ] as const) {
    const { settings, errors } = read(document)
    assert.deepEqual(settings, NO_SETTINGS)
    assert.match(errors[0]!.reason, said)
  }
  assert.deepEqual(read(undefined), { settings: NO_SETTINGS, errors: [] })
  const hostile = read(JSON.parse('{"rules":{"__proto__":{"on":false},"constructor":{"on":false}},"engines":{"toString":false}}'))
  assert.equal(hostile.errors.length, 3)
  const wide = read({ rules: Object.fromEntries(many(5000, (i) => see('mode.changed', i)).map((_, i) => [`r${i}`, {}])) })
  assert.equal(wide.errors.length, 101)
  assert.equal(wide.errors.at(-1)?.reason, 'and 4900 more')
})

test('a setting that changes what a rule means changes its version, and that of what rests on it', () => {
  const usual = ruleWith('c', NO_SETTINGS)
  const fewer = ruleWith('c', { engines: {}, rules: { c: { count: 2 } } })
  assert.equal(usual.version, rules.find(({ name }) => name === 'c')?.version)
  assert.notEqual(fewer.version, usual.version)
  assert.equal(ruleWith('c', { engines: {}, rules: { c: { count: 3 } } }).version, usual.version)
  assert.notEqual(
    ruleWith('stopped', { engines: {}, rules: { stopped: { level: 'high' } } }).version,
    ruleWith('stopped', NO_SETTINGS).version,
  )
  assert.equal(ruleWith('stopped', { engines: {}, rules: { stopped: { level: 'high' } } }).level, 'high')
  assert.equal(ruleWith('c', { engines: {}, rules: { c: { on: false } } }).version, usual.version)
  const chain = { engines: {}, rules: { c: { timespan: '2m' } } }
  assert.notEqual(ruleWith('then-stopped', chain).version, ruleWith('then-stopped', NO_SETTINGS).version)
})

test('a sentence says the time in force', () => {
  assert.equal(ruleWith('c', NO_SETTINGS).wording.what, '{count} within a minute')
  assert.equal(ruleWith('c', { engines: {}, rules: { c: { timespan: '90s' } } }).wording.what, '{count} within 90 seconds')
  assert.deepEqual([3600e6, 2 * 3600e6, 86_400e6, 3 * 60e6, 11e6].map(sayTimespan), [
    'an hour',
    'two hours',
    'a day',
    'three minutes',
    '11 seconds',
  ])
})

function told(settings: DetectionSettings, observations = STORY): string[] {
  const set = compileWithSettings(sources, settings, catalogue, { regex: testRegex })
  const detector = createDetector(set.rules, { site: 's', learningUs: 1 })
  return [...observations.flatMap((o) => [...detector.evaluate(o, NOBODY)]), ...detector.finish()].map((finding) => finding.rule)
}
const STORY = [...many(3, (i) => failed(i * SECOND)), mode('stop', 10 * SECOND)]

test('what is off raises nothing and still feeds what others rest on', () => {
  assert.deepEqual(told(NO_SETTINGS), ['c', 'stopped', 'then-stopped'])
  assert.deepEqual(told({ engines: { operation: false }, rules: {} }), ['c', 'then-stopped'])
  assert.deepEqual(told({ engines: { threat: false }, rules: {} }), ['stopped'])
  assert.deepEqual(told({ engines: {}, rules: { c: { on: false } } }), ['stopped', 'then-stopped'])
  assert.deepEqual(told({ engines: { operation: false }, rules: { stopped: { on: true } } }), ['c', 'then-stopped'])
})

test('counts held back by a rule that is switched off meanwhile are not told', () => {
  const on = createDetector(rules, { site: 's', learningUs: 1 })
  const off = createDetector(ruleSet({ engines: { operation: false }, rules: {} }), { site: 's', learningUs: 1 })
  for (let i = 0; i < 7; i++) on.evaluate(mode('stop', i * SECOND), NOBODY)
  off.load(on.state.takeChanges())
  assert.deepEqual(off.finish(), [])
  assert.deepEqual(off.evaluate(mode('run', 3 * 60 * SECOND), NOBODY), [])
})

function ruleSet(settings: DetectionSettings): readonly Rule[] {
  return compileWithSettings(sources, settings, catalogue, { regex: testRegex }).rules
}

test('a site counts over all sites, key by key', () => {
  const all = { engines: { anomaly: false, policy: false }, rules: { c: { count: 5, level: 'high' }, long: { size: 7 } } }
  const site = { engines: { anomaly: true }, rules: { c: { count: 9 }, range: { margin: 1 } } }
  assert.deepEqual(mergeSettings(all, site), {
    engines: { anomaly: true, policy: false },
    rules: { c: { count: 9, level: 'high' }, long: { size: 7 }, range: { margin: 1 } },
  })
})

test('a threshold by name must lead to a number of the detection', () => {
  const bad = (thresholds: unknown) => rulesOf({ ...LONG, thresholds }).errors[0]?.reason
  assert.equal(bad({ size: ['detection', 'selection', 'bytes|gte'] }), undefined)
  assert.match(bad([])!, /thresholds is a map/)
  assert.match(bad({ size: ['detection', 'other'] })!, /"detection other" leads to no number/)
  assert.match(bad({ size: 'detection' })!, /leads to no number/)
  assert.match(bad({ size: ['correlation', 'timespan'] })!, /leads to no number/)
  assert.match(bad({ on: ['detection', 'selection', 'bytes|gte'] })!, /may not be called "on"/)
  assert.match(bad({ size: ['detection', '__proto__', 'length'] })!, /leads to no number/)
})

test('changing a value leaves the document as it was', () => {
  const doc = { a: [{ b: 1 }, { b: 2 }], c: 3 }
  assert.deepEqual(withValue(doc, ['a', 1, 'b'], 9), { a: [{ b: 1 }, { b: 9 }], c: 3 })
  assert.deepEqual(doc, { a: [{ b: 1 }, { b: 2 }], c: 3 })
})
