/**
 * Alerts of other products take their place among our observations: each waits until event time has passed it, is tied
 * to the conversation of ours that it is about, and comes out as `alert.received` with that conversation's ends, id and
 * packets. What is about no conversation we saw comes out at the end, with its own addresses.
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
  /** All alerts, before the first observation. */
  add(alert: ReceivedAlert): void
  see(observation: Observation): void
  /** Tied alerts that event time has passed, in the order of their times. */
  due(): AlertReceived[]
  /** Everything that is left. */
  rest(): AlertReceived[]
  counts(): ReceiverCounts
}

const MAX_ALERTS = 100_000
/** A conversation is told of a little after its packets; an alert waits as long. Far below what counts as a clock set back. */
const SLACK_US: Micros = 60e6

type Waiting = { readonly alert: ReceivedAlert; readonly order: number; session: SessionUpdated | undefined }

export function createReceiver({ site, sensor, sha1, most = MAX_ALERTS }: ReceiverOptions): Receiver {
  const byFlow = new Map<string, Waiting[]>()
  const byCommunity = new Map<string, Waiting[]>()
  const ready = new Set<Waiting>()
  const waiting = new Set<Waiting>()
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

  function release(which: Iterable<Waiting>): AlertReceived[] {
    return [...which]
      .sort((a, b) => a.alert.at - b.alert.at || a.order - b.order)
      .map((one) => {
        waiting.delete(one)
        ready.delete(one)
        if (one.session === undefined) untied++
        else tied++
        return toObservation(one.alert, one.session, { site, sensor })
      })
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
      const key = flowKey(alert.transport, alert.client, alert.server)
      put(byFlow, key, one)
      if (alert.communityId !== undefined) put(byCommunity, alert.communityId, one)
    },
    see(o) {
      if (o.at > now) now = o.at
      if (waiting.size === 0 || o.kind !== 'session.updated') return
      consider(o, byFlow.get(flowKey(o.transport, o.client, o.server)))
      // Where a proxy's client address was put into the record, only the id still names the conversation.
      if (byCommunity.size > 0) consider(o, byCommunity.get(communityId(o.transport, o.client, o.server, sha1) ?? ''))
    },
    due: () => (ready.size === 0 ? [] : release([...ready].filter((one) => one.alert.at <= now - SLACK_US))),
    rest: () => release(waiting),
    counts: () => ({ alerts, tied, untied, dropped }),
  }
}

function put(index: Map<string, Waiting[]>, key: string, one: Waiting): void {
  const known = index.get(key)
  if (known === undefined) index.set(key, [one])
  else known.push(one)
}
