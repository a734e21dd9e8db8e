/**
 * Sigma specification 2.1, construct by construct: what is understood does what the specification says, and what is not is refused by
 * name. Rules, modifiers appendix, correlation rules and filters.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { MINUTE, rule, rulesOf, run, see } from './testing.ts'

type Row = readonly [what: string, selection: unknown, hits: readonly object[], misses: readonly object[]]

/** 2023-11-14T22:13:20Z, a Tuesday of week 46, is the start of `see`. */
const FIELDS: readonly Row[] = [
  ['plain value, any case', { tag: 'Level' }, [{ tag: 'LEVEL' }], [{ tag: 'LEVEL2' }]],
  ['wildcards', { tag: 'DB?.*' }, [{ tag: 'DB1.x' }, { tag: 'DB1.' }], [{ tag: 'DB12.x' }]],
  ['escaped wildcard', { tag: 'a\\*' }, [{ tag: 'a*' }], [{ tag: 'ab' }]],
  ['escaped backslash before a wildcard', { tag: 'a\\\\*' }, [{ tag: 'a\\b' }], [{ tag: 'a*' }]],
  ['list of values', { tag: ['a', 'b'] }, [{ tag: 'b' }], [{ tag: 'c' }]],
  ['list of maps', [{ tag: 'a' }, { tag: 'b', ok: true }], [{ tag: 'a' }, { tag: 'b', ok: true }], [{ tag: 'b', ok: false }]],
  ['keywords', ['pump', 'valve'], [{ tag: 'main valve' }], [{ tag: 'main' }]],
  ['keywords, all', { '|all': ['main', 'valve'] }, [{ tag: 'main valve' }], [{ tag: 'main' }]],
  ['null', { unit: null }, [{ unit: undefined }], [{ unit: 'bar' }]],
  ['empty text', { unit: '' }, [{ unit: '' }], [{ unit: 'bar' }]],
  ['contains', { 'tag|contains': 'ev' }, [{ tag: 'LEVEL' }], [{ tag: 'LVL' }]],
  ['startswith', { 'tag|startswith': 'le' }, [{ tag: 'LEVEL' }], [{ tag: 'ALE' }]],
  ['endswith', { 'tag|endswith': 'el' }, [{ tag: 'LEVEL' }], [{ tag: 'ELL' }]],
  ['all', { 'tag|contains|all': ['a', 'b'] }, [{ tag: 'xbxa' }], [{ tag: 'xa' }]],
  ['cased', { 'tag|cased': 'Level' }, [{ tag: 'Level' }], [{ tag: 'LEVEL' }]],
  ['exists', { 'unit|exists': true }, [{ unit: '' }], [{ unit: undefined }]],
  ['neq', { 'tag|neq': ['a', 'b'] }, [{ tag: 'c' }], [{ tag: 'a' }, { tag: 'b' }]],
  ['neq of a number', { 'value|neq': 3 }, [{ value: 4 }], [{ value: 3 }]],
  ['re', { 'tag|re': '^DB\\d+$' }, [{ tag: 'DB12' }], [{ tag: 'db12' }]],
  ['re|i', { 'tag|re|i': '^DB\\d+$' }, [{ tag: 'db12' }], [{ tag: 'dbx' }]],
  ['re|m', { 'tag|re|m': '^b$' }, [{ tag: 'a\nb' }], [{ tag: 'ab' }]],
  ['re|s', { 'tag|re|s': 'a.b' }, [{ tag: 'a\nb' }], [{ tag: 'ab' }]],
  ['base64', { 'tag|base64': 'foobar' }, [{ tag: btoa('foobar') }], [{ tag: 'foobar' }]],
  ['base64offset', { 'tag|base64offset|contains': 'foobar' }, [{ tag: btoa('xxfoobar') }], [{ tag: btoa('xxfoo') }]],
  ['utf16le', { 'tag|utf16le|base64': 'a' }, [{ tag: btoa('a\0') }], [{ tag: btoa('a') }]],
  ['utf16be', { 'tag|utf16be|base64': 'a' }, [{ tag: btoa('\0a') }], [{ tag: btoa('a') }]],
  ['utf16', { 'tag|utf16|base64': 'a' }, [{ tag: btoa('\u00ff\u00fea\0') }], [{ tag: btoa('a\0') }]],
  ['wide', { 'tag|wide|base64': 'a' }, [{ tag: btoa('a\0') }], [{ tag: btoa('a') }]],
  [
    'windash, every option of a text',
    { 'tag|windash|contains': ' -a -b' },
    [{ tag: 'x /a -b' }, { tag: 'x \u2013a /b' }, { tag: 'x -a -b' }],
    [{ tag: 'x a b' }],
  ],
  ['gt', { 'value|gt': 3 }, [{ value: 4 }], [{ value: 3 }]],
  ['gte', { 'value|gte': 3 }, [{ value: 3 }], [{ value: 2 }]],
  ['lt', { 'value|lt': 3 }, [{ value: 2 }], [{ value: 3 }]],
  ['lte', { 'value|lte': 3 }, [{ value: 3 }], [{ value: 4 }]],
  ['cidr', { 'client.ip|cidr': ['10.0.0.0/8', 'fe80::/10'] }, [{}], [{ client: { ip: '11.0.0.1' } }]],
  ['fieldref', { 'value|fieldref': 'previous' }, [{ value: 'x', previous: 'x' }], [{ value: 'x', previous: 'y' }]],
  ['fieldref, neq', { 'value|fieldref|neq': 'previous' }, [{ value: 'x', previous: 'y' }], [{ value: 'x', previous: 'x' }]],
  ['fieldref, endswith', { 'tag|fieldref|endswith': 'part' }, [{ tag: 'a.b', part: 'b' }], [{ tag: 'a.b', part: 'a' }]],
  ['minute', { 'at|minute': 13 }, [{}], [{ at: 1_700_000_000_000_000 + MINUTE }]],
  ['hour', { 'at|hour|gte': 22 }, [{}], [{ at: 1_700_000_000_000_000 + 120 * MINUTE }]],
  ['day', { 'at|day': 14 }, [{}], [{ at: 1_700_000_000_000_000 + 120 * MINUTE }]],
  ['week', { 'at|week': 46 }, [{}], [{ at: 1_700_000_000_000_000 + 7 * 24 * 60 * MINUTE }]],
  ['month', { 'at|month': [10, 11] }, [{}], [{ at: 1_700_000_000_000_000 + 31 * 24 * 60 * MINUTE }]],
  ['year', { 'at|year|neq': 2024 }, [{}], [{ at: 1_710_000_000_000_000 }]],
]

const base = { tag: 'x', unit: '', value: 0, ok: undefined, count: 1, client: { ip: '10.0.0.1' } }

test('fields and modifiers', () => {
  for (const [what, selection, hits, misses] of FIELDS) {
    const { rules, errors } = rulesOf(rule('r', 'process.write', selection))
    assert.deepEqual(errors, [], what)
    const holds = (fields: object) =>
      rules[0]!.matches({
        observation: see('process.write', 0, { ...base, ...fields }),
        client: undefined,
        server: undefined,
        learnedAt: 0,
      })
    for (const fields of hits) assert.equal(holds(fields), true, `${what}: ${JSON.stringify(fields)}`)
    for (const fields of misses) assert.equal(holds(fields), false, `${what}: not ${JSON.stringify(fields)}`)
  }
})

test('the first week of a year has its first Thursday', () => {
  const weekOf = (day: string) => {
    const { rules } = rulesOf(...Array.from({ length: 53 }, (_, i) => rule(`w${i + 1}`, 'process.write', { 'at|week': i + 1 })))
    const observation = see('process.write', 0, { at: Date.parse(day) * 1000 })
    return rules.filter((one) => one.matches({ observation, client: undefined, server: undefined, learnedAt: 0 })).map(({ name }) => name)
  }
  assert.deepEqual(weekOf('2026-01-01'), ['w1'])
  assert.deepEqual(weekOf('2027-01-01'), ['w53'])
  assert.deepEqual(weekOf('2024-12-30'), ['w1'])
  assert.deepEqual(weekOf('2021-01-03'), ['w53'])
})

const CONDITIONS: readonly (readonly [condition: string | readonly string[], a: boolean, b: boolean, c: boolean])[] = [
  ['a1', true, false, false],
  ['not a1', false, true, true],
  ['a1 or a2', true, true, false],
  ['1 of a*', true, true, false],
  ['any of a*', true, true, false],
  ['all of a*', false, false, false],
  ['1 of them', true, true, true],
  ['not (a1 or a2)', false, false, true],
  [['a1', 'a2 and not b'], true, true, false],
]

test('conditions, and a list of them as any of them', () => {
  for (const [condition, ...expected] of CONDITIONS) {
    const all = { a1: { tag: 'a' }, a2: { tag: 'b' }, b: { tag: 'c' } }
    const text = [condition].flat().join(' ')
    const used = Object.fromEntries(
      Object.entries(all).filter(([name]) => text.includes('them') || text.includes(name) || (name !== 'b' && text.includes('a*'))),
    )
    const { rules, errors } = rulesOf({
      title: 'r',
      logsource: { product: 'isthmus', category: 'process_write' },
      detection: { ...used, condition },
    })
    assert.deepEqual(errors, [], text)
    const holds = ['a', 'b', 'c'].map((tag) =>
      rules[0]!.matches({ observation: see('process.write', 0, { tag }), client: undefined, server: undefined, learnedAt: 0 }),
    )
    assert.deepEqual(holds, expected, text)
  }
})

const LOGSOURCE = { product: 'isthmus', category: 'process_write' }
const detection = (extra: object) => ({ title: 'r', logsource: LOGSOURCE, detection: { a: { tag: 'x' }, condition: 'a', ...extra } })
const correlation = (extra: object) => ({
  title: 'c',
  correlation: { type: 'event_count', rules: ['base'], 'group-by': ['client'], timespan: '1m', condition: { gte: 2 }, ...extra },
})

const REFUSED: readonly (readonly [what: string, document: object, reason: RegExp])[] = [
  ['placeholders', rule('r', 'process.write', { 'tag|expand': '%names%' }), /the modifier "expand" is not supported/],
  ['an unknown modifier', rule('r', 'process.write', { 'tag|fuzzy': 'x' }), /the modifier "fuzzy" is not supported/],
  ['two places at once', rule('r', 'process.write', { 'tag|contains|re': 'x' }), /exclude each other/],
  ['a flag without re', rule('r', 'process.write', { 'tag|i': 'x' }), /the modifier "i" is not supported/],
  ['an encoding without base64', rule('r', 'process.write', { 'tag|wide': 'x' }), /needs base64/],
  ['a comparison of an encoding', rule('r', 'process.write', { 'tag|base64|gt': 3 }), /cannot be combined with gt/],
  ['a part of a time beside contains', rule('r', 'process.write', { 'at|hour|contains': 3 }), /is a number/],
  ['too many options', rule('r', 'process.write', { 'tag|windash': '-a -b -c -d' }), /up to 3 options/],
  ['a look-ahead', rule('r', 'process.write', { 'tag|re': '(' }), /not valid RE2/],
  ['timeframe', detection({ timeframe: '1m' }), /Sigma version 1/],
  ['aggregation', detection({ condition: 'a | count() > 3' }), /write a correlation/],
  ['near', detection({ condition: 'a | near b' }), /write a correlation/],
  ['two of', detection({ b: { tag: 'y' }, condition: '2 of them' }), /"2 of" is not supported/],
  ['collections', { ...detection({}), action: 'global' }, /collections with "action"/],
  ['another taxonomy', { ...detection({}), taxonomy: 'ecs' }, /the taxonomy "ecs"/],
  ['value_median', correlation({ type: 'value_median' }), /the correlation type "value_median"/],
  ['value_percentile', correlation({ type: 'value_percentile' }), /the correlation type "value_percentile"/],
  [
    'a condition of a temporal correlation',
    correlation({ type: 'temporal', rules: ['base', 'base2'], condition: 'base' }),
    /a condition is not supported/,
  ],
  ['a span in months by another letter', correlation({ timespan: '1mo' }), /a timespan is/],
]

test('what is not supported is refused by name', () => {
  for (const [what, document, reason] of REFUSED) {
    const { errors } = rulesOf(rule('base', 'process.write', { ok: true }), rule('base2', 'process.write', { ok: false }), document)
    assert.match(errors[0]?.reason ?? 'accepted', reason, what)
  }
})

const FILTER = {
  title: 'f',
  logsource: LOGSOURCE,
  filter: { rules: ['stop-all'], station: { 'client.ip': '10.0.0.1' }, condition: 'not station' },
}
const WRITES = rule('stop-all', 'process.write', { tag: 'x' })
const from = (ip: string) => see('process.write', 0, { tag: 'x', count: 1, client: { ip, mac: undefined, port: 1 } })

test('a filter narrows the rules it names, and only those', () => {
  const other = rule('other', 'process.write', { tag: 'x' })
  const told = (...documents: object[]) =>
    run(documents, [from('10.0.0.1'), from('10.0.0.2')]).map((finding) => `${finding.rule} ${finding.client.ip}`)
  assert.deepEqual(
    told(FILTER, WRITES, other),
    ['stop-all 10.0.0.2', 'other 10.0.0.1', 'other 10.0.0.2'].sort((a, b) => (a.slice(-1) < b.slice(-1) ? -1 : 1)),
  )
  assert.deepEqual(told({ ...FILTER, filter: { ...FILTER.filter, rules: 'any' } }, WRITES, other), ['stop-all 10.0.0.2', 'other 10.0.0.2'])
  const second = { ...FILTER, filter: { ...FILTER.filter, station: { 'client.ip': '10.0.0.2' }, condition: 'not 1 of them' } }
  assert.deepEqual(told(FILTER, second, WRITES), [])
})

test("a filter's selections are no part of the rule's own patterns", () => {
  const them = { ...WRITES, detection: { filter_a: { tag: 'y' }, s: { tag: 'x' }, condition: '1 of s* and not 1 of filter*' } }
  assert.equal(run([them, FILTER], [from('10.0.0.2')]).length, 1)
  const all = { ...WRITES, detection: { s: { tag: 'x' }, condition: 'all of them' } }
  assert.equal(run([all, FILTER], [from('10.0.0.2')]).length, 1)
})

const BAD_FILTERS: readonly (readonly [what: string, filter: object, path: string, reason: RegExp])[] = [
  ['no rule of the name', { rules: ['nobody'], s: { tag: 'x' }, condition: 'not s' }, 'filter.rules.0', /no rule "nobody"/],
  ['no rules', { s: { tag: 'x' }, condition: 'not s' }, 'filter.rules', /needs rules/],
  [
    'a condition that keeps the exception',
    { rules: ['stop-all'], s: { tag: 'x' }, condition: 's' },
    'filter.condition',
    /begin it with "not"/,
  ],
  ['no condition', { rules: ['stop-all'], s: { tag: 'x' } }, 'filter.condition', /needs a condition/],
  ['an unknown field', { rules: ['stop-all'], s: { nothing: 'x' }, condition: 'not s' }, 'filter.s.nothing', /no field "nothing"/],
  ['an unknown selection', { rules: ['stop-all'], s: { tag: 'x' }, condition: 'not t' }, 'filter.condition', /which is no selection/],
]

test('a bad filter is named, and the rule it was for works on without it', () => {
  for (const [what, filter, path, reason] of BAD_FILTERS) {
    const { rules, errors } = rulesOf({ ...FILTER, filter }, WRITES)
    assert.deepEqual(
      rules.map(({ name }) => name),
      ['stop-all'],
      what,
    )
    assert.equal(errors.length, 1, what)
    assert.equal(errors[0]!.path, path, what)
    assert.match(errors[0]!.reason, reason, what)
  }
  const elsewhere = rulesOf({ ...FILTER, logsource: { product: 'isthmus', category: 'mode_changed' } }, WRITES)
  assert.match(elsewhere.errors[0]!.reason, /another logsource/)
})
