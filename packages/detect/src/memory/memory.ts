/**
 * Keys of ours that compare an observation with the ones before it: `changed`, `outside_hours`, `overdue`, `implausible`, `unheeded`,
 * `disagreeing`, `many_new`. One rule has one of them; what they remember lies in the detector's state.
 */
import { hostOf, isGroup, type Micros } from '@isthmus/model'
import { type Judge, type News, PLAIN_NEWS, type Said } from '../baseline.ts'
import { groupKey, textOf } from '../group-key.ts'
import { isMeasure, numberOf } from '../item.ts'
import { boundedKey } from '../learning/learned.ts'
import type { Remembered } from '../remembered.ts'
import type { Rule, Subject } from '../rule.ts'
import { type Sighting, sight } from '../sighting.ts'
import type { DetectorState, Slots, StateRow } from '../state.ts'
import { changeOf, type Shown } from './changed.ts'
import { copyPoint, type Point, type Points, told, untoldPoint } from './disagreeing.ts'
import { type Hours, isOutsideHours } from './hours.ts'
import { copyGathering, type Groups, sampled } from './implausible.ts'
import type { MemorySpec } from './keys.ts'
import { copyTaken, hashOn, isTaken, manyNew, NO_TEXT, untoldTaken } from './many-new.ts'
import { came, isCounted, isTurn, type Listened, listen, overdue, type Pace } from './overdue.ts'
import { sampledBefore } from './sampled-before.ts'
import { copyWritten, readBack, untoldWrite, type Written, wrote } from './unheeded.ts'

/** Groups a rule remembers: 64 rows of 64, and 16 of 64 where every minute goes through them. */
const SLOTS = 64
const CAP = 64
const OVERDUE_SLOTS = 16
/** Models of a process are large and change with every sample: few share a row. */
const PROCESS_SLOTS = 32
const PROCESS_CAP = 4
/** Points of the process: most plants have thousands, and what is told of them changes often. */
const POINT_SLOTS = 512
const POINT_CAP = 16
/** A group's bits are some kilobytes. */
const TAKEN_SLOTS = 256
const TAKEN_CAP = 4
const MINUTE_US = 60e6

/** What did not come, as its finding says it; `of` is its group, `group` that of the finding. */
export type Missed = { readonly rule: Rule; readonly of: string; readonly group: string; readonly seen: Sighting }

export type Memories = {
  /** Only for rules with such a key. */
  judgeOf(rule: Rule): Judge
  /** Hears the time pass, with every observation. */
  hear(at: Micros): void
  /** What should have come by `at`. */
  missing(at: Micros): Missed[]
  /** What is known of a group of the rule that speaks at `at`, as it was before that. */
  remembered(rule: Rule, group: string, at: Micros): Remembered
}

type Overdue = MemorySpec & { readonly kind: 'overdue' }
/** That of one rule. */
type Memory = {
  readonly newsOf: Judge
  remembered(group: string, at: Micros): Remembered
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
  const waiting: { readonly rule: Rule; readonly memory: Overdue; readonly paces: Slots<Pace> }[] = []
  const listening = state.table<Listened>('listened', 1, 1)

  function listened(at: Micros): Micros {
    if (listenedAt !== undefined) return listenedAt(at)
    const now = listen(listening.get('now') ?? { heardAt: at, deaf: 0 }, at)
    return now.heardAt - now.deaf
  }

  function memoryOf(rule: Rule, memory: MemorySpec): Memory {
    const groupOf = (subject: Subject) => groupKey(memory.groupBy, subject)
    const table = <T>(kind: string, slots: number, cap: number, copy?: (value: T) => T) =>
      state.table<T>(`${kind}:${rule.name}:${memory.key}`, slots, cap, copy)
    switch (memory.kind) {
      case 'implausible': {
        const now = table('sample', PROCESS_SLOTS, PROCESS_CAP, copyGathering)
        const groups: Groups = { now, models: table('process', PROCESS_SLOTS, PROCESS_CAP) }
        const isLearnt = memory.afterUs !== undefined || Number.isFinite(learningUs)
        return {
          newsOf(subject) {
            const value = levelOf(memory.field(subject))
            const tag = memory.tag(subject)
            if (!isLearnt || typeof tag !== 'string' || value === undefined) return undefined
            const said = sampled(groups, groupOf(subject), memory, learningUs, subject.observation.at, tag, value)
            return said === undefined ? undefined : say(said)
          },
          remembered: (group) => ({ ...NOTHING, rows: sampledBefore(groups, group, memory) }),
        }
      }
      case 'unheeded': {
        const known = table('written', POINT_SLOTS, POINT_CAP, copyWritten)
        return {
          newsOf: (subject) => unheeded(memory, known, groupOf(subject), subject),
          remembered: (group) => ({ ...NOTHING, rows: rewound(known.rowOf(group), untoldWrite) }),
        }
      }
      case 'disagreeing': {
        const known = table('point', POINT_SLOTS, POINT_CAP, copyPoint)
        return {
          newsOf: (subject) => disagreeing(memory, known, groupOf(subject), subject),
          remembered: (group) => ({
            ...NOTHING,
            rows: rewound(known.rowOf(group), (point: Point | string) => untoldPoint(point, memory)),
          }),
        }
      }
      case 'many_new': {
        const known = table('taken', TAKEN_SLOTS, TAKEN_CAP, copyTaken)
        return {
          newsOf(subject) {
            if (learningUs === Number.POSITIVE_INFINITY) return undefined
            const { at, server } = subject.observation
            const group = groupOf(subject)
            let hash = NO_TEXT
            for (let i = 0; i < memory.of.length; i++) hash = hashOn(hash, textOf(memory.of[i]!(subject)))
            // What is told to a group of hosts, nobody asked for.
            if (isTaken(known, group, { hash, at }) || isGroup(server)) return undefined
            const said = manyNew(known, group, memory, { hash, at, isLearning: isLearning(subject) }, learningUs)
            return said === undefined ? undefined : say(said)
          },
          remembered: (group) => ({ ...NOTHING, rows: rewound(known.rowOf(group), untoldTaken) }),
        }
      }
      case 'changed': {
        const known = table<Shown>('changed', SLOTS, CAP)
        return {
          newsOf(subject) {
            const change = changeOf(known, groupOf(subject), memory.field(subject), subject.observation.at)
            return change === undefined ? undefined : say(change)
          },
          remembered: (group) => ({ ...NOTHING, rows: known.rowOf(group) }),
        }
      }
      case 'outside_hours': {
        const known = table<Hours>('hours', SLOTS, CAP)
        const isNews = (subject: Subject) => isOutsideHours(known, groupOf(subject), subject.observation.at, memory.days, memory.slack)
        return {
          newsOf: (subject) => (isNews(subject) ? PLAIN_NEWS : undefined),
          remembered: (group) => ({ ...NOTHING, rows: known.rowOf(group) }),
        }
      }
      case 'overdue': {
        const paces = table<Pace>('pace', OVERDUE_SLOTS, CAP)
        waiting.push({ rule, memory, paces })
        return {
          newsOf(subject) {
            const { at } = subject.observation
            if (!isTurn(memory, at)) return undefined
            const group = groupOf(subject)
            if (!isCounted(paces, memory, group, at)) came(paces, memory, group, listened(at), sight(rule, subject))
            return undefined
          },
          remembered(group, at) {
            const pace = paces.peek(group)
            if (pace === undefined) return NOTHING
            const heard: Remembered['heard'] = [
              [pace.at, pace.listened],
              [at, listened(at)],
            ]
            return { rows: rewound(paces.rowOf(group), untold), learned: [], heard }
          },
        }
      }
    }
  }

  const memories = new Map(rules.flatMap((rule) => (rule.memory === undefined ? [] : [[rule, memoryOf(rule, rule.memory)] as const])))

  return {
    judgeOf(rule) {
      return memories.get(rule)!.newsOf
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
      return waiting.flatMap(({ rule, memory, paces }) =>
        [...overdue(paces, memory, now)]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([of, pace]) => ({ rule, of, group: `${of}${pace.times}`, seen: missed(pace, at, now) })),
      )
    },
    remembered(rule, group, at) {
      return memories.get(rule)?.remembered(group, at) ?? NOTHING
    },
  }
}

const NOTHING: Remembered = { rows: [], learned: [], heard: [] }

function untold(pace: Pace): Pace {
  return { ...pace, isTold: false }
}

/** A row of one group, as `before` makes it. */
function rewound<T>(rows: readonly [string, StateRow][], before: (entry: T) => T): [string, StateRow][] {
  return rows.map(([key, row]) => [key, { ...row, entries: row.entries.map(([group, entry]) => [group, before(entry as T)] as const) }])
}

function unheeded(spec: MemorySpec & { kind: 'unheeded' }, writes: Slots<Written>, tag: string, subject: Subject): News | undefined {
  const { observation } = subject
  const { at, client, evidence } = observation
  const value = levelOf(spec.field(subject))
  if (observation.kind === 'process.write') wrote(writes, tag, spec, { at, value, ok: observation.ok, writer: hostOf(client), evidence })
  if (observation.kind !== 'process.read' || value === undefined) return undefined
  return readBack(writes, tag, spec, { at, first: observation.first, count: observation.count, value }, isLearning(subject))
}

function disagreeing(spec: MemorySpec & { kind: 'disagreeing' }, points: Points, point: string, subject: Subject): News | undefined {
  const { at, server, evidence } = subject.observation
  const value = levelOf(spec.field(subject))
  if (value === undefined) return undefined
  const source = boundedKey(groupKey(spec.source, subject))
  const seen = points.peek(point)
  // To a group each speaks of what is its own, under whatever name.
  if (typeof seen !== 'object' && seen !== source && isGroup(server)) return undefined
  return told(points, point, spec, source, { value, at, evidence }, isLearning(subject))
}

/** While a site learns, what disagrees is its habit. Where nothing is learnt, only what was shown before counts. */
function isLearning({ observation, learnedAt }: Subject): boolean {
  return Number.isFinite(learnedAt) && observation.at < learnedAt
}

/** A switch is 0 or 1. */
function levelOf(value: unknown): number | undefined {
  const level = typeof value === 'boolean' ? Number(value) : numberOf(value)
  return level === undefined || !isMeasure(level) ? undefined : level
}

const say = (said: Said): News => ({ ...PLAIN_NEWS, said })

/** The finding is of the moment at which patience ended; its evidence is the last time it came. */
function missed({ seen, longest, listened }: Pace, at: Micros, now: Micros): Sighting {
  const said = { silent: minutes(now - listened), usual: minutes(longest) }
  return { ...seen, first: at, at, count: 1, fields: { ...seen.fields, ...said } }
}

const minutes = (us: Micros): number => Math.round(us / MINUTE_US)
