/** CoAP in the platform's words. Either end may ask: a managed device is asked over the connection it opened. */
import type { Statement, TagValue } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { hideSecrets } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { Unanswered } from '../unanswered.ts'
import { DEVICE, FORMAT, METHODS, RESPONSES } from './coap.table.ts'
import { type Coap, type CoapState, codeText } from './coap.ts'
import { resources } from './lwm2m.ts'
import { valuesOf } from './values.ts'

/** Nothing borrowed: what the request's answer needs. */
type Question = {
  readonly side: Side
  readonly code: number
  readonly id: number
  readonly path: string
  readonly query: string
  readonly written: ReturnType<typeof tagsOf>
}

type Memory = { readonly open: Unanswered<Question>; hasAsked: boolean }

const MAX_TEXT = 256
const SIGNAL = 7
const ABORT = 0xe5

export function observe({ message: m, from, state }: SeenMessage<Coap, CoapState>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`coap.${m.anomalies[i]}`)
  if (m.anomalies.length > 0) return
  const memory = (state.memory ??= { open: new Unanswered<Question>(), hasAsked: false }) as Memory
  if (m.code === 0) {
    if (m.type === 3) refused(m, from, memory, sink)
    return
  }
  if (m.code >> 5 === SIGNAL) return signalled(m, from, sink)
  if (m.code >> 5 === 0) asked(m, from, memory, sink)
  else answered(m, from, memory, sink)
}

/** RFC 8323 §5: what a TCP connection's ends tell each other of it. */
function signalled(m: Coap, from: Side, sink: Sink): void {
  if (m.code === ABORT) sink.sayFrom(from, { kind: 'device.diagnosed', what: 'CoAP connection aborted', fault: true })
}

export function ended(state: CoapState, sink: Sink): void {
  const memory = state.memory as Memory | undefined
  if (memory !== undefined) for (const question of memory.open.drain()) tell(question, undefined, '', sink)
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')
/** An answer repeats the token; without one, the message id. */
const keyOf = (side: Side, m: Coap): string => `${side} ${m.token === '' ? `id ${m.id}` : m.token}`
const clip = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

function asked(m: Coap, from: Side, memory: Memory, sink: Sink): void {
  const path = `/${clip(readable(m.path))}`
  const query = clip(hideSecrets(readable(m.query)))
  const key = keyOf(from, m)
  const written = m.code === 1 || m.code === 5 ? [] : tagsOf(m, path)
  const question = { side: from, code: m.code, id: m.id, path, query, written }
  const displaced = memory.open.put(key, question)
  // The same message id again is the same request, sent once more.
  if (displaced !== undefined && displaced.id !== m.id) tell(displaced, undefined, '', sink)
  if (m.host !== '' && !/^[\d.:]+$/.test(m.host)) sink.hint(other(from), 'name', clip(readable(m.host)), 0.5)
  registers(m, from, sink)
  sink.hint(other(from), 'role', 'CoAP server', 0.5)
}

/** OMA LwM2M: a device names itself to its server. */
function registers(m: Coap, from: Side, sink: Sink): void {
  if (m.code !== 2 || (m.path !== 'rd' && m.path !== 'bs')) return
  const name = /(?:^|&)ep=([^&]*)/.exec(m.query)?.[1]
  if (name === undefined) return
  sink.hint(from, 'name', clip(readable(name)), 0.9)
  sink.hint(from, 'role', 'LwM2M client', 0.8)
  sink.hint(other(from), 'role', 'LwM2M server', 0.8)
}

function refused(m: Coap, from: Side, memory: Memory, sink: Sink): void {
  const question = memory.open.take(`${other(from)} id ${m.id}`)
  if (question !== undefined) tell(question, false, 'reset', sink)
}

function answered(m: Coap, from: Side, memory: Memory, sink: Sink): void {
  const key = keyOf(other(from), m)
  const question = memory.open.take(key)
  if (question === undefined) return
  // More of them follow: an observed resource (RFC 7641), a body in blocks (RFC 7959).
  if (m.observe >= 0) memory.open.put(key, question)
  const ok = m.code >> 5 === 2
  const number = (m.code >> 5) * 100 + (m.code & 31)
  tell(question, ok, ok ? '' : `${codeText(m.code)} ${RESPONSES[number] ?? ''}`.trim(), sink)
  if (ok && (question.code === 1 || question.code === 5)) contents(m, question, from, sink)
}

function contents(m: Coap, { path, side }: Question, from: Side, sink: Sink): void {
  if (m.format === FORMAT.links) {
    sink.hint(from, 'description', clip(`resources ${readable(byteText(m.payload.subarray(0, MAX_TEXT)))}`), 0.7)
    return
  }
  for (const { tag, value } of tagsOf(m, path)) {
    const device = /^\/3\/\d+\/(\d+)$/.exec(tag)?.[1]
    const attribute = device === undefined ? undefined : DEVICE[Number(device) as keyof typeof DEVICE]
    if (attribute !== undefined) sink.hint(other(side), attribute, String(value), 1)
    else sink.read(tag, value, typeof value)
  }
}

/** What a payload holds, by path; a part of it by path and name. */
function tagsOf({ payload, format }: Coap, path: string): { readonly tag: string; readonly value: TagValue }[] {
  if (format === FORMAT.lwm2mTlv) return resources(payload, path).map(({ path: tag, value }) => ({ tag, value }))
  return valuesOf(payload, format).map(({ name, value }) => ({ tag: name === '' ? path : `${path} ${name}`, value }))
}

function tell(q: Question, ok: boolean | undefined, error: string, sink: Sink): void {
  const [operation, access] = METHODS[q.code] ?? [codeText(q.code), 'unknown' as const]
  const object = q.path + (q.query === '' ? '' : `?${q.query}`)
  const key = `${q.side} ${operation} ${object} ${ok} ${error}`
  for (const { tag, value } of q.written) sink.wrote(tag, value, typeof value, ok)
  const said = executed(q, ok)
  if (said !== undefined) sink.sayFrom(q.side, said)
  if (q.side === 'client' && sink.again(key)) return
  const done = {
    operation,
    object,
    access: q.path === '/.well-known/core' ? ('identify' as const) : access,
    ok,
    error,
    part: undefined,
  }
  if (q.side === 'client') sink.operation(key, done)
  else sink.sayFrom('server', { kind: 'operation.done', ...done })
}

/** OMA LwM2M: resources that are executed (objects 3, device, and 5, firmware update). */
function executed({ code, path }: Question, ok: boolean | undefined): Statement | undefined {
  if (code !== 2) return undefined
  const [, object, resource] = /^\/([35])\/\d+\/(\d+)$/.exec(path) ?? []
  if (object === '3' && resource === '4') return { kind: 'device.restarted', how: 'reboot', ok }
  if (object === '3' && resource === '5') return { kind: 'device.restarted', how: 'factory reset', ok }
  return object === '5' && resource === '2' ? { kind: 'firmware.updated', version: undefined, bytes: 0, ok } : undefined
}
