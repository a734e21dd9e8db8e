/** What a site's detector remembered before a slice began, as far as the slice asks for it: taken from what it remembers now. */
import { type Hours, hoursBefore, type Learned, type Shown, type StateRow, shownBefore } from '@isthmus/detect'
import type { Micros } from '@isthmus/model'
import type { Memory } from './basis.ts'
import type { GroundRow } from './grounds.ts'

/** What a replay without memory put into its own, and so looked for. */
export type Asked = { readonly rows: ReadonlyMap<string, StateRow>; readonly learned: readonly string[] }
/** What the site holds of it. */
export type Held = { readonly rows: ReadonlyMap<string, StateRow>; readonly learned: readonly Learned[] }

/** Paces and models of a process are of use only as they were: they come with what findings rest on. */
const BY_KEY = /^(habit|changed|hours):/
/** Longer than this nobody is held back. */
const HOLD_US: Micros = 3600e6

/** Keys of the detector's rows that `memoryOf` wants. */
export function wantedKeys(asked: Asked): string[] {
  return [...asked.rows.keys()].filter((key) => BY_KEY.test(key)).concat(ALWAYS)
}

/** What is held by now, but of what findings rest on as it was when they were told: the earliest of a group. */
function heldThen(held: Held, grounds: readonly GroundRow[]): Held {
  const rows = new Map([...held.rows].map(([key, { entries }]) => [key, new Map(entries)]))
  const learned = new Map(held.learned.map((row) => [row.id, row]))
  for (const { first } of grounds.toSorted((a, b) => b.first.at - a.first.at)) {
    for (const [key, { entries }] of first.remembered?.rows ?? [])
      for (const [group, value] of entries) rows.set(key, (rows.get(key) ?? new Map()).set(group, value))
    for (const row of first.remembered?.learned ?? []) learned.set(row.id, row)
  }
  return {
    rows: new Map([...rows].map(([key, entries]) => [key, { kind: 'slot', entries: [...entries] }])),
    learned: [...learned.values()],
  }
}

/** Asked for whatever a replay put: since when the site is learnt, which hosts showed something new lately, which are held back. */
const ALWAYS = ['clock#0', ...Array.from({ length: 64 }, (_, i) => `news#${i}`), ...Array.from({ length: 16 }, (_, i) => `held#${i}`)]

type Clock = { readonly epochs: readonly { readonly startedAt: Micros; readonly latest: Micros }[] }
type Entry = readonly [string, unknown]

/** @param from event time of the slice's first packet */
export function memoryOf(asked: Asked, now: Held, grounds: readonly GroundRow[], from: Micros): Memory {
  const held = heldThen(now, grounds)
  const kept = Map.groupBy(
    grounds.flatMap(({ first }) => first.remembered?.rows ?? []),
    ([key]) => key,
  )
  const remembered: [string, StateRow][] = []
  for (const [key, row] of held.rows) {
    const wanted = [asked.rows.get(key), ...(kept.get(key) ?? []).map(([, own]) => own)]
    const own = new Set(wanted.flatMap((each) => each?.entries.map(([group]) => group) ?? []))
    const entries = key.startsWith('clock#')
      ? row.entries.map((entry) => clockBefore(entry, from))
      : key.startsWith('news#')
        ? row.entries.map((entry) => newsBefore(entry, from))
        : key.startsWith('held#')
          ? row.entries.filter(([, until]) => (until as Micros) > from && (until as Micros) - HOLD_US < from)
          : row.entries.filter(([group]) => own.has(group)).flatMap((entry) => entryBefore(key, entry, from))
    if (entries.length > 0) remembered.push([key, { kind: 'slot', entries }])
  }
  return { remembered, learned: held.learned.flatMap((row) => learnedBefore(row, from)) }
}

/** The clock as it stood when the slice began, of the time in which the slice lies. */
function clockBefore([name, value]: Entry, from: Micros): Entry {
  const { epochs } = value as Clock
  const epoch = epochs.find(({ startedAt, latest }) => from >= startedAt && from <= latest) ?? epochs[0]
  const startedAt = Math.min(epoch?.startedAt ?? from, from)
  return [name, { minute: Math.floor(from / 60e6), epochs: [{ startedAt, latest: from }] }]
}

/** A host that shows something new while dynamic was dynamic, or still learning, before: phases only go forward. */
function newsBefore([host, value]: Entry, from: Micros): Entry {
  const times = Object.entries(value as Record<string, Micros>).map(([behaviour, at]) => [behaviour, Math.min(at, from)])
  return [host, Object.fromEntries(times)]
}

function entryBefore(key: string, [group, value]: Entry, from: Micros): Entry[] {
  if (key.startsWith('changed:')) {
    const shown = shownBefore(value as Shown, from)
    return shown.length === 0 ? [] : [[group, shown]]
  }
  if (key.startsWith('hours:')) return [[group, hoursBefore(value as Hours, from)]]
  // What goes from sample to sample begins anew with the slice; what was learnt stays.
  return typeof value === 'object' && value !== null && 'lastAt' in value ? [[group, { ...value, lastAt: 0 }]] : [[group, value]]
}

/** The row before the slice; none where it was first met in it. */
function learnedBefore(row: Learned, from: Micros): Learned[] {
  if (row.firstAt >= from) return []
  const isWidened = row.before !== null && row.before.at >= from
  const limits = isWidened && row.before !== null ? { min: row.before.min, max: row.before.max, before: null } : {}
  // Told in the slice: what people decided before that counted then, the rest came afterwards.
  if (row.told !== null && row.told.at >= from) {
    const state = row.kind === 'group' ? 'new' : row.state
    const people = row.people !== null && row.people.at < row.told.at ? row.people : null
    return [{ ...row, ...limits, state, told: null, people, lastAt: Math.min(row.lastAt, from) }]
  }
  return [{ ...row, ...limits, lastAt: Math.min(row.lastAt, from) }]
}
