import assert from 'node:assert/strict'
import test from 'node:test'
import type { Asset, Finding, Observation } from '@isthmus/model'
import { createDetector, type Detector } from '../detector.ts'
import type { Ends } from '../rule.ts'
import { asset, end, HOUR, MINUTE, NOBODY, rule, rulesOf, SECOND, see } from '../testing.ts'
import { approve, expect, limit } from './edit.ts'
import type { Learned } from './learned.ts'
import { LEARNING_DEFAULTS, type LearningTimes } from './times.ts'
import { readLearning } from './view.ts'

const DAY = 24 * HOUR
const START = 1_700_000_000_000_000
const TIMES: LearningTimes = { ...LEARNING_DEFAULTS, siteUs: 10 * DAY, assetUs: 7 * DAY }
const WRITER = rule(
  'writer',
  'process.write',
  { ok: true },
  { level: 'high', engine: 'policy', first_seen: { 'group-by': ['client', 'server'] } },
)
const RANGE = rule(
  'range',
  'process.write',
  { ok: true },
  { engine: 'anomaly', outside_range: { field: 'value', 'group-by': ['server', 'tag'] } },
)
const SCAN = rule('scan', 'mode.changed', { mode: 'scan' }, { engine: 'threat', level: 'medium' })
const ALL = [WRITER, RANGE, SCAN]

function open(documents: object[] = ALL, times: LearningTimes = TIMES, restarts = new Map<string, number>()): Detector {
  const { rules, errors } = rulesOf(...documents)
  assert.deepEqual(errors, [])
  return createDetector(rules, { site: 's', learningUs: times.siteUs, learning: times, restarts })
}

const write = (from: string, at: number, more: object = {}) =>
  see('process.write', at, { ok: true, tag: 't', value: 5, count: 1, client: end(from), ...more })
const scan = (from: string, at: number) => see('mode.changed', at, { mode: 'scan', by: 'command', detail: '', ok: true, client: end(from) })
/** Something that no rule remembers: the clock goes on. */
const tick = (at: number) => scan('10.9.9.9', at)
const since = (at: number): Ends => ({ client: undefined, server: asset({ id: 'plc', firstAt: START + at } as Partial<Asset>) })

function told(detector: Detector, observations: readonly Observation[], ends: Ends = NOBODY): Finding[] {
  return observations.flatMap((o) => [...detector.evaluate(o, ends)]).filter(({ rule: name }) => name !== 'scan')
}
const rowsOf = (detector: Detector): Learned[] => [...detector.learned.rows()]
const levels = (findings: readonly Finding[]) => findings.map(({ client, level }) => `${client.ip} ${level}`)

test('learning in silence, dynamic at a low level, operational at the level of the rule', () => {
  const detector = open()
  assert.deepEqual(told(detector, [write('10.0.0.1', 0), write('10.0.0.2', 10 * DAY - 1)]), [])
  assert.deepEqual(levels(told(detector, [write('10.0.0.3', 10 * DAY), write('10.0.0.3', 10 * DAY + HOUR)])), ['10.0.0.3 low'])
  assert.deepEqual(levels(told(detector, [write('10.0.0.4', 30 * DAY), write('10.0.0.1', 30 * DAY)])), ['10.0.0.4 high'])
  const rows = rowsOf(detector).filter(({ kind }) => kind === 'group')
  assert.deepEqual(rows.map(({ group, state, phase }) => [group.client, group.server, state, phase]).sort(), [
    ['10.0.0.1', '10.0.0.2', 'known', 'learning'],
    ['10.0.0.2', '10.0.0.2', 'known', 'learning'],
    ['10.0.0.3', '10.0.0.2', 'known', 'dynamic'],
    ['10.0.0.4', '10.0.0.2', 'new', 'operational'],
  ])
})

test('dynamic goes on while new behaviour comes, and ends at the latest after its bound', () => {
  const quiet = LEARNING_DEFAULTS.quietUs.operations
  const news = [0, 1, 2, 3, 4, 5].map((n) => write(`10.0.1.${n}`, 10 * DAY + n * (quiet - HOUR)))
  const findings = told(open(), [write('10.0.0.1', 0), ...news])
  assert.deepEqual(
    findings.map(({ level }) => level),
    ['low', 'low', 'low', 'low', 'low', 'high'],
  )
  assert.deepEqual(levels(told(open(), [write('10.0.0.1', 0), write('10.0.1.1', 10 * DAY + quiet)])), ['10.0.1.1 high'])
  assert.deepEqual(levels(told(open(), [write('10.0.0.1', 0), write('10.0.1.1', 10 * DAY + quiet - 1)])), ['10.0.1.1 low'])
})

test('an older capture brings the end of learning no nearer, and teaches in silence only while the site learns', () => {
  /** A packet a day, over so many days. */
  const capture = (from: number, days: number) => Array.from({ length: days }, (_, day) => tick(from + day * DAY))
  const older: Record<string, Observation[]> = {
    none: [],
    'two packets': [tick(-20 * DAY), tick(-1 * DAY)],
    'a long one': capture(-40 * DAY, 20),
    'one that reaches into the present': capture(-8 * DAY, 12),
    'many, one after the other': Array.from({ length: 12 }, (_, i) => capture((-60 - i * 30) * DAY, 11)).flat(),
    'of a wrong clock': [...capture(-1000 * DAY, 20), ...capture(5000 * DAY, 20)],
    'one from the future': capture(5 * DAY, 30),
  }
  for (const [name, observations] of Object.entries(older)) {
    const detector = open()
    const learning = [
      write('10.0.0.1', 0),
      write('10.0.0.2', 3 * DAY),
      ...observations,
      write('10.0.0.3', 4 * DAY),
      write('10.0.0.4', 9 * DAY),
    ]
    assert.deepEqual(told(detector, learning), [], name)
    assert.deepEqual(levels(told(detector, [write('10.0.0.5', 11 * DAY)])), ['10.0.0.5 low'], name)
    assert.deepEqual(
      levels(told(detector, [write('10.0.0.6', -3 * DAY)])).length,
      1,
      `${name}: afterwards what an old capture shows is news`,
    )
  }
})

test('an asset that appears later learns for its own time; what it does to others is their news', () => {
  const detector = open()
  const appeared = 60 * DAY
  assert.deepEqual(told(detector, [write('10.0.0.1', 0)]), [])
  assert.deepEqual(told(detector, [write('10.0.0.1', appeared), write('10.0.0.3', appeared + 7 * DAY - 1)], since(appeared)), [])
  assert.deepEqual(levels(told(detector, [write('10.0.0.4', appeared + 7 * DAY)], since(appeared))), ['10.0.0.4 low'])
  assert.deepEqual(levels(told(detector, [write('10.0.0.5', appeared + 8 * DAY)], since(0))), ['10.0.0.5 high'], 'an old one next to it')
  assert.deepEqual(levels(told(detector, [write('10.0.0.6', appeared + 15 * DAY)], since(appeared))), ['10.0.0.6 high'])
})

test('a person has learning begin again, for an asset or the site', () => {
  for (const host of ['10.0.0.2', '']) {
    const detector = open(ALL, TIMES, new Map([[host, START + 60 * DAY]]))
    const length = host === '' ? TIMES.siteUs : TIMES.assetUs
    const before = told(detector, [write('10.0.0.1', 0), write('10.0.0.3', 60 * DAY + length - 1)], since(0))
    assert.deepEqual(before, [], host)
    assert.deepEqual(levels(told(detector, [write('10.0.0.4', 60 * DAY + length)], since(0))), ['10.0.0.4 low'])
  }
})

test('news that nobody approves is told once a day with what came meanwhile, and never learnt', () => {
  const detector = open([WRITER])
  told(detector, [write('10.0.0.1', 0)])
  const days = Array.from({ length: 49 }, (_, i) => write('10.0.0.9', 60 * DAY + i * HOUR))
  assert.deepEqual(
    told(detector, days).map(({ count, at }) => [count, at - START - 60 * DAY]),
    [
      [1, 0],
      [24, DAY],
      [24, 2 * DAY],
    ],
  )
  assert.equal(rowsOf(detector).find(({ client }) => client === '10.0.0.9')?.state, 'new')
})

test('what is approved is silent until it expires, then it is told again; what is forgotten is new', () => {
  const detector = open([WRITER])
  told(detector, [write('10.0.0.1', 0), write('10.0.0.9', 60 * DAY)])
  const row = rowsOf(detector).find(({ client }) => client === '10.0.0.9')!
  const until = START + 63 * DAY
  assert.ok(detector.edit({ kind: 'decide', row: approve(row, { by: 'anna', at: START + 60 * DAY, until }) }))
  const later = [62 * DAY, 63 * DAY - 1, 63 * DAY, 63 * DAY + HOUR].map((at) => write('10.0.0.9', at))
  assert.deepEqual(
    told(detector, later).map(({ at }) => at),
    [until],
  )
  const known = rowsOf(detector).find(({ client }) => client === '10.0.0.1')!
  assert.deepEqual(told(detector, [write('10.0.0.1', 64 * DAY)]), [])
  assert.ok(detector.edit({ kind: 'forget', id: known.id }))
  assert.equal(detector.edit({ kind: 'forget', id: known.id }), false)
  assert.equal(told(detector, [write('10.0.0.1', 65 * DAY)]).length, 1)
})

test('a group may be approved before it comes', () => {
  const detector = open([WRITER])
  const { rules } = rulesOf(WRITER)
  const word = { by: 'anna', at: START, until: null }
  assert.equal(expect(rules[0]!, { client: '10.0.0.7' }, word), undefined, 'a field is missing')
  const row = expect(rules[0]!, { client: '10.0.0.7', server: '10.0.0.2' }, word)
  assert.ok(row !== undefined && detector.edit({ kind: 'decide', row }))
  assert.deepEqual(levels(told(detector, [write('10.0.0.1', 0), write('10.0.0.7', 60 * DAY), write('10.0.0.8', 60 * DAY)])), [
    '10.0.0.8 high',
  ])
})

const values = (from: string, at: number, ...all: number[]) => all.map((value, i) => write(from, at + i * MINUTE, { value }))

test('a range: learnt, widened by a person, set by a person', () => {
  const detector = open([RANGE])
  const row = () => rowsOf(detector)[0]!
  const at = 60 * DAY
  told(detector, values('10.0.0.1', 0, 40, 50, 60, 45, 55))
  assert.deepEqual([row().min, row().max], [40, 60])
  assert.equal(told(detector, values('10.0.0.1', at, 90, 90, 85, 120)).length, 2, 'ninety, and what goes farther')
  assert.deepEqual([row().min, row().max], [40, 60], 'not learnt')
  detector.edit({ kind: 'decide', row: approve(row(), { by: 'anna', at: START + at, until: START + at + DAY }) })
  assert.deepEqual(told(detector, values('10.0.0.1', at + HOUR, 90, 120)), [])
  assert.equal(told(detector, values('10.0.0.1', at + 2 * DAY, 90)).length, 1, 'the approval is over')
  assert.equal(limit(row(), { by: 'anna', at: 0, until: null }, 70, 65), undefined)
  detector.edit({ kind: 'decide', row: limit(row(), { by: 'anna', at: 0, until: null }, 0, 70)! })
  assert.deepEqual(told(detector, values('10.0.0.1', at + 4 * DAY, 10, 70)), [])
  assert.equal(told(detector, values('10.0.0.1', at + 5 * DAY, 70.1)).length, 1, 'a limit that is set has no margin')
})

test('a campaign while learning is reported and not learnt: the same is still new afterwards', () => {
  const campaign = (at: number) => [
    // The first steps look like nothing.
    write('10.0.6.6', at),
    ...values('10.0.6.6', at + MINUTE, 900),
    scan('10.0.6.6', at + 30 * MINUTE),
    write('10.0.6.6', at + 40 * MINUTE, { server: end('10.0.0.3') }),
    // On from the host that it reached.
    write('10.0.0.3', at + 50 * MINUTE, { server: end('10.0.0.4'), client: end('10.0.0.3') }),
  ]
  const detector = open()
  const ordinary = [...values('10.0.0.1', 0, 40, 50, 60, 45, 55), write('10.0.0.8', 2 * DAY + 20 * MINUTE)]
  const during = [...ordinary.slice(0, 5), ...campaign(2 * DAY), ordinary[5]!].flatMap((o) => [...detector.evaluate(o, NOBODY)])
  assert.deepEqual(
    during.map((finding) => finding.rule),
    ['scan'],
  )
  const learnt = rowsOf(detector)
  assert.ok(
    !learnt.some(({ group }) => [group.client, group.server].some((host) => ['10.0.6.6', '10.0.0.3', '10.0.0.4'].includes(host ?? ''))),
  )
  assert.deepEqual(
    learnt.filter(({ kind }) => kind === 'range').map(({ min, max }) => [min, max]),
    [[5, 60]],
  )
  assert.ok(
    learnt.some(({ client }) => client === '10.0.0.8'),
    'others are learnt meanwhile',
  )
  const after = campaign(60 * DAY).flatMap((o) => [...detector.evaluate(o, NOBODY)])
  assert.deepEqual([...new Set(after.map((finding) => `${finding.rule} ${finding.level}`))].sort(), [
    'range medium',
    'scan medium',
    'writer high',
  ])
  assert.equal(after.filter((finding) => finding.rule === 'writer').length, 3)
})

test('an hour after the last threat finding a host is learnt from again; in dynamic its news keeps its level', () => {
  const detector = open()
  told(detector, [write('10.0.0.1', 0), scan('10.0.0.5', DAY)])
  assert.deepEqual(told(detector, [write('10.0.0.5', DAY + HOUR - 1), write('10.0.0.5', DAY + HOUR)]), [])
  assert.equal(rowsOf(detector).filter(({ client }) => client === '10.0.0.5').length, 1)
  assert.deepEqual(levels(told(detector, [scan('10.0.0.6', 10 * DAY), write('10.0.0.6', 10 * DAY + MINUTE)])), ['10.0.0.6 high'])
})

test('a flood of news neither pushes out what is known nor what people decided', () => {
  const detector = open([WRITER])
  const { rules } = rulesOf(WRITER)
  told(detector, [write('10.0.0.1', 0)])
  detector.edit({
    kind: 'decide',
    row: expect(rules[0]!, { client: '10.0.0.7', server: '10.0.0.2' }, { by: 'anna', at: START, until: null })!,
  })
  for (let i = 0; i < 10_000; i++) detector.evaluate(write(`10.1.${i >> 8}.${i & 255}`, 60 * DAY + i * SECOND), NOBODY)
  assert.ok(detector.learned.size < 5000 && detector.evicted > 5000, `${detector.learned.size}`)
  const known = [write('10.0.0.1', 70 * DAY), write('10.0.0.7', 70 * DAY)]
  assert.deepEqual(
    known.flatMap((o) => [...detector.evaluate(o, NOBODY)]).filter(({ at }) => at === START + 70 * DAY),
    [],
  )
})

test('thousands of tags that come once do not push out those that are watched; who is not heard of for a day makes room', () => {
  const habit = { field: 'value', 'group-by': ['server', 'tag'], habits: ['rate'] }
  const detector = open([rule('habit', 'process.write', { ok: true }, { out_of_habit: habit })], { ...TIMES, siteUs: HOUR })
  const level = (at: number, value: number) => write('10.0.0.1', at, { tag: 'level', value })
  told(
    detector,
    Array.from({ length: 600 }, (_, i) => level(i * 6 * SECOND, i % 2)),
  )
  const flood = (from: number) => {
    for (let i = 0; i < 6000; i++) detector.evaluate(write('10.0.0.1', from + i * SECOND, { tag: `${from} ${i}` }), NOBODY)
  }
  flood(HOUR)
  assert.ok(detector.evicted > 1000)
  const jumped = told(detector, [level(3 * HOUR, 0), level(3 * HOUR + SECOND, 7)])
  assert.deepEqual(
    jumped.map(({ fields }) => fields.habit),
    ['rate'],
  )
  const known = (from: number) => rowsOf(detector).filter(({ group }) => group.tag!.startsWith(`${from} `)).length
  flood(30 * HOUR)
  assert.ok(known(HOUR) < 100 && known(30 * HOUR) > 3900, `${known(HOUR)} and ${known(30 * HOUR)}`)
})

test('a restart between any two observations changes neither findings nor rows', () => {
  const times: LearningTimes = { ...TIMES, siteUs: 2 * DAY, assetUs: DAY }
  let seed = 11
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return Math.floor((seed / 2_147_483_647) * below)
  }
  let at = 0
  const story = Array.from({ length: 400 }, (): Observation => {
    at += next(4 * HOUR)
    const host = `10.0.0.${next(14) + 3}`
    if (next(12) === 0) return scan(host, at)
    return write(host, at, { value: next(50) + (next(15) === 0 ? 200 : 0), server: end(`10.0.1.${next(3)}`) })
  })
  const rowsIn = (detector: Detector) => JSON.stringify(rowsOf(detector).sort((a, b) => (a.id < b.id ? -1 : 1)))
  const straight = open(ALL, times)
  const whole = JSON.stringify(story.flatMap((o) => [...straight.evaluate(o, since(9 * DAY))]))
  assert.ok(JSON.parse(whole).length > 20, `${JSON.parse(whole).length}`)
  for (let cut = 1; cut < story.length; cut += 9) {
    const before = open(ALL, times)
    const first = story.slice(0, cut).flatMap((o) => [...before.evaluate(o, since(9 * DAY))])
    const [state, learned] = JSON.parse(JSON.stringify([before.state.takeChanges(), before.learned.takeChanges()]))
    const after = open(ALL, times)
    after.load(state)
    after.learned.load(learned.flatMap(([, row]: [string, Learned | null]) => row ?? []).reverse())
    const second = story.slice(cut).flatMap((o) => [...after.evaluate(o, since(9 * DAY))])
    assert.equal(JSON.stringify([...first, ...second]), whole, `cut after ${cut}`)
    assert.equal(rowsIn(after), rowsIn(straight), `cut after ${cut}`)
  }
})

test('what was learnt of fields that the rule no longer remembers by says nothing', () => {
  const detector = open([WRITER])
  told(detector, [write('10.0.0.1', 0)])
  const other = open([{ ...WRITER, first_seen: { 'group-by': ['client'] } }])
  other.load(detector.state.takeChanges())
  other.learned.load(rowsOf(detector))
  assert.equal(told(other, [write('10.0.0.1', 60 * DAY)]).length, 1)
})

test('the view says where the site and an asset stand, and until when', () => {
  const view = (at: number, firstAt: number, ip = '10.0.0.2', ...more: Observation[]) => {
    const detector = open()
    for (const o of [write('10.0.0.1', 0), write('10.0.0.3', Math.min(at, 10 * DAY)), tick(at), ...more]) detector.evaluate(o, since(0))
    const known = { ips: [ip], macs: [], firstAt: START + firstAt, isExternal: false }
    const seen = readLearning(detector.state.takeChanges(), TIMES, new Map())
    const [site, one] = [seen.site(), seen.asset(known)]
    const days = (us: number | undefined) => us && (us - START) / DAY
    return [site?.phase, days(site?.until), one?.phase, days(one?.since), days(one?.until)]
  }
  assert.deepEqual(view(3 * DAY, 0), ['learning', 10, 'learning', 0, 10])
  assert.deepEqual(view(3 * DAY, 0, '10.0.0.2', tick(-30 * DAY)), ['learning', 10, 'learning', 0, 10], 'an older capture was read last')
  assert.deepEqual(view(11 * DAY, 9 * DAY), ['dynamic', 17, 'learning', 9, 16])
  assert.deepEqual(view(11 * DAY, 0), ['dynamic', 17, 'dynamic', 10, 17])
  assert.deepEqual(view(30 * DAY, 0), ['operational', undefined, 'operational', 17, undefined])
  assert.deepEqual(view(30 * DAY, 0, '203.0.113.5').slice(2), [undefined, undefined, undefined])
  assert.equal(readLearning([], TIMES, new Map()).site(), undefined)
})
