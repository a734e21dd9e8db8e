/**
 * `disagreeing`: one point of the process is told in two ways. Sources that told the same, change after change, tell values that differ
 * and stand still, both confirmed in turns all the while. Sources that disagreed so before they were judged show different things, or
 * the same at different times: they are left out.
 */
import { type Evidence, isoTime, type Micros } from '@isthmus/model'
import type { News } from '../baseline.ts'
import type { Slots } from '../state.ts'
import { isSame, newsOver, type Span } from './point.ts'

export type DisagreeingSpec = {
  /** Different values in a row on which two sources must have agreed before they are compared. */
  readonly values: number
  /** How long both must have stood still. */
  readonly stillUs: Micros
  /** How often they must have been told in turns meanwhile. */
  readonly rounds: number
  /** Share of the range of the source with the smaller one that is no difference. */
  readonly tolerance: number
}

/** What a finding says: who tells the other value, which it is, since when both stand. */
export const DISAGREEING_FIELDS = ['other', 'otherValue', 'since'] as const

/** What a source tells at a moment. */
export type Reading = { readonly value: number; readonly at: Micros; readonly evidence: Evidence }
/** What it told, since when it stands, and the range so far. Plain data. */
type Source = {
  value: number
  since: Micros
  at: Micros
  low: number
  high: number
  evidence: Evidence
  /** It disagrees with all others for good: nobody is compared with it. */
  isAlone: boolean
  /** It agrees with all others that it is compared with: the same value again is no news. */
  isCalm: boolean
}
/** How two sources get on. Plain data. */
type Pair = {
  /** Different values on which they agreed in a row, as many as it takes, and the last of all. */
  agreed: number[]
  last: number | null
  /** Times in turns that they disagreed, who spoke last, and whether that was judged. */
  rounds: number
  turn: string
  isJudged: boolean
  /** They disagreed before they were judged. */
  isOdd: boolean
}
/** A point that several tell of, by source, and pairs of them. Plain data. */
export type Point = { sources: Record<string, Source>; pairs: Record<string, Pair> }
/** Of a point that one source tells of, only who. */
export type Points = Slots<Point | string>

/** Sources of a point that are compared. One more is heard when another was silent for so long. */
const MAX_SOURCES = 6
const SILENT_US: Micros = 3600e6
/** Who is alone, or says the same again, is only looked at so often. */
const IDLE_US: Micros = 60e6
/** Who is not heard for so long may have told something else meanwhile: nothing stood still. */
const GAP_US: Micros = 180e6
const BETWEEN = '\u001e'

/** What to say of a value that `name` told of the point. */
export function told(
  points: Points,
  point: string,
  spec: DisagreeingSpec,
  name: string,
  now: Reading,
  isLearning: boolean,
): News | undefined {
  const seen = points.peek(point)
  if (seen === name) return undefined
  if (seen === undefined) {
    points.put(point, name)
    return undefined
  }
  if (typeof seen === 'object' && isIdle(seen.sources[name], now)) return undefined
  const known = points.get(point)
  const row: Point = typeof known === 'object' ? known : { sources: {}, pairs: {} }
  const before = row.sources[name]
  if (before === undefined ? !hasRoom(row, now.at) : now.at < before.at) return undefined
  const source = next(before, spec, now)
  row.sources[name] = source
  let news: News | undefined
  let odd = 0
  const others = Object.keys(row.sources).filter((other) => other !== name)
  for (const other of others.sort()) {
    const theirs = row.sources[other]!
    if (before === undefined) theirs.isAlone = false
    const pair = pairOf(row, name, other)
    news = compare(row, pair, spec, name, other, before, isLearning) ?? news
    if (pair.isOdd) odd++
    else if (pair.last !== source.value || pair.last !== theirs.value) source.isCalm = theirs.isCalm = false
  }
  source.isAlone = odd > 0 && odd === others.length
  points.put(point, row)
  return news
}

function isIdle(source: Source | undefined, { value, at }: Reading): boolean {
  if (source === undefined || at < source.at || at - source.at >= IDLE_US) return false
  return source.isAlone || (source.isCalm && source.value === value)
}

/** The row of a point as it was before it was told that sources disagree, for the last value, and no other, to tell it again. */
export function untoldPoint(row: Point | string, { rounds }: DisagreeingSpec): Point | string {
  if (typeof row === 'string') return row
  const pairs = Object.entries(row.pairs).map(([key, pair]) => {
    const other = key.split(BETWEEN).find((name) => name !== pair.turn)!
    return [key, pair.isJudged ? { ...pair, rounds: rounds - 1, turn: other, isJudged: false } : pair] as const
  })
  return { ...row, pairs: Object.fromEntries(pairs) }
}

/** What changes in place. */
export function copyPoint(row: Point | string): Point | string {
  if (typeof row === 'string') return row
  const sources: Record<string, Source> = {}
  const pairs: Record<string, Pair> = {}
  for (const name in row.sources) sources[name] = { ...row.sources[name]! }
  for (const key in row.pairs) pairs[key] = { ...row.pairs[key]!, agreed: [...row.pairs[key]!.agreed] }
  return { sources, pairs }
}

function next(before: Source | undefined, { tolerance }: DisagreeingSpec, { value, at, evidence }: Reading): Source {
  if (before === undefined) return { value, since: at, at, low: value, high: value, evidence, isAlone: false, isCalm: true }
  const [low, high] = [Math.min(before.low, value), Math.max(before.high, value)]
  const stands = at - before.at <= GAP_US && isSame(before, tolerance, before.value, value)
  return { value: stands ? before.value : value, since: stands ? before.since : at, at, low, high, evidence, isAlone: false, isCalm: true }
}

function hasRoom(row: Point, at: Micros): boolean {
  const names = Object.keys(row.sources).sort()
  if (names.length < MAX_SOURCES) return true
  const silent = names.find((name) => at - row.sources[name]!.at > SILENT_US)
  if (silent === undefined) return false
  delete row.sources[silent]
  for (const key of Object.keys(row.pairs)) if (key.split(BETWEEN).includes(silent)) delete row.pairs[key]
  return true
}

function pairOf(row: Point, name: string, other: string): Pair {
  const key = name < other ? `${name}${BETWEEN}${other}` : `${other}${BETWEEN}${name}`
  row.pairs[key] ??= { agreed: [], last: null, rounds: 0, turn: '', isJudged: false, isOdd: false }
  return row.pairs[key]
}

function compare(
  row: Point,
  pair: Pair,
  spec: DisagreeingSpec,
  name: string,
  other: string,
  before: Source | undefined,
  isLearning: boolean,
): News | undefined {
  const [mine, theirs] = [row.sources[name]!, row.sources[other]!]
  if (pair.isOdd || mine.at - theirs.at > GAP_US) return undefined
  const narrower = spanOf(mine) < spanOf(theirs) ? mine : theirs
  const isNear = (a: number, b: number) => isSame(narrower, spec.tolerance, a, b)
  // A value that came and went without the other telling it: what agrees now and then is not the same point.
  const hasPassed = before !== undefined && before.since !== mine.since && pair.last !== null && !isNear(before.value, pair.last)
  if (hasPassed && !isProven(pair, spec)) pair.agreed = []
  if (isNear(mine.value, theirs.value)) {
    Object.assign(pair, { last: mine.value, rounds: 0, turn: '', isJudged: false })
    if (!isProven(pair, spec) && !pair.agreed.some((value) => isNear(value, mine.value))) pair.agreed.push(mine.value)
    return undefined
  }
  const since = Math.max(mine.since, theirs.since)
  if (pair.turn === '' || theirs.at < since) Object.assign(pair, { rounds: 0, turn: name })
  else if (pair.turn !== name) Object.assign(pair, { rounds: pair.rounds + 1, turn: name })
  if (pair.isJudged || pair.rounds < spec.rounds || Math.min(mine.at, theirs.at) - since < spec.stillUs) return undefined
  pair.isJudged = true
  if (isProven(pair, spec) && !isLearning)
    return newsOver({ other: said(other), otherValue: theirs.value, since: isoTime(since) ?? '' }, theirs.evidence)
  Object.assign(pair, { isOdd: true, agreed: [] })
  return undefined
}

function isProven({ agreed }: Pair, { values }: DisagreeingSpec): boolean {
  return agreed.length >= values
}

function spanOf({ low, high }: Span): number {
  return high - low
}

/** The fields that make up a source, as people read them. */
function said(source: string): string {
  return source.split('\u001f').filter(Boolean).join(', ')
}
