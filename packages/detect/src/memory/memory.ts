/**
 * Keys of ours that compare an observation with the ones before it, whether the site has learnt or not: `changed`,
 * `outside_hours`, `overdue`, `implausible`. One rule has one of them; what they remember lies in the detector's state.
 */
import type { Micros } from '@isthmus/model'
import { groupKey, type News, PLAIN_NEWS, type Said } from '../baseline.ts'
import { numberOf } from '../item.ts'
import type { Remembered } from '../remembered.ts'
import type { Rule, Subject } from '../rule.ts'
import { type Sighting, sight } from '../sighting.ts'
import type { DetectorState, Slots } from '../state.ts'
import { changeOf, type Shown } from './changed.ts'
import { type Hours, isOutsideHours } from './hours.ts'
import { copyGathering, type Groups, sampled } from './implausible.ts'
import { came, isCounted, isTurn, type Listened, listen, overdue, type Pace } from './overdue.ts'
import { sampledBefore } from './sampled-before.ts'

/** Groups a rule remembers: 64 rows of 64, and 16 of 64 where every minute goes through them. */
const SLOTS = 64
const CAP = 64
const OVERDUE_SLOTS = 16
/** Models of a process are large and change with every sample: few share a row. */
const PROCESS_SLOTS = 32
const PROCESS_CAP = 4
const MINUTE_US = 60e6

/** What did not come, as its finding says it; `of` is its group, `group` that of the finding. */
export type Missed = { readonly rule: Rule; readonly of: string; readonly group: string; readonly seen: Sighting }

export type Memories = {
  /** What to say of a subject that the rule matches; undefined: nothing. Only for rules with such a key. */
  newsOf(rule: Rule, subject: Subject): News | undefined
  /** Hears the time pass, with every observation. */
  hear(at: Micros): void
  /** What should have come by `at`. */
  missing(at: Micros): Missed[]
  /** What is known of a group of the rule that speaks at `at`, as it was before that. */
  remembered(rule: Rule, group: string, at: Micros): Remembered
}

/**
 * @param learningUs infinite where nothing is learnt
 * @param listenedAt time listened to at a moment, where that is known; otherwise it is heard from the observations
 */
export function createMemories(
  state: DetectorState,
  rules: readonly Rule[],
  learningUs: Micros,
  listenedAt?: (at: Micros) => Micros,
): Memories {
  const shown = new Map<string, Slots<Shown>>()
  const hours = new Map<string, Slots<Hours>>()
  const paces = new Map<string, Slots<Pace>>()
  const processes = new Map<string, Groups>()
  const waiting = rules.filter((rule) => rule.memory?.kind === 'overdue')
  for (const { name, memory } of rules) {
    if (memory?.kind === 'changed') shown.set(name, state.table(`changed:${name}:${memory.key}`, SLOTS, CAP))
    if (memory?.kind === 'outside_hours') hours.set(name, state.table(`hours:${name}:${memory.key}`, SLOTS, CAP))
    if (memory?.kind === 'overdue') paces.set(name, state.table(`pace:${name}:${memory.key}`, OVERDUE_SLOTS, CAP))
    if (memory?.kind === 'implausible')
      processes.set(name, {
        now: state.table(`sample:${name}:${memory.key}`, PROCESS_SLOTS, PROCESS_CAP, copyGathering),
        models: state.table(`process:${name}:${memory.key}`, PROCESS_SLOTS, PROCESS_CAP),
      })
  }
  const listening = state.table<Listened>('listened', 1, 1)

  function listened(at: Micros): Micros {
    if (listenedAt !== undefined) return listenedAt(at)
    const now = listen(listening.get('now') ?? { heardAt: at, deaf: 0 }, at)
    return now.heardAt - now.deaf
  }

  return {
    newsOf(rule, subject) {
      const { memory, name } = rule
      const { at } = subject.observation
      if (memory === undefined) return undefined
      if (memory.kind === 'overdue' && !isTurn(memory, at)) return undefined
      const group = groupKey(memory.groupBy, subject)
      if (memory.kind === 'implausible') {
        const [tag, value] = [memory.tag(subject), levelOf(memory.field(subject))]
        const isLearnt = memory.afterUs !== undefined || Number.isFinite(learningUs)
        if (!isLearnt || typeof tag !== 'string' || value === undefined) return undefined
        const said = sampled(processes.get(name)!, group, memory, learningUs, at, tag, value)
        return said === undefined ? undefined : say(said)
      }
      if (memory.kind === 'changed') {
        const change = changeOf(shown.get(name)!, group, memory.field(subject), at)
        return change === undefined ? undefined : say(change)
      }
      if (memory.kind === 'outside_hours')
        return isOutsideHours(hours.get(name)!, group, at, memory.days, memory.slack) ? PLAIN_NEWS : undefined
      const known = paces.get(name)!
      if (!isCounted(known, memory, group, at)) came(known, memory, group, listened(at), sight(rule, subject))
      return undefined
    },
    hear(at) {
      if (waiting.length === 0) return
      const known = listening.peek('now')
      if (known === undefined) return listening.put('now', { heardAt: at, deaf: 0 })
      // Told to the minute: a row that changed with every observation would be written with every batch.
      if (Math.abs(at - known.heardAt) >= MINUTE_US) listening.put('now', listen(known, at))
    },
    missing(at) {
      const now = waiting.length === 0 ? 0 : listened(at)
      return waiting.flatMap((rule) => {
        const { memory, name } = rule
        if (memory?.kind !== 'overdue') return []
        return [...overdue(paces.get(name)!, memory, now)]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([of, pace]) => ({ rule, of, group: `${of}${pace.times}`, seen: missed(pace, at, now) }))
      })
    },
    remembered({ name, memory }, group, at) {
      if (memory?.kind === 'changed') return { ...NOTHING, rows: shown.get(name)!.rowOf(group) }
      if (memory?.kind === 'outside_hours') return { ...NOTHING, rows: hours.get(name)!.rowOf(group) }
      if (memory?.kind === 'implausible') return { ...NOTHING, rows: sampledBefore(processes.get(name)!, group, memory) }
      const pace = memory?.kind === 'overdue' ? paces.get(name)!.peek(group) : undefined
      if (pace === undefined) return NOTHING
      const rows = paces
        .get(name)!
        .rowOf(group)
        .map(([key, row]) => [key, { ...row, entries: row.entries.map(untold) }] as const)
      return {
        rows,
        learned: [],
        heard: [
          [pace.at, pace.listened],
          [at, listened(at)],
        ],
      }
    },
  }
}

const NOTHING: Remembered = { rows: [], learned: [], heard: [] }

function untold([group, pace]: readonly [string, unknown]): readonly [string, Pace] {
  return [group, { ...(pace as Pace), isTold: false }]
}

/** A switch is 0 or 1. */
function levelOf(value: unknown): number | undefined {
  return typeof value === 'boolean' ? Number(value) : numberOf(value)
}

const say = (said: Said): News => ({ ...PLAIN_NEWS, said })

/** The finding is of the moment at which patience ended; its evidence is the last time it came. */
function missed({ seen, longest, listened }: Pace, at: Micros, now: Micros): Sighting {
  const said = { silent: minutes(now - listened), usual: minutes(longest) }
  return { ...seen, first: at, at, count: 1, fields: { ...seen.fields, ...said } }
}

const minutes = (us: Micros): number => Math.round(us / MINUTE_US)
