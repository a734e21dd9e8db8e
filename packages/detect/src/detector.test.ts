import assert from 'node:assert/strict'
import test from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { createDetector } from './detector.ts'
import { asset, detectorOf, end, HOUR, MINUTE, NOBODY, rule, rulesOf, SECOND, see } from './testing.ts'

function run(documents: object[], observations: Observation[], learningUs = 1): Finding[] {
  const detector = detectorOf(documents, learningUs)
  return [...observations.flatMap((o) => [...detector.evaluate(o, NOBODY)]), ...detector.finish()]
}

const many = (n: number, make: (i: number) => Observation) => Array.from({ length: n }, (_, i) => make(i))
const failed = (at: number, more: object = {}) =>
  see('login.tried', at, { ok: false, user: 'u', domain: '', method: 'm', count: 1, first: 1_700_000_000_000_000 + at, ...more })
const BASE = rule('failed', 'login.tried', { ok: false })
const count = (correlation: object) => ({
  title: 'c',
  name: 'c',
  level: 'high',
  correlation: { type: 'event_count', rules: ['failed'], 'group-by': ['client', 'server'], timespan: '1m', ...correlation },
})

test('event_count: silent below the threshold, one finding at it and above it', () => {
  const findings = (n: number) =>
    run(
      [BASE, count({ condition: { gte: 20 } })],
      many(n, (i) => failed(i * SECOND)),
    )
  assert.equal(findings(19).length, 0)
  assert.deepEqual(
    findings(20).map((f) => [f.rule, f.count]),
    [['c', 20]],
  )
  assert.deepEqual(
    findings(21).map((f) => f.count),
    [20, 21],
    'the same finding, grown',
  )
  assert.equal(new Set(findings(21).map((f) => f.id)).size, 1)
})

test('gt is one more than gte', () => {
  const findings = (n: number) =>
    run(
      [BASE, count({ condition: { gt: 20 } })],
      many(n, (i) => failed(i * SECOND)),
    )
  assert.equal(findings(20).length, 0)
  assert.equal(findings(21).length, 1)
})

test('event_count: what is older than the timespan does not count', () => {
  const spread = (gap: number) =>
    run(
      [BASE, count({ condition: { gte: 20 } })],
      many(20, (i) => failed(i * gap)),
    )
  assert.equal(spread(MINUTE / 19).length, 1, 'twenty within exactly a minute')
  assert.equal(spread(MINUTE / 18.9).length, 0)
})

test('event_count: groups are counted apart', () => {
  const findings = run(
    [BASE, count({ condition: { gte: 20 } })],
    many(38, (i) => failed(i * SECOND, { client: end(`10.0.0.${i % 2}`) })),
  )
  assert.equal(findings.length, 0)
})

test('a folded observation counts for what it stands for', () => {
  const folded = [failed(0), failed(30 * SECOND, { count: 19, first: 1_700_000_000_000_000 + SECOND })]
  assert.equal(run([BASE, count({ condition: { gte: 20 } })], folded).length, 1)
  const slow = [failed(10 * MINUTE, { count: 60, first: 1_700_000_000_000_000 })]
  assert.equal(run([BASE, count({ condition: { gte: 20 } })], slow).length, 0, 'sixty over ten minutes are six a minute')
})

test('a condition with an upper bound is judged when its window is over', () => {
  const eq = [BASE, count({ condition: { eq: 2 } })]
  const after = see('session.updated', 12 * MINUTE)
  assert.deepEqual(run(eq, [failed(0), failed(SECOND)]).length, 0)
  assert.deepEqual(
    run(eq, [failed(0), failed(SECOND), after]).map((f) => f.count),
    [2],
  )
  assert.deepEqual(run(eq, [failed(0), failed(SECOND), failed(2 * SECOND), after]).length, 0)
  assert.deepEqual(run([BASE, count({ condition: { lt: 2 } })], [failed(0), after]).length, 1)
})

test('value_count: distinct values in the window', () => {
  const tried = rule('tried', 'session.updated', { state: 'tried' })
  const scan = {
    title: 's',
    name: 's',
    correlation: {
      type: 'value_count',
      rules: ['tried'],
      'group-by': ['client'],
      timespan: '2m',
      condition: { gte: 50, field: 'server.ip' },
    },
  }
  const to = (i: number) => see('session.updated', i * SECOND, { state: 'tried', server: end(`10.1.0.${i}`, 80) })
  assert.equal(run([tried, scan], many(49, to)).length, 0)
  const [finding] = run([tried, scan], many(50, to))
  assert.equal(finding?.fields.distinct, 50)
  assert.equal(finding?.server.ip, undefined, 'a scan has no one server')
  assert.equal(finding?.client.ip, '10.0.0.1')
  assert.equal(
    run(
      [tried, scan],
      many(200, (i) => to(i % 49)),
    ).length,
    0,
    'the same values again',
  )
})

test('value_sum adds a field up', () => {
  const moved = rule('moved', 'file.moved', { direction: 'to-client' })
  const sum = {
    title: 's',
    name: 's',
    correlation: { type: 'value_sum', rules: ['moved'], 'group-by': ['client'], timespan: '1h', condition: { gte: 1000, field: 'bytes' } },
  }
  const file = (i: number) => see('file.moved', i * SECOND, { direction: 'to-client', bytes: 100, name: 'f', mime: '', hash: undefined })
  assert.equal(run([moved, sum], many(9, file)).length, 0)
  assert.equal(run([moved, sum], many(10, file))[0]?.fields.total, 1000)
})

const STEPS = [
  rule('stop', 'mode.changed', { mode: 'stop' }),
  rule('load', 'program.downloaded', { ok: true }),
  rule('start', 'mode.changed', { mode: 'run' }),
]
const steps = (type: string) => ({
  title: type,
  name: type,
  correlation: { type, rules: ['stop', 'load', 'start'], 'group-by': ['client', 'server'], timespan: '10m' },
})
const mode = (m: string, at: number) => see('mode.changed', at, { mode: m, by: 'command', detail: '', ok: true })
const load = (at: number) =>
  see('program.downloaded', at, { section: 'OB1', sectionType: '', bytes: 1, hash: undefined, user: '', ok: true })

test('temporal: all rules within the timespan, in any order', () => {
  assert.equal(run([...STEPS, steps('temporal')], [mode('run', 0), load(MINUTE), mode('stop', 2 * MINUTE)]).length, 1)
  assert.equal(run([...STEPS, steps('temporal')], [mode('run', 0), load(MINUTE), mode('stop', 12 * MINUTE)]).length, 0)
})

test('temporal_ordered: only in the order written', () => {
  const ordered = [...STEPS, steps('temporal_ordered')]
  assert.equal(run(ordered, [mode('run', 0), load(MINUTE), mode('stop', 2 * MINUTE)]).length, 0)
  assert.equal(run(ordered, [mode('stop', 0), load(MINUTE), mode('run', 2 * MINUTE)]).length, 1)
  assert.equal(run(ordered, [mode('stop', 0), load(MINUTE), mode('run', 11 * MINUTE)]).length, 0)
  assert.equal(
    run(ordered, [mode('stop', 0), mode('stop', 9 * MINUTE), load(10 * MINUTE), mode('run', 11 * MINUTE)]).length,
    1,
    'the later start counts',
  )
})

test('steps that lead from host to host are linked by aliases and told by the ends of the first', () => {
  const entered = rule('entered', 'service.used', { service: 'remote desktop' })
  const acted = rule('acted', 'program.downloaded', { ok: true })
  const aliases = { host: { entered: 'server', acted: 'client' } }
  const chain = {
    title: 'chain',
    name: 'chain',
    correlation: { type: 'temporal_ordered', rules: ['entered', 'acted'], 'group-by': ['host'], aliases, timespan: '2h' },
  }
  const enter = (from: string, to: string, at: number) =>
    see('service.used', at, {
      service: 'remote desktop',
      object: '',
      user: 'u',
      ok: true,
      count: 1,
      client: end(from),
      server: end(to, 3389),
    })
  const act = (from: string, at: number) => ({ ...load(at), client: end(from), server: end('10.0.0.9', 102) })
  const ends = (observations: Observation[]) => run([entered, acted, chain], observations).map((f) => `${f.client.ip}>${f.server.ip}`)
  assert.deepEqual(ends([enter('10.0.0.1', '10.0.0.5', 0), act('10.0.0.5', MINUTE)]), ['10.0.0.1>10.0.0.5'])
  assert.deepEqual(
    ends([enter('10.0.0.1', '10.0.0.5', 0), enter('10.0.0.2', '10.0.0.5', MINUTE), act('10.0.0.5', 2 * MINUTE)]),
    ['10.0.0.2>10.0.0.5'],
    'the latest way in',
  )
  assert.deepEqual(ends([enter('10.0.0.1', '10.0.0.5', 0), act('10.0.0.6', MINUTE)]), [])
})

test('a correlation may build on a correlation', () => {
  const guessed = count({ condition: { gte: 3 } })
  const good = rule('good', 'login.tried', { ok: true })
  const breach = {
    title: 'b',
    name: 'b',
    correlation: { type: 'temporal_ordered', rules: ['c', 'good'], 'group-by': ['client'], timespan: '5m' },
  }
  const observations = [...many(3, (i) => failed(i * SECOND)), failed(10 * SECOND, { ok: true })]
  assert.deepEqual(
    run([BASE, guessed, good, breach], observations).map((f) => f.rule),
    ['b'],
  )
  assert.deepEqual(
    run([BASE, guessed, good, breach], observations.slice(1)).map((f) => f.rule),
    [],
  )
})

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

test('a rule that throws is switched off and named, the others work on', () => {
  const { rules } = rulesOf(rule('bad', 'mode.changed', { mode: 'stop' }), rule('good', 'mode.changed', { mode: 'stop' }))
  const broken = rules.map((r) =>
    r.name === 'bad'
      ? {
          ...r,
          matches: () => {
            throw new Error('boom')
          },
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

test('a restart between any two observations gives the same findings, byte for byte', () => {
  const day = mixedDay(160)
  const whole = JSON.stringify(run(EVERYTHING, day, 10 * MINUTE))
  assert.ok(JSON.parse(whole).length > 40, 'the day is worth looking at')
  for (let cut = 1; cut < day.length; cut++) {
    const rows = new Map<string, string>()
    const keep = (d: ReturnType<typeof detectorOf>) => {
      for (const [key, row] of d.state.takeChanges()) rows.set(key, JSON.stringify(row))
    }
    const before = detectorOf(EVERYTHING, 10 * MINUTE)
    const first = day.slice(0, cut).flatMap((o) => {
      const found = [...before.evaluate(o, NOBODY)]
      keep(before)
      return found
    })
    const after = detectorOf(EVERYTHING, 10 * MINUTE)
    after.load([...rows].reverse().map(([key, row]) => [key, reorder(JSON.parse(row))] as const))
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
