/** The memory of one correlation for one group: what matched lately, in event time, and whether that is enough. */
import type { Micros } from '@isthmus/model'
import { SET_BACK_US } from './clock.ts'
import { isMeasure, numberOf } from './item.ts'
import type { Correlation } from './rule.ts'
import { copySighting, join, type Sighting } from './sighting.ts'

/** Plain data: kept over restarts. What is counted lies in columns, oldest first; of steps, one place a rule. */
export type Window = {
  at: Micros[]
  /** How many each stands for; 0 for a step that was not met. */
  n: number[]
  /** Values that are told apart, or numbers that are added; empty where events are counted. */
  values: (string | number)[]
  /** Of `n`. */
  sum: number
  opened: Micros
  newest: Micros
  seen: Sighting
}

/** Entries a window holds; beyond it neighbours are merged (counts) or the oldest values leave. */
const MAX_ENTRIES = 512
const MAX_VALUES = 1024

export type Match = { readonly rule: number; readonly value: unknown; readonly seen: Sighting }

/** The window's sighting is its own: it grows in place. */
export function openWindow(seen: Sighting, fields: Sighting['fields']): Window {
  return { at: [], n: [], values: [], sum: 0, opened: seen.at, newest: seen.at, seen: { ...copySighting(seen), fields } }
}

export function copyWindow({ at, n, values, sum, opened, newest, seen }: Window): Window {
  return { at: at.slice(), n: n.slice(), values: values.slice(), sum, opened, newest, seen: copySighting(seen) }
}

/** What a further match adds to what the window as a whole saw. False when it is too late to count. */
export function extend(window: Window, seen: Sighting, c: Correlation): boolean {
  if (seen.at < window.newest - c.timespanUs) return false
  if (seen.at > window.newest) window.newest = seen.at
  // Steps may lead from host to host: the finding is about the ends of the first.
  if (isStepwise(c)) joinStep(window.seen, seen)
  else join(window.seen, seen)
  return true
}

/** Counts a match. True when the condition holds with it; a condition with an upper bound waits for the end of the window. */
export function addMatch(window: Window, match: Match, c: Correlation): boolean {
  const { seen } = match
  switch (c.type) {
    case 'event_count':
      addCount(window, seen, c)
      break
    case 'value_count':
      if (match.value === undefined || match.value === null || match.value === '') return false
      addValues(window, match.value, seen.at, c)
      break
    case 'value_sum':
    case 'value_avg':
      addNumber(window, match, c)
      break
    case 'temporal':
      return addTogether(window, match, c)
    case 'temporal_ordered':
      return addInOrder(window, match, c)
  }
  return !isJudgedAtEnd(c) && holdsNow(window, c)
}

function joinStep(into: Sighting, seen: Sighting): void {
  const { client, server, clientAsset, serverAsset } = into
  join(into, seen)
  Object.assign(into, { client, server, clientAsset, serverAsset })
}

/** What is too old to count is only looked for where all together would be enough. */
function holdsNow(window: Window, c: Correlation): boolean {
  const isCounted = c.type === 'event_count' || c.type === 'value_count'
  if (isCounted && measure(window, c) < c.least) return false
  prune(window, c)
  return c.holds(measure(window, c))
}

/** Steps were found: the next finding needs all of them again. */
export function isStepwise(c: Correlation): boolean {
  return c.type === 'temporal' || c.type === 'temporal_ordered'
}

/** A chain has come further than its first step. */
function isUnderWay({ n }: Window): boolean {
  for (let i = 1; i < n.length; i++) if (n[i]! > 0) return true
  return false
}

export function isJudgedAtEnd(c: Correlation): boolean {
  return c.bounded || c.type === 'value_avg'
}

/** What the condition is about: events, distinct values, a sum or a mean. */
export function measure({ at, values, sum }: Window, c: Correlation): number {
  switch (c.type) {
    case 'event_count':
      return sum
    case 'value_sum':
      return total(values)
    case 'value_avg':
      return at.length === 0 ? 0 : total(values) / at.length
    default:
      return at.length
  }
}

function total(values: readonly (string | number)[]): number {
  return values.reduce<number>((sum, value) => sum + Number(value), 0)
}

/** True when nothing of the window can count any more, or when it lies so far ahead that its clock was wrong. */
export function isOver({ opened, newest }: Window, now: Micros, c: Correlation): boolean {
  if (isJudgedAtEnd(c)) return now > opened + c.timespanUs || now < opened - SET_BACK_US
  return now > newest + c.timespanUs || now < newest - c.timespanUs - SET_BACK_US
}

/** Of a condition with an upper bound all counts until the window is over. */
function prune(window: Window, c: Correlation): void {
  if (isJudgedAtEnd(c)) return
  const from = window.newest - c.timespanUs
  const { at, n } = window
  let over = 0
  while (over < at.length && at[over]! < from) window.sum -= n[over++]!
  if (over === 0) return
  remove(window, 0, over)
  // What is added to a short list is not noted.
  if (at.length < LONG) HELD.delete(window.values)
}

function remove({ at, n, values }: Window, from: number, count: number): void {
  at.splice(from, count)
  n.splice(from, count)
  if (values.length > 0) values.splice(from, count)
}

function insert(window: Window, at: Micros, n: number, value?: string | number): void {
  let i = window.at.length
  while (i > 0 && window.at[i - 1]! > at) i--
  if (i === window.at.length) {
    window.at.push(at)
    window.n.push(n)
    if (value !== undefined) window.values.push(value)
  } else {
    window.at.splice(i, 0, at)
    window.n.splice(i, 0, n)
    if (value !== undefined) window.values.splice(i, 0, value)
  }
  window.sum += n
}

/** Of a folded observation that lasted longer than the window, only the window's share counts. */
function addCount(window: Window, { first, at, count }: Sighting, c: Correlation): void {
  const lasted = at - first
  insert(window, at, lasted > c.timespanUs ? Math.max(1, Math.floor((count * c.timespanUs) / lasted)) : count)
  if (window.at.length <= MAX_ENTRIES) return
  prune(window, c)
  if (window.at.length > MAX_ENTRIES) mergeNeighbours(window)
}

/** The older time is kept, so that merging can only make a count leave earlier, never stay too long. */
function mergeNeighbours(window: Window): void {
  const at: Micros[] = []
  const n: number[] = []
  for (let i = 0; i < window.at.length; i += 2) {
    at.push(window.at[i]!)
    n.push(window.n[i]! + (window.n[i + 1] ?? 0))
  }
  window.at = at
  window.n = n
}

function addValues(window: Window, found: unknown, at: Micros, c: Correlation): void {
  if (Array.isArray(found)) for (const value of found) addValue(window, String(value), at)
  else addValue(window, String(found), at)
  if (window.at.length <= MAX_VALUES) return
  prune(window, c)
  const over = window.at.length - MAX_VALUES
  if (over <= 0) return
  for (let i = 0; i < over; i++) window.sum -= window.n[i]!
  remove(window, 0, over)
}

function addValue(window: Window, value: string, at: Micros): void {
  const known = mayHold(window.values, value) ? window.values.lastIndexOf(value) : -1
  if (known >= 0) {
    // Usually the same value again: nothing to move.
    if (known === window.at.length - 1 && window.at[known]! <= at) {
      window.at[known] = at
      return
    }
    remove(window, known, 1)
    window.sum--
  }
  insert(window, at, 1, value)
}

/** What long lists hold, and have held. */
const HELD = new WeakMap<readonly (string | number)[], Set<string | number>>()
const LONG = 32

/** False where the value is not in the list: a scan brings a new one with every match. Takes it for held from then on. */
function mayHold(values: readonly (string | number)[], value: string): boolean {
  if (values.length < LONG) return true
  let held = HELD.get(values)
  if (held === undefined || held.size > 2 * MAX_VALUES) HELD.set(values, (held = new Set(values)))
  if (held.has(value)) return true
  held.add(value)
  return false
}

function addNumber(window: Window, match: Match, c: Correlation): void {
  const n = numberOf(match.value)
  if (n === undefined || !isMeasure(n)) return
  insert(window, match.seen.at, 1, n)
  prune(window, c)
  const { at, values } = window
  if (at.length <= MAX_VALUES) return
  const [a, b] = values as [number, number]
  remove(window, 1, 1)
  window.sum--
  values[0] = c.type === 'value_sum' ? a + b : b
}

/** All rules matched within the timespan, in any order. Place i holds rule i's latest time. */
function addTogether(window: Window, { rule, seen }: Match, c: Correlation): boolean {
  makePlaces(window, c)
  window.at[rule] = seen.at
  window.n[rule] = 1
  const holds = window.at.every((at, i) => window.n[i]! > 0 && window.newest - at <= c.timespanUs)
  if (holds) clear(window)
  return holds
}

/** All rules matched one after another. Place i holds the start of the latest chain that has come as far as rule i. */
function addInOrder(window: Window, { rule, seen }: Match, c: Correlation): boolean {
  makePlaces(window, c)
  const { at, n } = window
  const name = c.rules[rule]!
  for (let i = c.rules.length - 1; i >= 0; i--) {
    if (c.rules[i] !== name) continue
    if (i === 0) {
      at[0] = seen.at
      n[0] = 1
      if (c.rules.length > 1 && !isUnderWay(window)) window.seen = { ...copySighting(seen), fields: window.seen.fields }
    } else if (n[i - 1]! > 0 && seen.at - at[i - 1]! <= c.timespanUs && seen.at >= at[i - 1]!) {
      at[i] = at[i - 1]!
      n[i] = 1
    }
  }
  const holds = n.at(-1)! > 0
  if (holds) clear(window)
  return holds
}

function makePlaces({ at, n }: Window, c: Correlation): void {
  while (at.length < c.rules.length) {
    at.push(0)
    n.push(0)
  }
}

function clear(window: Window): void {
  window.at = []
  window.n = []
}
