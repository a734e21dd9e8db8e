/** The memory of one correlation for one group: what matched lately, in event time, and whether that is enough. */
import type { Micros } from '@isthmus/model'
import { SET_BACK_US } from './clock.ts'
import { numberOf } from './item.ts'
import type { Correlation } from './rule.ts'
import { join, type Sighting } from './sighting.ts'

/** Plain data: kept over restarts. */
export type Window = {
  /** Counted entries `[at, n]`, values `[at, n, value]`, or per rule `[at]`; oldest first. */
  entries: [at: Micros, n: number, value?: string | number][]
  /** Of the entries' counts. */
  sum: number
  opened: Micros
  newest: Micros
  seen: Sighting
}

/** Entries a window holds; beyond it neighbours are merged (counts) or the oldest values leave. */
const MAX_ENTRIES = 512
const MAX_VALUES = 1024

export type Match = { readonly rule: number; readonly value: unknown; readonly seen: Sighting }

export function openWindow(match: Match): Window {
  const { seen } = match
  return { entries: [], sum: 0, opened: seen.at, newest: seen.at, seen: { ...seen } }
}

/** Adds a match. True when the condition holds with it; a condition with an upper bound waits for `close`. */
export function addMatch(window: Window, match: Match, c: Correlation): boolean {
  const { seen } = match
  const isLate = seen.at < window.newest - c.timespanUs
  if (isLate) return false
  window.newest = Math.max(window.newest, seen.at)
  if (window.seen.evidence !== seen.evidence) {
    const { client, server, clientAsset, serverAsset } = window.seen
    join(window.seen, seen)
    // Steps may lead from host to host: the finding is about the ends of the first.
    if (isStepwise(c)) Object.assign(window.seen, { client, server, clientAsset, serverAsset })
  }
  switch (c.type) {
    case 'event_count':
      addCount(window, seen, c)
      break
    case 'value_count':
      if (match.value === undefined || match.value === null || match.value === '') return false
      addValues(window, match, c)
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
  return !isJudgedAtEnd(c) && c.holds(measure(window, c))
}

/** Steps were found: the next finding needs all of them again. */
export function isStepwise(c: Correlation): boolean {
  return c.type === 'temporal' || c.type === 'temporal_ordered'
}

/** A chain has come further than its first step. */
function isUnderWay(window: Window): boolean {
  return window.entries.some(([, n], i) => i > 0 && n > 0)
}

export function isJudgedAtEnd(c: Correlation): boolean {
  return c.bounded || c.type === 'value_avg'
}

/** What the condition is about: events, distinct values, a sum or a mean. */
export function measure(window: Window, c: Correlation): number {
  const { entries } = window
  switch (c.type) {
    case 'event_count':
      return window.sum
    case 'value_sum':
      return entries.reduce((sum, [, , value]) => sum + Number(value), 0)
    case 'value_avg':
      return entries.length === 0 ? 0 : entries.reduce((sum, [, , value]) => sum + Number(value), 0) / entries.length
    default:
      return entries.length
  }
}

/** True when nothing of the window can count any more, or when it lies so far ahead that its clock was wrong. */
export function isOver({ opened, newest }: Window, now: Micros, c: Correlation): boolean {
  if (isJudgedAtEnd(c)) return now > opened + c.timespanUs || now < opened - SET_BACK_US
  return now > newest + c.timespanUs || now < newest - c.timespanUs - SET_BACK_US
}

function prune(window: Window, c: Correlation): void {
  const from = window.newest - c.timespanUs
  const { entries } = window
  let over = 0
  while (over < entries.length && entries[over]![0] < from) window.sum -= entries[over++]![1]
  if (over > 0) entries.splice(0, over)
}

function insert(window: Window, entry: [Micros, number, (string | number)?]): void {
  const { entries } = window
  let i = entries.length
  while (i > 0 && entries[i - 1]![0] > entry[0]) i--
  if (i === entries.length) entries.push(entry)
  else entries.splice(i, 0, entry)
  window.sum += entry[1]
}

/** Of a folded observation that lasted longer than the window, only the window's share counts. */
function addCount(window: Window, { first, at, count }: Sighting, c: Correlation): void {
  const lasted = at - first
  const n = lasted > c.timespanUs ? Math.max(1, Math.floor((count * c.timespanUs) / lasted)) : count
  insert(window, [at, n])
  if (!isJudgedAtEnd(c)) prune(window, c)
  const { entries } = window
  if (entries.length <= MAX_ENTRIES) return
  // The older time is kept, so that merging can only make a count leave earlier, never stay too long.
  for (let i = 0; i + 1 < entries.length; i++) {
    const [pairAt, a] = entries[i]!
    entries.splice(i, 2, [pairAt, a + entries[i + 1]![1]])
  }
}

function addValues(window: Window, match: Match, c: Correlation): void {
  const values = Array.isArray(match.value) ? match.value : [match.value]
  for (const value of values) {
    const text = String(value)
    const known = window.entries.findIndex(([, , other]) => other === text)
    if (known >= 0) {
      // Usually the same value again: nothing to move.
      if (known === window.entries.length - 1 && window.entries[known]![0] <= match.seen.at) {
        window.entries[known]![0] = match.seen.at
        continue
      }
      window.entries.splice(known, 1)
      window.sum--
    }
    insert(window, [match.seen.at, 1, text])
  }
  if (!isJudgedAtEnd(c)) prune(window, c)
  if (window.entries.length > MAX_VALUES) window.entries.splice(0, window.entries.length - MAX_VALUES)
}

function addNumber(window: Window, match: Match, c: Correlation): void {
  const n = numberOf(match.value)
  if (n === undefined) return
  insert(window, [match.seen.at, 1, n])
  if (!isJudgedAtEnd(c)) prune(window, c)
  if (window.entries.length <= MAX_VALUES) return
  const [[at, , a], [, , b]] = window.entries as [[Micros, number, number], [Micros, number, number]]
  window.entries.splice(0, 2, [at, 1, c.type === 'value_sum' ? a + b : b])
}

/** All rules matched within the timespan, in any order. Entry i is rule i's latest time; 0 means not yet. */
function addTogether(window: Window, { rule, seen }: Match, c: Correlation): boolean {
  while (window.entries.length < c.rules.length) window.entries.push([0, 0])
  window.entries[rule] = [seen.at, 1]
  const holds = window.entries.every(([at, n]) => n > 0 && window.newest - at <= c.timespanUs)
  if (holds) window.entries = []
  return holds
}

/** All rules matched one after another. Entry i is the start of the latest chain that has come as far as rule i. */
function addInOrder(window: Window, { rule, seen }: Match, c: Correlation): boolean {
  while (window.entries.length < c.rules.length) window.entries.push([0, 0])
  const name = c.rules[rule]!
  for (let i = c.rules.length - 1; i >= 0; i--) {
    if (c.rules[i] !== name) continue
    const before = window.entries[i - 1]
    if (i === 0) {
      window.entries[0] = [seen.at, 1]
      if (c.rules.length > 1 && !isUnderWay(window)) window.seen = { ...seen, fields: window.seen.fields }
    } else if (before !== undefined && before[1] > 0 && seen.at - before[0] <= c.timespanUs && seen.at >= before[0])
      window.entries[i] = [before[0], 1]
  }
  const holds = window.entries.at(-1)![1] > 0
  if (holds) window.entries = []
  return holds
}
