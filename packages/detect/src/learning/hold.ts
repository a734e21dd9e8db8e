/**
 * An attack while learning is no habit. What a host does within an hour of a threat finding about it is held back from
 * what is learnt, what it taught in the hour before is taken back, and so for the hosts that it reaches meanwhile.
 */
import { type Endpoint, hostOf, LEVELS, type Level, type Micros } from '@isthmus/model'
import type { Rule, Subject } from '../rule.ts'
import type { DetectorState, Slots } from '../state.ts'
import type { LearnedTable } from './learned.ts'

export const HOLD_US: Micros = 3600e6
const LEAST = LEVELS.indexOf('medium')
/** A finding that goes on moves the end this far at a time, so that not every packet rewrites a row. */
const STEP_US: Micros = 60e6

/** Hosts held back at once; the ones held longest ago leave first. */
const SLOTS = 16
const CAP = 256

export type Holds = {
  /** Told of every finding: one of the engine `threat`, of level medium or above, holds its client back. */
  hear(rule: Rule, level: Level, client: Endpoint, at: Micros): void
  /** True when nothing may be learnt from this observation. Its server is then held back as long, where a policy rule watches the way there. */
  isHeld(rule: Rule, subject: Subject): boolean
  /** True when something that the host did since `from` is held back, or taken back. */
  wasHeld(host: string, from: Micros, at: Micros): boolean
}

export function createHolds(state: DetectorState, learned: LearnedTable): Holds {
  const held: Slots<Micros> = state.table('held', SLOTS, CAP)

  function endOf(host: string, at: Micros): Micros | undefined {
    const until = held.get(host)
    return until !== undefined && at < until && until - at <= 2 * HOLD_US ? until : undefined
  }

  function hold(host: string, until: Micros, at: Micros): void {
    if (host === '') return
    const known = endOf(host, at)
    if (known !== undefined && until - known < STEP_US) return
    held.put(host, until)
    if (known === undefined) takeBack(learned, host, at)
  }

  return {
    hear({ engine }, level, client, at) {
      if (engine === 'threat' && LEVELS.indexOf(level) >= LEAST) hold(hostOf(client), at + HOLD_US, at)
    },
    isHeld(rule, { observation: { client, server, at } }) {
      const until = endOf(hostOf(client), at)
      if (until === undefined) return false
      if (rule.engine === 'policy' && LEVELS.indexOf(rule.level) >= LEAST) hold(hostOf(server), until, at)
      return true
    },
    wasHeld(host, from, at) {
      const until = held.peek(host)
      return until !== undefined && until > from && until - at <= 2 * HOLD_US
    },
  }
}

function takeBack(learned: LearnedTable, host: string, at: Micros): void {
  const isLate = (then: Micros) => Math.abs(at - then) <= HOLD_US
  for (const row of learned.taughtBy(host)) {
    if (row.people !== null || row.kind === 'habit') continue
    if (row.client === host && row.state === 'known' && isLate(row.firstAt)) learned.delete(row.id)
    else if (row.before !== null && row.before.by === host && isLate(row.before.at)) {
      const { min, max } = row.before
      learned.put(Object.assign(row, { min, max, before: null }))
    }
  }
}
