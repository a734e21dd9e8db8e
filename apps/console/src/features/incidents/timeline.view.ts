/** The lay-out of an incident's timeline: lanes by Purdue level, marks by time, no two marks on one another. Pure. */
import type { IncidentStep } from '../../api/types.ts'
import { levelName } from '../../objects/words.ts'

export type Lane = { readonly level: number | undefined; readonly name: string; readonly top: number; readonly height: number }
export type Mark = {
  /** Position in the incident's list, from 1. */
  readonly number: number
  readonly step: IncidentStep
  readonly x: number
  readonly y: number
  /** Where the one who did it lives, when that is another lane. */
  readonly fromY: number | undefined
}
export type Tick = { readonly x: number; readonly atMs: number }
export type Layout = {
  readonly lanes: readonly Lane[]
  readonly marks: readonly Mark[]
  readonly ticks: readonly Tick[]
  readonly height: number
}
export type Window = readonly [fromMs: number, toMs: number]
export type Mode = 'time' | 'steps'

/** Room of a mark with its number, and of a row of marks within a lane. */
const MARK_PX = 24
const ROW_PX = 26
const LANE_PAD_PX = 8
const EDGE_PX = 24

const levelOf = (step: IncidentStep): number | undefined => step.serverPurdue ?? step.clientPurdue

/** The incident's own time with a little room at both ends. */
export function windowOf(steps: readonly IncidentStep[]): Window {
  const times = steps.map((step) => Date.parse(step.at))
  const [from, to] = [Math.min(...times), Math.max(...times)]
  const room = Math.max(1000, (to - from) * 0.03)
  return steps.length === 0 ? [0, 1] : [from - room, to + room]
}

/** Steps crowd into minutes of a long day: where half of them would overlap, one place a step reads better. */
export function bestMode(steps: readonly IncidentStep[], width: number): Mode {
  const [from, to] = windowOf(steps)
  const x = steps.map((step) => ((Date.parse(step.at) - from) / (to - from)) * width).toSorted((a, b) => a - b)
  const crowded = x.filter((place, at) => at > 0 && place - x[at - 1]! < MARK_PX).length
  return crowded > steps.length / 3 ? 'steps' : 'time'
}

export function layout(steps: readonly IncidentStep[], width: number, shown: Window, mode: Mode): Layout {
  const placed = steps
    .map((step, at) => ({ step, number: at + 1, atMs: Date.parse(step.at) }))
    .filter(({ atMs }) => atMs >= shown[0] && atMs <= shown[1])
  const x = scale(
    placed.map(({ atMs }) => atMs),
    width,
    shown,
    mode,
  )
  const levels = levelsOf(steps)
  const rows = new Map<number | undefined, number[]>()
  const seats = placed.map(({ step }, at) => {
    const ends = rows.get(levelOf(step)) ?? []
    const free = ends.findIndex((end) => x[at]! - end >= MARK_PX)
    const row = free < 0 ? ends.length : free
    ends[row] = x[at]!
    rows.set(levelOf(step), ends)
    return row
  })
  const lanes: Lane[] = []
  let top = 0
  for (const level of levels) {
    const height = LANE_PAD_PX * 2 + ROW_PX * Math.max(1, rows.get(level)?.length ?? 1)
    lanes.push({ level, name: levelName(level), top, height })
    top += height
  }
  const laneOf = (level: number | undefined): Lane => lanes.find((lane) => lane.level === level) ?? lanes[0]!
  const marks = placed.map(({ step, number }, at): Mark => {
    const lane = laneOf(levelOf(step))
    const from = step.clientPurdue !== undefined && step.clientPurdue !== lane.level ? laneOf(step.clientPurdue) : undefined
    return {
      number,
      step,
      x: x[at]!,
      y: lane.top + LANE_PAD_PX + ROW_PX * (seats[at]! + 0.5),
      fromY: from === undefined ? undefined : from.top + from.height / 2,
    }
  })
  return {
    lanes,
    marks,
    ticks: ticksOf(
      placed.map(({ atMs }) => atMs),
      x,
      width,
      shown,
      mode,
    ),
    height: top,
  }
}

/** Highest level on top; what has no level last. */
function levelsOf(steps: readonly IncidentStep[]): readonly (number | undefined)[] {
  const levels = new Set<number | undefined>()
  for (const step of steps) {
    levels.add(levelOf(step))
    if (step.clientPurdue !== undefined) levels.add(step.clientPurdue)
  }
  return [...levels].toSorted((a, b) => (b ?? -1) - (a ?? -1))
}

function scale(times: readonly number[], width: number, [from, to]: Window, mode: Mode): readonly number[] {
  const inner = Math.max(1, width - EDGE_PX * 2)
  if (mode === 'time') return times.map((atMs) => EDGE_PX + ((atMs - from) / Math.max(1, to - from)) * inner)
  return times.map((_, at) => EDGE_PX + ((at + 0.5) / times.length) * inner)
}

const ROUND_MS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400, 172_800, 604_800].map(
  (seconds) => seconds * 1000,
)
const LABEL_PX = 96

function ticksOf(times: readonly number[], x: readonly number[], width: number, [from, to]: Window, mode: Mode): readonly Tick[] {
  if (mode === 'steps') {
    let last = Number.NEGATIVE_INFINITY
    return times.flatMap((atMs, at) => {
      if (x[at]! - last < LABEL_PX) return []
      last = x[at]!
      return [{ x: last, atMs }]
    })
  }
  const least = ((to - from) / Math.max(1, width)) * LABEL_PX
  const step = ROUND_MS.find((each) => each >= least) ?? ROUND_MS.at(-1)!
  const ticks: Tick[] = []
  for (let atMs = Math.ceil(from / step) * step; atMs <= to; atMs += step) {
    ticks.push({ atMs, x: EDGE_PX + ((atMs - from) / Math.max(1, to - from)) * Math.max(1, width - EDGE_PX * 2) })
  }
  return ticks
}

/** The time under a place; the inverse of the time scale. */
export function timeAt(x: number, width: number, [from, to]: Window): number {
  return from + ((x - EDGE_PX) / Math.max(1, width - EDGE_PX * 2)) * (to - from)
}

export function xAt(atMs: number, width: number, [from, to]: Window): number {
  return EDGE_PX + ((atMs - from) / Math.max(1, to - from)) * Math.max(1, width - EDGE_PX * 2)
}
