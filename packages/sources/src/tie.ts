/** Which conversation of ours an alert of another product is about, and the alert as our observation. */
import type { AlertReceived, Endpoint, Evidence, Micros, SessionUpdated } from '@isthmus/model'
import type { ReceivedAlert, ReceivedEnd } from './received.ts'

export type Place = { readonly site: string; readonly sensor: string }

/** What of a conversation says whether an alert is about it. */
export type Tied = Pick<
  SessionUpdated,
  'id' | 'client' | 'server' | 'directionKnown' | 'protocol' | 'evidence' | 'transport' | 'startedAt' | 'at' | 'state'
>

/** Two sensors' clocks on one capture differ by rounding only. */
export const EARLY_US: Micros = 1e6
/** An alert may speak once its conversation is over (a flow that timed out). */
export const LATE_US: Micros = 600e6

/**
 * For each alert the conversation that it is about, of those that are known; undefined where none is. Of several with
 * the same ends the one that began last before the alert is meant: its ports were used again.
 */
export function tie<S extends Tied>(alerts: readonly ReceivedAlert[], sessions: readonly S[]): (S | undefined)[] {
  const byFlow = Map.groupBy(sessions, ({ transport, client, server }) => flowKey(transport, client, server))
  return alerts.map((alert) => meantBy(alert, byFlow.get(flowKey(alert.transport, alert.client, alert.server)) ?? []))
}

/** Of conversations with the ends of the alert, in the order in which they were heard. */
export function meantBy<S extends Tied>({ at }: ReceivedAlert, sessions: readonly S[]): S | undefined {
  let found: S | undefined
  for (const session of sessions)
    if (isWithin(session, at) && (found === undefined || session.startedAt >= found.startedAt)) found = session
  return found
}

export function isWithin(session: Tied, alertAt: Micros): boolean {
  const [from, to] = span(session)
  return alertAt >= from && alertAt <= to
}

/** The times of alerts that may be about a conversation. */
export function span({ startedAt, at, state }: Tied): readonly [from: Micros, to: Micros] {
  const isOver = state !== 'open' && state !== 'tried'
  return [startedAt - EARLY_US, isOver ? at + LATE_US : Number.POSITIVE_INFINITY]
}

export function hasPorts(transport: string): boolean {
  return transport === 'tcp' || transport === 'udp'
}

/** The same for both directions. */
export function flowKey(transport: string, a: { ip: string | undefined; port: number | undefined }, b: typeof a): string {
  const isPorted = hasPorts(transport)
  const [one, two] = [a, b].map(({ ip, port }) => `${ip ?? ''} ${isPorted ? (port ?? '') : ''}`) as [string, string]
  return one < two ? `${transport} ${one} ${two}` : `${transport} ${two} ${one}`
}

/** The alert with the ends, the id and the packets of its conversation; with its own addresses where there is none. */
export function toObservation(alert: ReceivedAlert, session: Tied | undefined, { site, sensor }: Place): AlertReceived {
  return {
    kind: 'alert.received',
    site,
    sensor,
    at: alert.at,
    client: session?.client ?? endpoint(alert.client),
    server: session?.server ?? endpoint(alert.server),
    directionKnown: session?.directionKnown ?? alert.directionKnown,
    protocol: session?.protocol || alert.protocol,
    evidence: evidenceOf(alert, session),
    product: alert.product,
    rule: alert.rule,
    title: alert.title,
    category: alert.category,
    level: alert.level,
    attack: alert.attack,
    action: alert.action,
    user: '',
    session: session?.id,
  }
}

function endpoint({ ip, port }: ReceivedEnd): Endpoint {
  return { ip, mac: undefined, port }
}

/** The packet the product names where it read the same capture, else the conversation's packets, else nothing. */
function evidenceOf({ packet }: ReceivedAlert, session: Tied | undefined): Evidence {
  if (session === undefined) return { capture: '', packets: [0, 0], bytes: [0, 0] }
  const { capture } = session.evidence
  if (packet?.capture === capture) return { capture, packets: [packet.number, packet.number], bytes: [0, 0] }
  return session.evidence
}
