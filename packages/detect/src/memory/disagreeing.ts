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
const MINUTE_US: Micros = 60e6
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
    if (points.admits(point, (oldest) => makesRoom(oldest, now.at))) points.put(point, name)
    return undefined
  }
  if (typeof seen === 'object' && isIdle(seen.sources[name], now)) return undefined
  const known = points.get(point)
  const row: Point = typeof known === 'object' ? known : { sources: {}, pairs: {} }
  const source = row.sources[name]
  if (source === undefined ? !hasRoom(row, now.at) : now.at < source.at) return undefined
  const news = source === undefined ? join(row, spec, name, now, isLearning) : goOn(row, spec, name, source, now, isLearning)
  points.put(point, row)
  return news
}

/** One more source tells of the point. */
function join(row: Point, spec: DisagreeingSpec, name: string, { value, at, evidence }: Reading, isLearning: boolean): News | undefined {
  const source: Source = { value, since: at, at, low: value, high: value, evidence, isAlone: false, isCalm: true }
  for (const other in row.sources) row.sources[other]!.isAlone = false
  row.sources[name] = source
  return compareAll(row, spec, name, source, undefined, isLearning)
}

/** A source tells another value, or the same again. */
function goOn(row: Point, spec: DisagreeingSpec, name: string, source: Source, now: Reading, isLearning: boolean): News | undefined {
  const { value, since } = source
  if (now.at - source.at > GAP_US || !isSame(source, spec.tolerance, value, now.value)) {
    source.value = now.value
    source.since = now.at
  }
  source.low = Math.min(source.low, now.value)
  source.high = Math.max(source.high, now.value)
  source.at = now.at
  source.evidence = now.evidence
  source.isCalm = true
  return compareAll(row, spec, name, source, since === source.since ? undefined : value, isLearning)
}

/** `passed`: the value that the source told until now, where it is another one. */
function compareAll(
  row: Point,
  spec: DisagreeingSpec,
  name: string,
  source: Source,
  passed: number | undefined,
  isLearning: boolean,
): News | undefined {
  let news: News | undefined
  let others = 0
  let odd = 0
  for (const other of othersOf(row, name)) {
    const theirs = row.sources[other]!
    const pair = pairOf(row, name, other)
    news = compare(pair, spec, name, source, other, theirs, passed, isLearning) ?? news
    others++
    if (pair.isOdd) odd++
    else if (pair.last !== source.value || pair.last !== theirs.value) source.isCalm = theirs.isCalm = false
  }
  source.isAlone = odd > 0 && odd === others
  return news
}

/** By name; most points have one other. */
function othersOf({ sources }: Point, name: string): string[] {
  const others: string[] = []
  for (const other in sources) if (other !== name) others.push(other)
  return others.length < 2 ? others : others.sort()
}

/** A point that nobody tells of any more makes room, and in one minute of sixteen one that a single source told of. */
function makesRoom(point: Point | string, at: Micros): boolean {
  if (typeof point === 'string') return Math.floor(at / MINUTE_US) % 16 === 0
  for (const name in point.sources) if (Math.abs(at - point.sources[name]!.at) <= SILENT_US) return false
  return true
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
  const key = pairKey(name, other)
  row.pairs[key] ??= { agreed: [], last: null, rounds: 0, turn: '', isJudged: false, isOdd: false }
  return row.pairs[key]
}

function compare(
  pair: Pair,
  spec: DisagreeingSpec,
  name: string,
  mine: Source,
  other: string,
  theirs: Source,
  passed: number | undefined,
  isLearning: boolean,
): News | undefined {
  if (pair.isOdd || mine.at - theirs.at > GAP_US) return undefined
  const narrower = spanOf(mine) < spanOf(theirs) ? mine : theirs
  const { tolerance } = spec
  // A value that came and went without the other telling it: what agrees now and then is not the same point.
  const hasPassed = passed !== undefined && pair.last !== null && !isSame(narrower, tolerance, passed, pair.last)
  if (hasPassed && !isProven(pair, spec)) pair.agreed = []
  if (isSame(narrower, tolerance, mine.value, theirs.value)) {
    pair.last = mine.value
    pair.rounds = 0
    pair.turn = ''
    pair.isJudged = false
    if (!isProven(pair, spec) && !pair.agreed.some((value) => isSame(narrower, tolerance, value, mine.value))) pair.agreed.push(mine.value)
    return undefined
  }
  const since = Math.max(mine.since, theirs.since)
  if (pair.turn === '' || theirs.at < since) pair.rounds = 0
  else if (pair.turn !== name) pair.rounds++
  if (pair.turn !== name) pair.turn = name
  if (pair.isJudged || pair.rounds < spec.rounds || Math.min(mine.at, theirs.at) - since < spec.stillUs) return undefined
  pair.isJudged = true
  if (isProven(pair, spec) && !isLearning)
    return newsOver({ other: said(other), otherValue: theirs.value, since: isoTime(since) ?? '' }, theirs.evidence)
  pair.isOdd = true
  pair.agreed = []
  return undefined
}

/** Names of pairs: the same few sources tell of all points. */
const PAIR_KEYS = new Map<string, Map<string, string>>()
const MAX_PAIR_KEYS = 4096
let pairKeys = 0

function pairKey(name: string, other: string): string {
  const known = PAIR_KEYS.get(name)?.get(other)
  if (known !== undefined) return known
  if (++pairKeys > MAX_PAIR_KEYS) {
    PAIR_KEYS.clear()
    pairKeys = 1
  }
  const key = name < other ? `${name}${BETWEEN}${other}` : `${other}${BETWEEN}${name}`
  const ofName = PAIR_KEYS.get(name) ?? new Map<string, string>()
  PAIR_KEYS.set(name, ofName.set(other, key))
  return key
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
