import assert from 'node:assert/strict'
import test from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { createDetector } from './detector.ts'
import type { RuleReport } from './raise.ts'
import {
  asset,
  BASE,
  count,
  detectorOf,
  end,
  failed,
  HOUR,
  load,
  MINUTE,
  many,
  mode,
  NOBODY,
  rule,
  rulesOf,
  run,
  SECOND,
  STEPS,
  see,
  steps,
} from './testing.ts'

test('first_seen learns in silence, then tells each new group once', () => {
  const writer = rule('writer', 'process.write', { ok: true }, { first_seen: { 'group-by': ['client', 'server'] } })
  const write = (ip: string, at: number) => see('process.write', at, { ok: true, tag: 't', value: 1, client: end(ip), count: 1 })
  const findings = run(
    [writer],
    [
      write('10.0.0.1', 0),
      write('10.0.0.2', 59 * MINUTE),
      write('10.0.0.1', 61 * MINUTE),
      write('10.0.0.3', 62 * MINUTE),
      write('10.0.0.3', 90 * MINUTE),
    ],
    HOUR,
  )
  assert.deepEqual(
    findings.map((f) => f.client.ip),
    ['10.0.0.3'],
  )
})

test('a site that learns nothing can call nothing new, unless the rule sets its own time', () => {
  const write = (ip: string, at: number) => see('process.write', at, { ok: true, client: end(ip), count: 1 })
  const observations = [write('10.0.0.1', 0), write('10.0.0.2', 90 * 24 * HOUR)]
  const rules = (after: object) => [rule('writer', 'process.write', { ok: true }, { first_seen: { 'group-by': ['client'], ...after } })]
  assert.equal(run(rules({}), observations, 0).length, 0)
  assert.equal(run(rules({ after: '0s' }), observations, 0).length, 2)
})

test('rules of the engine policy are silent while the site learns, all others are not', () => {
  const at = (engine: string) =>
    run([rule(engine, 'mode.changed', { mode: 'stop' }, { engine })], [mode('stop', 0), mode('stop', 2 * HOUR)], HOUR).length
  assert.deepEqual([at('policy'), at('threat'), at('operation')], [1, 2, 2])
})

test('first_seen: the rule may set its own time of learning', () => {
  const writer = rule('writer', 'process.write', { ok: true }, { first_seen: { 'group-by': ['client'], after: '1d' } })
  const write = (ip: string, at: number) => see('process.write', at, { ok: true, client: end(ip), count: 1 })
  assert.equal(run([writer], [write('10.0.0.1', 0), write('10.0.0.2', 23 * HOUR)], HOUR).length, 0)
  assert.equal(run([writer], [write('10.0.0.1', 0), write('10.0.0.2', 25 * HOUR)], HOUR).length, 1)
})

test('outside_range fires on a value beyond what the tag has shown, and widens the range', () => {
  const range = rule('range', 'process.write', { ok: true }, { outside_range: { field: 'value', 'group-by': ['server', 'tag'] } })
  const write = (value: unknown, i: number) => see('process.write', i * SECOND, { ok: true, tag: 't', value, count: 1 })
  const habit = [40, 50, 60, 45, 55].map(write)
  assert.equal(run([range], [...habit, write(61, 9)]).length, 0, 'within the margin')
  assert.equal(run([range], [...habit, write(90, 9)]).length, 1)
  assert.equal(run([range], [...habit, write('90', 9)]).length, 1)
  assert.equal(run([range], [...habit, write(90, 9), write(85, 10 + 3600)]).length, 1, 'ninety is in the range by then')
  assert.equal(run([range], [...habit.slice(0, 4), write(90, 9)]).length, 0, 'four values are no habit')
  assert.equal(run([range], [...habit, write('text', 9)]).length, 0)
})

const habitual = (habits: readonly string[], distance = 1) =>
  rule('habit', 'process.read', { tag: '*' }, { out_of_habit: { field: 'value', 'group-by': ['server', 'tag'], habits, distance } })

/** A tag read every second, up and down between 0 and 9 for `n` seconds. */
const upAndDown = (n: number) => Array.from({ length: n }, (_, i) => ({ tag: 't', value: Math.abs((i % 18) - 9), count: 1 }))
const readings = (values: readonly object[]) =>
  values.map((fields, i) => see('process.read', i * SECOND, fields as Record<string, unknown>))

test('out_of_habit names the habit, what was measured and the limit; what is told once is learnt', () => {
  const jump = (more: readonly number[]) => readings([...upAndDown(100), ...more.map((value) => ({ tag: 't', value, count: 1 }))])
  const told = run([habitual(['rate', 'stuck'])], jump([0, 9]))
  assert.deepEqual(
    told.map(({ fields }) => fields),
    [
      {
        breach: 'it changes by 9 a second, never by more than 1 before',
        distance: 7.2,
        habit: 'rate',
        limit: 1,
        measured: 9,
        tag: 't',
      },
    ],
  )
  assert.equal(run([habitual(['rate'], 7.1)], jump([0, 9])).length, 1)
  assert.equal(run([habitual(['rate'], 7.2)], jump([0, 9])).length, 0)
  assert.equal(run([habitual(['stuck'])], jump([0, 9])).length, 0, 'only the habits that the rule names')
  assert.equal(run([habitual(['rate'])], jump([0, 9, 0, 9])).length, 1)
  assert.equal(run([habitual(['rate'])], jump([0, 9]), HOUR).length, 0, 'silent while learning')
  assert.equal(run([habitual(['rate'])], readings([...upAndDown(48), ...[0, 9].map((value) => ({ tag: 't', value, count: 1 }))])).length, 0)
})

test('the same again is added to the finding; a quiet spell ends it', () => {
  const stop = rule('stop', 'mode.changed', { mode: 'stop' })
  const findings = run([stop], [mode('stop', 0), mode('stop', SECOND), mode('stop', 2 * SECOND), mode('stop', HOUR)])
  assert.deepEqual(
    findings.map((f) => f.count),
    [1, 2, 3, 1],
  )
  assert.equal(new Set(findings.map((f) => f.id)).size, 2)
  assert.equal(findings[2]!.first, findings[0]!.first)
})

const YEAR = 365 * 24 * HOUR

test('a wrong clock at the start neither ends learning nor keeps it going', () => {
  const writer = rule('writer', 'process.write', { ok: true }, { first_seen: { 'group-by': ['client'] } })
  const write = (ip: string, at: number) => see('process.write', at, { ok: true, client: end(ip), count: 1 })
  const told = (...wrong: number[]) =>
    run(
      [writer],
      [
        ...wrong.map((at, i) => write(`10.0.9.${i}`, at)),
        ...many(30, (i) => write(`10.0.1.${i}`, i * MINUTE)),
        ...wrong.map((at, i) => write(`10.0.9.${i}`, at)),
        ...many(30, (i) => write(`10.0.2.${i}`, 100 * HOUR + i * MINUTE)),
      ],
      HOUR,
    ).map((f) => f.client.ip!.slice(0, 6))
  for (const wrong of [[], [75 * YEAR], [-1_700_000_000 * SECOND], [75 * YEAR, -50 * YEAR], [5 * HOUR], [30 * 24 * HOUR]])
    assert.deepEqual(told(...wrong), Array(30).fill('10.0.2'), `${wrong}`)
})

test('an old alert of another product is told, and ends no learning', () => {
  const writer = rule('writer', 'process.write', { ok: true }, { first_seen: { 'group-by': ['client'] } })
  const other = rule('other', 'alert.received', { product: 'X' })
  const write = (ip: string, at: number) => see('process.write', at, { ok: true, client: end(ip), count: 1 })
  const word = (at: number) => see('alert.received', at, { product: 'X', rule: 'r', title: 't', level: 'high', attack: [] })
  const told = (...between: Observation[]) =>
    run([writer, other], [write('10.0.0.1', 100 * HOUR), ...between, write('10.0.0.2', 100 * HOUR + MINUTE)], HOUR).map((f) => f.rule)
  assert.deepEqual(told(), [])
  assert.deepEqual(told(word(2 * HOUR)), ['other'])
  assert.deepEqual(told(write('10.0.0.3', 2 * HOUR)), [], 'nor does an older capture')
})

test('after an observation far ahead, windows are judged and held counts are told as before', () => {
  const few = { ...count({ condition: { lte: 2 } }), title: 'few', name: 'few' }
  const stop = rule('stop', 'mode.changed', { mode: 'stop' })
  const told = (first: Observation[]) => {
    const detector = detectorOf([BASE, few, stop])
    const all = [...first, failed(0), ...many(3, (i) => mode('stop', i * SECOND)), mode('run', 12 * MINUTE), mode('run', 13 * MINUTE)]
    return all.flatMap((o) => detector.evaluate(o, NOBODY)).map((f) => [f.rule, f.count])
  }
  assert.deepEqual(told([mode('run', 75 * YEAR)]), told([]))
  assert.deepEqual(told([]), [
    ['stop', 1],
    ['stop', 2],
    ['few', 1],
    ['stop', 3],
  ])
})

test('a window of a wrong clock does not swallow the matches of the right one', () => {
  const many4 = count({ condition: { gte: 4 } })
  const few = { ...count({ condition: { lte: 2 } }), title: 'few', name: 'few' }
  const told = (...observations: Observation[]) =>
    run([BASE, many4, few], [...observations, mode('run', 12 * MINUTE), mode('run', 13 * MINUTE)]).map((f) => f.rule)
  const guesses = many(4, (i) => failed(i * SECOND))
  assert.deepEqual(told(...guesses), ['c'])
  assert.deepEqual(told(failed(75 * YEAR), ...guesses), ['few', 'c'])
  assert.deepEqual(told(failed(75 * YEAR), failed(0)), ['few', 'few'])
})

test('a finding of a wrong clock does not swallow those of the right one', () => {
  const stop = rule('stop', 'mode.changed', { mode: 'stop' })
  const findings = run([stop], [mode('stop', 75 * YEAR), mode('stop', 0), mode('stop', HOUR)])
  assert.deepEqual([findings.length, new Set(findings.map((f) => f.id)).size], [3, 3])
  const late = run([stop], [mode('stop', HOUR), mode('stop', HOUR - 30 * MINUTE)])
  assert.equal(new Set(late.map((f) => f.id)).size, 1, 'half an hour late is late')
})

for (const [name, apart] of [
  ['an hour', HOUR],
  ['two days', 48 * HOUR],
  ['years', 5 * YEAR],
] as const)
  test(`a noisy rule stays a counter when time goes back and forth by ${name}`, () => {
    const detector = detectorOf([rule('loud', 'protocol.anomaly', { name: 'x' })])
    const told = many(4000, (i) =>
      see('protocol.anomaly', (i % 2) * apart + i, { name: 'x', detail: '', count: 1, client: end(`10.0.${i >> 8}.${i & 255}`) }),
    ).flatMap((o) => [...detector.evaluate(o, NOBODY)])
    assert.ok(new Set(told.map((f) => f.id)).size <= 220, `${told.length} told`)
    assert.deepEqual([detector.reports()[0]?.firings, detector.reports()[0]?.noisy], [4000, true])
    const next = detector
      .evaluate(see('protocol.anomaly', apart + 2 * HOUR, { name: 'x', detail: '', count: 1, client: end('10.1.1.1') }), NOBODY)
      .at(-1)
    assert.equal(next?.client.ip, '10.1.1.1', 'the next hour counts anew')
  })

test('ten thousand firings a second are a counter and a noisy rule', () => {
  const detector = detectorOf([rule('loud', 'protocol.anomaly', { name: 'x' })])
  let told = 0
  for (let i = 0; i < 50_000; i++) {
    const o = see('protocol.anomaly', i * 100, { name: 'x', detail: '', count: 1, client: end(`10.${i % 7}.${i % 251}.${i % 241}`) })
    told += detector.evaluate(o, NOBODY).length
  }
  told += detector.finish().length
  assert.ok(told < 1000, `${told} findings and updates told`)
  assert.deepEqual(
    detector.reports().map((r) => [r.rule, r.firings, r.noisy, r.findings <= 101]),
    [['loud', 50_000, true, true]],
  )
})

test('a rule that fires as often for the same two ends is one finding with a counter, and noisy until the next hour', () => {
  const detector = detectorOf([rule('loud', 'protocol.anomaly', { name: 'x' })])
  const firing = (at: number) => see('protocol.anomaly', at, { name: 'x', detail: '', count: 1 })
  const report = () => {
    const [{ findings, noisy, wasNoisy }] = detector.reports() as [RuleReport]
    return [findings, noisy, wasNoisy]
  }
  let last: Finding | undefined
  for (let i = 0; i < 9999; i++) last = detector.evaluate(firing(i * 100), NOBODY).at(-1) ?? last
  assert.deepEqual(report(), [1, false, false], 'one below')
  detector.evaluate(firing(999_900), NOBODY)
  assert.deepEqual(report(), [1, true, true])
  last = detector.finish().at(-1) ?? last
  assert.equal(last?.count, 10_000)
  detector.evaluate(firing(2 * HOUR), NOBODY)
  assert.deepEqual(report(), [2, false, true], 'the next hour counts anew')
})

test('a rule that throws is switched off and named, the others work on', () => {
  const { rules } = rulesOf(rule('bad', 'mode.changed', { mode: 'stop' }), rule('good', 'mode.changed', { mode: 'stop' }))
  const boom = () => {
    throw new Error('boom')
  }
  const broken = rules.map((r) =>
    r.name === 'bad'
      ? {
          ...r,
          matches: boom,
          arms: [{ gates: new Map(), rest: boom }],
        }
      : r,
  )
  const detector = createDetector(broken, { site: 's', learningUs: 0 })
  assert.deepEqual(
    detector.evaluate(mode('stop', 0), NOBODY).map((f) => f.rule),
    ['good'],
  )
  assert.deepEqual([...detector.failures], [['bad', 'boom']])
})

test('a finding carries the fields its rule looked at and its words need', () => {
  const why = { what: '{client} wrote {value} to {tag}', means: 'x' }
  const { rules } = rulesOf(rule('w', 'process.write', { ok: true, 'server.level|lte': 1 }, { why }))
  const detector = createDetector(rules, { site: 's', learningUs: 0 })
  const ends = { client: asset({ id: 'ast-c' }), server: asset({ id: 'ast-s', purdueLevel: 1 }) }
  const [finding] = detector.evaluate(see('process.write', 0, { ok: true, tag: 't', value: 5, count: 3 }), ends)
  assert.deepEqual(finding?.fields, { ok: true, 'server.level': 1, tag: 't', value: 5 })
  assert.deepEqual([finding?.clientAsset, finding?.serverAsset, finding?.count], ['ast-c', 'ast-s', 3])
  assert.deepEqual(finding?.evidence, [{ capture: 'c', packets: [1, 1], bytes: [0, 60] }])
})

const EVERYTHING = [
  BASE,
  count({ condition: { gte: 4 } }),
  { ...count({ condition: { lte: 2 } }), title: 'few', name: 'few' },
  {
    title: 'users',
    name: 'users',
    correlation: { type: 'value_count', rules: ['failed'], 'group-by': ['client'], timespan: '5m', condition: { gte: 3, field: 'user' } },
  },
  rule('new', 'login.tried', { user: '*' }, { first_seen: { 'group-by': ['user', 'client'] } }),
  rule('range', 'process.write', { ok: true }, { outside_range: { field: 'value', 'group-by': ['server', 'tag'] } }),
  rule('habit', 'process.write', { ok: true }, { out_of_habit: { field: 'value', 'group-by': ['server', 'tag'] } }),
  ...STEPS,
  steps('temporal'),
  steps('temporal_ordered'),
  rule('stopped', 'mode.changed', { mode: 'stop' }),
]

/** A mixed day, from a fixed sequence of pseudo-random numbers. */
function mixedDay(n: number): Observation[] {
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return Math.floor((seed / 2_147_483_647) * below)
  }
  let at = 0
  return many(n, () => {
    at += next(40) * SECOND
    const ends = { client: end(`10.0.0.${next(3)}`, 1000 + next(9)), server: end(`10.0.1.${next(2)}`, 502) }
    switch (next(4)) {
      case 0:
        return { ...load(at), ...ends }
      case 1:
        return { ...mode(['stop', 'run'][next(2)]!, at), ...ends }
      case 2:
        return see('process.write', at, { ok: true, tag: `t${next(2)}`, value: next(50) + (next(20) === 0 ? 100 : 0), count: 1, ...ends })
      default:
        return failed(at, { user: `u${next(6)}`, count: 1 + next(2), ...ends })
    }
  })
}

/** The same day with clocks that are wrong, set back, or an hour and more behind. */
function jumpingDay(n: number): Observation[] {
  const DAY = 24 * HOUR
  const jumps: readonly (readonly [from: number, to: number, by: number])[] = [
    [0, 2, 70 * 365 * DAY],
    [30, 36, -53 * 365 * DAY],
    [50, 70, 2 * HOUR],
    [80, 90, -30 * DAY],
    [100, 101, 70 * 365 * DAY],
    [110, 130, -90 * MINUTE],
  ]
  return mixedDay(n).map((o, i) => {
    const by = jumps.find(([from, to]) => i >= from && i < to)?.[2] ?? 0
    return { ...o, at: o.at + by, ...('first' in o ? { first: o.first + by } : {}) }
  })
}

/** As a store may return it: the keys of every object in another order. */
function reorder<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reorder) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reorder(inner)]),
  ) as T
}

for (const [name, day] of [
  ['a restart between any two observations gives the same findings, byte for byte', mixedDay(160)],
  ['so it does where event time jumps', jumpingDay(160)],
] as const)
  test(name, () => {
    const whole = JSON.stringify(run(EVERYTHING, day, 10 * MINUTE))
    assert.ok(JSON.parse(whole).length > 40, 'the day is worth looking at')
    for (let cut = 1; cut < day.length; cut++) {
      const rows = new Map<string, string>()
      const learned = new Map<string, string>()
      const keep = (d: ReturnType<typeof detectorOf>) => {
        for (const [key, row] of d.state.takeChanges()) rows.set(key, JSON.stringify(row))
        for (const [id, row] of d.learned.takeChanges()) row === null ? learned.delete(id) : learned.set(id, JSON.stringify(row))
      }
      const before = detectorOf(EVERYTHING, 10 * MINUTE)
      const first = day.slice(0, cut).flatMap((o) => {
        const found = [...before.evaluate(o, NOBODY)]
        keep(before)
        return found
      })
      const after = detectorOf(EVERYTHING, 10 * MINUTE)
      after.load([...rows].reverse().map(([key, row]) => [key, reorder(JSON.parse(row))] as const))
      after.learned.load([...learned.values()].reverse().map((row) => reorder(JSON.parse(row))))
      const second = day.slice(cut).flatMap((o) => [...after.evaluate(o, NOBODY)])
      assert.equal(JSON.stringify([...first, ...second, ...after.finish()]), whole, `cut after ${cut}`)
    }
  })

test('state stays bounded under addresses that never repeat', () => {
  const detector = detectorOf(EVERYTHING)
  for (let i = 0; i < 120_000; i++) {
    const ip = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
    detector.evaluate(failed(i * 1000, { client: end(ip), user: `u${i}` }), NOBODY)
  }
  let entries = 0
  for (const row of detector.state.values()) entries += [...row.entries].length
  assert.ok(detector.evicted > 0)
  assert.ok(entries < 256 * 256 + 3 * 64 * 64 + 10_000, `${entries} entries`)
})
