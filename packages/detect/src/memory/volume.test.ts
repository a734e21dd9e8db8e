import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { createDetector, type Detector } from '../detector.ts'
import { approve, limit } from '../learning/edit.ts'
import type { Learned } from '../learning/learned.ts'
import { LEARNING_DEFAULTS, type LearningTimes } from '../learning/times.ts'
import { end, HOUR, MINUTE, NOBODY, rule, rulesOf, see } from '../testing.ts'

/** `see` counts from 22:13:20: the first whole hour. */
const ZERO = (46 * 60 + 40) * 1e6
const DAY = 24 * HOUR
const VOLUME = { field: 'delta.serverBytes', 'group-by': ['client', 'server'], windows: 4, factor: 5, least: 1000 }
const ruleOf = (more: object = {}) =>
  rule('much', 'session.updated', { protocol: '*' }, { engine: 'anomaly', level: 'medium', above_usual: { ...VOLUME, ...more } })
const SCAN = rule('scan', 'mode.changed', { mode: 'scan' }, { engine: 'threat', level: 'medium' })

const open = (more: object = {}, times?: LearningTimes): Detector => {
  const { rules, errors } = rulesOf(ruleOf(more), SCAN)
  assert.deepEqual(errors, [])
  return createDetector(rules, { site: 's', learningUs: times?.siteUs ?? HOUR, learning: times })
}
const reads = (at: number, bytes: number, client = '10.0.0.1'): Observation =>
  see('session.updated', ZERO + at, { client: end(client, 40_000), delta: { clientBytes: 1, serverBytes: bytes } })
/** Something else at the site, every five minutes. */
const hum = (from: number, to: number): Observation[] =>
  Array.from({ length: Math.floor((to - from) / (5 * MINUTE)) }, (_, i) =>
    see('process.read', ZERO + from + i * 5 * MINUTE, { tag: 't', value: 1, count: 1 }),
  )
const scan = (at: number, client: string): Observation =>
  see('mode.changed', ZERO + at, { mode: 'scan', by: 'command', detail: '', ok: true, client: end(client) })
const inOrder = (...parts: readonly (Observation | readonly Observation[])[]) => parts.flat().sort((a, b) => a.at - b.at)
/** So many hours that carry `bytes` each, in two parts. */
const hours = (n: number, bytes = 1000, from = 0): Observation[] =>
  Array.from({ length: n }, (_, i) => [
    reads(from + i * HOUR + 10 * MINUTE, bytes / 2),
    reads(from + i * HOUR + 40 * MINUTE, bytes / 2),
  ]).flat()

function tell(detector: Detector, observations: readonly Observation[]): Finding[] {
  return observations.flatMap((o) => [...detector.evaluate(o, NOBODY)]).filter((finding) => finding.rule === 'much')
}
const rowOf = (detector: Detector): Learned => [...detector.learned.rows()].find(({ kind }) => kind === 'volume')!

describe('more than usual', () => {
  it('is told beyond five times the most of any hour, with what is usual and since when', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5))
    assert.deepEqual(tell(open(), [...usual, reads(5 * HOUR + MINUTE, 5000)]), [])
    const [finding, ...others] = tell(open(), [...usual, reads(5 * HOUR + MINUTE, 5000), reads(5 * HOUR + 2 * MINUTE, 1)])
    assert.deepEqual(others, [])
    assert.equal(finding?.level, 'medium')
    assert.deepEqual(finding?.fields, {
      excess: '5 kB within an hour; the most before was 1 kB, usual are 1 kB (4 times learnt since 2023-11-15)',
      carried: 5001,
      most: 1000,
      usual: 1000,
      windows: 4,
      since: '2023-11-15T00:10:00.000000Z',
    })
  })

  it('says what is usual by the middle of the latest hours, and the most by all', () => {
    const busy = inOrder(hum(0, 9 * HOUR), hours(4), hours(1, 9000, 4 * HOUR), hours(2, 3000, 5 * HOUR))
    const [finding] = tell(open({ factor: 10, windows: 6 }), [...busy, reads(7 * HOUR + MINUTE, 90_001)])
    assert.deepEqual([finding?.fields.most, finding?.fields.usual], [9000, 1000])
  })

  it('is not told below what is always allowed, nor before enough hours were learnt', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5))
    const least = { least: 20_000 }
    assert.equal(tell(open(least), [...usual, reads(5 * HOUR + MINUTE, 20_000)]).length, 0)
    assert.equal(tell(open(least), [...usual, reads(5 * HOUR + MINUTE, 20_001)]).length, 1)
    assert.equal(tell(open({ windows: 6 }), [...usual, reads(5 * HOUR + MINUTE, 99_000)]).length, 0)
    assert.equal(tell(open({ windows: 5 }), [...usual, reads(5 * HOUR + MINUTE, 99_000)]).length, 1)
  })

  it('adds up what comes in small parts, and begins anew with each hour', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5))
    const parts = (each: number) => Array.from({ length: 11 }, (_, i) => reads(5 * HOUR + 5 * i * MINUTE, each))
    assert.equal(tell(open(), [...usual, ...parts(460)]).length, 1)
    assert.equal(tell(open(), [...usual, ...parts(450)]).length, 0)
    const across = [reads(5 * HOUR + 59 * MINUTE, 4000), reads(6 * HOUR + MINUTE, 4000)]
    assert.equal(tell(open(), inOrder(usual, hum(6 * HOUR, 7 * HOUR), across)).length, 0)
  })

  it('counts what comes late in the hour that is open, and begins anew where time was set back', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5))
    const late = [reads(5 * HOUR + MINUTE, 3000), reads(4 * HOUR + 59 * MINUTE, 3000)]
    assert.equal(tell(open(), [...usual, ...late]).length, 1)
    const back = [reads(5 * HOUR + MINUTE, 3000), reads(HOUR, 3000)]
    assert.equal(tell(open(), [...usual, ...back]).length, 0)
  })

  it('is a matter of each direction and each pair of hosts', () => {
    const detector = open()
    const sent = see('session.updated', ZERO + 5 * HOUR + MINUTE, { delta: { clientBytes: 90_000, serverBytes: 0 } })
    assert.deepEqual(tell(detector, [...inOrder(hum(0, 6 * HOUR), hours(5)), sent, reads(5 * HOUR + 2 * MINUTE, 90_000, '10.0.0.7')]), [])
  })

  it('is learnt only from hours that were heard whole', () => {
    const windowsOf = (observations: readonly Observation[]) => {
      const detector = open({ windows: 50 })
      tell(detector, observations)
      return rowOf(detector)?.values ?? 0
    }
    assert.equal(windowsOf(inOrder(hum(0, 5 * HOUR + 5 * MINUTE), hours(6))), 5)
    // The sensor came eleven minutes into the first hour.
    assert.equal(windowsOf(inOrder(hum(15 * MINUTE, 5 * HOUR + 5 * MINUTE), hours(6).slice(1))), 4)
    // It was away for half an hour of the third.
    const broken = inOrder(
      hum(0, 2 * HOUR + 15 * MINUTE),
      hum(2 * HOUR + 45 * MINUTE, 5 * HOUR + 5 * MINUTE),
      hours(2),
      hours(3, 1000, 3 * HOUR),
    )
    const third = reads(2 * HOUR + 10 * MINUTE, 500)
    assert.equal(windowsOf(inOrder(broken, third)), 4)
    // Captures of ten minutes an hour teach nothing, and so whole hours after them are no news.
    const snippets = Array.from({ length: 8 }, (_, i) => [reads(i * HOUR + 5 * MINUTE, 500), reads(i * HOUR + 14 * MINUTE, 500)]).flat()
    assert.equal(windowsOf(snippets), 0)
    assert.deepEqual(tell(open(), [...snippets, reads(8 * HOUR + MINUTE, 90_000)]), [])
  })

  it('is told once a day, and at once where it doubles', () => {
    const usual = inOrder(hum(0, 40 * HOUR), hours(5))
    const much = [6000, 7000, 4000].map((bytes, i) => reads((5 + i) * HOUR + MINUTE, bytes))
    const more = reads(8 * HOUR + MINUTE, 14_000)
    const nextDay = [reads(33 * HOUR, 6000), reads(33 * HOUR + MINUTE, 5999), reads(33 * HOUR + 2 * MINUTE, 2)]
    const detector = open()
    const told = tell(detector, inOrder(usual, much, more, nextDay))
    assert.deepEqual(
      told.map(({ fields, count }) => [fields.carried, count]),
      [
        [6000, 1],
        [14_000, 2],
        [6000, 1],
        [12_001, 2],
      ],
    )
    assert.equal(rowOf(detector).max, 1000)
  })

  it('is learnt in every phase but the last, and told low while dynamic', () => {
    const times = { ...LEARNING_DEFAULTS, siteUs: 2 * DAY, longestUs: 2 * DAY }
    const detector = open({}, times)
    const quiet = inOrder(hum(0, 5 * DAY), hours(24 * 5))
    const jumps = [DAY, 3 * DAY, 4.5 * DAY].map((at, i) => reads(at + 50 * MINUTE, 6000 * 6 ** i))
    const told = tell(detector, inOrder(quiet, jumps))
    assert.deepEqual(
      told.map(({ level, fields }) => [level, fields.carried]),
      [
        ['low', 37_000],
        ['medium', 217_000],
      ],
    )
    assert.equal(rowOf(detector).max, 37_000)
  })

  it('of an intruder is not learnt', () => {
    const usual = inOrder(hum(0, 8 * HOUR), hours(6))
    const most = (...more: Observation[]) => {
      const detector = open({}, { ...LEARNING_DEFAULTS, siteUs: DAY })
      tell(detector, inOrder(usual, reads(2 * HOUR + 15 * MINUTE, 50_000), ...more))
      return rowOf(detector).max
    }
    assert.equal(most(), 51_000)
    assert.equal(most(scan(2 * HOUR + 20 * MINUTE, '10.0.0.1')), 1000)
    assert.equal(most(scan(3 * HOUR + 5 * MINUTE, '10.0.0.1')), 1000)
    assert.equal(most(scan(3 * HOUR + 30 * MINUTE, '10.0.0.1')), 1000)
    assert.equal(most(scan(2 * HOUR + 20 * MINUTE, '10.0.0.9')), 51_000)
  })

  it('is what a person says it is, in the hour in which it is said', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5), reads(5 * HOUR + MINUTE, 100))
    const word = { by: 'ann', at: 0, until: null }
    const after = (decide: (row: Learned) => Learned, bytes: number) => {
      const detector = open()
      tell(detector, usual)
      detector.edit({ kind: 'decide', row: decide(rowOf(detector)) })
      return tell(detector, [reads(5 * HOUR + 2 * MINUTE, bytes)]).map(({ fields }) => fields.excess)
    }
    assert.deepEqual(
      after((row) => approve(row, word), 90_000),
      [],
    )
    const set = (most: number) => (row: Learned) => limit(row, word, null, most)!
    assert.deepEqual(after(set(700), 600), [])
    assert.deepEqual(after(set(700), 601), ['701 bytes within an hour; ann set 700 bytes as the most'])
    assert.deepEqual(after(set(20_000), 19_900), [])
    const forgotten = open()
    tell(forgotten, usual)
    forgotten.edit({ kind: 'forget', id: rowOf(forgotten).id })
    assert.deepEqual(tell(forgotten, [reads(5 * HOUR + 2 * MINUTE, 90_000)]), [])
    const row = rowOf(open({})) ?? { ...({} as Learned), kind: 'volume' as const }
    for (const [min, max] of [
      [0, 5],
      [null, null],
      [null, -1],
    ] as const)
      assert.equal(limit(row, word, min, max), undefined)
  })

  it('is added up whatever thousands of others come meanwhile', () => {
    const usual = inOrder(hum(0, 6 * HOUR), hours(5))
    const flood = (from: number, n: number) => Array.from({ length: n }, (_, i) => reads(from + i, 10, `10.9.${i >> 6}.${i & 63}`))
    const bits = [1, 2, 3].map((i) => reads(5 * HOUR + i * 10 * MINUTE, 2000))
    const floods = [1, 2].flatMap((i) => flood(5 * HOUR + i * 10 * MINUTE + MINUTE, 8000))
    const detector = open()
    const told = tell(detector, inOrder(usual, bits, floods))
    assert.deepEqual(
      told.map(({ fields }) => fields.carried),
      [6000],
    )
    assert.ok(detector.evicted > 3000, 'counted')
  })

  it('says the same through a restart at any point', () => {
    const story = inOrder(hum(0, 8 * HOUR), hours(5), reads(5 * HOUR + MINUTE, 6000), reads(6 * HOUR + MINUTE, 14_000))
    const whole = JSON.stringify(tell(open(), story))
    assert.match(whole, /carried":14000/)
    for (let cut = 0; cut < story.length; cut += 7) {
      const [before, after] = [open(), open()]
      const first = tell(before, story.slice(0, cut))
      after.load(JSON.parse(JSON.stringify(before.state.takeChanges())))
      after.learned.load(JSON.parse(JSON.stringify([...before.learned.rows()])))
      assert.equal(JSON.stringify([...first, ...tell(after, story.slice(cut))]), whole, `cut at ${cut}`)
    }
  })

  it('takes hostile numbers without harm', () => {
    const detector = open()
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300, 0].map((bytes, i) => reads(i * MINUTE, bytes))
    assert.deepEqual(tell(detector, odd), [])
    assert.equal(JSON.stringify(detector.state.takeChanges()).includes('null,'), false)
  })

  it('can add up anything that is a number', () => {
    const operations = { field: 'count', 'group-by': ['server'], windows: 2, factor: 2, least: 0 }
    const { rules, errors } = rulesOf(rule('busy', 'operation.done', { access: 'read' }, { engine: 'anomaly', above_usual: operations }))
    assert.deepEqual(errors, [])
    const detector = createDetector(rules, { site: 's', learningUs: HOUR })
    const done = (at: number, count: number) => see('operation.done', ZERO + at, { operation: 'o', object: '', access: 'read', count })
    const story = inOrder(
      hum(0, 4 * HOUR),
      [0, 1, 2].map((hour) => done(hour * HOUR + MINUTE, 40)),
      done(3 * HOUR, 81),
    )
    const [finding] = story.flatMap((o) => [...detector.evaluate(o, NOBODY)])
    assert.equal(finding?.fields.excess, '81 within an hour; the most before was 40, usual are 40 (2 times learnt since 2023-11-15)')
  })

  it('is refused where a key of it makes no sense', () => {
    const refusal = (more: object) => rulesOf(ruleOf(more)).errors.map(({ path, reason }) => `${path}: ${reason}`)
    assert.deepEqual(refusal({ field: 'nothing' }), ['above_usual.field: no field "nothing" in session.updated'])
    assert.deepEqual(refusal({ every: '5m' }), ['above_usual.every: every is 10 minutes or more'])
    assert.deepEqual(refusal({ windows: 1 }), ['above_usual.windows: windows is a whole number of 2 or more'])
    assert.deepEqual(refusal({ factor: 0.5 }), ['above_usual.factor: factor is a number of 1 or more'])
    assert.deepEqual(refusal({ least: -1 }), ['above_usual.least: least is a number of 0 or more'])
    assert.deepEqual(refusal({ hours: 3 }), ['above_usual.hours: "hours" is not supported in above_usual'])
    assert.equal(rulesOf({ ...ruleOf(), changed: { field: 'id', 'group-by': ['client'] } }).errors.length, 1)
  })
})
