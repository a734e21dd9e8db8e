/**
 * Process anomalies: samples of a plant's tags in, what is out of habit out, with the tags named. Three phases, counted
 * in the time that samples cover: the first half of the learning time teaches how tags move together, the second half how
 * much of normal operation that leaves unexplained (habits are learnt in both), then the model watches and learns no more.
 */
import type { Micros } from '@isthmus/model'
import { type Breach, breachesOf, breakHabit, firstHabit, type HabitKind, type HabitState, habitBefore, learnHabit } from './habit.ts'
import { calibrate, emptyRelation, fit, follow, interrupt, learn, type RelationState, unexplained } from './relation.ts'

export type Phase = 'learning' | 'calibrating' | 'watching'

export type ProcessOptions = {
  /** The tags of a sample, in its order. The first MAX_TAGS take part. */
  readonly tags: readonly string[]
  readonly learningUs: Micros
  /** The smallest step the values are delivered in, 0 where they come unrounded: finer digits are not trusted. */
  readonly resolution?: number
  /** How far beyond the largest residual of normal operation a residual must go. */
  readonly margin?: number
  /** Samples without deviation after which an episode is over. */
  readonly quietSamples?: number
}

/** Published defaults. */
export const PROCESS_DEFAULTS = { resolution: 0, margin: 1.5, quietSamples: 6 } as const

/** Protects memory: the sums of the relations grow with the square of the tags (64 tags: 12,000 numbers). */
export const MAX_TAGS = 64
/** Named in a reading; the others are counted. */
const MAX_NAMED = 8
/** Values beyond this are no measurements: their squares would drown all others. */
const LARGEST = 1e12
const HOUR_US = 3_600_000_000
/** Below this, hours of the day have not been seen often enough to tell them apart. */
const HOURS_FROM_US = 14 * 24 * HOUR_US
/** Samples further behind than this mean that a clock was set back; nearer ones are late and left out. */
const LATE_US = HOUR_US
/** A pause of so many usual intervals is a gap. */
const GAP = 3

export type Deviation = {
  readonly tag: string
  /** `relation`: the value does not fit those of the other tags. */
  readonly kind: HabitKind | 'relation'
  readonly value: number
  /** What was expected of `value` (relation), or the learned limit that was passed. */
  readonly expected: number
  /** How many times the limit, from 1. */
  readonly distance: number
  /** When this tag began to deviate in this way, within the episode. */
  readonly since: Micros
}

export type Reading = {
  readonly at: Micros
  readonly phase: Phase
  /** True from the first deviation until `quietSamples` samples had none. */
  readonly isAnomalous: boolean
  /** Since when the episode lasts; undefined outside one. */
  readonly since: Micros | undefined
  /** Of this sample, the farthest first. */
  readonly deviations: readonly Deviation[]
  /** Deviations beyond those named. */
  readonly unnamed: number
}

/** Plain data, safe to serialise: `createProcessModel` goes on from a copy with the same readings. */
export type ProcessState = {
  /** A state of other tags is not gone on from. */
  readonly tags: readonly string[]
  samples: number
  at: Micros
  /** Time that samples cover; a gap counts as one usual interval. */
  coveredUs: Micros
  phase: Phase
  values: number[]
  /** Of the sample before. */
  previous: { at: Micros; coveredUs: Micros; values: number[] } | null
  habits: (HabitState | null)[]
  relation: RelationState | null
  /** Why relations are not judged; empty when they are or may yet be. */
  withoutRelation: string
  episode: { since: Micros; quiet: number; began: { [tagAndKind: string]: Micros } } | null
  late: number
  gaps: number
}

export type ProcessModel = {
  /** One sample; undefined or not finite: no news of that tag. Undefined for a sample that is late or has no time. */
  observe(at: Micros, values: readonly (number | undefined)[]): Reading | undefined
  readonly state: ProcessState
}

export function createProcessModel(options: ProcessOptions, from?: ProcessState): ProcessModel {
  return continueProcessModel(options, structuredClone(from))
}

/** As above, changing the state that is given in place. */
export function continueProcessModel(options: ProcessOptions, from: ProcessState | undefined): ProcessModel {
  const tags = options.tags.slice(0, MAX_TAGS)
  const { learningUs, resolution, margin, quietSamples } = { ...PROCESS_DEFAULTS, ...options }
  const withHours = learningUs >= HOURS_FROM_US
  const state: ProcessState = from !== undefined && from.tags.join('\n') === tags.join('\n') ? from : emptyState(tags)

  function observe(at: Micros, given: readonly (number | undefined)[]): Reading | undefined {
    const passed = at - state.at
    if (!Number.isFinite(at) || (state.samples > 0 && passed <= 0 && passed > -LATE_US)) {
      state.late++
      return undefined
    }
    const usual = state.samples > 1 ? state.coveredUs / (state.samples - 1) : passed
    const isGap = state.samples > 0 && (passed < 0 || passed > GAP * usual)
    const previous = state.values
    state.previous = { at: state.at, coveredUs: state.coveredUs, values: previous }
    state.values = tags.map((_, tag) => cleaned(given[tag], resolution) ?? previous[tag]!)
    for (let tag = 0; tag < tags.length; tag++)
      if (state.habits[tag] === null && cleaned(given[tag], resolution) !== undefined)
        state.habits[tag] = firstHabit(at, state.values[tag]!)
    if (state.samples > 0) state.coveredUs += isGap ? usual : passed
    if (isGap) {
      state.gaps++
      state.habits.forEach((habit, tag) => {
        if (habit !== null) breakHabit(habit, at, state.values[tag]!)
      })
      if (state.relation !== null) interrupt(state.relation)
    }
    const follows = state.samples > 0 && !isGap
    state.samples++
    state.at = at
    return state.phase === 'watching' ? watch(at, previous, follows) : study(at, previous, follows)
  }

  function study(at: Micros, previous: readonly number[], follows: boolean): Reading {
    state.habits.forEach((habit, tag) => {
      if (habit !== null) learnHabit(habit, at, state.values[tag]!, resolution)
    })
    state.relation ??= emptyRelation(state.values, withHours)
    const { phase, relation, values } = state
    if (follows && phase === 'learning') learn(relation, values, previous, hourOf(at))
    if (follows && phase === 'calibrating') {
      follow(relation, values, previous, hourOf(at))
      calibrate(relation)
    }
    if (phase === 'learning' && state.coveredUs >= learningUs / 2) {
      state.phase = 'calibrating'
      if (!fit(relation, withHours)) state.withoutRelation = 'too few samples were learnt for so many tags'
    }
    if (state.coveredUs >= learningUs) state.phase = 'watching'
    return { at, phase, isAnomalous: false, since: undefined, deviations: [], unnamed: 0 }
  }

  function watch(at: Micros, previous: readonly number[], follows: boolean): Reading {
    const found: Omit<Deviation, 'since'>[] = []
    const { values, relation } = state
    state.habits.forEach((habit, tag) => {
      if (habit === null) return
      for (const breach of breachesOf(habit, at, values[tag]!, resolution)) found.push(fromBreach(tags[tag]!, values[tag]!, breach))
    })
    if (relation !== null && follows) {
      const within = values.map(withinHabit)
      follow(relation, within, previous.map(withinHabit), hourOf(at))
      for (const { tag, distance, expected } of unexplained(relation, within, margin))
        found.push({ tag: tags[tag]!, kind: 'relation', value: values[tag]!, expected, distance })
    }
    found.sort((a, b) => b.distance - a.distance)
    return { at, phase: 'watching', ...episodeWith(at, found) }
  }

  /** Relations hold where they were learnt: a counter that goes on and on says nothing of the others. */
  function withinHabit(value: number, tag: number): number {
    const habit = state.habits[tag]
    return habit === null || habit === undefined ? value : Math.min(Math.max(value, habit.min), habit.max)
  }

  /** Opens, goes on with or closes the episode. */
  function episodeWith(at: Micros, found: readonly Omit<Deviation, 'since'>[]): Omit<Reading, 'at' | 'phase'> {
    if (found.length > 0) {
      state.episode ??= { since: at, quiet: 0, began: {} }
      state.episode.quiet = 0
    } else if (state.episode !== null && ++state.episode.quiet > quietSamples) state.episode = null
    const { episode } = state
    if (episode === null) return { isAnomalous: false, since: undefined, deviations: [], unnamed: 0 }
    const deviations = found.map((each) => ({ ...each, since: (episode.began[`${each.kind} ${each.tag}`] ??= at) }))
    return {
      isAnomalous: true,
      since: episode.since,
      deviations: deviations.slice(0, MAX_NAMED),
      unnamed: Math.max(0, deviations.length - MAX_NAMED),
    }
  }

  function hourOf(at: Micros): number | undefined {
    return withHours ? ((Math.floor(at / HOUR_US) % 24) + 24) % 24 : undefined
  }

  return { observe, state }
}

/** A model that watches, as it was before its last sample: the same sample gives the same reading again. */
export function before(state: ProcessState): ProcessState {
  const { previous, relation, samples } = state
  if (!previous || state.phase !== 'watching') return structuredClone(state)
  const habits = state.habits.map((habit, tag) => (habit === null ? null : habitBefore(habit, previous.at, previous.values[tag]!)))
  return structuredClone({
    ...state,
    ...previous,
    previous: null,
    samples: samples - 1,
    habits,
    relation: relation && { ...relation, recent: relation.recent.slice(0, -1) },
  })
}

function emptyState(tags: readonly string[]): ProcessState {
  return {
    tags: [...tags],
    samples: 0,
    at: 0,
    coveredUs: 0,
    phase: 'learning',
    values: tags.map(() => 0),
    previous: null,
    habits: tags.map(() => null),
    relation: null,
    withoutRelation: '',
    episode: null,
    late: 0,
    gaps: 0,
  }
}

function fromBreach(tag: string, value: number, { kind, limit, distance }: Breach): Omit<Deviation, 'since'> {
  return { tag, kind, value, expected: limit, distance }
}

function cleaned(value: number | undefined, resolution: number): number | undefined {
  if (value === undefined || !Number.isFinite(value) || Math.abs(value) > LARGEST) return undefined
  return resolution > 0 ? Math.round(value / resolution) * resolution : value
}
