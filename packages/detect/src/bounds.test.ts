/** What a rule may cost, and that nothing a document holds makes the compiler or a compiled rule throw. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { RULE_BOUNDS } from './bounds.ts'
import { compileRules } from './compile.ts'
import { createDetector } from './detector.ts'
import { KINDS } from './fields.table.ts'
import { NOBODY, rule, rulesOf, see, testRegex } from './testing.ts'

const words = (n: number, more = '') => Array.from({ length: n }, (_, i) => `${more}word${i}x`)
const selections = (n: number) => Object.fromEntries(words(n).map((name) => [name, { tag: name }]))
const nested = (n: number): object => (n === 0 ? { a: 1 } : { a: nested(n - 1) })

const REFUSED: readonly (readonly [what: string, document: object, reason: RegExp])[] = [
  [
    'a hundred thousand selections',
    { ...rule('r', 'process.write', {}), detection: { ...selections(100_000), condition: '1 of them' } },
    /more than 20000 keys/,
  ],
  [
    'six hundred selections',
    { ...rule('r', 'process.write', {}), detection: { ...selections(600), condition: '1 of them' } },
    /600 selections: at most 500/,
  ],
  ['maps within one another', rule('r', 'process.write', { tag: 'x' }, { custom: nested(40) }), /deeper than 24/],
  ['a text without end', rule('r', 'process.write', { tag: 'x'.repeat(20_000) }), /20000 characters: at most 16384/],
  ['many patterns', rule('r', 'process.write', { 'tag|re': words(21) }), /too expensive: more than 1000/],
  ['a long pattern', rule('r', 'process.write', { 'tag|re': 'x'.repeat(1025) }), /at most 1024 characters/],
  ['many wildcards', rule('r', 'process.write', { tag: words(51, '*?') }), /too expensive/],
  ['many networks', rule('r', 'process.write', { 'client.ip|cidr': Array(2001).fill('10.0.0.0/8') }), /too expensive/],
  [
    'a condition without end',
    { ...rule('r', 'process.write', {}), detection: { s: { tag: 'x' }, condition: Array(1500).fill('s').join(' or ') } },
    /at most 2000 words/,
  ],
]

test('a rule that asks for too much is refused with the bound', () => {
  for (const [what, document, reason] of REFUSED) {
    const started = performance.now()
    const { rules, errors } = rulesOf(document, rule('good', 'process.write', { ok: true }))
    assert.ok(performance.now() - started < 2000, `${what} took too long`)
    assert.deepEqual(
      rules.map(({ name }) => name),
      ['good'],
      what,
    )
    assert.match(errors[0]?.reason ?? '', reason, what)
  }
})

test('a list of thousands is one test, and says what each of them alone would', () => {
  const at = (selection: unknown, tag: string) =>
    rulesOf(rule('r', 'process.write', selection)).rules[0]!.matches({
      ...NOBODY,
      observation: see('process.write', 0, { tag }),
      learnedAt: 0,
    })
  const list = [...words(200), 'Pump', 'ab']
  for (const place of ['', '|contains', '|startswith', '|endswith', '|cased', '|contains|cased'])
    for (const tag of ['pump', 'Pump', 'xPump', 'Pumpx', 'word199x', 'WORD199X', 'word200x', 'aab', 'xword17xy', '', 'a', 'ord1x']) {
      const key = `tag${place}`
      const alone = list.some((word) => at({ [key]: word }, tag))
      assert.equal(at({ [key]: list }, tag), alone, `${key} ${tag}`)
      assert.equal(at({ [`${key}|neq`]: list }, tag), !alone, `${key} neq ${tag}`)
    }
})

test('the dearest rules that are allowed cost less than a millisecond an observation', () => {
  const tag = 'a value of a tag that is as long as such a text becomes, now and then '.repeat(4)
  const dear: readonly (readonly [string, unknown])[] = [
    ['5,000 keywords', words(5000)],
    ['5,000 names anywhere', { 'tag|contains': words(5000) }],
    ['5,000 endings', { 'tag|endswith': words(5000) }],
    ['50 wildcards', { tag: words(50, '*?') }],
    ['2,000 networks', { 'client.ip|cidr': Array.from({ length: 2000 }, (_, i) => `11.${i % 256}.0.0/16`) }],
  ]
  for (const [what, selection] of dear) {
    const { rules, errors } = rulesOf(rule('r', 'process.write', selection))
    assert.deepEqual(errors, [], what)
    const subject = { ...NOBODY, observation: see('process.write', 0, { tag, value: 1, count: 1 }), learnedAt: 0 }
    const rounds = 200
    for (let i = 0; i < 20; i++) rules[0]!.matches(subject)
    const started = performance.now()
    for (let i = 0; i < rounds; i++) rules[0]!.matches(subject)
    const each = (performance.now() - started) / rounds
    // Four times what it takes on a quiet machine.
    assert.ok(each < 4, `${what}: ${each.toFixed(2)} ms`)
  }
})

/** A small generator of our own: the same documents every time. */
function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

const ODD: readonly unknown[] = [
  null,
  true,
  '',
  '*',
  '\\',
  '?',
  -1,
  Number.NaN,
  1e308,
  [],
  {},
  [[]],
  '((',
  'x'.repeat(300),
  '%a%',
  '__proto__',
  '\ud800',
  '10.0.0.0/99',
]
const NAMES = [
  'tag',
  'value',
  'at',
  'client.ip',
  'server.zone',
  'delta.clientBytes',
  'indicator.name',
  'query',
  'id.orig_h',
  'toString',
  '__proto__',
  '',
]
const MODIFIERS = [
  'contains',
  'startswith',
  'endswith',
  'all',
  'cased',
  'neq',
  'exists',
  'gt',
  'lte',
  'cidr',
  're',
  'i',
  'fieldref',
  'windash',
  'base64',
  'base64offset',
  'wide',
  'utf16',
  'hour',
  'week',
  'expand',
  'valueOf',
]
const WORDS = ['a', 'b', 'not', 'and', 'or', '(', ')', '1 of', 'all of', 'them', 'a*', '_x', '|', '']
const KEYS = [
  'title',
  'name',
  'id',
  'level',
  'engine',
  'tags',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'first_seen',
  'outside_range',
  'out_of_habit',
  'above_usual',
  'adopts',
  'why',
  'taxonomy',
  'action',
  'thresholds',
]

function anything(pick: (n: number) => number, depth: number): unknown {
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!
  if (depth > 3) return of(ODD)
  switch (pick(6)) {
    case 0:
      return of(ODD)
    case 1:
      return Array.from({ length: pick(4) }, () => anything(pick, depth + 1))
    case 2:
      return Object.fromEntries(Array.from({ length: pick(4) }, () => [of(KEYS), anything(pick, depth + 1)]))
    default:
      return of(NAMES)
  }
}

function selection(pick: (n: number) => number): unknown {
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!
  const key = () => [of(NAMES), ...Array.from({ length: pick(3) }, () => of(MODIFIERS))].join('|')
  const map = () =>
    Object.fromEntries(
      Array.from({ length: 1 + pick(2) }, () => [key(), pick(4) === 0 ? anything(pick, 2) : of(['x', 3, ['x', '*y'], true])]),
    )
  return pick(5) === 0 ? [map(), map()] : map()
}

/** Fields that fit, so that much of it compiles. */
function plainRule(pick: (n: number) => number, logsource: object): unknown {
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!
  const isOurs = 'product' in logsource && logsource.product === 'isthmus'
  const key = () =>
    `${of(isOurs ? ['tag', 'client.ip', 'protocol', 'at|hour'] : ['src_ip', 'dst_port'])}${of(['', '', '|contains', '|neq', '|re', '|exists', '|cidr'])}`
  const value = () => of<unknown>(['x', '*y*', 3, ['x', 'y'], true, null, '10.0.0.0/8'])
  const name = of(['a', 'b', 'c'])
  return {
    title: name,
    name,
    logsource,
    detection: { a: { [key()]: value() }, b: [{ [key()]: value() }], condition: of(['a or b', '1 of them', 'not a and not b']) },
  }
}

function document(pick: (n: number) => number): unknown {
  const of = <T>(list: readonly T[]): T => list[pick(list.length)]!
  const logsource = of<object>([
    { product: 'isthmus', category: 'process_write' },
    { product: 'isthmus', category: 'process_write' },
    { product: 'isthmus' },
    { product: 'zeek', service: of(['dns', 'conn', 'smb_files', 'ftp', 'x']) },
    { category: of(['dns', 'proxy', 'firewall']) },
  ])
  if (pick(3) > 0) return plainRule(pick, logsource)
  const condition = Array.from({ length: 1 + pick(5) }, () => of(WORDS)).join(' ')
  const doc: Record<string, unknown> = {
    title: 'r',
    name: of(['a', 'b', 'c']),
    logsource,
    detection: { a: selection(pick), b: selection(pick), condition: pick(3) === 0 ? condition : '1 of them' },
  }
  if (pick(8) === 0)
    doc.filter = { rules: of<unknown>(['any', ['a'], 3]), s: selection(pick), condition: of(['not s', 's', 'not 1 of them']) }
  if (pick(8) === 0)
    doc.correlation = {
      type: of(['event_count', 'temporal', 'value_count']),
      rules: ['a', 'b'],
      'group-by': [of(NAMES)],
      timespan: of(['1m', '0']),
      condition: { gte: 2, field: 'tag' },
    }
  for (let n = pick(2); n > 0; n--) doc[of(KEYS)] = anything(pick, 0)
  return pick(12) === 0 ? anything(pick, 0) : doc
}

test('no document makes the compiler throw, and no compiled rule an observation', () => {
  const pick = seeded(20_261_122)
  let compiled = 0
  let refused = 0
  for (let round = 0; round < 3000; round++) {
    const sources = Array.from({ length: 3 }, (_, i) => ({ file: `${round}-${i}`, document: document(pick) }))
    const { rules, errors } = compileRules(sources, { regex: testRegex })
    compiled += rules.length
    refused += errors.length
    for (const { reason } of errors) assert.ok(reason.length > 0 && !/undefined is not|Cannot read/.test(reason), `${round}: ${reason}`)
    const detector = createDetector(rules, { site: 's', learningUs: 1 })
    for (const kind of KINDS) {
      const odd =
        pick(3) === 0 ? { tag: ODD[pick(ODD.length)], value: ODD[pick(ODD.length)], name: null, client: {} } : { tag: 'x', value: 3 }
      detector.evaluate(see(kind, round, { count: 1, delta: {}, ...odd }), NOBODY)
    }
    detector.finish()
    assert.deepEqual([...detector.failures], [], `round ${round}`)
  }
  assert.ok(compiled > 500 && refused > 500, `${compiled} compiled, ${refused} refused`)
  assert.ok(RULE_BOUNDS.cost > 0)
})
