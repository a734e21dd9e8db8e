/**
 * `implausible`: the values of one device, sampled together, against how they moved together while they were learnt. A sample is what was
 * last told of each tag when an interval of event time ends; the first intervals only gather which tags there are.
 */
import { isoTime, type Micros } from '@isthmus/model'
import type { HabitKind } from '../process/habit.ts'
import { continueProcessModel, type Deviation, MAX_TAGS, type ProcessState } from '../process/process-model.ts'
import type { Slots } from '../state.ts'

export type ImplausibleSpec = {
  readonly everyUs: Micros
  /** Learning time of its own, from a group's first value; undefined: the site's. */
  readonly afterUs: Micros | undefined
  readonly kinds: ReadonlySet<HabitKind | 'relation'>
  /** How many times what is allowed it takes. */
  readonly distance: number
  /** Share of a tag's learned range that its value must be off by, for the kind `relation`. */
  readonly least: number
  readonly resolution: number
}

/** What the next sample will hold. Plain data; values beside their tags, null before the first. */
export type Gathering = {
  tags: string[]
  values: (number | null)[]
  interval: number
  intervals: number
  /** In a replay: what came before this interval is in the model already. */
  since?: number
}

export type Groups = { readonly now: Slots<Gathering>; readonly models: Slots<ProcessState> }

/** What a finding says: the tags farthest off, the farthest one's name, value and expectation, since when. */
export const IMPLAUSIBLE_FIELDS = ['deviating', 'farthest', 'measured', 'expected', 'distance', 'since'] as const

/** Intervals over which the tags of a group are gathered. */
export const GATHERED = 12
/** Further behind than this, time was set back. */
const LATE_US: Micros = 3600e6
const MAX_NAMED = 4

/** A sample to be that can go on by itself: tags are only added, by a new list. */
export function copyGathering({ values, ...rest }: Gathering): Gathering {
  return { ...rest, values: values.slice() }
}

/** Takes a value in; what is implausible of the sample that ended before it, farthest first. */
export function sampled(groups: Groups, group: string, spec: ImplausibleSpec, learningUs: Micros, at: Micros, tag: string, value: number) {
  const interval = Math.floor(at / spec.everyUs)
  const known = groups.now.peek(group)
  const place = known === undefined ? undefined : placesOf(known.tags).get(tag)
  // Most values are what they were, and of a large device most tags are not among those that are sampled.
  if (known?.interval === interval && (place === undefined ? isGathered(known) : known.values[place] === value)) return undefined
  const next = groups.now.get(group) ?? { tags: [], values: [], interval, intervals: 0 }
  if (next.since !== undefined && interval < next.since) return undefined
  let found: readonly Deviation[] = []
  if (interval > next.interval) {
    if (next.intervals < GATHERED) next.intervals++
    else found = judge(groups.models, group, spec, learningUs, (next.interval + 1) * spec.everyUs, next)
    next.interval = interval
  } else if (next.interval - interval > LATE_US / spec.everyUs) next.interval = interval
  if (place !== undefined) next.values[place] = value
  else if (!isGathered(next)) {
    next.tags = [...next.tags, tag]
    next.values.push(value)
  }
  groups.now.put(group, next)
  return found.length === 0 ? undefined : told(found)
}

function isGathered({ tags, intervals }: Gathering): boolean {
  return intervals >= GATHERED || tags.length >= MAX_TAGS
}

const PLACES = new WeakMap<readonly string[], ReadonlyMap<string, number>>()

/** Where each tag stands: a list of tags does not change. */
function placesOf(tags: readonly string[]): ReadonlyMap<string, number> {
  const known = PLACES.get(tags)
  if (known !== undefined) return known
  const places = new Map(tags.map((tag, i) => [tag, i]))
  PLACES.set(tags, places)
  return places
}

function judge(models: Slots<ProcessState>, group: string, spec: ImplausibleSpec, learningUs: Micros, at: Micros, next: Gathering) {
  const gathered = GATHERED * spec.everyUs
  const options = { tags: next.tags, learningUs: Math.max(gathered, (spec.afterUs ?? learningUs) - gathered), resolution: spec.resolution }
  const model = continueProcessModel(options, models.get(group))
  const reading = model.observe(
    at,
    next.values.map((value) => value ?? undefined),
  )
  models.put(group, model.state)
  return (reading?.deviations ?? []).filter((deviation) => {
    const { kind, tag, value, expected, distance } = deviation
    if (!spec.kinds.has(kind) || distance <= spec.distance) return false
    const habit = model.state.habits[next.tags.indexOf(tag)]
    return kind !== 'relation' || !habit || Math.abs(value - expected) >= spec.least * (habit.max - habit.min)
  })
}

function told(found: readonly Deviation[]): Readonly<Record<(typeof IMPLAUSIBLE_FIELDS)[number], string | number>> {
  const [farthest] = found as [Deviation]
  const since = Math.min(...found.map((deviation) => deviation.since))
  const names = [...new Set(found.map(({ tag }) => tag))]
  return {
    deviating: `${names.slice(0, MAX_NAMED).join(', ')}${names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''}`,
    farthest: farthest.tag,
    measured: rounded(farthest.value),
    expected: rounded(farthest.expected),
    distance: rounded(farthest.distance),
    since: isoTime(since) ?? '',
  }
}

/** Four digits: what is told to people. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
