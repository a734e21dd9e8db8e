/** Our extensions to Sigma that remember: what has not been seen before, numbers outside the range shown so far, numbers out of habit. */
import { type Evidence, hostOf, type Level, type Micros } from '@isthmus/model'
import { groupKey, textOf } from './group-key.ts'
import { isMeasure, numberOf } from './item.ts'
import { memoryOf } from './learning/edit.ts'
import type { Holds } from './learning/hold.ts'
import { boundedKey, emptyRow, IDLE_US, isKnown, type Learned, type LearnedTable, rowIn, type Shelf } from './learning/learned.ts'
import type { LearningPhase, Phases } from './learning/times.ts'
import { breachInWords } from './process/breach-words.ts'
import {
  type Breach,
  breakHabit,
  compare,
  copyHabit,
  firstHabit,
  type HabitState,
  learnHabit,
  learnNovelty,
  moveOn,
} from './process/habit.ts'
import type { Remembered } from './remembered.ts'
import type { FirstSeen, OutOfHabit, OutsideRange, Rule, Subject } from './rule.ts'
import type { DetectorState, Slots } from './state.ts'

const SLOTS = 256
/** Tags with habits: a habit is some sixty numbers and changes with every reading, so fewer share a row. */
const HABIT_CAP = 16
/** Readings of a tag further apart than this say nothing of what happened between them. */
const GAP_US = 600e6
/** What nobody approved is told again after this; what repeats meanwhile is counted. */
const AGAIN_US: Micros = 86_400e6
/** A client's widening of a range can be taken back for so long. */
const WIDENED_US: Micros = 3600e6

/** What a finding says besides the fields of its observation. */
export type Said = Readonly<Record<string, string | number>>

export type News = {
  readonly said: Said
  /** Instead of the rule's; undefined: the rule's. */
  readonly level: Level | undefined
  /** How often the same came since it was last told. */
  readonly again: number
  /** What was seen earlier, where the finding rests on that as well. */
  readonly earlier?: Evidence | undefined
}
export const PLAIN_NEWS: News = { said: {}, level: undefined, again: 0 }
/** New while dynamic: told as low, whatever the rule's level; an informational rule stays that. */
const LOW_NEWS: News = { ...PLAIN_NEWS, level: 'low' }

/** What is new after a shorter learning time than this is told as medium at most: little was known. */
const BRIEF_US: Micros = 3600e6

/** What one rule says of a subject that it matches; undefined: nothing. `startedAt`: of the site. */
export type Judge = (subject: Subject, startedAt: Micros) => News | undefined

export type Baseline = {
  /** Says what is news; a rule that remembers nothing says everything. */
  judgeOf(rule: Rule): Judge
  /** Forgets a row: the same is new again, or learnt anew where its rule learns from a few. */
  forget(id: string): boolean
  /** What is known of a group of the rule, as it is. */
  remembered(rule: Rule, group: string): Remembered
}

export type Memory = {
  readonly state: DetectorState
  readonly learned: LearnedTable
  readonly phases: Phases
  readonly holds: Holds
  /** How long the site learns. 0: nothing is learnt, and only rules with a time of their own have a memory. */
  readonly learningUs: Micros
}

export function createBaseline({ state, learned, phases, holds, learningUs }: Memory, rules: readonly Rule[]): Baseline {
  const habits = new Map<string, Slots<HabitState>>()
  for (const { name, outOfHabit } of rules) {
    if (outOfHabit !== undefined) habits.set(name, state.table(`habit:${name}:${outOfHabit.key}`, SLOTS, HABIT_CAP, copyHabit))
  }

  function rowOf(rule: Rule, spec: FirstSeen, kind: Learned['kind'], key: string, phase: LearningPhase, subject: Subject): Learned {
    const { client, server, at } = subject.observation
    const group: Record<string, string> = {}
    for (let i = 0; i < spec.groupBy.length; i++) group[spec.names[i]!] = textOf(spec.groupBy[i]!(subject))
    const ends = { client: hostOf(client), server: hostOf(server) }
    return emptyRow({ rule: rule.name, memory: spec.key, kind, key, group, phase, ...ends }, at)
  }

  /** What to do with what is new: undefined is to learn it in silence. */
  function judged(rule: Rule, spec: FirstSeen, subject: Subject, startedAt: Micros): LearningPhase {
    if (spec.afterUs === undefined) return phases.of(rule, subject, startedAt)
    return subject.observation.at - startedAt >= spec.afterUs ? 'operational' : 'learning'
  }

  function firstOf(rule: Rule, spec: FirstSeen): Judge {
    const shelf = learned.shelf(rule.name, spec.key)
    return (subject, startedAt) => isFirst(rule, spec, shelf, subject, startedAt)
  }

  function isFirst(rule: Rule, spec: FirstSeen, shelf: Shelf, subject: Subject, startedAt: Micros): News | undefined {
    const key = groupKey(spec.groupBy, subject)
    const { at } = subject.observation
    const known = rowIn(shelf, boundedKey(key))
    if (known !== undefined && isKnown(known, at)) {
      learned.touch(known, at)
      // A known way is a way all the same: where it leads is held back as well.
      if (spec.afterUs === undefined) holds.isHeld(rule, subject)
      return undefined
    }
    const phase = judged(rule, spec, subject, startedAt)
    const row = known ?? rowOf(rule, spec, 'group', key, phase, subject)
    if (spec.afterUs !== undefined) {
      learned.put(row)
      return phase === 'learning' ? undefined : PLAIN_NEWS
    }
    const isHeld = phase !== 'operational' && holds.isHeld(rule, subject)
    if (phase === 'learning' && isHeld) return undefined
    if (phase === 'operational' || isHeld || row.people !== null) {
      const news = tellDaily(row, at)
      if (row.people === null) row.state = 'new'
      learned.put(row)
      return news
    }
    Object.assign(row, { state: 'known', phase, told: null })
    learned.put(row)
    if (phase === 'learning') return undefined
    phases.extend(rule, subject)
    return lowered(rule)
  }

  function rangeOf(rule: Rule, spec: OutsideRange): Judge {
    const shelf = learned.shelf(rule.name, spec.key)
    return (subject, startedAt) => isOutside(rule, spec, shelf, subject, startedAt)
  }

  function isOutside(rule: Rule, spec: OutsideRange, shelf: Shelf, subject: Subject, startedAt: Micros): News | undefined {
    const value = numberOf(spec.field(subject))
    if (value === undefined) return undefined
    // What is beyond all measure is told, never learnt: everything would be within.
    const isLearnt = isMeasure(value)
    const key = boundedKey(groupKey(spec.groupBy, subject))
    const { at, client } = subject.observation
    const known = rowIn(shelf, key)
    // Most values are like those before, whatever the phase.
    if (known?.people === null && known.values >= spec.minValues && value >= (known.min ?? value) && value <= (known.max ?? value)) {
      learned.touch(known, at)
      return undefined
    }
    if (known === undefined && (!isLearnt || !learned.admits(shelf, 'range', at))) return undefined
    const phase = judged(rule, spec, subject, startedAt)
    if (!isLearnt && (phase !== 'operational' || known!.values < spec.minValues)) return undefined
    const isHeld = () => phase !== 'operational' && holds.isHeld(rule, subject)
    if (known === undefined) {
      if (phase !== 'operational' && isHeld()) return undefined
      learned.put(Object.assign(rowOf(rule, spec, 'range', key, phase, subject), { min: value, max: value, values: 1 }))
      return undefined
    }
    const { low, high, isOut } = limitsOf(known, spec, value, at)
    if (!isOut || known.values < spec.minValues || phase === 'learning') {
      if (low <= value && value <= high && known.values >= spec.minValues) learned.touch(known, at)
      else if (phase === 'operational' || !isHeld()) learned.put(widened(known, value, hostOf(client), at, spec.minValues))
      return undefined
    }
    if (phase === 'dynamic' && known.people === null && !isHeld()) {
      learned.put(widened(known, value, hostOf(client), at, spec.minValues))
      phases.extend(rule, subject)
      return lowered(rule)
    }
    const { told } = known
    const slack = (high - low) * spec.margin
    const isFarther = told !== null && (value < Math.min(low, told.min ?? low) - slack || value > Math.max(high, told.max ?? high) + slack)
    const news = tellDaily(known, at, isFarther)
    const { min, max } = known.told!
    if (isLearnt) Object.assign(known.told!, { min: Math.min(min ?? value, value), max: Math.max(max ?? value, value) })
    learned.put(known)
    return news
  }

  function habitOf(rule: Rule, spec: OutOfHabit): Judge {
    const shelf = learned.shelf(rule.name, spec.key)
    const table = habits.get(rule.name)!
    return (subject, startedAt) => breachOf(rule, spec, shelf, table, subject, startedAt)
  }

  /** The farthest breach of the habits the rule names. */
  function breachOf(
    rule: Rule,
    spec: OutOfHabit,
    shelf: Shelf,
    table: Slots<HabitState>,
    subject: Subject,
    startedAt: Micros,
  ): News | undefined {
    const value = numberOf(spec.field(subject))
    if (value === undefined || !isMeasure(value)) return undefined
    const key = boundedKey(groupKey(spec.groupBy, subject))
    const { at } = subject.observation
    const known = rowIn(shelf, key)
    if (known === undefined && !learned.admits(shelf, 'habit', at)) return undefined
    const habit = table.get(key) ?? (table.admits(key, (oldest) => isIdle(oldest, at)) ? firstHabit(at, value) : undefined)
    if (habit === undefined || (at < habit.lastAt && habit.lastAt - at < GAP_US)) return undefined
    const phase = judged(rule, spec, subject, startedAt)
    if (phase !== 'operational' && holds.isHeld(rule, subject)) return undefined
    if (Math.abs(at - habit.lastAt) > GAP_US) breakHabit(habit, at, value)
    const row = known ?? rowOf(rule, spec, 'habit', key, phase, subject)
    if (known === undefined) learned.put(row)
    let farthest: Breach | undefined
    // Dynamic and learning take in what is far off, and so does who decided that it is known.
    let isLearnt = true
    if (phase === 'learning') learnHabit(habit, at, value, 0)
    else {
      const step = moveOn(habit, at, value, 0)
      const breaches = compare(habit, value, 0, step)
      for (const breach of breaches)
        if (spec.habits.has(breach.kind) && breach.distance > (farthest?.distance ?? spec.distance)) farthest = breach
      isLearnt = farthest === undefined || phase === 'dynamic' || (row.people !== null && isKnown(row, at))
      if (isLearnt) learnNovelty(habit, value, 0, step, breaches)
    }
    table.put(key, habit)
    row.min = habit.min
    row.max = habit.max
    row.values = Math.min(habit.samples, 50)
    if (farthest === undefined || (isLearnt && phase !== 'dynamic')) {
      learned.touch(row, at)
      return undefined
    }
    const said = saidOf(farthest)
    if (isLearnt) {
      phases.extend(rule, subject)
      learned.put(row)
      return { ...lowered(rule), said }
    }
    const { told } = row
    const isFarther = told === null || told.habit !== farthest.kind || farthest.distance >= 2 * (told.distance ?? 0)
    const news = tellDaily(row, at, isFarther)
    if (news !== undefined) Object.assign(row.told!, { habit: farthest.kind, distance: farthest.distance })
    learned.put(row)
    return news && { ...news, said }
  }

  return {
    judgeOf(rule) {
      const { firstSeen, outsideRange, outOfHabit } = rule
      const spec = firstSeen ?? outsideRange ?? outOfHabit
      if (spec === undefined) return () => PLAIN_NEWS
      if (learningUs === 0 && spec.afterUs === undefined) return () => undefined
      const judge =
        firstSeen !== undefined
          ? firstOf(rule, firstSeen)
          : outsideRange !== undefined
            ? rangeOf(rule, outsideRange)
            : habitOf(rule, outOfHabit!)
      if (learningUs >= BRIEF_US || spec.afterUs !== undefined || !isGrave(rule)) return judge
      return (subject, startedAt) => {
        const news = judge(subject, startedAt)
        return news !== undefined && news.level === undefined ? { ...news, level: 'medium' } : news
      }
    },
    forget(id) {
      const row = learned.row(id)
      if (row?.kind === 'habit') habits.get(row.rule)?.delete(row.key)
      return learned.delete(id)
    },
    remembered(rule, group) {
      const { spec } = memoryOf(rule)!
      const row = rowIn(learned.shelf(rule.name, spec.key), boundedKey(group))
      return {
        rows: habits.get(rule.name)?.rowOf(boundedKey(group)) ?? [],
        learned: row === undefined ? [] : [structuredClone(row)],
        heard: [],
      }
    },
  }
}

function isGrave({ level }: Rule): boolean {
  return level === 'high' || level === 'critical'
}

export function lowered({ level }: Rule): News {
  return level === 'informational' ? PLAIN_NEWS : LOW_NEWS
}

/** Once a day, or at once where it goes farther than what was told; what repeats meanwhile is counted in the row. */
export function tellDaily(row: Learned, at: Micros, isFarther = false): News | undefined {
  const { told } = row
  if (told !== null && !isFarther && Math.abs(at - told.at) < AGAIN_US) {
    told.again++
    row.lastAt = Math.max(row.lastAt, at)
    return undefined
  }
  const { min, max } = told !== null && Math.abs(at - told.at) < AGAIN_US ? told : {}
  row.told = { at, again: 0, ...(min === undefined || max === undefined ? {} : { min, max }) }
  row.lastAt = Math.max(row.lastAt, at)
  return told === null || told.again === 0 ? PLAIN_NEWS : { ...PLAIN_NEWS, again: told.again }
}

/** What a person set is the limit itself; what was learnt may be passed by the rule's margin. */
function limitsOf(row: Learned, spec: OutsideRange, value: number, at: Micros): { low: number; high: number; isOut: boolean } {
  const { people } = row
  const isSet = people !== null && isKnown(row, at)
  const low = (isSet ? people.min : null) ?? row.min ?? value
  const high = (isSet ? people.max : null) ?? row.max ?? value
  const slack = (high - low) * spec.margin
  const below = isSet && people.min !== null ? low : low - slack
  const above = isSet && people.max !== null ? high : high + slack
  return { low, high, isOut: value < below || value > above }
}

/** Counting on beyond what a judgement needs would rewrite a row for every value. */
export function widened(row: Learned, value: number, by: string, at: Micros, minValues: number): Learned {
  const [min, max] = [row.min ?? value, row.max ?? value]
  const { before } = row
  if (value < min || value > max) {
    const isSame = before !== null && before.by === by && Math.abs(at - before.at) <= WIDENED_US
    row.before = isSame ? before : { by, at, min, max }
  }
  row.min = Math.min(min, value)
  row.max = Math.max(max, value)
  row.values = Math.min(row.values + 1, minValues)
  row.lastAt = Math.max(row.lastAt, at)
  return row
}

/** A habit that nobody fed for a day makes room. */
function isIdle({ lastAt }: HabitState, at: Micros): boolean {
  return Math.abs(at - lastAt) > IDLE_US
}

function saidOf({ kind, measured, limit, distance }: Breach): Said {
  const said = { measured: rounded(measured), limit: rounded(limit) }
  return { habit: kind, breach: breachInWords({ kind, ...said }), ...said, distance: rounded(distance) }
}

/** Three digits: what is told to people. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
