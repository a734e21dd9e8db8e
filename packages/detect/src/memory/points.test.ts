import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { DetectorState } from '../state.ts'
import { detectorOf, end, HOUR, MINUTE, many, NOBODY, rule, rulesOf, run, SECOND, see } from '../testing.ts'
import { type Point, type Points, told, untoldPoint } from './disagreeing.ts'
import { readBack, untoldWrite, type Written, wrote } from './unheeded.ts'

const TOLD = { kind: ['process.read', 'process.write'] }
const unheeded = (more: object = {}) => ({
  title: 'stays',
  name: 'stays',
  logsource: { product: 'isthmus' },
  detection: { selection: TOLD, condition: 'selection' },
  unheeded: { field: 'value', 'group-by': ['server', 'tag'], times: 3, ...more },
})
const disagreeing = (more: object = {}) =>
  rule('two', 'process.read', { tag: '*' }, { disagreeing: { field: 'value', source: ['client'], 'group-by': ['server', 'tag'], ...more } })

const series = (n: number, make: (i: number) => Observation[]) => Array.from({ length: n }, (_, i) => make(i)).flat()
const base = see('process.read', 0).at
const read = (at: number, value: unknown, more: object = {}) =>
  see('process.read', at, { tag: 't', value, first: base + at, count: 1, ...more })
const write = (at: number, value: unknown, more: object = {}) =>
  see('process.write', at, { tag: 't', value, first: base + at, count: 1, ok: true, client: end('10.0.0.8'), ...more })

/** From `at` on, one value every five minutes, read back after `delay` and again when the time to settle is over. */
function takes(at: number, values: readonly unknown[], delay = SECOND): Observation[] {
  return values.flatMap((value, i) => {
    const from = at + i * 5 * MINUTE
    return [write(from, value), read(from + delay, value), read(from + 2 * MINUTE + delay, value)]
  })
}
/** Three values are taken after the one that is not preceded by any reading. */
const PROVEN = takes(0, [50, 10, 90, 40])
const AFTER = 20 * MINUTE
const stays = (value = 40) => many(5, (i) => read(AFTER + (i + 1) * MINUTE, value))
const saysOf = (...observations: Observation[]) => run([unheeded()], observations).map(({ fields }) => fields)

describe('a written value', () => {
  it('that does not take is told with both values, who wrote it, when, and the packets of both', () => {
    const [finding, ...more] = run([unheeded()], [...PROVEN, write(AFTER, 60), ...stays()])
    const { written, writer, since } = finding!.fields
    assert.deepEqual([written, writer, since], [60, '10.0.0.8', '2023-11-14T22:33:20.000000Z'])
    assert.deepEqual(
      finding!.evidence.map(({ packets }) => packets[0]),
      [AFTER / SECOND + 1, AFTER / SECOND + 181],
    )
    assert.deepEqual(more, [])
  })

  it('is told once until the tag takes it, and then again only when it took as many anew', () => {
    const again = [
      ...PROVEN,
      write(AFTER, 60),
      ...stays(),
      write(AFTER + 10 * MINUTE, 60),
      ...many(9, (i) => read(AFTER + (11 + i) * MINUTE, 40)),
    ]
    assert.equal(saysOf(...again).length, 1)
    const mended = [...again, ...takes(HOUR, [60, 20, 80])]
    const fails = [write(2 * HOUR, 30), ...many(5, (i) => read(2 * HOUR + (i + 1) * MINUTE, 80))]
    assert.equal(saysOf(...mended, ...fails).length, 1)
    assert.equal(saysOf(...mended, ...takes(1.5 * HOUR, [30, 80]), ...fails).length, 2)
  })

  it('counts folded reads, but not those before it could settle', () => {
    const folded = (first: number, count: number) => read(AFTER + 2 * MINUTE, 40, { first: base + AFTER + first, count })
    assert.equal(saysOf(...PROVEN, write(AFTER, 60), folded(-MINUTE, 60)).length, 0)
    assert.equal(saysOf(...PROVEN, write(AFTER, 60), folded(61 * SECOND, 2)).length, 0)
    assert.equal(saysOf(...PROVEN, write(AFTER, 60), folded(61 * SECOND, 3)).length, 1)
  })

  it('has twice the longest time that the tag ever took', () => {
    const slow = takes(0, [50, 10, 90, 40], 100 * SECOND)
    const late = (minutes: number) => saysOf(...slow, write(AFTER, 60), ...stays().slice(0, minutes))
    assert.deepEqual([late(5).length, saysOf(...PROVEN, write(AFTER, 60), ...stays().slice(0, 5)).length], [0, 1])
  })

  it('is let be where a plant does so every day', () => {
    const silent = (...after: Observation[]) => assert.deepEqual(saysOf(...PROVEN, ...after), [])
    silent(write(AFTER, 60), ...many(30, (i) => read(AFTER + i * 10 * SECOND, 40 + i)))
    silent(write(AFTER, 95), ...stays())
    silent(write(AFTER, 60), ...stays(50))
    silent(write(AFTER, 60), write(AFTER + SECOND, 40), ...stays())
    silent(write(AFTER, 60), read(AFTER + SECOND, 60), ...stays())
    silent(write(AFTER, 60, { ok: false }), ...stays())
    silent(write(AFTER, 60, { ok: undefined }), ...stays())
    silent(write(AFTER, 60), write(AFTER + SECOND, 70, { ok: undefined }), ...stays())
    silent(write(AFTER, 41), ...stays())
    silent(write(AFTER, 'auto'), ...stays())
    silent(write(AFTER, 60), ...many(5, (i) => read(AFTER + (2 + i) * HOUR, 40)))
  })

  it('is not told of a tag that never heeds, of a command that resets itself, or of one only ever written one value', () => {
    const wilful = series(40, (i) => [write(i * 5 * MINUTE, i % 7), ...many(4, (r) => read((i * 5 + r + 1) * MINUTE, 3))])
    const command = series(40, (i) => [write(i * 5 * MINUTE, true), ...many(4, (r) => read((i * 5 + r + 1) * MINUTE, false))])
    const handshake = series(9, (i) => [...takes(i * 10 * MINUTE, [1]), read(i * 10 * MINUTE + 4 * MINUTE, 0)])
    const missed = [write(2 * HOUR, 1), ...many(5, (i) => read(2 * HOUR + (i + 1) * MINUTE, 0))]
    for (const story of [wilful, command, [...handshake, ...missed]]) assert.deepEqual(saysOf(...story), [])
  })

  it('is not told while the site learns, and is to be proven anew then', () => {
    const story = [...PROVEN, write(AFTER, 60), ...stays(), ...takes(AFTER + 10 * MINUTE, [20, 40]), write(HOUR, 60)]
    const later = many(5, (i) => read(HOUR + (i + 1) * MINUTE, 40))
    assert.deepEqual(run([unheeded()], [...story, ...later], 30 * MINUTE), [])
  })
})

/** Two clients are told the same values, one every two minutes, each twice. */
const alike = (values: readonly number[]) =>
  values.flatMap((value, i) =>
    [0, 60].flatMap((s) => [
      read(i * 2 * MINUTE + s * SECOND, value),
      read(i * 2 * MINUTE + (s + 20) * SECOND, value, { client: end('10.0.0.7') }),
    ]),
  )
const apart = (from: number, mine: number, theirs: number, n = 5) =>
  series(n, (i) => [read(from + i * MINUTE, mine), read(from + i * MINUTE + 20 * SECOND, theirs, { client: end('10.0.0.7') })])
const twoSay = (...observations: Observation[]) => run([disagreeing()], observations).map(({ fields }) => fields)

describe('a tag of which two clients are told', () => {
  it('different values says so once, with who was told what since when, and the packets of both', () => {
    const [finding, ...more] = run([disagreeing()], [...alike([10, 90]), ...apart(4 * MINUTE, 77, 90)])
    const { other, otherValue, since } = finding!.fields
    assert.deepEqual([finding!.client.ip, other, otherValue, since], ['10.0.0.7', '10.0.0.1', 77, '2023-11-14T22:17:20.000000Z'])
    assert.equal(finding!.evidence.length, 2)
    assert.deepEqual(more, [])
  })

  it('says so again when they had agreed meanwhile', () => {
    const first = [...alike([10, 90]), ...apart(4 * MINUTE, 77, 90)]
    assert.equal(twoSay(...first, ...apart(HOUR, 50, 50), ...apart(HOUR + 5 * MINUTE, 30, 50)).length, 2)
    assert.equal(twoSay(...first, ...apart(HOUR, 77, 90), ...apart(HOUR + 5 * MINUTE, 77, 90)).length, 1)
  })

  it('is let be where one is late, reads seldom, stopped, or never told the same', () => {
    const late = series(9, (i) => [
      read((4 + i) * MINUTE, 20 + 5 * i),
      read((5 + i) * MINUTE - SECOND, 20 + 5 * i, { client: end('10.0.0.7') }),
    ])
    const seldom = series(9, (i) => [read((4 + 4 * i) * MINUTE, 77), read((5 + 4 * i) * MINUTE, 90, { client: end('10.0.0.7') })])
    for (const story of [late, seldom, many(9, (i) => read((4 + i) * MINUTE, 77))])
      assert.deepEqual(twoSay(...alike([10, 90]), ...story), [])
    const odd = [...apart(0, 10, 20), ...apart(HOUR, 10, 10), ...apart(HOUR + 5 * MINUTE, 90, 90), ...apart(2 * HOUR, 77, 90)]
    assert.deepEqual(twoSay(...odd), [])
  })

  it('is not proven by values that were alike now and then', () => {
    const moving = series(60, (i) => [read(i * MINUTE, i % 9), read(i * MINUTE + 20 * SECOND, i % 7, { client: end('10.0.0.7') })])
    const story = [...moving, ...apart(HOUR, 3, 5)]
    assert.deepEqual(run([disagreeing({ values: 8 })], story), [])
  })

  it('is none that is published to a group', () => {
    const group = { server: { ip: '239.1.2.3', mac: '01:00:5e:01:02:03', port: 319 } }
    const story = [...alike([10, 90]), ...apart(4 * MINUTE, 77, 90)]
    assert.deepEqual(twoSay(...story.map((one) => ({ ...one, ...group }))), [])
  })

  it('late ones change nothing', () => {
    const story = [...alike([10, 90]), ...apart(4 * MINUTE, 77, 90)]
    const late = [...story.slice(0, 12), read(3 * MINUTE, 90), ...story.slice(12)]
    assert.deepEqual(twoSay(...late), twoSay(...story))
  })
})

describe('what is remembered of points', () => {
  const story = [
    ...PROVEN,
    write(AFTER, 60),
    ...stays(),
    ...apart(HOUR, 40, 40),
    ...apart(HOUR + 5 * MINUTE, 60, 60),
    ...apart(HOUR + 10 * MINUTE, 20, 60),
    ...takes(2 * HOUR, [40, 20, 60, 40]),
    write(3 * HOUR, 20),
    ...many(5, (i) => read(3 * HOUR + (i + 1) * MINUTE, 40)),
  ]
  const rules = [unheeded(), disagreeing()]
  /** A store keeps rows as text and may put their keys in another order. */
  const stored = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(stored)
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, stored(inner)]),
    )
  }

  it('is the same after a restart between any two observations', () => {
    const tell = (cut: number) => {
      let detector = detectorOf(rules)
      const rows = new Map<string, unknown>()
      const found = story.flatMap((observation, i): Finding[] => {
        if (i === cut) {
          for (const [key, row] of detector.state.takeChanges()) rows.set(key, stored(JSON.parse(JSON.stringify(row))))
          detector = detectorOf(rules)
          detector.load(rows as never)
        }
        return [...detector.evaluate(observation, NOBODY)]
      })
      return JSON.stringify([...found, ...detector.finish()])
    }
    const whole = tell(-1)
    assert.equal(JSON.parse(whole).length, 3)
    for (let cut = 1; cut < story.length; cut++) assert.equal(tell(cut), whole, `cut before ${cut}`)
  })

  it('lets what was told be told again by the observation that told it', () => {
    const writes = new DetectorState().table<Written>('w', 1, 1)
    const spec = { settleUs: MINUTE, times: 2, reads: 1, tolerance: 0 }
    const evidence = { capture: 'c', packets: [1, 1], bytes: [0, 1] } as const
    const step = (at: number, value: number) => {
      wrote(writes, 't', spec, { at, value, ok: true, writer: 'a', evidence })
      for (const later of [SECOND, 2 * MINUTE]) readBack(writes, 't', spec, { at: at + later, first: at + later, count: 1, value }, false)
    }
    for (const [i, value] of [1, 9, 3].entries()) step(i * HOUR, value)
    wrote(writes, 't', spec, { at: 3 * HOUR, value: 5, ok: true, writer: 'a', evidence })
    const last = { at: 3 * HOUR + MINUTE, first: 3 * HOUR + MINUTE, count: 1, value: 3 }
    const news = readBack(writes, 't', spec, last, false)
    assert.ok(news !== undefined)
    assert.equal(readBack(writes, 't', spec, last, false), undefined)
    writes.put('t', untoldWrite(writes.get('t')!))
    assert.deepEqual(readBack(writes, 't', spec, last, false), news)

    const points: Points = new DetectorState().table<Point | string>('p', 1, 1)
    const two = { values: 2, stillUs: MINUTE, rounds: 2, tolerance: 0 }
    const tell = (who: string, at: number, value: number) => told(points, 'p', two, who, { value, at, evidence }, false)
    for (const [i, value] of [1, 1, 2].entries()) for (const who of ['a', 'b']) tell(who, i * MINUTE, value)
    tell('a', 3 * MINUTE, 7)
    tell('b', 3 * MINUTE, 2)
    const first = tell('a', 4 * MINUTE, 7) ?? tell('b', 4 * MINUTE, 2)
    assert.deepEqual(first?.said, { other: 'a', otherValue: 7, since: '1970-01-01T00:03:00.000000Z' })
    points.put('p', untoldPoint(points.get('p')!, two))
    assert.equal(tell('a', 4 * MINUTE, 7), undefined)
    assert.deepEqual(tell('b', 4 * MINUTE, 2), first)
  })

  it('is bounded in tags, sources and what they say', () => {
    const detector = detectorOf(rules)
    for (let i = 0; i < 10_000; i++) {
      const tag = `t${i}${'x'.repeat(i % 300)}`
      detector.evaluate(write(i * SECOND, i, { tag }), NOBODY)
      for (const who of [1, 2]) detector.evaluate(read(i * SECOND, i, { tag, client: end(`10.0.0.${who}`) }), NOBODY)
      detector.evaluate(read(i * SECOND, i, { tag: 'busy', client: end(`10.1.${i >> 8}.${i & 255}`) }), NOBODY)
    }
    const rows = detector.state.takeChanges().map(([key, row]) => [key, JSON.stringify(row).length] as const)
    const sizeOf = (table: string) => rows.filter(([key]) => key.startsWith(table)).map(([, size]) => size)
    for (const table of ['written:', 'point:']) assert.ok(Math.max(...sizeOf(table)) < 40_000 && sizeOf(table).length <= 512)
    assert.ok(detector.evicted > 3_000)
  })

  it('is refused where a key is unknown, out of bounds or of the wrong kind', () => {
    const refusal = (document: object) => rulesOf(document).errors.map(({ path }) => path)
    assert.deepEqual(refusal(unheeded()), [])
    assert.deepEqual(refusal(unheeded({ after: '1d' })), ['unheeded.after'])
    assert.deepEqual(refusal(unheeded({ times: 1 })), ['unheeded.times'])
    assert.deepEqual(refusal(unheeded({ tolerance: 2 })), ['unheeded.tolerance'])
    assert.deepEqual(refusal(unheeded({ settle: 'soon' })), ['unheeded.settle'])
    assert.deepEqual(
      refusal({
        ...unheeded(),
        logsource: { product: 'isthmus', category: 'process_read' },
        detection: { s: { tag: '*' }, condition: 's' },
      }),
      ['unheeded'],
    )
    assert.deepEqual(refusal(disagreeing({ source: [] })), ['disagreeing.source'])
    assert.deepEqual(refusal(disagreeing({ source: ['nobody'] })), ['disagreeing.source'])
    assert.deepEqual(refusal(disagreeing({ values: 65 })), ['disagreeing.values'])
    assert.deepEqual(refusal(disagreeing({ rounds: 0 })), ['disagreeing.rounds'])
  })
})
