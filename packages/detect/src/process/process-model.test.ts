import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProcessModel, type Deviation, MAX_TAGS, type ProcessState, type Reading } from './process-model.ts'

const MINUTE_US = 60_000_000
const START = 1_700_000_000_000_000
const LEARNING = 2000

/** A tank: the pump runs while the level is low, the flow follows the pump, the pressure follows flow and level. */
const TAGS = ['level', 'pump', 'flow', 'pressure', 'speed']

function plant(minutes: number): number[][] {
  const rows: number[][] = []
  let level = 50
  let pump = 1
  let seed = 7
  const noise = () => (seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5
  for (let i = 0; i < minutes; i++) {
    if (level > 80) pump = 0
    if (level < 20) pump = 1
    const flow = pump * (30 + noise())
    level += flow / 10 - 1.5 - 0.2 * noise()
    rows.push([level, pump, flow, 10 + 0.5 * flow + 0.1 * level + 0.1 * noise(), 40])
  }
  return rows
}

type Change = (values: number[], i: number) => void

/** Readings of 200 minutes after learning, where `change` may touch the values. */
function watched(change: Change = () => undefined): Reading[] {
  const model = createProcessModel({ tags: TAGS, learningUs: LEARNING * MINUTE_US })
  return plant(LEARNING + 200).flatMap((values, i) => {
    if (i > LEARNING) change(values, i - LEARNING - 1)
    const reading = model.observe(START + i * MINUTE_US, values)
    return i > LEARNING ? [reading!] : []
  })
}

const found = (readings: readonly Reading[]): Deviation[] => readings.flatMap(({ deviations }) => deviations)
const kindsOf = (readings: readonly Reading[], tag: string) =>
  new Set(found(readings).flatMap((each) => (each.tag === tag ? [each.kind] : [])))

test('normal operation after learning raises nothing', () => {
  assert.deepEqual(found(watched()), [])
})

test('a value outside its range is named with the limit it passed', () => {
  const [first] = found(watched((values, i) => i === 100 && (values[0] = 150)))
  assert.equal(first?.tag, 'level')
  assert.ok(
    kindsOf(
      watched((values, i) => i === 100 && (values[0] = 150)),
      'level',
    ).has('range'),
  )
})

test('a tag that never moved is out of range when it moves', () => {
  const readings = watched((values, i) => i >= 100 && (values[4] = 41))
  assert.deepEqual(kindsOf(readings, 'speed'), new Set(['range']))
})

test('a jump within the range is a change too fast', () => {
  assert.ok(
    kindsOf(
      watched((values, i) => i === 100 && (values[0] = values[0]! > 50 ? 20 : 80)),
      'level',
    ).has('rate'),
  )
})

test('a value that stays the same longer than ever is stuck', () => {
  assert.ok(
    kindsOf(
      watched((values, i) => i >= 50 && (values[3] = 20)),
      'pressure',
    ).has('stuck'),
  )
})

test('a value that has become calmer than ever is flat', () => {
  assert.ok(
    kindsOf(
      watched((values, i) => i >= 50 && (values[3] = 20 + 0.01 * (i % 2))),
      'pressure',
    ).has('flat'),
  )
})

test('a value that swings more often than ever oscillates', () => {
  assert.ok(
    kindsOf(
      watched((values, i) => i >= 50 && (values[0] = i % 2 === 0 ? 45 : 55)),
      'level',
    ).has('oscillating'),
  )
})

test('a state that was never set is a new value', () => {
  assert.deepEqual(
    kindsOf(
      watched((values, i) => i === 100 && (values[1] = 0.5)),
      'pump',
    ).has('new-value'),
    true,
  )
})

test('a lie within all habits of one tag does not fit the others, and says what was expected', () => {
  const readings = watched((values, i) => i >= 100 && i < 110 && (values[3] = values[3]! + 1))
  const [farthest] = found(readings)
  assert.deepEqual([farthest?.tag, farthest?.kind, farthest?.since], ['pressure', 'relation', readings[100]!.at])
  assert.ok(Math.abs(farthest!.value - farthest!.expected - 1) < 0.3, `${farthest!.value} for ${farthest!.expected}`)
  assert.deepEqual(
    readings.slice(98, 102).map(({ isAnomalous }) => isAnomalous),
    [false, false, true, true],
  )
})

test('an episode lasts until six samples were quiet, and has one beginning', () => {
  const readings = watched((values, i) => i === 100 && (values[4] = 41))
  const anomalous = readings.filter(({ isAnomalous }) => isAnomalous)
  const last = readings.findLastIndex(({ deviations }) => deviations.length > 0)
  assert.equal(readings.indexOf(anomalous.at(-1)!), last + 6)
  assert.deepEqual(new Set(anomalous.map(({ since }) => since)), new Set([readings[100]!.at]))
})

test('nothing is said while learning, and nothing ever when nothing was learnt', () => {
  const learning = createProcessModel({ tags: TAGS, learningUs: LEARNING * MINUTE_US })
  const untaught = createProcessModel({ tags: TAGS, learningUs: 0 })
  plant(300).forEach((values, i) => {
    const wild = values.map((value) => (i % 50 === 49 ? value * 100 : value))
    for (const model of [learning, untaught]) assert.equal(model.observe(START + i * MINUTE_US, wild)!.isAnomalous, false)
  })
})

test('a state that went through JSON at any point gives the same readings', () => {
  const options = { tags: TAGS, learningUs: 800 * MINUTE_US }
  const rows = plant(1000).map((values, i) => (i > 900 ? [values[0]!, values[1]!, 99, values[3]!, 41] : values))
  const whole = createProcessModel(options)
  const expected = rows.map((values, i) => whole.observe(START + i * MINUTE_US, values))
  let cut = createProcessModel(options)
  rows.forEach((values, i) => {
    if (i % 37 === 0) cut = createProcessModel(options, JSON.parse(JSON.stringify(cut.state)) as ProcessState)
    assert.deepEqual(cut.observe(START + i * MINUTE_US, values), expected[i], `sample ${i}`)
  })
  assert.ok(expected.at(-1)!.isAnomalous)
})

test('late samples are left out, a gap or a clock set back starts the averages anew', () => {
  const model = createProcessModel({ tags: TAGS, learningUs: LEARNING * MINUTE_US })
  const rows = plant(LEARNING + 100)
  for (let i = 0; i <= LEARNING; i++) model.observe(START + i * MINUTE_US, rows[i]!)
  const end = START + LEARNING * MINUTE_US
  assert.equal(model.observe(end - MINUTE_US, rows[0]!), undefined)
  assert.equal(model.state.late, 1)
  for (const [k, jump] of [365 * 24 * 60, -700 * 24 * 60].entries())
    for (let i = 1; i < 50; i++) {
      const reading = model.observe(end + (jump + i) * MINUTE_US, rows[LEARNING + k * 50 + i]!)
      assert.equal(reading!.isAnomalous, false, JSON.stringify(reading))
    }
  assert.equal(model.state.gaps, 2)
})

test('values that are no numbers are no news; tags beyond the cap take no part', () => {
  const tags = Array.from({ length: MAX_TAGS + 40 }, (_, i) => `t${i}`)
  const model = createProcessModel({ tags, learningUs: 100 * MINUTE_US })
  for (let i = 0; i < 300; i++) {
    const wild = [Number.NaN, undefined, 1e300, Number.NEGATIVE_INFINITY][i % 4]
    model.observe(i === 250 ? Number.NaN : START + i * MINUTE_US, i % 7 === 0 ? [] : tags.map((_, tag) => (tag % 3 === 0 ? wild : 5)))
  }
  assert.equal(model.state.values.length, MAX_TAGS)
  assert.equal(model.state.phase, 'watching')
  assert.match(model.state.withoutRelation, /too few samples/)
  assert.ok(JSON.stringify(model.state).length < 400_000)
})
