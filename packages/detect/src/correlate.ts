/** Feeds matches to the correlations that refer to their rule, and says which of them hold. */
import type { Micros } from '@isthmus/model'
import { groupKey } from './baseline.ts'
import type { Correlation, Rule, Subject } from './rule.ts'
import { carry, type Sighting, sight } from './sighting.ts'
import type { DetectorState, Slots } from './state.ts'
import { addMatch, isJudgedAtEnd, isOver, isStepwise, measure, openWindow, type Window } from './window.ts'

/** Groups a correlation remembers at once: 64 rows of 64. The one touched longest ago leaves first and is counted. */
const SLOTS = 64
const CAP = 64
/** A session nobody answered is told when it expires, stamped with its last packet: windows wait for such latecomers. */
const STRAGGLERS_US: Micros = 600e6

/** `seen` is the window as a whole, `more` the match that made it hold. */
export type Held = { readonly rule: Rule; readonly group: string; readonly seen: Sighting; readonly more: Sighting }

export type Correlator = {
  /** Correlations that hold with this match of `base`. */
  add(base: Rule, subject: Subject, seen: Sighting | undefined): readonly Held[]
  /** Windows that are over: those judged at their end may hold. */
  sweep(now: Micros): readonly Held[]
}

const NONE: readonly Held[] = []

export function createCorrelator(state: DetectorState, rules: readonly Rule[]): Correlator {
  const dependents = new Map<string, Rule[]>()
  for (const rule of rules) {
    for (const base of new Set(rule.correlation?.rules)) dependents.set(base, [...(dependents.get(base) ?? []), rule])
  }
  const tables = new Map(
    rules
      .filter((rule) => rule.correlation !== undefined)
      .map((rule) => [rule.name, state.table<Window>(`window:${rule.name}`, SLOTS, CAP)]),
  )
  const windowsOf = (rule: Rule): Slots<Window> => tables.get(rule.name)!

  function addTo(rule: Rule, base: Rule, subject: Subject, seen: Sighting): Held | undefined {
    const c = rule.correlation!
    const group = groupKey(c.groupBy.get(base.name)!, subject)
    const windows = windowsOf(rule)
    const match = { rule: c.rules.indexOf(base.name), value: c.field?.get(base.name)?.(subject), seen }
    const known = windows.get(group)
    const isOpen = known !== undefined && !isOver(known, seen.at, c)
    const window = isOpen ? known : openWindow({ ...match, seen: { ...seen, fields: carry(rule, subject) } })
    const holds = addMatch(window, match, c)
    if (holds && isStepwise(c)) windows.delete(group)
    else windows.put(group, window)
    if (holds) return { rule, group, seen: summary(window, c, seen.at), more: seen }
    return known === undefined || isOpen ? undefined : judge(rule, group, known)
  }

  return {
    add(base, subject, seen) {
      const waiting = dependents.get(base.name)
      if (waiting === undefined) return NONE
      const own = seen ?? sight(undefined, subject)
      let held: Held[] | undefined
      for (let i = 0; i < waiting.length; i++) {
        const one = addTo(waiting[i]!, base, subject, own)
        if (one !== undefined) (held ??= []).push(one)
      }
      return held ?? NONE
    },
    sweep(now) {
      const held: Held[] = []
      for (const rule of rules) {
        const c = rule.correlation
        if (c === undefined) continue
        const windows = windowsOf(rule)
        for (const [group, window] of windows.entries((one) => isOver(one, now - STRAGGLERS_US, c))) {
          windows.delete(group)
          const one = judge(rule, group, window)
          if (one !== undefined) held.push(one)
        }
      }
      return held
    },
  }
}

/** A window that is over, when its rule can only be judged then. */
function judge(rule: Rule, group: string, window: Window): Held | undefined {
  const c = rule.correlation!
  if (!isJudgedAtEnd(c) || !c.holds(measure(window, c))) return undefined
  const seen = summary(window, c, window.seen.at)
  return { rule, group, seen, more: seen }
}

/** What the window saw, as one sighting: from its oldest entry, with what was counted. */
function summary(window: Window, c: Correlation, at: Micros): Sighting {
  const n = measure(window, c)
  const oldest = window.entries[0]?.[0] ?? window.seen.first
  const fields = {
    ...window.seen.fields,
    ...(c.type === 'value_count' ? { distinct: n } : c.type.startsWith('value_') ? { total: n } : {}),
  }
  const count = c.type === 'event_count' ? n : window.seen.count
  return { ...window.seen, first: Math.min(oldest, at), at, count, fields }
}
