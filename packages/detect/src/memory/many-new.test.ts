import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '@isthmus/model'
import { detectorOf, end, HOUR, MINUTE, many, NOBODY, rule, rulesOf, SECOND, see } from '../testing.ts'

const DAY = 24 * HOUR
const WALK = rule(
  'walk',
  'process.read',
  { directionKnown: true },
  { many_new: { of: ['part', 'tag'], 'group-by': ['client', 'server'], count: 5, timespan: '1m' }, why: { what: '{tag}' } },
)
const read = (at: number, tag: string, more: object = {}) => see('process.read', at, { tag, part: undefined, value: 1, count: 1, ...more })
const ten = (at: number, every: number, more: object = {}) => many(10, (i) => read(at + i * every, `t${i}`, more))
const panel = many(30, (i) => read(i * 10 * MINUTE, 'level'))

function told(observations: ReturnType<typeof read>[], learningUs = HOUR): Pick<Finding, 'fields' | 'count'>[] {
  const detector = detectorOf([WALK], learningUs)
  return observations.flatMap((o) => [...detector.evaluate(o, NOBODY)])
}

test('many new values at once are told, and again when as many more came', () => {
  const found = told([...panel, ...ten(6 * HOUR, SECOND)])
  assert.deepEqual([found[0]?.fields.newly, found[0]?.fields.known, found[0]?.fields.tag], [5, 1, 't4'])
  assert.equal(found.at(-1)?.count, 2, 'grown')
  assert.deepEqual(told([...panel, ...ten(6 * HOUR, SECOND).slice(0, 4)]), [])
  assert.deepEqual(told([...panel, ...ten(6 * HOUR, 16 * SECOND)]), [], 'too slow')
  assert.equal(told([...panel, ...ten(6 * HOUR, 15 * SECOND).slice(0, 5)]).length, 1, 'just within the time')
  assert.deepEqual(told([...panel, ...ten(6 * HOUR, SECOND).slice(0, 4), read(3 * HOUR, 't4')]), [], 'the last of an older capture')
})

test('what the group took is known for good; another client and another part are others', () => {
  const seen = ten(0, SECOND)
  assert.deepEqual(told([...seen, ...panel, ...ten(6 * HOUR, SECOND)]), [])
  assert.equal(told([...seen, ...panel, ...ten(6 * HOUR, SECOND, { part: 'unit 2' })]).length, 2)
  assert.deepEqual(
    told([...seen, ...panel, ...ten(6 * HOUR, SECOND, { client: end('10.0.0.9') })]),
    [],
    'a stranger has nothing that it always did',
  )
})

test('a group that is met late is learnt for as long as its site, a week at most', () => {
  const late = (after: number, learningUs: number) =>
    told([read(0, 'x', { client: end('10.0.0.7') }), read(20 * DAY, 'level'), ...ten(20 * DAY + after, SECOND)], learningUs).length
  assert.deepEqual([late(HOUR - 5 * SECOND, HOUR), late(HOUR, HOUR)], [1, 2])
  assert.deepEqual([late(7 * DAY - 20 * SECOND, 14 * DAY), late(7 * DAY, 14 * DAY)], [0, 2])
})

test('where nothing is learnt, and of what is told to a group of hosts, nothing is said', () => {
  assert.deepEqual(told([...panel, ...ten(6 * HOUR, SECOND)], 0), [])
  const everybody = { server: end('239.1.1.1') }
  assert.deepEqual(told([...panel.map((o) => ({ ...o, ...everybody })), ...ten(6 * HOUR, SECOND, everybody)]), [])
})

test('clients by the thousand do not push out one that is known, however long it read nothing else', () => {
  const days = many(40, (i) => read(i * 6 * HOUR, 'level'))
  const strangers = many(8000, (i) => read(9.9 * DAY + i * 1000, 'level', { client: end(`10.${i >> 12}.${(i >> 6) & 63}.${i & 63}`) }))
  const detector = detectorOf([WALK], HOUR)
  const found = [...days, ...strangers, ...ten(10 * DAY, SECOND)].flatMap((o) => [...detector.evaluate(o, NOBODY)])
  assert.equal(found.length, 2)
  assert.ok(detector.evicted > 6000, 'counted')
  const later = [
    ...many(3000, (i) => read(13 * DAY + i, 'level', { client: end(`10.99.${i >> 6}.${i & 63}`) })),
    ...ten(13 * DAY + HOUR, SECOND, { part: 'unit 2' }),
  ]
  assert.deepEqual(
    later.flatMap((o) => [...detector.evaluate(o, NOBODY)]),
    [],
    'one that was away for days makes room',
  )
})

test('a restart changes nothing, and what is remembered for evidence tells it once more', () => {
  const story = [...panel, ...ten(6 * HOUR, SECOND).slice(0, 5)]
  const whole = detectorOf([WALK], HOUR)
  const found = story.flatMap((o) => [...whole.evaluate(o, NOBODY)])
  for (let cut = 1; cut < story.length; cut++) {
    const before = detectorOf([WALK], HOUR)
    for (const o of story.slice(0, cut)) before.evaluate(o, NOBODY)
    const after = detectorOf([WALK], HOUR)
    after.load(JSON.parse(JSON.stringify(before.state.takeChanges())))
    assert.deepEqual(
      story.slice(cut).flatMap((o) => [...after.evaluate(o, NOBODY)]),
      found,
    )
  }
  const kept = whole.remembered(found[0]!)!
  const again = detectorOf([WALK], HOUR)
  again.load([...whole.state.takeChanges().filter(([key]) => !key.startsWith('taken')), ...kept.rows])
  assert.deepEqual(again.evaluate(story.at(-1)!, NOBODY)[0]?.fields, found[0]?.fields)
})

test('what it cannot do is refused by name', () => {
  const bad = (more: object) => JSON.stringify(rulesOf({ ...WALK, many_new: { of: ['tag'], 'group-by': ['client'], ...more } }).errors)
  assert.match(bad({ of: [] }), /of/)
  assert.match(bad({ of: ['nonsense'] }), /no field .*nonsense/)
  assert.match(bad({ count: 1 }), /whole number from 2 to 1000/)
  assert.match(bad({ timespan: 'soon' }), /timespan/)
  assert.match(bad({ within: '1m' }), /not supported in many_new/)
})
