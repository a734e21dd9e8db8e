import assert from 'node:assert/strict'
import test from 'node:test'
import type { Observation } from '@isthmus/model'
import { BASE, count, end, failed, load, MINUTE, many, mode, rule, run, SECOND, STEPS, see, steps } from './testing.ts'

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

test('a bound may lie between two counts', () => {
  const findings = (n: number) =>
    run(
      [BASE, count({ condition: { gt: 5.5 } })],
      many(n, (i) => failed(i * SECOND)),
    )
  assert.deepEqual([findings(5).length, findings(6).length], [0, 1])
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

test('value_count: a window that emptied counts what comes again once', () => {
  const tried = rule('tried', 'session.updated', { state: 'tried' })
  const condition = { gte: 50, field: 'server.ip' }
  const correlation = { type: 'value_count', rules: ['tried'], 'group-by': ['client'], timespan: '2m', condition }
  const to = (i: number, second: number) => see('session.updated', second * SECOND, { state: 'tried', server: end(`10.1.0.${i}`, 80) })
  const early = many(44, (i) => to(i, 0)).concat(many(5, (i) => to(44 + i, 119)))
  // The fiftieth comes when most are over; what follows comes twice.
  const late = [to(49, 125), ...many(26, (i) => to(50 + i, 126)), ...many(26, (i) => to(50 + i, 127))]
  assert.deepEqual(run([tried, { title: 's', name: 's', correlation }], early.concat(late)), [])
})

test('what holds again while its window slides is one finding, that grows and keeps its latest evidence, until a day is over', () => {
  const asked = rule('asked', 'name.resolved', { code: 'NOERROR' })
  const condition = { gte: 60, field: 'name' }
  const correlation = { type: 'value_count', rules: ['asked'], 'group-by': ['client', 'domain'], timespan: '1d', condition }
  const slow = { title: 's', name: 's', correlation }
  const packet = (n: number) => ({ evidence: { capture: 'c', packets: [n, n], bytes: [0, 0] } })
  const lookUp = (i: number) =>
    see('name.resolved', i * 20 * MINUTE, { code: 'NOERROR', name: `n${i}.example`, domain: 'example', count: 1, ...packet(i + 1) })
  const findings = run([asked, slow], many(72 + 59, lookUp))
  assert.equal(new Set(findings.map(({ id }) => id)).size, 1)
  const last = findings.at(-1)!
  assert.deepEqual([last.count, last.fields.distinct], [131, 73])
  assert.deepEqual(
    last.evidence.map(({ packets }) => packets[0]),
    [1, 2, 3, 4, 128, 129, 130, 131],
  )
  assert.equal(new Set(run([asked, slow], many(72 + 61, lookUp)).map(({ id }) => id)).size, 2, 'the day after')
})

test('steps done again later are a matter of their own', () => {
  const steps2h = { ...steps('temporal'), correlation: { ...steps('temporal').correlation, timespan: '2h' } }
  const once = (at: number) => [mode('stop', at), load(at + MINUTE), mode('run', at + 2 * MINUTE)]
  assert.equal(new Set(run([...STEPS, steps2h], [...once(0), ...once(30 * MINUTE)]).map(({ id }) => id)).size, 2)
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
