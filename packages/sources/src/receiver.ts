/**
 * Alerts of other products take their place among our observations: each waits until event time has passed it, is tied
 * to the conversation of ours that it is about, and comes out as `alert.received` with that conversation's ends, id and
 * packets. What is about no conversation we saw comes out at the end, with its own addresses. Where alerts come in beside
 * live traffic, conversations are remembered for those that come later, and what none fits comes out after ten minutes.
 */
import type { AlertReceived, Micros, Observation, SessionUpdated } from '@isthmus/model'
import { communityId, type Sha1 } from './community-id.ts'
import type { ReceivedAlert } from './received.ts'
import { flowKey, meantBy, span, toObservation } from './tie.ts'
import { byTime, Timeline } from './timeline.ts'

export type ReceiverOptions = {
  readonly site: string
  readonly sensor: string
  readonly sha1: Sha1
  /** Alerts held at once; what is beyond is counted. */
  readonly most?: number
  /** Alerts come in while conversations are seen, before or after theirs. */
  readonly isLive?: boolean
}

export type ReceiverCounts = {
  readonly alerts: number
  readonly tied: number
  /** About no conversation of the captures. */
  readonly untied: number
  /** Beyond the bound of memory. */
  readonly dropped: number
}

export type Receiver = {
  /** Before the first observation, unless it is live. */
  add(alert: ReceivedAlert): void
  see(observation: Observation): void
  /** Alerts that event time has passed and nothing is awaited for, in the order of their times. */
  due(): AlertReceived[]
  /** Everything that is left. */
  rest(): AlertReceived[]
  counts(): ReceiverCounts
}

const MAX_ALERTS = 100_000
/** A conversation is told of a little after its packets; an alert waits as long. Far below what counts as a clock set back. */
const SLACK_US: Micros = 60e6
/** A flow is told of each minute; its product may have held it until it timed out. */
const MOST_US: Micros = 600e6
/** Ends of conversations remembered for alerts to come, and conversations between the same ones. */
const MAX_KNOWN = 50_000
const MAX_SAME_ENDS = 8
/** Conversations between ends that an alert waits for. */
const MAX_MEANT = 64

type Waiting = { readonly alert: ReceivedAlert; readonly at: Micros; readonly order: number; isGone: boolean }

/** Alerts that name the same conversations. */
type Group = {
  /** How many wait: without one there is no group. */
  waiting: number
  sessions: readonly SessionUpdated[]
  /** Those that event time has passed without a conversation. */
  readonly late: Timeline<Waiting>
}

export function createReceiver({ site, sensor, sha1, most = MAX_ALERTS, isLive = false }: ReceiverOptions): Receiver {
  const groups = new Map<string, Group>()
  /** Alerts that event time has not passed, and those that it has for which none fits. */
  const pending = new Timeline<Waiting>()
  const late = new Timeline<Waiting>()
  let found: Waiting[] = []
  const known = new Map<string, readonly SessionUpdated[]>()
  let communities = 0
  let waiting = 0
  let alerts = 0
  let tied = 0
  let untied = 0
  let dropped = 0
  let now = Number.NEGATIVE_INFINITY

  /** Those used last are the last to be forgotten. */
  function remember(session: SessionUpdated, key: string): void {
    const same = withLatest(known.get(key) ?? [], session, MAX_SAME_ENDS)
    known.delete(key)
    known.set(key, same)
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!)
  }

  function join(one: Waiting): void {
    for (const key of keysOf(one.alert)) {
      const group = groups.get(key) ?? { waiting: 0, sessions: known.get(key) ?? [], late: new Timeline<Waiting>() }
      group.waiting++
      groups.set(key, group)
    }
    if (one.alert.communityId !== undefined) communities++
  }

  function leave({ alert }: Waiting): void {
    for (const key of keysOf(alert)) if (--groups.get(key)!.waiting === 0) groups.delete(key)
    if (alert.communityId !== undefined) communities--
  }

  function sessionOf({ alert }: Waiting): SessionUpdated | undefined {
    return meantBy(
      alert,
      keysOf(alert).flatMap((key) => groups.get(key)!.sessions),
    )
  }

  function heard(session: SessionUpdated, key: string): void {
    const group = groups.get(key)
    if (group === undefined) return
    group.sessions = withLatest(group.sessions, session, MAX_MEANT)
    if (group.late.size > 0) for (const one of group.late.take(...span(session))) found.push(one)
  }

  /** What event time has passed is told where its conversation is known. */
  function advance(): void {
    for (const one of pending.takeUntil(now - SLACK_US)) {
      if (sessionOf(one) !== undefined) {
        found.push(one)
        continue
      }
      late.put(one)
      for (const key of keysOf(one.alert)) groups.get(key)!.late.put(one)
    }
    if (!isLive) return
    const gone = late.takeUntil(now - MOST_US)
    for (const { alert } of gone) for (const key of keysOf(alert)) groups.get(key)?.late.takeUntil(now - MOST_US)
    found = found.concat(gone)
  }

  function release(which: readonly Waiting[]): AlertReceived[] {
    const told: AlertReceived[] = []
    for (const one of which.toSorted(byTime)) {
      // By its ends and by its id it may be found twice.
      if (one.isGone) continue
      one.isGone = true
      const session = sessionOf(one)
      if (session === undefined) untied++
      else tied++
      waiting--
      leave(one)
      told.push(toObservation(one.alert, session, { site, sensor }))
    }
    return told
  }

  return {
    add(alert) {
      alerts++
      if (waiting >= most) {
        dropped++
        return
      }
      const one: Waiting = { alert, at: alert.at, order: alerts, isGone: false }
      waiting++
      join(one)
      pending.put(one)
    },
    see(o) {
      if (o.at > now) now = o.at
      if (o.kind !== 'session.updated' || (waiting === 0 && !isLive)) return
      const key = flowKey(o.transport, o.client, o.server)
      if (isLive) remember(o, key)
      heard(o, key)
      // Where a proxy's client address was put into the record, only the id still names the conversation.
      if (communities > 0) heard(o, communityKey(communityId(o.transport, o.client, o.server, sha1) ?? ''))
    },
    due() {
      if (waiting === 0) return []
      advance()
      const which = found
      found = []
      return release(which)
    },
    rest() {
      found = []
      return release(pending.takeAll().concat(late.takeAll()))
    },
    counts: () => ({ alerts, tied, untied, dropped }),
  }
}

function keysOf({ transport, client, server, communityId: id }: ReceivedAlert): string[] {
  const key = flowKey(transport, client, server)
  return id === undefined ? [key] : [key, communityKey(id)]
}

const communityKey = (id: string): string => `community ${id}`

/** What was heard last of each conversation, the one that was heard last at the end. */
function withLatest(sessions: readonly SessionUpdated[], session: SessionUpdated, most: number): readonly SessionUpdated[] {
  return [...sessions.filter(({ id }) => id !== session.id).slice(1 - most), session]
}
