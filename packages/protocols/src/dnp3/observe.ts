/** DNP3 in the platform's words. A question speaks when it is answered, displaced, or when nothing answers it any more. */
import type { SeenMessage, Side } from '@isthmus/wire'
import type { OperationStatement, Sink } from '../protocol.ts'
import { type Application, FIN, isResponse } from './application.ts'
import { hasSecurity, isChallenge, observeSecurity, proofOf, replyOf } from './authentication.ts'
import { describe, isAccepted, objectsOf, partOf, statesOf } from './describe.ts'
import { ATTRIBUTES, FUNCTIONS, INDICATIONS, LINK_FUNCTIONS, SILENT } from './dnp3.table.ts'
import type { Dnp3, Dnp3State, Question } from './dnp3.ts'
import { moveFile } from './files.ts'
import { orderOfAnswer, orderOfConfirmation, orderOfReport, orderOfRequest, orderOfUnread } from './order.ts'
import { eachPoint, kindOf, type Point, qualityOf } from './points.ts'

type Seen = SeenMessage<Dnp3, Dnp3State>

/** Open questions of a conversation; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 64
/** Outstations of a conversation whose indications are remembered. */
const MAX_OUTSTATIONS = 256
const MAX_SETTINGS = 64
/** Highest index whose names are kept, a kind. */
const MAX_NAMED = 4095

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, state, from } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`dnp3.${m.anomalies[i]}`)
  const { application } = m
  if (application === undefined) {
    if (m.anomalies.length > 0) orderOfUnread(state.order)
    observeLink(m, from, state, sink)
    return
  }
  if (application.unknown !== '') sink.anomaly('dnp3.unknown-object', application.unknown)
  if (isResponse(application.code)) answered(seen, application, sink)
  else asked(seen, application, sink)
}

export function ended(state: Dnp3State, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, state, sink)
  state.open.clear()
  for (const side of ['client', 'server'] as const) settleLink(side, undefined, state, sink)
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

function asked(seen: Seen, application: Application, sink: Sink): void {
  const { message: m, state, from: side } = seen
  const outstation = m.destination
  state.hasAsked = true
  const key = openKey(m.source, m.destination, application.control)
  const reply = application.code === 32 ? replyOf(application) : undefined
  const challenged = state.open.get(key)
  if (reply !== undefined && challenged !== undefined) {
    challenged.proof = reply
    return
  }
  const signature = signatureOf(repeatable(application), 1, outstation)
  const question: Question = { application, outstation, side, signature, proof: proofOf(application), answers: 0 }
  if (application.code === 0) orderOfConfirmation(m, application, state.order)
  if (SILENT.has(application.code) || partOf(m.destination) === undefined) {
    settle(question, undefined, state, sink)
    return
  }
  orderOfRequest(m, application, seen, state.order, sink)
  const displaced = state.open.get(key)
  if (displaced !== undefined) settle(displaced, undefined, state, sink)
  else if (state.open.size >= MAX_OPEN) {
    const [oldest, unanswered] = state.open.entries().next().value!
    state.open.delete(oldest)
    settle(unanswered, undefined, state, sink)
  }
  state.open.delete(key)
  state.open.set(key, question)
}

/** Proofs differ each time: a question with one is known by its function and objects. */
function repeatable(application: Application): Uint8Array {
  return hasSecurity(application) ? new TextEncoder().encode(` ${application.code} ${objectsOf(application)}`) : application.bytes
}

/** The two addresses and the sequence number (§4.2.2.4.5). */
function openKey(master: number, outstation: number, control: number): number {
  return (master * 0x1_0000 + outstation) * 16 + (control & 0x0f)
}

function answered(seen: Seen, application: Application, sink: Sink): void {
  const { message: m, state, from: side } = seen
  const outstation = m.source
  indicate(application, outstation, m.destination, side, state, sink)
  if (application.code === 130) {
    orderOfReport(m, application, seen, state.order, sink)
    unsolicited(application, outstation, side, sink)
    return
  }
  orderOfAnswer(m, application, state.order, sink)
  const key = openKey(m.destination, m.source, application.control)
  const question = state.open.get(key)
  if (question === undefined) {
    // Where the capture begins within a conversation, the first answer's question is not in it.
    if (state.hasAsked) sink.anomaly('dnp3.unasked-response')
    readValues(application, outstation, `unasked ${outstation}`, side, sink)
    return
  }
  // A challenge: the answer itself comes once the reply is there.
  if (application.code === 131 && question.application.code !== 32 && isChallenge(application)) return
  state.open.delete(key)
  if (question.answers === 0) settle(question, application, state, sink)
  const { signature } = question
  readValues(application, outstation, question.answers === 0 ? signature : `${signature}/${question.answers}`, side, sink)
  question.answers++
  // §4.4.5: the next fragment's number is one higher.
  if ((application.control & FIN) === 0) state.open.set(openKey(m.destination, m.source, application.control + 1), question)
}

function unsolicited(application: Application, outstation: number, side: Side, sink: Sink): void {
  const kinds = [...new Set(application.headers.map(({ group }) => kindOf(group)))].join(', ')
  const key = `unsolicited ${outstation} ${kinds}`
  tell(other(side), key, sink, () => ({
    operation: 'unsolicited response',
    object: kinds,
    access: 'read',
    ok: true,
    error: '',
    part: partOf(outstation),
  }))
  readValues(application, outstation, `unsolicited ${outstation}`, side, sink)
}

/** By whoever asked: an outstation may be the end that opens the connection. */
function tell(side: Side, key: number | string, sink: Sink, describe: () => OperationStatement): void {
  if (side === 'server') sink.sayFrom('server', { kind: 'operation.done', ...describe() })
  else if (!sink.again(key)) sink.operation(key, describe())
}

function settle(q: Question, a: Application | undefined, state: Dnp3State, sink: Sink): void {
  const ok = a === undefined ? undefined : isAccepted(a)
  const { code, headers } = q.application
  const key =
    ok === true
      ? q.signature
      : ok === undefined
        ? `${q.signature}/?`
        : `${q.signature}/${a!.indications & 0x17}/${statesOf(a!).find((s) => s > 0)}`
  // On the path of every question: a function made to describe it would be made in vain.
  if (q.side === 'server') sink.sayFrom('server', { kind: 'operation.done', ...describe(q, a, ok, state) })
  else if (!sink.again(key)) sink.operation(key, describe(q, a, ok, state))
  observeSecurity(q, a, ok, state, sink, partOf(q.outstation))
  switch (code) {
    case 2:
      wrote(q, ok, sink)
      break
    case 4:
    case 5:
    case 6:
      controlled(q, a, ok, sink)
      return
    case 13:
    case 14:
      sink.sayFrom(q.side, { kind: 'device.restarted', how: FUNCTIONS[code]![1], ok })
      return
    case 17:
    case 18:
      sink.sayFrom(q.side, { kind: 'mode.changed', mode: code === 17 ? 'run' : 'stop', by: 'command', detail: FUNCTIONS[code]![1], ok })
      return
    case 15:
    case 16:
    case 19:
    case 20:
    case 21:
    case 22:
    case 31:
      sink.sayFrom(q.side, { kind: 'configuration.changed', what: FUNCTIONS[code]![1], value: objectsOf(q.application), ok })
      return
    default:
  }
  for (let i = 0; i < headers.length; i++) {
    if (headers[i]!.group !== 70) continue
    moveFile(q, a, ok, state, sink)
    return
  }
}

function controlled(q: Question, a: Application | undefined, ok: boolean | undefined, sink: Sink): void {
  const states = a === undefined ? [] : statesOf(a)
  let i = 0
  for (const header of q.application.headers) {
    eachPoint(q.application, header, (point) => {
      const state = states[i++]
      sink.wrote(
        tagOf(header.group, point.index),
        point.value,
        point.dataType,
        state === undefined ? ok : state === 0,
        partOf(q.outstation),
      )
    })
  }
}

function wrote(q: Question, ok: boolean | undefined, sink: Sink): void {
  let settings = 0
  for (const header of q.application.headers) {
    const { group } = header
    if (group === 80) continue
    if (group === 0) sink.sayFrom(q.side, { kind: 'configuration.changed', what: `device attribute ${header.variation}`, value: '', ok })
    if (group === 50) sink.sayFrom(q.side, { kind: 'time.set', to: timeAt(q.application.bytes, header.at, header.end), ok })
    else
      eachPoint(q.application, header, (point) => {
        const tag = tagOf(group, point.index)
        if (group !== 34) sink.wrote(tag, point.value, point.dataType, ok, partOf(q.outstation))
        else if (settings++ < MAX_SETTINGS)
          sink.sayFrom(q.side, { kind: 'configuration.changed', what: tag, value: String(point.value), ok })
      })
  }
}

/** Milliseconds since 1970 (§11.3.3), 48 bits. */
function timeAt(bytes: Uint8Array, at: number, end: number): string {
  if (end - at < 6) return ''
  let ms = 0
  for (let i = 5; i >= 0; i--) ms = ms * 256 + bytes[at + i]!
  return ms > 8.64e15 ? '' : new Date(ms).toISOString()
}

/** Static values and events of a point are one tag: `binary input 3`. */
const TAGS = new Map<string, string[]>()
function tagOf(group: number, index: number): string {
  const kind = kindOf(group)
  if (index > MAX_NAMED) return `${kind} ${index}`
  let names = TAGS.get(kind)
  if (names === undefined) TAGS.set(kind, (names = []))
  return (names[index] ??= `${kind} ${index}`)
}

function readValues(application: Application, outstation: number, key: number | string, side: Side, sink: Sink): void {
  const { bytes, headers } = application
  if (headers.length === 0 || sink.sameBytes(key, bytes.subarray(application.objectsAt))) return
  const part = partOf(outstation)
  for (const header of headers) {
    const { group } = header
    if (group === 0) {
      readAttributes(application, header.variation, header.at, header.end, part, side, sink)
      continue
    }
    // Echoes of controls, times, files and proofs are no values.
    if (group === 12 || group === 41 || (group >= 50 && group < 101) || (group >= 114 && group <= 120)) continue
    eachPoint(application, header, (point) => {
      sink.read(tagOf(group, point.index), point.value, point.dataType, part, qualityOf(point.flags, group))
      if ((point.flags & 0x18) !== 0 && point.flags > 0) forced(group, point, side, sink)
    })
  }
}

function forced(group: number, point: Point, side: Side, sink: Sink): void {
  const where = (point.flags & 0x10) !== 0 ? 'locally' : 'remotely'
  sink.sayFrom(other(side), { kind: 'device.diagnosed', what: `${tagOf(group, point.index)} is forced ${where}`, fault: false })
}

/** A.1: type u8, length u8, value; type 1 is text. */
function readAttributes(
  application: Application,
  variation: number,
  at: number,
  end: number,
  part: string | undefined,
  side: Side,
  sink: Sink,
): void {
  const attribute = ATTRIBUTES[variation as keyof typeof ATTRIBUTES]
  if (attribute === undefined || end - at < 2 || application.bytes[at] !== 1) return
  const text = new TextDecoder().decode(application.bytes.subarray(at + 2, Math.min(end, at + 2 + application.bytes[at + 1]!)))
  sink.hint(side, attribute, text.replaceAll('\0', '').trim(), 1, part)
}

/** Indications that were not set before, and who the two are. */
function indicate(application: Application, outstation: number, master: number, side: Side, state: Dnp3State, sink: Sink): void {
  const before = state.indications.get(outstation)
  const { indications } = application
  if (before === indications) return
  if (before === undefined) {
    if (state.indications.size >= MAX_OUTSTATIONS) state.indications.delete(state.indications.keys().next().value!)
    sink.hint(side, 'role', 'DNP3 outstation', 0.6)
    sink.hint(side, 'type', 'rtu', 0.3)
    sink.hint(side, 'role', 'DNP3 outstation', 0.6, partOf(outstation))
    sink.hint(other(side), 'role', 'DNP3 master', 0.6)
    sink.hint(other(side), 'role', 'DNP3 master', 0.6, `master ${master}`)
  }
  state.indications.set(outstation, indications)
  const fresh = indications & ~(before ?? 0)
  for (const [bit, what, fault] of INDICATIONS) {
    if ((fresh & bit) !== 0) sink.sayFrom(other(side), { kind: 'device.diagnosed', what: `outstation ${outstation}: ${what}`, fault })
  }
}

function observeLink(m: Dnp3, from: Side, state: Dnp3State, sink: Sink): void {
  if (!m.isPrimary) {
    settleLink(other(from), m, state, sink)
    return
  }
  if (LINK_FUNCTIONS[m.linkCode] === undefined) return
  settleLink(from, undefined, state, sink)
  state.link[from] = m
}

/** §9.2.4.1.3.2: 0 acknowledges, 11 tells the state of the link. */
function settleLink(side: Side, answer: Dnp3 | undefined, state: Dnp3State, sink: Sink): void {
  const question = state.link[side]
  if (question === undefined) return
  state.link[side] = undefined
  const ok = answer === undefined ? undefined : answer.linkCode === 0 || answer.linkCode === 11
  const outstation = question.fromMaster ? question.destination : question.source
  // Whichever end asks about the link: it stays an operation between this client and this server.
  tell('client', `link ${question.linkCode} ${outstation} ${ok}`, sink, () => ({
    operation: LINK_FUNCTIONS[question.linkCode]!,
    object: '',
    access: 'session',
    ok,
    error: ok === false ? (answer!.linkCode === 15 ? 'not supported' : 'not acknowledged') : '',
    part: partOf(outstation),
  }))
}

/** FNV-1a twice over with different primes, joined below 2^53. */
function signatureOf(bytes: Uint8Array, at: number, seed: number): number {
  let a = 0x811c9dc5 ^ seed
  let b = 0x01234567 + seed
  for (let i = at; i < bytes.length; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b)
  }
  return (a >>> 0) * 0x20_0000 + ((b ^ (b >>> 11)) & 0x1f_ffff)
}
