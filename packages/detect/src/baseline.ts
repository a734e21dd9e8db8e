/** Our extensions to Sigma that remember: what has not been seen before, numbers outside the range shown so far, numbers out of habit. */
import type { Micros } from '@isthmus/model'
import { numberOf } from './item.ts'
import { type Breach, breakHabit, firstHabit, type HabitState, learnHabit, noveltiesOf } from './process/habit.ts'
import type { FirstSeen, Getter, OutOfHabit, OutsideRange, Rule, Subject } from './rule.ts'
import type { DetectorState, Slots } from './state.ts'

/** Groups a rule remembers: 256 rows of 256. The ones learned longest ago leave first and are counted. */
const SLOTS = 256
const CAP = 256

/** Tags with habits: a habit is some sixty numbers and changes with every reading, so fewer share a row. */
const HABIT_CAP = 16
/** Readings of a tag further apart than this say nothing of what happened between them. */
const GAP_US = 600e6

type Range = { min: number; max: number; values: number }

/** What a finding says besides the fields of its observation. */
export type Said = Readonly<Record<string, string | number>>

export type Baseline = {
  /** What to say when the subject is news: it is then no news any more. Undefined when it is none. */
  newsOf(rule: Rule, subject: Subject, startedAt: Micros, learningUs: Micros): Said | undefined
}

export const NOTHING_MORE: Said = {}

export function createBaseline(state: DetectorState, rules: readonly Rule[]): Baseline {
  const seen = new Map<Rule, Slots<Micros>>()
  const ranges = new Map<Rule, Slots<Range>>()
  const habits = new Map<Rule, Slots<HabitState>>()
  for (const rule of rules) {
    const { firstSeen, outsideRange, outOfHabit, name } = rule
    if (outOfHabit !== undefined) habits.set(rule, state.table(`habit:${name}:${outOfHabit.key}`, SLOTS, HABIT_CAP))
    if (firstSeen !== undefined) seen.set(rule, state.table(`seen:${name}:${firstSeen.key}`, SLOTS, CAP))
    if (outsideRange !== undefined) ranges.set(rule, state.table(`range:${name}:${outsideRange.key}`, SLOTS, CAP))
  }
  return {
    newsOf(rule, subject, startedAt, learningUs) {
      const { firstSeen, outsideRange, outOfHabit } = rule
      if (outOfHabit !== undefined) return breachOf(habits.get(rule)!, outOfHabit, subject, startedAt, learningUs)
      const isNews =
        (firstSeen === undefined || isFirst(seen.get(rule)!, firstSeen, subject, startedAt, learningUs)) &&
        (outsideRange === undefined || isOutside(ranges.get(rule)!, outsideRange, subject, startedAt, learningUs))
      return isNews ? NOTHING_MORE : undefined
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

/** The farthest breach of the habits the rule names. */
function breachOf(habits: Slots<HabitState>, spec: OutOfHabit, subject: Subject, startedAt: Micros, learningUs: Micros): Said | undefined {
  const value = numberOf(spec.field(subject))
  if (value === undefined) return undefined
  const key = groupKey(spec.groupBy, subject)
  const { at } = subject.observation
  const habit = habits.get(key) ?? firstHabit(at, value)
  if (at < habit.lastAt && habit.lastAt - at < GAP_US) return undefined
  if (Math.abs(at - habit.lastAt) > GAP_US) breakHabit(habit, at, value)
  const isJudged = at - startedAt >= (spec.afterUs ?? learningUs)
  let farthest: Breach | undefined
  if (!isJudged) learnHabit(habit, at, value, 0)
  else
    for (const breach of noveltiesOf(habit, at, value, 0))
      if (spec.habits.has(breach.kind) && breach.distance > (farthest?.distance ?? spec.distance)) farthest = breach
  habits.put(key, habit)
  if (farthest === undefined) return undefined
  const { kind, measured, limit, distance } = farthest
  return { habit: kind, measured: rounded(measured), limit: rounded(limit), distance: rounded(distance) }
}

/** Three digits: what is told to people. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
