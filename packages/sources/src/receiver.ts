/**
 * Alerts of other products take their place among our observations: each waits until event time has passed it, is tied
 * to the conversation of ours that it is about, and comes out as `alert.received` with that conversation's ends, id and
 * packets. What is about no conversation we saw comes out at the end, with its own addresses. Where alerts come in beside
 * live traffic, conversations are remembered for those that come later, and what none fits comes out after ten minutes.
 */
import type { AlertReceived, Micros, Observation, SessionUpdated } from '@isthmus/model'
import { communityId, type Sha1 } from './community-id.ts'
import type { ReceivedAlert } from './received.ts'
import { flowKey, isWithin, toObservation } from './tie.ts'

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

type Waiting = { readonly alert: ReceivedAlert; readonly order: number; session: SessionUpdated | undefined }

export function createReceiver({ site, sensor, sha1, most = MAX_ALERTS, isLive = false }: ReceiverOptions): Receiver {
  const byFlow = new Map<string, Waiting[]>()
  const byCommunity = new Map<string, Waiting[]>()
  const ready = new Set<Waiting>()
  const waiting = new Set<Waiting>()
  const known = new Map<string, SessionUpdated[]>()
  let alerts = 0
  let tied = 0
  let untied = 0
  let dropped = 0
  let now = Number.NEGATIVE_INFINITY

  function consider(session: SessionUpdated, found: Waiting[] | undefined): void {
    for (const one of found ?? []) {
      if (!waiting.has(one) || !isWithin(session, one.alert.at)) continue
      // A port that was used again: the conversation that began last before the alert is meant.
      if (one.session !== undefined && session.startedAt < one.session.startedAt) continue
      one.session = session
      ready.add(one)
    }
  }

  /** Those used last are the last to be forgotten. */
  function remember(session: SessionUpdated, key: string): void {
    const same = (known.get(key) ?? []).filter(({ id }) => id !== session.id).slice(1 - MAX_SAME_ENDS)
    known.delete(key)
    known.set(key, [...same, session])
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!)
  }

  function forget(gone: readonly Waiting[]): void {
    for (const [index, keyOf] of [[byFlow, flowOf] as const, [byCommunity, communityOf] as const]) {
      for (const key of new Set(gone.map(keyOf))) {
        const left = index.get(key)?.filter((one) => waiting.has(one)) ?? []
        if (left.length > 0) index.set(key, left)
        else index.delete(key)
      }
    }
  }

  function dueNow(): Waiting[] {
    const isPast = ({ alert }: Waiting): boolean => alert.at <= now - SLACK_US
    if (!isLive) return [...ready].filter(isPast)
    return [...waiting].filter((one) => (ready.has(one) ? isPast(one) : one.alert.at <= now - MOST_US))
  }

  function release(which: readonly Waiting[]): AlertReceived[] {
    const told = [...which]
      .sort((a, b) => a.alert.at - b.alert.at || a.order - b.order)
      .map((one) => {
        waiting.delete(one)
        ready.delete(one)
        if (one.session === undefined) untied++
        else tied++
        return toObservation(one.alert, one.session, { site, sensor })
      })
    forget(which)
    return told
  }

  return {
    add(alert) {
      alerts++
      if (waiting.size >= most) {
        dropped++
        return
      }
      const one: Waiting = { alert, order: alerts, session: undefined }
      waiting.add(one)
      put(byFlow, flowOf(one), one)
      if (alert.communityId !== undefined) put(byCommunity, alert.communityId, one)
      for (const session of known.get(flowOf(one)) ?? []) consider(session, [one])
    },
    see(o) {
      if (o.at > now) now = o.at
      if (o.kind !== 'session.updated' || (waiting.size === 0 && !isLive)) return
      const key = flowKey(o.transport, o.client, o.server)
      if (isLive) remember(o, key)
      consider(o, byFlow.get(key))
      // Where a proxy's client address was put into the record, only the id still names the conversation.
      if (byCommunity.size > 0) consider(o, byCommunity.get(communityId(o.transport, o.client, o.server, sha1) ?? ''))
    },
    due: () => release(dueNow()),
    rest: () => release([...waiting]),
    counts: () => ({ alerts, tied, untied, dropped }),
  }
}

function flowOf({ alert }: Waiting): string {
  return flowKey(alert.transport, alert.client, alert.server)
}

function communityOf({ alert }: Waiting): string {
  return alert.communityId ?? ''
}

function put(index: Map<string, Waiting[]>, key: string, one: Waiting): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [one])
  else known.push(one)
}
