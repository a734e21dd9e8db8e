import assert from 'node:assert/strict'
import test from 'node:test'
import { compileRules } from './compile.ts'
import { rule, rulesOf, testRegex } from './testing.ts'

const LOGSOURCE = { product: 'isthmus', category: 'process_write' }
const withDetection = (detection: object) => ({ title: 'r', name: 'r', logsource: LOGSOURCE, detection })

const REFUSED: readonly (readonly [what: string, document: object, path: string, reason: RegExp])[] = [
  [
    'an unknown modifier',
    rule('r', 'process.write', { 'tag|expand': '%x%' }),
    'detection.selection.tag|expand',
    /modifier "expand" is not supported/,
  ],
  ['an hour that no day has', rule('r', 'process.write', { 'at|hour': 24 }), 'detection.selection.at|hour', /from 0 to 23/],
  ['an hour of no time', rule('r', 'process.write', { 'tag|hour': 3 }), 'detection.selection.tag|hour', /"tag" is no time/],
  [
    'a name that objects have by birth',
    rule('r', 'process.write', { toString: 'x' }),
    'detection.selection.toString',
    /no field "toString"/,
  ],
  [
    'a modifier that objects have by birth',
    rule('r', 'process.write', { 'tag|constructor': 'x' }),
    'detection.selection.tag|constructor',
    /"constructor" is not supported/,
  ],
  ['an unknown field', rule('r', 'process.write', { register: 3 }), 'detection.selection.register', /no field "register" in process.write/],
  [
    'a field of another kind',
    rule('r', 'process.write', { 'delta.clientBytes|gt': 3 }),
    'detection.selection.delta.clientBytes|gt',
    /no field/,
  ],
  ['a nested map', rule('r', 'process.write', { tag: { a: 1 } }), 'detection.selection.tag', /a value must be/],
  ['an empty selection', rule('r', 'process.write', {}), 'detection.selection', /empty selection/],
  [
    'a network that is none',
    rule('r', 'process.write', { 'client.ip|cidr': '10.0.0.0/99' }),
    'detection.selection.client.ip|cidr',
    /cidr takes a network/,
  ],
  ['a comparison with a text', rule('r', 'process.write', { 'value|gt': 'x' }), 'detection.selection.value|gt', /gt takes a number/],
  ['a broken expression', rule('r', 'process.write', { 'tag|re': '(' }), 'detection.selection.tag|re', /not valid RE2/],
  ['an aggregation', withDetection({ a: { tag: 'x' }, condition: 'a | count() > 5' }), 'detection.condition', /write a correlation/],
  [
    'a timeframe',
    withDetection({ a: { tag: 'x' }, timeframe: '5m', condition: 'a' }),
    'detection.timeframe',
    /timeframe is Sigma version 1/,
  ],
  ['a list of no condition', withDetection({ a: { tag: 'x' }, condition: [] }), 'detection.condition', /needs a condition/],
  [
    'a name that is no selection',
    withDetection({ a: { tag: 'x' }, condition: 'a and b' }),
    'detection.condition',
    /"b", which is no selection/,
  ],
  ['an unused selection', withDetection({ a: { tag: 'x' }, b: { tag: 'y' }, condition: 'a' }), 'detection.condition', /"b" is not used/],
  ['an open parenthesis', withDetection({ a: { tag: 'x' }, condition: '(a' }), 'detection.condition', /not closed/],
  [
    'deep nesting',
    withDetection({ a: { tag: 'x' }, condition: `${'('.repeat(99)}a${')'.repeat(99)}` }),
    'detection.condition',
    /too deeply/,
  ],
  ['another number of', withDetection({ a: { tag: 'x' }, condition: '2 of them' }), 'detection.condition', /"2 of" is not supported/],
  [
    'another product',
    { title: 'r', logsource: { product: 'windows', category: 'x' }, detection: {} },
    'logsource.product',
    /product "windows" is not supported/,
  ],
  ['a service', { title: 'r', logsource: { ...LOGSOURCE, service: 'x' }, detection: {} }, 'logsource.service', /no service/],
  [
    'an unknown category',
    { title: 'r', logsource: { product: 'isthmus', category: 'x' }, detection: {} },
    'logsource.category',
    /no category "x"/,
  ],
  ['a collection action', { ...rule('r', 'process.write', { tag: 'x' }), action: 'global' }, 'action', /not supported/],
  ['a level of its own', rule('r', 'process.write', { tag: 'x' }, { level: 'severe' }), 'level', /level is one of/],
  [
    'a first_seen key',
    rule('r', 'process.write', { tag: 'x' }, { first_seen: { 'group-by': ['client'], within: '1d' } }),
    'first_seen.within',
    /"within" is not supported/,
  ],
  [
    'a first_seen without a group',
    rule('r', 'process.write', { tag: 'x' }, { first_seen: { after: '1d' } }),
    'first_seen.group-by',
    /needs a group-by/,
  ],
]

test('what is not supported is refused by name, with its path', () => {
  for (const [what, document, path, reason] of REFUSED) {
    const { rules, errors } = rulesOf(document)
    assert.equal(rules.length, 0, what)
    assert.equal(errors[0]?.path, path, what)
    assert.match(errors[0]!.reason, reason, what)
  }
})

const CORRELATION = { type: 'event_count', rules: ['base'], 'group-by': ['client'], timespan: '1m', condition: { gte: 3 } }
const REFUSED_CORRELATIONS: readonly (readonly [what: string, correlation: object, path: string, reason: RegExp])[] = [
  ['another type', { ...CORRELATION, type: 'value_median' }, 'correlation.type', /"value_median" is not supported/],
  ['an unknown rule', { ...CORRELATION, rules: ['nobody'] }, 'correlation.rules.0', /no rule "nobody"/],
  ['a span without a unit', { ...CORRELATION, timespan: '90' }, 'correlation.timespan', /a timespan is/],
  ['an unknown comparison', { ...CORRELATION, condition: { above: 3 } }, 'correlation.condition.above', /not supported/],
  ['no comparison', { ...CORRELATION, condition: {} }, 'correlation.condition', /compares with nothing/],
  ['an unknown key', { ...CORRELATION, window: 'tumbling' }, 'correlation.window', /"window" is not supported/],
  ['an unknown group', { ...CORRELATION, 'group-by': ['Computer'] }, 'correlation.group-by', /no field/],
  ['values of no field', { ...CORRELATION, type: 'value_count' }, 'correlation.condition.field', /needs the field/],
  ['a sequence of one', { type: 'temporal', rules: ['base'], timespan: '1m' }, 'correlation.rules', /two rules or more/],
  ['an unused alias', { ...CORRELATION, aliases: { x: { base: 'client.ip' } } }, 'correlation.aliases.x', /not used/],
]

test('correlations are refused by name too, and leave their base rule standing', () => {
  for (const [what, correlation, path, reason] of REFUSED_CORRELATIONS) {
    const { rules, errors } = rulesOf(rule('base', 'login.tried', { ok: false }), { title: 'c', name: 'c', correlation })
    assert.deepEqual(
      rules.map((r) => r.name),
      ['base'],
      what,
    )
    assert.equal(errors[0]?.path, path, what)
    assert.match(errors[0]!.reason, reason, what)
  }
})

test('one bad rule stops neither the others nor itself silently, and its line is told', () => {
  const lineOf = (path: readonly (string | number)[]) => (path.length === 0 ? 1 : path.join('.') === 'detection.selection' ? 7 : undefined)
  const bad = { file: 'ot/bad.yaml', document: rule('bad', 'process.write', { nothing: 1 }), lineOf }
  const good = { file: 'ot/good.yaml', document: rule('good', 'process.write', { ok: true }) }
  const { rules, errors } = compileRules([bad, good], { regex: testRegex })
  assert.deepEqual(
    rules.map((r) => r.name),
    ['good'],
  )
  assert.deepEqual(errors, [
    { file: 'ot/bad.yaml', rule: 'bad', path: 'detection.selection.nothing', line: 7, reason: 'no field "nothing" in process.write' },
  ])
})

test('correlations that need each other are both refused', () => {
  const make = (name: string, other: string) => ({ title: name, name, correlation: { ...CORRELATION, rules: [other] } })
  const { rules, errors } = rulesOf(make('a', 'b'), make('b', 'a'))
  assert.equal(rules.length, 0)
  assert.equal(errors.length, 2)
})

test('the version follows the meaning and nothing else', () => {
  const version = (document: object) => rulesOf(document).rules[0]!.version
  const base = rule('r', 'process.write', { ok: true, tag: 'x' })
  assert.equal(version(base), version(rule('r', 'process.write', { tag: 'x', ok: true })))
  assert.equal(version(base), version({ ...base, title: 'other words', why: { what: 'x' } }))
  assert.notEqual(version(base), version(rule('r', 'process.write', { ok: true, tag: 'y' })))
  assert.notEqual(version(base), version({ ...base, level: 'high' }))
})
