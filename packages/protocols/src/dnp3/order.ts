/**
 * The order both ends keep: a master waits for the answer or for its time-out before it asks anew, and what was answered or
 * confirmed is followed by the next number (§4.2.2.4.5). Replayed and injected fragments break it.
 */
import type { Sink } from '../protocol.ts'
import { type Application, FIN } from './application.ts'
import type { Dnp3 } from './dnp3.ts'

/** The newest fragment of one direction that wants an answer. */
type Pending = { sequence: number; at: number; isSettled: boolean }

/** Requests by association, unsolicited responses by association: the numbers of the two are apart. */
export type Order = { readonly requests: Map<number, Pending>; readonly reports: Map<number, Pending> }

export const startOrder = (): Order => ({ requests: new Map(), reports: new Map() })

const MAX_ASSOCIATIONS = 64
/** Sooner than any master gives up waiting, µs. */
const SOON_US = 100_000
const UNSOLICITED = 0x10

const key = (master: number, outstation: number): number => master * 0x1_0000 + outstation
const sequenceOf = ({ control }: Application): number => control & 0x0f

export function orderOfRequest(m: Dnp3, application: Application, at: number, { requests }: Order, sink: Sink): void {
  const known = requests.get(key(m.source, m.destination))
  const sequence = sequenceOf(application)
  if (known === undefined) {
    if (requests.size >= MAX_ASSOCIATIONS) requests.delete(requests.keys().next().value!)
    requests.set(key(m.source, m.destination), { sequence, at, isSettled: false })
    return
  }
  if (known.sequence === sequence) {
    if (known.isSettled) sink.anomaly('dnp3.sequence-repeated', 'request')
  } else if (!known.isSettled && at >= known.at && at - known.at < SOON_US) sink.anomaly('dnp3.request-before-answer')
  known.sequence = sequence
  known.at = at
  known.isSettled = false
}

export function orderOfConfirmation(m: Dnp3, application: Application, { reports }: Order): void {
  if ((application.control & UNSOLICITED) === 0) return
  const known = reports.get(key(m.destination, m.source))
  if (known?.sequence === sequenceOf(application)) known.isSettled = true
}

export function orderOfAnswer(m: Dnp3, application: Application, { requests }: Order): void {
  const known = requests.get(key(m.destination, m.source))
  if (known?.sequence === sequenceOf(application) && (application.control & FIN) !== 0) known.isSettled = true
}

export function orderOfReport(m: Dnp3, application: Application, at: number, { reports }: Order, sink: Sink): void {
  const known = reports.get(key(m.source, m.destination))
  const sequence = sequenceOf(application)
  if (known === undefined) {
    if (reports.size >= MAX_ASSOCIATIONS) reports.delete(reports.keys().next().value!)
    reports.set(key(m.source, m.destination), { sequence, at, isSettled: false })
    return
  }
  if (known.sequence === sequence && known.isSettled) sink.anomaly('dnp3.sequence-repeated', 'unsolicited response')
  known.sequence = sequence
  known.at = at
  known.isSettled = false
}
