/**
 * The order both ends keep: a master waits for the answer or for its time-out before it asks anew, and what was answered or
 * confirmed is followed by the next number (§4.2.2.4.5). Replayed and injected fragments break it.
 */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { type Application, FIN } from './application.ts'
import type { Dnp3 } from './dnp3.ts'

/** The newest fragment of one direction that wants an answer. */
type Pending = { sequence: number; bytes: Uint8Array; at: number; isSettled: boolean }

/** `overtook`: the number of the request before, when this one did not wait for its answer; else `NONE`. */
type Request = Pending & { overtook: number }

/** `askedAt`: when the first request since came that has no answer, µs; `NONE` while there is none, `OVER` once that is settled. */
type Report = Pending & { askedAt: number }

/** Requests by association, unsolicited responses by association: the numbers of the two are apart. */
export type Order = { readonly requests: Map<number, Request>; readonly reports: Map<number, Report> }

/** When a fragment came, and over what: the answer to one in a datagram may have been lost on its way. */
export type Arrival = Pick<SeenMessage<Dnp3>, 'at' | 'flow'>

export const startOrder = (): Order => ({ requests: new Map(), reports: new Map() })

const MAX_ASSOCIATIONS = 64
/** Sooner than any master gives up waiting, µs. */
const SOON_US = 100_000
/** A master that asks again no sooner than this has waited in vain, µs. */
const GIVEN_UP_US = 1_000_000
const UNSOLICITED = 0x10
/** Functions; an operate follows its select at once. What needs no selection is another function, direct operate. */
const SELECT = 3
const OPERATE = 4
const NONE = -1
const BEFORE_ANSWER = 'dnp3.request-before-answer'
const OVER = Number.POSITIVE_INFINITY

const key = (master: number, outstation: number): number => master * 0x1_0000 + outstation
const sequenceOf = ({ control }: Application): number => control & 0x0f

export function orderOfRequest(m: Dnp3, application: Application, arrival: Arrival, { requests, reports }: Order, sink: Sink): void {
  const { at } = arrival
  askedAfter(reports.get(key(m.destination, m.source)), arrival, sink)
  const known = requests.get(key(m.source, m.destination))
  const sequence = sequenceOf(application)
  if (known === undefined) {
    if (requests.size >= MAX_ASSOCIATIONS) requests.delete(requests.keys().next().value!)
    requests.set(key(m.source, m.destination), { sequence, bytes: application.bytes, at, isSettled: false, overtook: NONE })
    return
  }
  if (known.sequence === sequence) {
    if (known.isSettled) repeats(known, application, arrival, 'request', sink)
  } else overtakes(known, arrival, sink)
  if (known.sequence !== sequence && application.code === OPERATE && !selects(known.bytes, application.bytes)) {
    sink.anomaly('dnp3.command-without-select', `outstation ${m.destination}`)
  }
  known.sequence = sequence
  known.bytes = application.bytes
  known.at = at
  known.isSettled = false
}

/**
 * The answer to the request before may yet come, or the capture has lost it: it is told once that answer comes late, or the next
 * request does not wait either. Where only the master is heard, nobody knows who waits.
 */
function overtakes(known: Request, { at, flow }: Arrival, sink: Sink): void {
  const waits = known.isSettled || at < known.at || at - known.at >= SOON_US || !flow.hasBothSides
  if (!waits && known.overtook !== NONE) sink.anomaly(BEFORE_ANSWER)
  known.overtook = waits ? NONE : known.sequence
}

/** The request before is the selection of the same objects. */
function selects(before: Uint8Array, operate: Uint8Array): boolean {
  return before[1] === SELECT && before.length === operate.length && before.subarray(2).every((byte, i) => byte === operate[i + 2])
}

/**
 * TCP delivers what is asked. A station that reports of itself and then answers nothing has failed just then, or never sent the
 * report: a forged segment moves the numbers of the session past what the station knows, and it hears its master no more.
 */
function askedAfter(report: Report | undefined, { at, flow }: Arrival, sink: Sink): void {
  if (report === undefined || flow.transport !== 'tcp') return
  if (report.askedAt === NONE) report.askedAt = at
  else if (at - report.askedAt >= GIVEN_UP_US) {
    sink.anomaly('dnp3.silent-after-report')
    report.askedAt = OVER
  }
}

/** A retry is the same octets again (§4.2.2.4.5); who had the answer, as TCP warrants, has no reason for one. */
function repeats(known: Pending, { bytes }: Application, { flow }: Arrival, what: string, sink: Sink): void {
  const isSame = bytes.length === known.bytes.length && bytes.every((byte, i) => byte === known.bytes[i])
  if (isSame && flow.transport === 'udp') sink.anomaly('dnp3.retry-after-answer', what)
  else sink.anomaly('dnp3.sequence-repeated', isSame ? what : `${what}, other content`)
}

export function orderOfConfirmation(m: Dnp3, application: Application, { reports }: Order): void {
  if ((application.control & UNSOLICITED) === 0) return
  const known = reports.get(key(m.destination, m.source))
  if (known?.sequence === sequenceOf(application)) known.isSettled = true
}

export function orderOfAnswer(m: Dnp3, application: Application, { requests, reports }: Order, sink: Sink): void {
  const report = reports.get(key(m.source, m.destination))
  if (report !== undefined) report.askedAt = OVER
  const known = requests.get(key(m.destination, m.source))
  if (known === undefined) return
  const sequence = sequenceOf(application)
  if (known.sequence === sequence && (application.control & FIN) !== 0) known.isSettled = true
  if (known.overtook !== sequence) return
  known.overtook = NONE
  sink.anomaly(BEFORE_ANSWER)
}

/** Something that nobody can read came, or was lost: it may have been any answer, or the selection that an operate needs. */
export function orderOfUnread({ requests }: Order): void {
  requests.clear()
}

export function orderOfReport(m: Dnp3, application: Application, arrival: Arrival, { reports }: Order, sink: Sink): void {
  const { at } = arrival
  const known = reports.get(key(m.source, m.destination))
  const sequence = sequenceOf(application)
  if (known === undefined) {
    if (reports.size >= MAX_ASSOCIATIONS) reports.delete(reports.keys().next().value!)
    reports.set(key(m.source, m.destination), { sequence, bytes: application.bytes, at, isSettled: false, askedAt: NONE })
    return
  }
  if (known.sequence === sequence && known.isSettled) repeats(known, application, arrival, 'unsolicited response', sink)
  known.askedAt = NONE
  known.sequence = sequence
  known.bytes = application.bytes
  known.at = at
  known.isSettled = false
}
