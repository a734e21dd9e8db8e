import assert from 'node:assert/strict'
import test from 'node:test'
import type { Finding, Observation } from '@isthmus/model'
import { createDetector } from '../detector.ts'
import { end, HOUR, MINUTE, NOBODY, rule, rulesOf, see } from '../testing.ts'

const { rules, errors } = rulesOf(
  rule('unfit', 'process.read', { tag: '*' }, { implausible: { field: 'value', tag: 'tag', 'group-by': ['server'], kinds: ['relation'] } }),
)
assert.deepEqual(errors, [])

/** A tank: its level follows inflow and outflow, which swing against one another; each value stays in its range. */
function tank(minutes: number, change: (minute: number, values: Record<string, number>) => void = () => {}): Observation[] {
  const all: Observation[] = []
  for (let m = 0; m < minutes; m++) {
    const values: Record<string, number> = { in: 50 + 40 * Math.sin(m / 17), out: 50 + 30 * Math.cos(m / 29) }
    values.level = 200 + values.in! - values.out!
    change(m, values)
    for (const [tag, value] of Object.entries(values)) all.push(see('process.read', m * MINUTE, { tag, value, server: end('10.0.0.9') }))
  }
  return all
}
const START = see('process.read', 0).at
const options = { site: 's', learningUs: 8 * HOUR }
const told = (observations: readonly Observation[], learningUs = options.learningUs): Finding[] => {
  const detector = createDetector(rules, { ...options, learningUs })
  return observations.flatMap((o) => detector.evaluate(o, NOBODY))
}
/** From minute 540 on the level is told as it was. */
const frozen = (m: number, values: Record<string, number>) => {
  if (m >= 540) values.level = 200
}

test('a combination that never was is told, though each value is within its range; a taught one is not', () => {
  const [finding] = told(tank(600, frozen))
  assert.ok(finding!.at >= START + 540 * MINUTE && finding!.at <= START + 545 * MINUTE)
  const { farthest, measured, expected, since } = finding!.fields
  assert.deepEqual([farthest, measured], ['level', 200])
  assert.ok(Math.abs(Number(expected) - 200) > 5)
  assert.match(String(since), /^\d{4}-/)
  assert.deepEqual(told(tank(600)), [])
  assert.deepEqual(told(tank(600, frozen), 0), [])
})

test('a restart between any two observations changes nothing', () => {
  const observations = tank(560, frozen)
  const whole = told(observations)
  assert.ok(whole.length > 0)
  let detector = createDetector(rules, options)
  const found: Finding[] = []
  const rows = new Map<string, unknown>()
  observations.forEach((observation, i) => {
    found.push(...detector.evaluate(observation, NOBODY))
    if (i % 97 > 1 && i < 1610) return
    for (const [key, row] of detector.state.takeChanges()) rows.set(key, JSON.parse(JSON.stringify(row)))
    detector = createDetector(rules, options)
    detector.load(rows as never)
  })
  assert.deepEqual(found, whole)
})

test('tags beyond what a model takes are left out, devices beyond what is remembered leave', () => {
  const detector = createDetector(rules, options)
  for (let m = 0; m < 30; m++)
    for (let i = 0; i < 200; i++) detector.evaluate(see('process.read', m * MINUTE, { tag: `t${i}`, value: (i * m) % 7 }), NOBODY)
  const size = () => detector.state.takeChanges().reduce((sum, [, row]) => sum + JSON.stringify(row).length, 0)
  assert.ok(size() < 200_000)
  for (let i = 0; i < 2000; i++)
    for (const m of [40, 41])
      detector.evaluate(see('process.read', m * MINUTE, { tag: 't', value: m, server: end(`10.1.${i >> 8}.${i & 255}`) }), NOBODY)
  assert.ok(detector.evicted > 1000)
})
