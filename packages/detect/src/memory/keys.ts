/** Reads the keys of a rule document that compare with what was before: MEMORY_KEYS. */
import { derivedId, type ObservationKind } from '@isthmus/model'
import { fieldOf, type GroupBy, onlyKeys, readField, readGroupBy } from '../group-by.ts'
import { HABITS, type HabitKind } from '../process/habit.ts'
import { isMap, Refused, text, texts, timespan } from '../refused.ts'
import type { Getter } from '../rule.ts'
import { DISAGREEING_FIELDS, type DisagreeingSpec } from './disagreeing.ts'
import { IMPLAUSIBLE_FIELDS, type ImplausibleSpec } from './implausible.ts'
import { MANY_NEW_FIELDS, type ManyNewSpec, MOST_NEW } from './many-new.ts'
import { type OverdueSpec, TURN_US } from './overdue.ts'
import { UNHEEDED_FIELDS, type UnheededSpec } from './unheeded.ts'

type Doc = Readonly<Record<string, unknown>>
type Group = GroupBy & { readonly key: string }

/** One of the keys, as compiled. */
export type MemorySpec =
  /** Fires when the field of a group takes another value; the finding says `previous`. */
  | (Group & { readonly kind: 'changed'; readonly field: Getter })
  /** Fires at an hour (UTC) at which the group was not seen in so many days, `slack` hours let be. */
  | (Group & { readonly kind: 'outside_hours'; readonly days: number; readonly slack: number })
  /** Fires when a group that kept a pace stays away; the finding says for how many minutes (`silent`) and its longest pause (`usual`). */
  | (Group & OverdueSpec & { readonly kind: 'overdue' })
  /** Fires when the values of a group do not fit one another as they did while they were learnt; says IMPLAUSIBLE_FIELDS. */
  | (Group & ImplausibleSpec & { readonly kind: 'implausible'; readonly tag: Getter; readonly field: Getter })
  /** Fires when what is read back says that a written value did not take; says UNHEEDED_FIELDS. */
  | (Group & UnheededSpec & { readonly kind: 'unheeded'; readonly field: Getter })
  /** Fires when sources that told the same of a group tell values that stand still and differ; says DISAGREEING_FIELDS. */
  | (Group & DisagreeingSpec & { readonly kind: 'disagreeing'; readonly source: readonly Getter[]; readonly field: Getter })
  /** Fires when a group takes many values within a time that it never took; says MANY_NEW_FIELDS. */
  | (Group & ManyNewSpec & { readonly kind: 'many_new'; readonly of: readonly Getter[] })

/** What findings of these keys say besides the fields of their observation. */
export const MEMORY_FIELDS = [
  'previous',
  'silent',
  'usual',
  ...IMPLAUSIBLE_FIELDS,
  ...UNHEEDED_FIELDS,
  ...DISAGREEING_FIELDS,
  ...MANY_NEW_FIELDS,
] as const

export const MEMORY_KEYS = ['changed', 'outside_hours', 'overdue', 'implausible', 'unheeded', 'disagreeing', 'many_new'] as const
const ALLOWED: Readonly<Record<(typeof MEMORY_KEYS)[number], readonly string[]>> = {
  changed: ['field', 'group-by'],
  outside_hours: ['group-by', 'days', 'slack'],
  overdue: ['group-by', 'times', 'patience', 'least', 'apart', 'every'],
  implausible: ['field', 'tag', 'group-by', 'every', 'after', 'kinds', 'distance', 'least', 'resolution'],
  unheeded: ['field', 'group-by', 'settle', 'times', 'reads', 'tolerance'],
  disagreeing: ['field', 'source', 'group-by', 'values', 'still', 'rounds', 'tolerance'],
  many_new: ['of', 'group-by', 'count', 'timespan'],
}

/** The memory a rule asks for; undefined where it asks for none of these. */
export function readMemory(doc: Doc, kinds: readonly ObservationKind[]): MemorySpec | undefined {
  const [key, ...others] = MEMORY_KEYS.filter((name) => doc[name] !== undefined)
  if (key === undefined) return undefined
  if (others.length > 0) throw new Refused([others[0]!], `a rule has one of ${MEMORY_KEYS.join(', ')}`)
  const map = doc[key]
  if (!isMap(map)) throw new Refused([key], `${key} is a map with ${ALLOWED[key].join(', ')}`)
  onlyKeys(map, key, ALLOWED[key])
  if (key === 'changed') {
    const field = readField(map, key, 'field', kinds)
    return { kind: key, ...readGroup(map, key, kinds, text(map, 'field', [key])), field }
  }
  if (key === 'implausible') return { kind: key, ...readGroup(map, key, kinds), ...readImplausible(map, kinds) }
  if (key === 'unheeded') return { kind: key, ...readGroup(map, key, kinds), ...readUnheeded(map, kinds) }
  if (key === 'disagreeing') return { kind: key, ...readDisagreeing(map, kinds) }
  if (key === 'many_new') return { kind: key, ...readManyNew(map, kinds) }
  const group = readGroup(map, key, kinds)
  const whole = (name: string, fallback: number, from: number, to: number) => wholeNumber(map, key, name, fallback, from, to)
  if (key === 'outside_hours') return { kind: key, ...group, days: whole('days', 5, 1, 60), slack: whole('slack', 1, 0, 11) }
  const patience = map.patience ?? 2
  if (typeof patience !== 'number' || patience < 1) throw new Refused([key, 'patience'], 'patience is a number of 1 or more')
  const everyUs = map.every === undefined ? 0 : timespan(map.every, [key, 'every'])
  if (map.every !== undefined && everyUs < 2 * TURN_US) throw new Refused([key, 'every'], 'every is 140 seconds or more')
  const time = (name: string): number => (map[name] === undefined ? 0 : timespan(map[name], [key, name]))
  return {
    kind: key,
    ...group,
    times: whole('times', 3, 3, 1000),
    patience,
    leastUs: time('least'),
    apartUs: time('apart'),
    everyUs,
  }
}

/** Values that two sources must have agreed on, at most: as many are remembered for each two of them. */
const MOST_VALUES = 64
type SourceAndField = { readonly source: readonly Getter[]; readonly field: Getter }

const KINDS_OF_DEVIATION: readonly (HabitKind | 'relation')[] = [...HABITS, 'relation']

function readImplausible(map: Doc, kinds: readonly ObservationKind[]): ImplausibleSpec & { readonly tag: Getter; readonly field: Getter } {
  const key = 'implausible'
  const number = (name: string, fallback: number, least: number): number => {
    const value = map[name] ?? fallback
    if (typeof value !== 'number' || value < least) throw new Refused([key, name], `${name} is a number of ${least} or more`)
    return value
  }
  const named = map.kinds === undefined ? KINDS_OF_DEVIATION : (texts(map, 'kinds', [key]) as (HabitKind | 'relation')[])
  const unknown = named.find((name) => !KINDS_OF_DEVIATION.includes(name))
  if (unknown !== undefined) throw new Refused([key, 'kinds'], `no kind "${unknown}": ${KINDS_OF_DEVIATION.join(', ')}`)
  return {
    tag: readField(map, key, 'tag', kinds),
    field: readField(map, key, 'field', kinds),
    everyUs: map.every === undefined ? 60e6 : timespan(map.every, [key, 'every']),
    afterUs: map.after === undefined ? undefined : timespan(map.after, [key, 'after']),
    kinds: new Set(named),
    distance: number('distance', 1, 1),
    least: number('least', 0.05, 0),
    resolution: number('resolution', 0, 0),
  }
}

const WRITTEN_AND_READ: readonly ObservationKind[] = ['process.write', 'process.read']

function readUnheeded(map: Doc, kinds: readonly ObservationKind[]): UnheededSpec & { readonly field: Getter } {
  const key = 'unheeded'
  if (!WRITTEN_AND_READ.every((kind) => kinds.includes(kind)))
    throw new Refused([key], `${key} needs a log source of writes and reads: one without a category`)
  return {
    field: readField(map, key, 'field', kinds),
    settleUs: map.settle === undefined ? 60e6 : timespan(map.settle, [key, 'settle']),
    times: wholeNumber(map, key, 'times', 5, 2, 1000),
    reads: wholeNumber(map, key, 'reads', 3, 1, 1e6),
    tolerance: share(map, key),
  }
}

function readDisagreeing(map: Doc, kinds: readonly ObservationKind[]): Group & DisagreeingSpec & SourceAndField {
  const key = 'disagreeing'
  const names = texts(map, 'source', [key])
  if (names.length === 0) throw new Refused([key, 'source'], `${key} needs a source: the fields that say who tells the value`)
  return {
    ...readGroup(map, key, kinds, names.join(',')),
    field: readField(map, key, 'field', kinds),
    source: names.map((name) => fieldOf(name, kinds, [key, 'source'])),
    values: wholeNumber(map, key, 'values', 2, 2, MOST_VALUES),
    stillUs: map.still === undefined ? 60e6 : timespan(map.still, [key, 'still']),
    rounds: wholeNumber(map, key, 'rounds', 3, 1, 1e6),
    tolerance: share(map, key),
  }
}

function readManyNew(map: Doc, kinds: readonly ObservationKind[]): Group & ManyNewSpec & { readonly of: readonly Getter[] } {
  const key = 'many_new'
  const names = texts(map, 'of', [key])
  if (names.length === 0) throw new Refused([key, 'of'], `${key} needs an of: the fields whose values are counted`)
  return {
    ...readGroup(map, key, kinds, names.join(',')),
    of: names.map((name) => fieldOf(name, kinds, [key, 'of'])),
    count: wholeNumber(map, key, 'count', 100, 2, MOST_NEW),
    timespanUs: map.timespan === undefined ? 600e6 : timespan(map.timespan, [key, 'timespan']),
  }
}

/** Of a range that a point has shown. */
function share(map: Doc, key: string): number {
  const value = map.tolerance ?? 0.02
  if (typeof value !== 'number' || value < 0 || value > 1) throw new Refused([key, 'tolerance'], 'tolerance is a number from 0 to 1')
  return value
}

function wholeNumber(map: Doc, key: string, name: string, fallback: number, from: number, to: number): number {
  const value = map[name] ?? fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to)
    throw new Refused([key, name], `${name} is a whole number from ${from} to ${to}`)
  return value
}

/** `field` tells memories of one group apart. */
function readGroup(map: Doc, key: string, kinds: readonly ObservationKind[], field = ''): Group {
  const group = readGroupBy(map, key, kinds)
  return { ...group, key: derivedId('g', field, ...group.names) }
}
