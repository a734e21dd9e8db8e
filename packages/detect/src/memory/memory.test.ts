import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Sighting } from '../sighting.ts'
import { DetectorState } from '../state.ts'
import { detectorOf, many, NOBODY, rule, rulesOf, see } from '../testing.ts'
import { changeOf, type Shown, shownBefore } from './changed.ts'
import { type Hours, hoursBefore, isOutsideHours } from './hours.ts'
import { came, DEAF_US, isCounted, isTurn, type Listened, listen, overdue, type Pace, TURN_US } from './overdue.ts'

const HOUR = 3600e6
const DAY = 24 * HOUR
/** A Monday, at midnight UTC. */
const MONDAY = Date.UTC(2026, 2, 9) * 1000

describe('another value than before', () => {
  it('is told with the value before, once; what was known first is no change', () => {
    const known = new DetectorState().table<Shown>('t', 1, 8)
    assert.equal(changeOf(known, 'OB1', 'a', 1), undefined)
    assert.equal(changeOf(known, 'OB1', 'a', 2), undefined)
    assert.deepEqual(changeOf(known, 'OB1', 'b', 3), { previous: 'a' })
    assert.equal(changeOf(known, 'OB1', 'b', 4), undefined)
    assert.equal(changeOf(known, 'OB35', 'b', 4), undefined)
  })

  it('is not told of a version that comes once shortly and once in full', () => {
    const known = new DetectorState().table<Shown>('t', 1, 8)
    for (const [at, value] of ['V4.2', 'V4.2.1', 'V4.2', 'V4.2.1'].entries()) assert.equal(changeOf(known, 'plc', value, at), undefined)
    assert.deepEqual(changeOf(known, 'plc', 'V4.21', 5), { previous: 'V4.2.1' })
  })

  it('can be taken back to what was before', () => {
    const known = new DetectorState().table<Shown>('t', 1, 8)
    changeOf(known, 'OB1', 'a', 1)
    changeOf(known, 'OB1', 'b', 5)
    const before = (from: number) => shownBefore(known.get('OB1')!, from)[0]?.[0]
    assert.deepEqual([before(6), before(5), before(1)], ['b', 'a', undefined])
  })

  it('is not told of latecomers and of nothing', () => {
    const known = new DetectorState().table<Shown>('t', 1, 8)
    changeOf(known, 'OB1', 'b', 3)
    assert.equal(changeOf(known, 'OB1', 'a', 2), undefined)
    for (const value of ['', undefined, null]) assert.equal(changeOf(known, 'OB1', value, 5), undefined)
    assert.equal(changeOf(known, 'OB1', 'b', 6), undefined)
  })
})

describe('an hour that is not its own', () => {
  const working = (known = new DetectorState().table<Hours>('t', 1, 8), days = 5) => {
    for (let day = 0; day < days; day++)
      for (const hour of [8, 12, 16]) assert.equal(isOutsideHours(known, 'eng', MONDAY + day * DAY + hour * HOUR, 5, 1), false)
    return known
  }

  it('is told once enough days were seen, and not an hour beside what was seen', () => {
    assert.equal(isOutsideHours(working(undefined, 4), 'eng', MONDAY + 4 * DAY + 2 * HOUR, 5, 1), false)
    assert.equal(isOutsideHours(working(), 'eng', MONDAY + 7 * DAY + 2 * HOUR, 5, 1), true)
    assert.equal(isOutsideHours(working(), 'eng', MONDAY + 7 * DAY + 17 * HOUR, 5, 1), false)
    assert.equal(isOutsideHours(working(), 'eng', MONDAY + 7 * DAY + 18 * HOUR, 5, 1), true)
  })

  it('is told of a working hour at the weekend, and round midnight', () => {
    assert.equal(isOutsideHours(working(), 'eng', MONDAY + 5 * DAY + 12 * HOUR, 5, 1), true)
    const known = new DetectorState().table<Hours>('t', 1, 8)
    for (let day = 0; day < 5; day++) isOutsideHours(known, 'night', MONDAY + day * DAY + 23 * HOUR, 5, 1)
    assert.equal(isOutsideHours(known, 'night', MONDAY + 7 * DAY, 5, 1), false)
    assert.equal(isOutsideHours(known, 'night', MONDAY + 7 * DAY + 2 * HOUR, 5, 1), true)
  })

  it('can be taken back to what was before', () => {
    const known = working()
    const night = MONDAY + 7 * DAY + 2 * HOUR
    isOutsideHours(known, 'eng', night, 5, 1)
    const again = (from: number) => {
      const table = new DetectorState().table<Hours>('t', 1, 8)
      table.put('eng', hoursBefore(known.get('eng')!, from))
      return isOutsideHours(table, 'eng', night, 5, 1)
    }
    assert.deepEqual([again(night), again(night + 1)], [true, false])
  })
})

describe('what should have come', () => {
  const spec = { times: 3, patience: 2, leastUs: 0, apartUs: HOUR, everyUs: 0 }
  const seenAt = (at: number) => ({ at }) as Sighting
  const nightly = (nights: number) => {
    const known = new DetectorState().table<Pace>('t', 1, 8)
    for (let night = 0; night < nights; night++) came(known, spec, 'backup', night * DAY, seenAt(night * DAY))
    return known
  }
  const missing = (known: ReturnType<typeof nightly>, now: number) => [...overdue(known, spec, now)].map(([group]) => group)

  it('is missed after twice its longest pause, not a moment before, and once', () => {
    const known = nightly(3)
    assert.deepEqual(missing(known, 2 * DAY + 2 * DAY), [])
    assert.deepEqual(missing(known, 2 * DAY + 2 * DAY + 1), ['backup'])
    assert.deepEqual(missing(known, 9 * DAY), [])
    came(known, spec, 'backup', 10 * DAY, seenAt(10 * DAY))
    assert.deepEqual(missing(known, 12 * DAY), [])
    assert.deepEqual(missing(known, 12 * DAY + 1), ['backup'])
  })

  it('is not missed where it came in one go, or at no even pace', () => {
    const inOneGo = nightly(1)
    for (let part = 1; part < 50; part++) came(inOneGo, spec, 'backup', part * 60e6, seenAt(part * 60e6))
    assert.deepEqual(missing(inOneGo, 30 * DAY), [])
    const now = nightly(3)
    came(now, spec, 'backup', 2 * DAY + 5 * HOUR, seenAt(2 * DAY + 5 * HOUR))
    assert.deepEqual(missing(now, 30 * DAY), [])
  })

  it('is counted once in each turn, whose ends are told apart to the moment', () => {
    const hourly = { ...spec, everyUs: HOUR }
    assert.deepEqual(
      [-1, 0, TURN_US - 1, TURN_US].map((at) => isTurn(hourly, HOUR + at)),
      [false, true, true, false],
    )
    assert.equal(isTurn(spec, TURN_US), true)
    const known = nightly(2)
    const counted = (at: number, by = hourly, group = 'backup') => isCounted(known, by, group, at)
    assert.deepEqual([counted(DAY - 1), counted(DAY), counted(DAY + TURN_US), counted(DAY + HOUR)], [false, true, true, false])
    assert.deepEqual([counted(DAY, spec), counted(DAY, hourly, 'another')], [false, false])
  })

  it('is not missed before its pace is known', () => {
    assert.deepEqual(missing(nightly(2), 30 * DAY), [])
  })

  it('is not missed while the whole site was silent', () => {
    let listened: Listened = { heardAt: 0, deaf: 0 }
    listened = listen(listened, DEAF_US)
    assert.equal(listened.heardAt - listened.deaf, DEAF_US)
    listened = listen(listened, DEAF_US + 5 * DAY)
    assert.equal(listened.heardAt - listened.deaf, DEAF_US)
    listened = listen(listened, 0)
    assert.equal(listened.heardAt - listened.deaf, DEAF_US)
  })
})

describe('rules that compare with what was before', () => {
  const uploaded = (at: number, hash: string) =>
    see('program.uploaded', at, { section: 'OB1', sectionType: 'block', hash, ok: true, bytes: 1 })
  const RULES = [
    rule('other', 'program.uploaded', { section: '*' }, { changed: { field: 'hash', 'group-by': ['server', 'section'] } }),
    rule('night', 'program.uploaded', { section: '*' }, { outside_hours: { 'group-by': ['client'], days: 3, slack: 0 } }),
    rule('late', 'program.uploaded', { section: '*' }, { overdue: { 'group-by': ['server'], times: 3, patience: 1.5, apart: '12h' } }),
  ]
  const story = [
    ...many(4, (i) => uploaded(i * DAY, 'a')),
    uploaded(3 * DAY + 6 * HOUR, 'b'),
    ...many(600, (i) => see('process.read', 3 * DAY + 6 * HOUR + i * 300e6, { tag: 't', value: 1, count: 1 })),
    uploaded(6 * DAY, 'b'),
  ]
  const of = (cut: number) => {
    let detector = detectorOf(RULES)
    const rows = new Map<string, unknown>()
    const found = story.flatMap((o, i) => {
      for (const [key, row] of detector.state.takeChanges()) row === undefined ? rows.delete(key) : rows.set(key, row)
      if (i === cut) {
        detector = detectorOf(RULES)
        detector.load(JSON.parse(JSON.stringify([...rows])))
      }
      return [...detector.evaluate(o, NOBODY)]
    })
    return [...found, ...detector.finish()]
  }

  it('speak once each, with what they measured', () => {
    const told = of(-1).map(({ rule, fields }) => [rule, fields.previous ?? fields.silent ?? ''])
    assert.deepEqual(told, [
      ['other', 'a'],
      ['night', ''],
      ['late', 2165],
    ])
  })

  it('say the same when the detector is begun anew between any two observations', () => {
    const whole = JSON.stringify(of(-1))
    for (const cut of [1, 2, 3, 4, 5, 100, 400, 605]) assert.equal(JSON.stringify(of(cut)), whole, `cut before ${cut}`)
  })

  it('are refused where a key is unknown, out of bounds, or comes with another', () => {
    const refusal = (more: object) => rulesOf(rule('r', 'program.uploaded', { section: '*' }, more)).errors.map(({ path }) => path)
    const group = { 'group-by': ['server'] }
    assert.deepEqual(refusal({ changed: { field: 'nothing', ...group } }), ['changed.field'])
    assert.deepEqual(refusal({ changed: { field: 'hash' } }), ['changed.group-by'])
    assert.deepEqual(refusal({ outside_hours: { ...group, slack: 12 } }), ['outside_hours.slack'])
    assert.deepEqual(refusal({ overdue: { ...group, times: 2 } }), ['overdue.times'])
    assert.deepEqual(refusal({ overdue: { ...group, patience: 0.5 } }), ['overdue.patience'])
    assert.deepEqual(refusal({ overdue: { ...group, after: '1d' } }), ['overdue.after'])
    assert.deepEqual(refusal({ overdue: group, changed: { field: 'hash', ...group } }), ['overdue'])
    assert.deepEqual(refusal({ overdue: group, first_seen: group }), ['detection'])
  })
})
