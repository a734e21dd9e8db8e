/** Feeds matches to the correlations that refer to their rule, and says which of them hold. */
import type { Micros } from '@isthmus/model'
import { groupKey } from './group-key.ts'
import type { Correlation, Getter, Rule, Subject } from './rule.ts'
import { carry, copySighting, type Sighting, sight } from './sighting.ts'
import type { DetectorState, Slots } from './state.ts'
import { addMatch, copyWindow, extend, isJudgedAtEnd, isOver, isStepwise, measure, openWindow, type Window } from './window.ts'

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

/** A correlation that waits for a rule: what it asks of the rule's matches, and where it remembers them. */
type Waiting = {
  readonly rule: Rule
  readonly correlation: Correlation
  /** The awaited rule's place in the correlation. */
  readonly place: number
  readonly groupBy: readonly Getter[]
  readonly field: Getter | undefined
  readonly windows: Slots<Window>
}

type Table = { readonly rule: Rule; readonly correlation: Correlation; readonly windows: Slots<Window> }

export function createCorrelator(state: DetectorState, rules: readonly Rule[]): Correlator {
  const waitingFor = new Map<string, Waiting[]>()
  const tables: Table[] = []
  for (const rule of rules) {
    const { correlation } = rule
    if (correlation === undefined) continue
    const windows = state.table<Window>(`matches:${rule.name}`, SLOTS, CAP, copyWindow)
    tables.push({ rule, correlation, windows })
    for (const base of new Set(correlation.rules)) {
      const [place, groupBy] = [correlation.rules.indexOf(base), correlation.groupBy.get(base)!]
      const waiting: Waiting = { rule, correlation, place, groupBy, field: correlation.field?.get(base), windows }
      waitingFor.set(base, [...(waitingFor.get(base) ?? []), waiting])
    }
  }

  function addTo({ rule, correlation: c, place, groupBy, field, windows }: Waiting, subject: Subject, seen: Sighting): Held | undefined {
    const group = groupKey(groupBy, subject)
    const known = windows.get(group)
    const isOpen = known !== undefined && !isOver(known, seen.at, c)
    const window = isOpen ? known : openWindow(seen, carry(rule, subject))
    const isIn = !isOpen || extend(window, seen, c)
    const holds = isIn && addMatch(window, { rule: place, value: field?.(subject), seen }, c)
    if (holds && isStepwise(c)) windows.delete(group)
    else windows.put(group, window)
    if (holds) return { rule, group, seen: summary(window, c, seen.at), more: seen }
    return known === undefined || isOpen ? undefined : judge(rule, group, known)
  }

  return {
    add(base, subject, seen) {
      const waiting = waitingFor.get(base.name)
      if (waiting === undefined) return NONE
      const own = seen ?? sight(undefined, subject)
      let held: Held[] | undefined
      for (let i = 0; i < waiting.length; i++) {
        const one = addTo(waiting[i]!, subject, own)
        if (one !== undefined) (held ??= []).push(one)
      }
      return held ?? NONE
    },
    sweep(now) {
      const held: Held[] = []
      // Most have no window at most times, and each is asked every minute.
      for (let i = 0; i < tables.length; i++) if (!tables[i]!.windows.isEmpty) close(tables[i]!, now - STRAGGLERS_US, held)
      return held
    },
  }
}

function close({ rule, correlation, windows }: Table, now: Micros, held: Held[]): void {
  for (const [group, window] of windows.entries((one) => isOver(one, now, correlation))) {
    windows.delete(group)
    const one = judge(rule, group, window)
    if (one !== undefined) held.push(one)
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
  const oldest = window.at[0] ?? window.seen.first
  const fields = {
    ...window.seen.fields,
    ...(c.type === 'value_count' ? { distinct: n } : c.type.startsWith('value_') ? { total: n } : {}),
  }
  const count = c.type === 'event_count' ? n : window.seen.count
  return { ...copySighting(window.seen), first: Math.min(oldest, at), at, count, fields }
}
