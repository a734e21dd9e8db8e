/**
 * The habits of one tag: its range, its fastest change, how long it stays the same, how still and how restless it gets, the
 * few values it is set to, the bits of a word that move. Learnt from normal operation, then compared with what comes.
 */
import type { Micros } from '@isthmus/model'

export const HABITS = ['range', 'rate', 'stuck', 'flat', 'oscillating', 'new-value', 'bit'] as const
export type HabitKind = (typeof HABITS)[number]

export type Breach = {
  readonly kind: HabitKind
  /** What was measured, in the unit of the limit: a value, units a second, seconds unchanged, turns; of a bit its place, from 0. */
  readonly measured: number
  /** The learned limit that was passed; of a bit the samples in which it stood. */
  readonly limit: number
  /** How many times the limit, from 1. */
  readonly distance: number
}

/** Plain data, safe to serialise. */
export type HabitState = {
  samples: number
  min: number
  max: number
  last: number
  lastAt: Micros
  /** Units a second. */
  fastest: number
  changes: number
  unchangedSince: Micros
  longestUnchangedUs: number
  /** The latest values, at most HABIT_WINDOW; empty after a gap. */
  recent: number[]
  /** Smallest difference between highest and lowest of a full window. */
  stillest: number
  /** Most turns of direction in a full window. */
  mostTurns: number
  /** The distinct values while they are few; empty once they are many. */
  values: number[]
  /** Bits of a whole number that changed, as a number of 32 bits; all of them once it was no such number. */
  moved: number
}

/** Samples over which stillness and restlessness are judged. */
export const HABIT_WINDOW = 12
/** A tag with at most so many distinct values is a state or a set-point rather than a measurement. */
const FEW_VALUES = 16
/** Changes for each distinct value before a further one is news: a pump that ran twice has shown few of its flows. */
const CHANGES_A_VALUE = 5
/** Samples below which nothing is said of a tag. */
const LEAST_SAMPLES = 50
/** Changes below which a tag is too quiet for its silences to mean anything. */
const LEAST_CHANGES = 20
/** Equal samples in a row before a tag may be called stuck: two can be chance. */
const SAME_SAMPLES = 4
/** Beyond this a distance says no more. */
const FARTHEST = 1000
const ALL_BITS = -1
const MOST_WORD = 2 ** 32

/** Allowances beyond what was learnt, as shares of the learned limit. */
const SLACK = { range: 0.1, rate: 0.25, stuck: 1, flat: 0.5, turns: 2, swing: 0.05 }

const NO_BREACHES: readonly Breach[] = []

export function firstHabit(at: Micros, value: number): HabitState {
  return {
    samples: 0,
    min: value,
    max: value,
    last: value,
    lastAt: at,
    fastest: 0,
    changes: 0,
    unchangedSince: at,
    longestUnchangedUs: 0,
    recent: [],
    stillest: -1,
    mostTurns: 0,
    values: [],
    moved: 0,
  }
}

/** One that can go on by itself. */
export function copyHabit(habit: HabitState): HabitState {
  return { ...habit, recent: habit.recent.slice() }
}

/** What lies between two samples that belong together is not known across a gap. */
export function breakHabit(habit: HabitState, at: Micros, value: number): void {
  habit.recent = []
  habit.last = value
  habit.lastAt = at
  habit.unchangedSince = at
}

/** As it was before a sample that it was compared with and did not learn; the sample before that was `value` at `at`. */
export function habitBefore(habit: HabitState, at: Micros, value: number): HabitState {
  return { ...habit, last: value, lastAt: at, recent: habit.recent.slice(0, -1), unchangedSince: Math.min(habit.unchangedSince, at) }
}

/** Units a second since the sample before, and which bits are not as they were. */
export type Step = { readonly rate: number; readonly flipped: number }

/** Moves on to a sample: what is compared and what is learnt both read the result. */
export function moveOn(habit: HabitState, at: Micros, value: number, resolution: number): Step {
  const rate = at > habit.lastAt ? Math.abs(value - habit.last) / ((at - habit.lastAt) / 1e6) : 0
  if (Math.abs(value - habit.last) > resolution / 2) habit.unchangedSince = at
  const flipped = value === habit.last ? 0 : isWord(value) && isWord(habit.last) ? value ^ habit.last : ALL_BITS
  habit.last = value
  habit.lastAt = at
  habit.recent.push(value)
  if (habit.recent.length > HABIT_WINDOW) habit.recent.shift()
  return { rate, flipped }
}

function isWord(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < MOST_WORD
}

/** For how long the sample that was moved on to has been the same. */
function unchangedUs({ lastAt, unchangedSince }: HabitState): Micros {
  return lastAt - unchangedSince
}

export function learnHabit(habit: HabitState, at: Micros, value: number, resolution: number): void {
  absorb(habit, value, resolution, moveOn(habit, at, value, resolution))
  absorbStillness(habit)
  absorbWindow(habit)
}

/** Compares a sample with what was learnt; learns nothing. */
export function breachesOf(habit: HabitState, at: Micros, value: number, resolution: number): readonly Breach[] {
  return compare(habit, value, resolution, moveOn(habit, at, value, resolution))
}

/**
 * Learns a sample that was compared: what is told once is no news again. What builds up over several samples is learnt when it was told, or
 * the limit would rise with it from sample to sample.
 */
export function learnNovelty(habit: HabitState, value: number, resolution: number, step: Step, breaches: readonly Breach[]): void {
  const isNew = habit.samples < LEAST_SAMPLES
  absorb(habit, value, resolution, step)
  if (isNew || isTold(breaches, 'stuck')) absorbStillness(habit)
  if (isNew || isTold(breaches, 'flat') || isTold(breaches, 'oscillating')) absorbWindow(habit)
}

function isTold(breaches: readonly Breach[], kind: HabitKind): boolean {
  for (const breach of breaches) if (breach.kind === kind) return true
  return false
}

function absorb(habit: HabitState, value: number, resolution: number, { rate, flipped }: Step): void {
  if (habit.samples === 0 || habit.values.length > 0) learnValue(habit, value, resolution)
  habit.samples++
  if (value < habit.min) habit.min = value
  if (value > habit.max) habit.max = value
  if (rate > habit.fastest) habit.fastest = rate
  if (unchangedUs(habit) === 0 && habit.samples > 1) habit.changes++
  habit.moved |= flipped
}

function absorbStillness(habit: HabitState): void {
  habit.longestUnchangedUs = Math.max(habit.longestUnchangedUs, unchangedUs(habit))
}

function absorbWindow(habit: HabitState): void {
  if (habit.recent.length < HABIT_WINDOW) return
  const spread = spreadOf(habit.recent)
  habit.stillest = habit.stillest < 0 ? spread : Math.min(habit.stillest, spread)
  habit.mostTurns = Math.max(habit.mostTurns, turnsOf(habit.recent, swingOf(habit)))
}

function learnValue(habit: HabitState, value: number, resolution: number): void {
  for (const known of habit.values) if (Math.abs(known - value) <= resolution) return
  habit.values = habit.values.length < FEW_VALUES ? [...habit.values, value] : []
}

/** What a sample that was moved on to breaks of what was learnt before it. */
export function compare(habit: HabitState, value: number, resolution: number, { rate, flipped }: Step): readonly Breach[] {
  if (habit.samples < LEAST_SAMPLES) return NO_BREACHES
  let out = NO_BREACHES
  const { recent, values } = habit
  const span = habit.max - habit.min
  // A tag that never moved has no span to take a share of: any visible move leaves its range.
  const least = Math.max(1.5 * resolution, 1e-6 * Math.max(1e-6, Math.abs(habit.max)))
  const slack = Math.max(SLACK.range * span, least)
  if (value > habit.max) out = and(out, 'range', value, habit.max, (value - habit.max) / slack)
  if (value < habit.min) out = and(out, 'range', value, habit.min, (habit.min - value) / slack)
  if (habit.fastest > 0) out = and(out, 'rate', rate, habit.fastest, rate / (habit.fastest * (1 + SLACK.rate)))
  const isSame =
    habit.changes >= LEAST_CHANGES && recent.length >= SAME_SAMPLES && spreadOf(recent, recent.length - SAME_SAMPLES) <= resolution / 2
  if (isSame) {
    const unchanged = unchangedUs(habit)
    const { longestUnchangedUs } = habit
    out = and(out, 'stuck', unchanged / 1e6, longestUnchangedUs / 1e6, unchanged / (longestUnchangedUs * (1 + SLACK.stuck) + 1))
  }
  if (recent.length === HABIT_WINDOW) {
    if (habit.stillest > 4 * resolution) {
      const spread = spreadOf(recent)
      out = and(out, 'flat', spread, habit.stillest, (habit.stillest * SLACK.flat) / Math.max(spread, 1e-12))
    }
    const turns = turnsOf(recent, swingOf(habit))
    out = and(out, 'oscillating', turns, habit.mostTurns, turns / (habit.mostTurns + SLACK.turns))
  }
  if (values.length > 0 && habit.changes >= CHANGES_A_VALUE * values.length && out.length === 0) {
    let nearest = Number.POSITIVE_INFINITY
    for (const known of values) nearest = Math.min(nearest, Math.abs(known - value))
    if (nearest > resolution) out = and(out, 'new-value', value, values.length, 1 + nearest / Math.max(span, least))
  }
  if (out.length === 0 && habit.changes >= LEAST_CHANGES && isLoneBit(flipped, habit.moved))
    out = and(out, 'bit', 31 - Math.clz32(flipped), habit.samples, habit.samples / LEAST_SAMPLES)
  return out
}

/**
 * One bit alone, which never moved, below one that did. Of a measurement the low bits move all the time and a high one only with
 * those below it, so this is a word of flags; a bit above all others is the range's affair.
 */
function isLoneBit(flipped: number, moved: number): boolean {
  return flipped !== 0 && (flipped & (flipped - 1)) === 0 && (flipped & moved) === 0 && moved >>> 0 > flipped >>> 0
}

/** With a breach more, if it is one; most samples have none. */
function and(breaches: readonly Breach[], kind: HabitKind, measured: number, limit: number, distance: number): readonly Breach[] {
  return distance > 1 ? [...breaches, { kind, measured, limit, distance: Math.min(distance, FARTHEST) }] : breaches
}

function spreadOf(values: readonly number[], from = 0): number {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = from; i < values.length; i++) {
    const value = values[i]!
    if (value < low) low = value
    if (value > high) high = value
  }
  return high - low
}

/** A turn counts when the tag has come back by this much. */
function swingOf(habit: HabitState): number {
  return SLACK.swing * (habit.max - habit.min)
}

/** Changes of direction whose swings both exceed `swing`. */
function turnsOf(values: readonly number[], swing: number): number {
  let turns = 0
  let direction = 0
  let extreme = values[0]!
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const move = value - extreme
    if (direction !== 0 && move * direction >= 0) {
      extreme = value
    } else if (Math.abs(move) > swing) {
      if (direction !== 0) turns++
      direction = Math.sign(move)
      extreme = value
    }
  }
  return turns
}
