/** Our two extensions to Sigma: what has not been seen before, and numbers outside the range shown so far. */
import type { Micros } from '@isthmus/model'
import { numberOf } from './item.ts'
import type { FirstSeen, Getter, OutsideRange, Rule, Subject } from './rule.ts'
import type { DetectorState, Slots } from './state.ts'

/** Groups a rule remembers: 256 rows of 256. The ones learned longest ago leave first and are counted. */
const SLOTS = 256
const CAP = 256

type Range = { min: number; max: number; values: number }

export type Baseline = {
  /** True when the subject is news: it is then no news any more. */
  isNews(rule: Rule, subject: Subject, startedAt: Micros, learningUs: Micros): boolean
}

export function createBaseline(state: DetectorState, rules: readonly Rule[]): Baseline {
  const seen = new Map<Rule, Slots<Micros>>()
  const ranges = new Map<Rule, Slots<Range>>()
  for (const rule of rules) {
    const { firstSeen, outsideRange, name } = rule
    if (firstSeen !== undefined) seen.set(rule, state.table(`seen:${name}:${firstSeen.key}`, SLOTS, CAP))
    if (outsideRange !== undefined) ranges.set(rule, state.table(`range:${name}:${outsideRange.key}`, SLOTS, CAP))
  }
  return {
    isNews(rule, subject, startedAt, learningUs) {
      const { firstSeen, outsideRange } = rule
      if (firstSeen !== undefined) return isFirst(seen.get(rule)!, firstSeen, subject, startedAt, learningUs)
      if (outsideRange !== undefined) return isOutside(ranges.get(rule)!, outsideRange, subject, startedAt, learningUs)
      return true
    },
  }
}

export function groupKey(groupBy: readonly Getter[], subject: Subject): string {
  let key = ''
  for (const get of groupBy) {
    const value = get(subject)
    key += `${value === undefined || value === null ? '' : Array.isArray(value) ? value.join(',') : String(value)}\u001f`
  }
  return key
}

function isFirst(known: Slots<Micros>, spec: FirstSeen, subject: Subject, startedAt: Micros, learningUs: Micros): boolean {
  const key = groupKey(spec.groupBy, subject)
  if (known.get(key) !== undefined) return false
  const { at } = subject.observation
  known.put(key, at)
  return at - startedAt >= (spec.afterUs ?? learningUs)
}

function isOutside(ranges: Slots<Range>, spec: OutsideRange, subject: Subject, startedAt: Micros, learningUs: Micros): boolean {
  const value = numberOf(spec.field(subject))
  if (value === undefined) return false
  const key = groupKey(spec.groupBy, subject)
  const range = ranges.get(key)
  if (range === undefined) {
    ranges.put(key, { min: value, max: value, values: 1 })
    return false
  }
  const slack = (range.max - range.min) * spec.margin
  const isOut = value < range.min - slack || value > range.max + slack
  const isJudged = range.values >= spec.minValues && subject.observation.at - startedAt >= (spec.afterUs ?? learningUs)
  // Counting on beyond what a judgement needs would rewrite a row for every value.
  if (value < range.min || value > range.max || range.values < spec.minValues) {
    ranges.put(key, {
      min: Math.min(range.min, value),
      max: Math.max(range.max, value),
      values: Math.min(range.values + 1, spec.minValues),
    })
  }
  return isOut && isJudged
}
