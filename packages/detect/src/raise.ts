/**
 * From firings to findings. A rule that fires again for the same ends within ten minutes, or within the time that it counts
 * over, adds to its finding instead of making another; growth is told at most when the count doubles or a minute has passed.
 * A rule that opens too many findings is called noisy and speaks through one finding from there on: ten thousand firings a
 * second stay a counter. One that fires that often for the same two ends is called noisy too.
 */
import { type Finding, hostOf, type Micros } from '@isthmus/model'
import { MINUTE_US, SET_BACK_US } from './clock.ts'
import type { Rule } from './rule.ts'
import { copySighting, join, type Sighting, toFinding } from './sighting.ts'
import type { DetectorState, Slots } from './state.ts'
import { isJudgedAtEnd, isStepwise } from './window.ts'

const HOUR_US = 3600e6
/** A finding that nothing was added to for this long is over (see `quietOf`); longer than that after its start, it is another one. */
const QUIET_US = 10 * MINUTE_US
const LONGEST_US = 24 * HOUR_US
/** Findings one rule may open within an hour before it speaks through one. */
const NOISY_FINDINGS = 100
/** So often no rule should fire within an hour, were it for the same two ends: its finding counts, and people are told. */
const NOISY_FIRINGS = 10_000
/** What it may open besides in that hour: the one it speaks through, again after a silence. Beyond that it only counts. */
const SPARE_FINDINGS = 10
/** Within this many hours behind a firing is late, beyond them time was set back; as far ahead at once it may have been before. */
const LATE_HOURS = 24
const SLOTS = 16
const CAP = 32

type Open = { opened: Micros; seen: Sighting; told: number; toldAt: Micros }

/** The finding grows in place. */
function copyOpen({ seen, ...rest }: Open): Open {
  return { ...rest, seen: { ...copySighting(seen), fields: { ...seen.fields } } }
}

/** How a rule behaves: shown where rules are listed. */
export type RuleReport = {
  readonly rule: string
  readonly firings: number
  readonly findings: number
  /** True while it has opened more findings within the hour than a person can read, or fired more often than makes sense. */
  readonly noisy: boolean
  /** In some hour it was. */
  readonly wasNoisy: boolean
}

/** `top` is the latest hour ever; `inHour` counts the findings that were opened in this one, `fired` the firings. */
type Tally = { firings: number; findings: number; hour: number; top: number; inHour: number; fired: number; wasNoisy: boolean }
const SILENT = { firings: 0, findings: 0, inHour: 0, fired: 0, wasNoisy: false }

type Table = { readonly rule: Rule; readonly open: Slots<Open>; readonly quietUs: Micros }

export type Raiser = {
  /** `seen` opens a finding; `more` is what this one firing adds to an open one. */
  raise(rule: Rule, group: string | undefined, seen: Sighting, more: Sighting): Finding | undefined
  /** Tells growth that has waited long enough and forgets what is over. `now` undefined: tells everything. */
  sweep(now: Micros | undefined): Finding[]
  reports(): RuleReport[]
}

export function createRaiser(state: DetectorState, site: string, rules: readonly Rule[]): Raiser {
  const tallies = state.table<Tally>('tally', 1, 4096)
  const tables: readonly Table[] = rules.map((rule) => ({
    rule,
    open: state.table<Open>(`open:${rule.name}`, SLOTS, CAP, copyOpen),
    quietUs: quietOf(rule),
  }))
  const tableOf = new Map(tables.map((table) => [table.rule.name, table]))

  function raise(rule: Rule, group: string | undefined, seen: Sighting, more: Sighting): Finding | undefined {
    const { open, quietUs } = tableOf.get(rule.name)!
    const hour = Math.floor(seen.at / HOUR_US)
    // One source's noise is its own: what else its rule speaks for is still heard.
    const voice = seen.adopted === undefined ? rule.name : `${rule.name}\u001f${seen.adopted.per}`
    const tally = { ...SILENT, hour, top: hour, ...tallies.get(voice) }
    turn(tally, hour)
    tally.firings++
    tally.fired++
    tally.wasNoisy ||= isNoisy(tally)
    let key = group ?? plainKey(seen)
    let known = current(open.get(key), seen.at, quietUs)
    if (known === undefined && tally.inHour >= NOISY_FINDINGS) {
      key = seen.adopted === undefined ? '*' : `*\u001f${seen.adopted.per}`
      known = current(open.get(key), seen.at, quietUs)
    }
    if (known === undefined && tally.inHour >= NOISY_FINDINGS + SPARE_FINDINGS) {
      tallies.put(voice, tally)
      return undefined
    }
    if (known === undefined) {
      tally.findings++
      tally.inHour++
      tallies.put(voice, tally)
      open.put(key, copyOpen({ opened: seen.at, seen, told: seen.count, toldAt: seen.at }))
      return toFinding(rule, site, key, seen.at, seen)
    }
    tallies.put(voice, tally)
    for (const names of MEASURES) keepLargest(known.seen.fields, seen.fields, names)
    return grow(rule, open, key, known, more)
  }

  function grow(rule: Rule, open: Slots<Open>, key: string, known: Open, seen: Sighting): Finding | undefined {
    join(known.seen, seen)
    const isDue = known.seen.count >= 2 * known.told || known.seen.at - known.toldAt >= MINUTE_US
    if (isDue) Object.assign(known, { told: known.seen.count, toldAt: known.seen.at })
    open.put(key, known)
    return isDue ? toFinding(rule, site, key, known.opened, known.seen) : undefined
  }

  function sweep(now: Micros | undefined): Finding[] {
    const told: Finding[] = []
    // Most rules have nothing open at most times, and each is asked every minute.
    for (let i = 0; i < tables.length; i++) if (!tables[i]!.open.isEmpty) sweepOne(tables[i]!, now, told)
    return told
  }

  function sweepOne({ rule, open, quietUs }: Table, now: Micros | undefined, told: Finding[]): void {
    const isOver = (known: Open) => now !== undefined && current(known, now, quietUs) === undefined
    const isDue = (known: Open) =>
      known.seen.count !== known.told && (now === undefined || isOver(known) || now - known.toldAt >= MINUTE_US)
    for (const [key] of open.entries((known) => isOver(known) || isDue(known))) {
      const known = open.get(key)!
      // What was switched off meanwhile says nothing of what it saw before.
      if (rule.generates && isDue(known)) {
        Object.assign(known, { told: known.seen.count, toldAt: known.seen.at })
        told.push(toFinding(rule, site, key, known.opened, known.seen))
        open.put(key, known)
      }
      if (isOver(known)) open.delete(key)
    }
  }

  return {
    raise,
    sweep,
    reports: () => report(tallies),
  }
}

function isNoisy({ inHour, fired }: Tally): boolean {
  return inHour >= NOISY_FINDINGS || fired >= NOISY_FIRINGS
}

function report(tallies: Slots<Tally>): RuleReport[] {
  const reports = new Map<string, RuleReport>()
  for (const [voice, tally] of tallies.entries()) {
    const rule = voice.split('\u001f', 1)[0]!
    const { firings = 0, findings = 0, noisy = false, wasNoisy = false } = reports.get(rule) ?? {}
    reports.set(rule, {
      rule,
      firings: firings + tally.firings,
      findings: findings + tally.findings,
      noisy: noisy || isNoisy({ ...SILENT, ...tally }),
      wasNoisy: wasNoisy || tally.wasNoisy,
    })
  }
  return [...reports.values()]
}

/** What was measured, and in which words it is said; a finding says the most it came to. */
const MEASURES = [['distinct'], ['total'], ['carried', 'excess']] as const

function keepLargest(into: Sighting['fields'], from: Sighting['fields'], names: (typeof MEASURES)[number]): void {
  const [a, b] = [into[names[0]], from[names[0]]]
  if (typeof b === 'number' && (typeof a !== 'number' || b > a)) for (const name of names) into[name] = from[name]!
}

/** What holds again while a window slides counts the same matches again: it is the same matter as long as the window is. */
function quietOf({ correlation: c }: Rule): Micros {
  return c === undefined || isStepwise(c) || isJudgedAtEnd(c) ? QUIET_US : Math.max(QUIET_US, c.timespanUs)
}

/** The open finding, unless it is over by then, or lies so far ahead that its clock was wrong. */
function current(open: Open | undefined, at: Micros, quietUs: Micros): Open | undefined {
  if (open === undefined || at - open.seen.at > quietUs || at - open.opened > LONGEST_US) return undefined
  return open.seen.first - at > SET_BACK_US ? undefined : open
}

/** A new hour starts the count anew; going back and forth between hours does not. */
function turn(tally: Tally, hour: number): void {
  const ahead = hour - tally.hour
  if (ahead === 0 || (ahead < 0 && ahead >= -LATE_HOURS)) return
  const isNew = hour > tally.top || (ahead > 0 && ahead <= LATE_HOURS)
  Object.assign(tally, { hour, top: Math.max(tally.top, hour), inHour: isNew ? 0 : tally.inHour, fired: isNew ? 0 : tally.fired })
}

function plainKey(seen: Sighting): string {
  const { client, server, user, adopted } = seen
  const key = `${hostOf(client)}\u001f${hostOf(server)}\u001f${user ?? ''}`
  return adopted === undefined ? key : `${key}\u001f${adopted.per}`
}
