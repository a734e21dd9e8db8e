import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IncidentStep } from '../../api/types.ts'
import { bestMode, layout, timeAt, windowOf, xAt } from './timeline.view.ts'

function step(minute: number, clientPurdue: number | undefined, serverPurdue: number | undefined): IncidentStep {
  return {
    at: new Date(Date.UTC(2026, 11, 1, 6, minute)).toISOString(),
    alert: `alert-${minute}`,
    title: 'x',
    tactic: 'execution',
    attack: [],
    level: 'high',
    client: 'a',
    server: 'b',
    link: '',
    ...(clientPurdue === undefined ? {} : { clientPurdue }),
    ...(serverPurdue === undefined ? {} : { serverPurdue }),
  }
}

const STEPS = [step(0, 5, 4), step(10, 4, 3.5), step(20, 3.5, 2), step(60, 2, 1)]

test('lanes run from IT at the top to the process, each level once, the unknown last', () => {
  const { lanes } = layout([...STEPS, step(61, undefined, undefined)], 1000, windowOf(STEPS), 'time')
  assert.deepEqual(
    lanes.map((lane) => lane.level),
    [5, 4, 3.5, 2, 1, undefined],
  )
  for (const [at, lane] of lanes.slice(1).entries()) assert.equal(lane.top, lanes[at]!.top + lanes[at]!.height)
})

test('a mark lies in the lane it reached, with a stem from the lane it came from', () => {
  const { marks, lanes } = layout(STEPS, 1000, windowOf(STEPS), 'time')
  const dmz = lanes.find((lane) => lane.level === 3.5)!
  const mark = marks.find((each) => each.number === 2)!
  assert.ok(mark.y > dmz.top && mark.y < dmz.top + dmz.height)
  const it = lanes.find((lane) => lane.level === 4)!
  assert.equal(mark.fromY, it.top + it.height / 2)
})

test('marks at one moment do not lie on one another', () => {
  const { marks } = layout(
    [step(1, 3, 1), step(1, 3, 1), step(1, 3, 1), step(59, 3, 1)],
    1000,
    [Date.UTC(2026, 11, 1, 6), Date.UTC(2026, 11, 1, 7)],
    'time',
  )
  for (const a of marks)
    for (const b of marks) assert.ok(a === b || Math.abs(a.x - b.x) >= 24 || Math.abs(a.y - b.y) >= 24, `${a.number} over ${b.number}`)
})

test('only what lies in the window is drawn, under its own number', () => {
  const { marks } = layout(STEPS, 1000, [Date.UTC(2026, 11, 1, 6, 5), Date.UTC(2026, 11, 1, 6, 30)], 'time')
  assert.deepEqual(
    marks.map((mark) => mark.number),
    [2, 3],
  )
})

test('steps that crowd into minutes of a long day are laid out step by step', () => {
  assert.equal(bestMode(STEPS, 1000), 'time')
  assert.equal(bestMode([step(0, 4, 4), step(1, 4, 3), step(2, 3, 1), step(59 * 24, 1, 1)], 800), 'steps')
})

test('a place and its time lead back to one another', () => {
  const window = windowOf(STEPS)
  const atMs = Date.UTC(2026, 11, 1, 6, 33)
  assert.ok(Math.abs(timeAt(xAt(atMs, 900, window), 900, window) - atMs) < 1)
})

test('no steps give no marks, and no number that is not one', () => {
  const { marks, ticks, lanes } = layout([], 1000, windowOf([]), 'time')
  assert.deepEqual(marks, [])
  assert.deepEqual(lanes, [])
  assert.ok(ticks.every((tick) => Number.isFinite(tick.x)))
})
