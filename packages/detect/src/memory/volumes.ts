/** What rules with `above_usual` remember: the open window of each group in the detector's state, what was learnt of it in the table that people edit. */
import { hostOf, type Micros } from '@isthmus/model'
import { type Judge, lowered, type Memory, type News, tellDaily, widened } from '../baseline.ts'
import { groupKey, textOf } from '../group-key.ts'
import { boundedKey, emptyRow, isKnown, type Learned, rowIn, type Shelf } from '../learning/learned.ts'
import type { LearningPhase } from '../learning/times.ts'
import type { Remembered } from '../remembered.ts'
import type { Rule, Subject } from '../rule.ts'
import type { Slots } from '../state.ts'
import {
  type AboveUsual,
  addedBy,
  beforeExcess,
  heard,
  isIdle,
  isOver,
  isWhole,
  learnUsual,
  limitOf,
  saidOfExcess,
  type Unbroken,
  type Volume,
} from './volume.ts'

/** Groups a rule remembers: their windows change with nearly every observation, so few share a row. */
const SLOTS = 256
const CAP = 16

export type Volumes = {
  /** Adds what the subject carries to the window of its group; what to say of it. Only for rules with `above_usual`. */
  judgeOf(rule: Rule): Judge
  /** Once a minute of event time. */
  hear(at: Micros): void
  /** A person decided on the row, or forgot it: what its open window may carry is asked anew. */
  edited(row: Learned): void
  /** What was known of a group of the rule that spoke at `at`, as it was before that. */
  remembered(rule: Rule, group: string, at: Micros): Remembered
}

/** That of one rule. */
type Kept = { readonly rule: Rule; readonly spec: AboveUsual; readonly shelf: Shelf; readonly windows: Slots<Volume> }

export function createVolumes({ state, learned, phases, holds, learningUs }: Memory, rules: readonly Rule[]): Volumes {
  const unbroken: Slots<Unbroken> = state.table('unbroken', 1, 1)
  const kept = new Map<string, Kept>()
  for (const rule of rules) {
    const { name, aboveUsual: spec } = rule
    if (spec === undefined) continue
    kept.set(name, { rule, spec, shelf: learned.shelf(name, spec.key), windows: state.table(`volume:${name}:${spec.key}`, SLOTS, CAP) })
  }

  const find = ({ shelf }: Kept, key: string): Learned | undefined => rowIn(shelf, key)

  function open({ spec }: Kept, row: Learned | undefined, at: Micros): Volume {
    const look = row === undefined ? null : (limitOf(row, spec, at) ?? null)
    return { window: Math.floor(at / spec.everyUs), sum: 0, look }
  }

  /** The window is over: what it carried is learnt where it was heard whole and nobody was held back meanwhile. */
  function learn(
    of: Kept,
    row: Learned | undefined,
    key: string,
    volume: Volume,
    subject: Subject,
    startedAt: Micros,
  ): Learned | undefined {
    const { rule, spec } = of
    const { at, client } = subject.observation
    const begun = volume.window * spec.everyUs
    if (row !== undefined) {
      learned.touch(row, at)
      if (row.told !== null && row.told.at >= begun) {
        row.told.max = Math.max(row.told.max ?? 0, volume.sum)
        learned.put(row)
      }
    }
    if (!isWhole(unbroken.peek('now'), volume, spec) || holds.wasHeld(hostOf(client), begun, at)) return row
    const phase = phases.of(rule, subject, startedAt)
    if (row === undefined && !learned.admits(of.shelf, 'volume', at)) return undefined
    const next = row ?? firstRow(of, key, phase, subject)
    learnUsual(next, spec, volume.sum)
    const isLearnt = phase !== 'operational' || next.values < spec.windows || (next.people !== null && isKnown(next, at))
    learned.put(isLearnt ? widened(next, volume.sum, hostOf(client), at, Number.MAX_SAFE_INTEGER) : next)
    return next
  }

  /** The sum has passed what is allowed, as far as was known when the window began; it is looked at again when it has doubled. */
  function judge(of: Kept, key: string, volume: Volume, subject: Subject, startedAt: Micros): News | undefined {
    const { rule, spec } = of
    const { sum } = volume
    const { at } = subject.observation
    const row = find(of, key)
    const limit = row && limitOf(row, spec, at)
    if (row === undefined || limit === undefined || sum <= limit) {
      volume.look = limit ?? null
      return undefined
    }
    volume.look = 2 * sum
    const phase = phases.of(rule, subject, startedAt)
    if (phase === 'learning') return undefined
    const said = saidOfExcess(row, spec, sum, at)
    if (phase === 'dynamic' && row.people === null && !holds.isHeld(rule, subject)) {
      phases.extend(rule, subject)
      return { ...lowered(rule), said }
    }
    const news = tellDaily(row, at, row.told !== null && sum >= 2 * (row.told.max ?? 0))
    const most = Math.max(sum, row.told!.max ?? 0)
    Object.assign(row.told!, { min: 0, max: most })
    volume.look = 2 * most
    learned.put(row)
    return news && { ...news, said }
  }

  function newsOf(of: Kept, subject: Subject, startedAt: Micros): News | undefined {
    const { spec, windows } = of
    const added = addedBy(spec.field(subject))
    if (added === 0) return undefined
    const { at } = subject.observation
    const key = boundedKey(groupKey(spec.groupBy, subject))
    let volume = windows.get(key)
    if (volume === undefined || isOver(volume, spec, at)) {
      let row = find(of, key)
      if (volume !== undefined) row = learn(of, row, key, volume, subject, startedAt)
      // Groups that come by the thousand do not push out those whose windows are open.
      else if (row === undefined && !windows.admits(key, (oldest) => isIdle(oldest, spec, at))) return undefined
      volume = open(of, row, at)
    } else if (volume.since !== undefined && at < volume.since) return undefined
    volume.sum += added
    const news = volume.look !== null && volume.sum > volume.look ? judge(of, key, volume, subject, startedAt) : undefined
    windows.put(key, volume)
    return news
  }

  return {
    judgeOf(rule) {
      const of = kept.get(rule.name)!
      return learningUs === 0 ? () => undefined : (subject, startedAt) => newsOf(of, subject, startedAt)
    },
    hear(at) {
      if (kept.size > 0) unbroken.put('now', heard(unbroken.peek('now'), at))
    },
    edited({ rule, key }) {
      const windows = kept.get(rule)?.windows
      const volume = windows?.get(key)
      if (volume !== undefined) windows!.put(key, { ...volume, look: 0 })
    },
    remembered(rule, group, at) {
      const of = kept.get(rule.name)!
      const key = boundedKey(group)
      const row = find(of, key)
      const limit = row && limitOf(row, of.spec, at)
      if (row === undefined || limit === undefined) return { rows: [], learned: [], heard: [] }
      return { rows: beforeExcess(of.windows, key, limit, at), learned: [structuredClone(row)], heard: [] }
    },
  }
}

function firstRow({ rule, spec }: Kept, key: string, phase: LearningPhase, subject: Subject): Learned {
  const { client, server, at } = subject.observation
  const group = Object.fromEntries(spec.names.map((name, i) => [name, textOf(spec.groupBy[i]!(subject))]))
  const ends = { client: hostOf(client), server: hostOf(server) }
  const row = emptyRow({ rule: rule.name, memory: spec.key, kind: 'volume', key, group, phase, ...ends }, at)
  return Object.assign(row, { min: 0, max: 0 })
}
