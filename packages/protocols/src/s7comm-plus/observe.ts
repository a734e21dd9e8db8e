/** S7comm-plus in the platform's words. A question speaks when it is answered, displaced, or at the end. */
import type { Access } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { identifyClient, identifyServer, readIdentification } from './identify.ts'
import { objectName, objectOf } from './names.ts'
import { type PlusObject, readObjects } from './objects.ts'
import { deleted, isBlock, tellBlocks } from './program.ts'
import {
  ATTRIBUTE,
  ATTRIBUTES,
  ERRORS,
  EXECUTION_UNIT,
  FUNCTION,
  FUNCTIONS,
  MORE_FUNCTIONS,
  OPERATING_STATES,
} from './s7comm-plus.table.ts'
import type { PlusState, S7commPlus } from './s7comm-plus.ts'
import { readReturn, readValue, type Value, vlq } from './value.ts'
import { notified, readMany, subscribed, wroteMany } from './variables.ts'

const REQUEST = 0x31
const NOTIFICATION = 0x33
const RESPONSES: ReadonlySet<number> = new Set([0x02, 0x32])
const MAX_OPEN = 32
const FIRST_SESSION = 0x0120

export function observe({ message, asked, state }: SeenMessage<S7commPlus, PlusState>, sink: Sink): void {
  for (let i = 0; i < message.anomalies.length; i++) sink.anomaly(`s7comm-plus.${message.anomalies[i]}`)
  if (message.digestLength > 0 && !state.isProtected) {
    state.isProtected = true
    const object = `digest of ${message.digestLength} bytes`
    sink.operation('integrity', { operation: 'integrity protection', object, access: 'session', ok: true, error: '', part: undefined })
  }
  if (message.isOpen && (message.isContinued || message.opcode !== REQUEST)) return
  const m = message.completes?.message ?? message
  const question = message.completes?.asked ?? asked
  if (m.opcode === NOTIFICATION) {
    if (!sink.again(NOTIFICATION))
      sink.operation(NOTIFICATION, { operation: 'notification', object: '', access: 'read', ok: true, error: '', part: undefined })
    notified(m, state, sink)
  } else if (m.opcode === REQUEST) {
    if (state.open.has(m)) return
    if (state.open.size >= MAX_OPEN) {
      const oldest = state.open.values().next().value!
      state.open.delete(oldest)
      settle(oldest, undefined, state, sink)
    }
    state.open.add(m)
  } else if (RESPONSES.has(m.opcode) && question !== undefined) {
    state.open.delete(question)
    settle(question, m, state, sink)
  }
}

export function ended(state: PlusState, sink: Sink): void {
  for (const m of state.open) settle(m, undefined, state, sink)
  state.open.clear()
}

function settle(q: S7commPlus, a: S7commPlus | undefined, state: PlusState, sink: Sink): void {
  const answer = new Reader(a?.data ?? new Uint8Array(0))
  const code = a === undefined ? 0 : readReturn(answer)
  const ok = a === undefined ? undefined : code >= 0
  const named = FUNCTIONS[q.code]
  const [words, usual] = MORE_FUNCTIONS[q.code] ?? [
    named?.[0].toLowerCase() ?? `function 0x${q.code.toString(16).padStart(4, '0')}`,
    named?.[1] ?? 'unknown',
  ]
  const object = describe(q)
  const access = accessOf(q, object, usual)
  const key = `${q.code} ${object} ${ok} ${code}`
  if (!sink.again(key)) {
    const error = ok === false ? (ERRORS[code] ?? `error ${code}`) : ''
    sink.operation(key, { operation: words, object, access, ok, error, part: undefined })
  }
  switch (q.code) {
    case FUNCTION.create:
      created(q, answer, ok, state, sink)
      return
    case FUNCTION.delete:
      if (q.data.length >= 4) deleted(new Reader(q.data).u32(), ok, sink)
      return
    case FUNCTION.setVariable:
      setVariable(q, ok, sink)
      return
    case FUNCTION.setMany:
      wroteMany(q, ok, sink)
      return
    case FUNCTION.getMany:
      if (ok === true) readMany(q, answer, sink)
      return
    case FUNCTION.getStreamed:
      if (ok === true) streamed(q, answer, sink)
      return
    case FUNCTION.explore:
      if (ok === true) explored(answer, sink)
      return
    default:
  }
}

/** Blocks are the program; what a session or a subscription is asked about itself is neither read nor written. */
function accessOf(q: S7commPlus, object: string, usual: Access): Access {
  if (q.code === FUNCTION.create) return objectsAsked(q).some(isBlock) ? 'program' : usual
  if (q.code === FUNCTION.delete) return /^(DB|OB)\d/.test(object) ? 'program' : usual
  return /^(session|subscription)/.test(object) ? 'session' : usual
}

/** What the question is about: the first object, and the attribute where it is one. */
function describe(q: S7commPlus): string {
  const r = new Reader(q.data)
  switch (q.code) {
    case FUNCTION.create: {
      const first = objectsAsked(q).at(-1)
      const name = first?.attributes.get(ATTRIBUTE.name)?.shown
      // A session's name holds a number that no other session has.
      return typeof name === 'string' ? name.replace(/_[0-9A-Fa-f]{6,}$/, '') : ''
    }
    case FUNCTION.setVariable: {
      const object = r.u32()
      vlq(r)
      return objectOf(object, q.session, attributeName(vlq(r)))
    }
    case FUNCTION.getStreamed: {
      const object = r.u32()
      r.skip(2)
      vlq(r)
      return objectOf(object, q.session, attributeName(vlq(r)))
    }
    case FUNCTION.explore:
    case FUNCTION.delete:
    case FUNCTION.invoke:
    case FUNCTION.link:
      return objectOf(r.u32(), q.session, '')
    case FUNCTION.getMany:
    case FUNCTION.setMany: {
      const object = r.u32()
      return object === 0 ? 'variables' : objectOf(object, q.session, '')
    }
    default:
      return ''
  }
}

const attributeName = (id: number): string => ATTRIBUTES[id] ?? `attribute ${id}`

/** Where a question creates objects: container u32, a value, four bytes (five from version 2 on), then the objects. */
function objectsAsked(q: S7commPlus): PlusObject[] {
  const r = new Reader(q.data)
  r.u32()
  readValue(r)
  r.skip(4)
  if (r.left > 0 && r.peek() !== 0xa1) vlq(r)
  return readObjects(r)
}

function created(q: S7commPlus, answer: Reader, ok: boolean | undefined, state: PlusState, sink: Sink): void {
  const asked = objectsAsked(q)
  if (q.session === FIRST_SESSION) {
    identifyClient(asked, sink)
    const count = answer.u8()
    for (let i = 0; i < count && i < 16; i++) vlq(answer)
    identifyServer(readObjects(answer), answer.bytes, sink)
    return
  }
  subscribed(asked, answer, ok, state)
  tellBlocks(asked, 'program.downloaded', ok, sink)
}

function explored(answer: Reader, sink: Sink): void {
  answer.u32()
  if (answer.peek() !== 0xa1) vlq(answer)
  tellBlocks(readObjects(answer), 'program.uploaded', true, sink)
}

/** Object u32, number of attributes VLQ, the first's id VLQ, then its value. */
function setVariable(q: S7commPlus, ok: boolean | undefined, sink: Sink): void {
  const r = new Reader(q.data)
  const object = r.u32()
  vlq(r)
  const attribute = vlq(r)
  const value = readValue(r)
  if (object === EXECUTION_UNIT && attribute === ATTRIBUTE.operatingStateRequest) {
    const mode = OPERATING_STATES[Number(value.shown)] ?? 'unknown'
    sink.say({ kind: 'mode.changed', mode, by: 'command', detail: 'operating state request', ok })
  } else if (attribute === ATTRIBUTE.legitimation || attribute === ATTRIBUTE.sessionResponse)
    sink.say({ kind: 'login.tried', user: '', domain: '', method: 'S7comm-plus legitimation', ok })
  else if (attribute !== ATTRIBUTE.creditLimit && object !== q.session) {
    const what = `${objectName(object)} ${attributeName(attribute)}`
    sink.say({ kind: 'configuration.changed', what, value: shownOf(value), ok })
  }
}

const shownOf = (value: Value): string => (value.blob === undefined ? String(value.shown ?? '') : `${value.blob.length} bytes`)

/** Object u32, two bytes, count VLQ, attribute VLQ; the answer is its value. */
function streamed(q: S7commPlus, answer: Reader, sink: Sink): void {
  const r = new Reader(q.data)
  const object = r.u32()
  r.skip(2)
  vlq(r)
  const attribute = vlq(r)
  // From version 2 on a byte stands between return value and value.
  if (answer.left > 1 && answer.peek() === 0) answer.skip(1)
  const at = answer.at
  let value = readValue(answer)
  if (answer.short) {
    const again = new Reader(answer.bytes, Math.max(0, at - 1), answer.end)
    value = readValue(again)
  }
  if (attribute === ATTRIBUTE.identification && value.blob !== undefined) readIdentification(value.blob, sink)
  else if (attribute === ATTRIBUTE.effectiveProtection)
    sink.say({ kind: 'device.diagnosed', what: `effective protection level ${shownOf(value)}`, fault: false })
  else if (value.shown !== undefined && object !== q.session) sink.read(`${objectName(object)}.${attribute}`, value.shown, 'attribute')
}
