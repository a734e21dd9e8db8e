/** DLMS in the platform's words: who opens an association with which security, and what is read, set and switched. */
import type { TagValue } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { Reader } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import type { Apdu, Result, Target } from './apdu.ts'
import { associated, ciphered, proven } from './association.ts'
import { type Data, newBudget, readData } from './data.ts'
import { ACCESS_RESULTS, APDU, CLASS_ACCESS, CLASSES, CONFIGURING, IDENTITY, SERVICE_ERRORS, STATE_ERRORS } from './dlms.table.ts'
import { type Dlms, type DlmsState, join, MAX_JOINED } from './dlms.ts'
import { controlName } from './hdlc.ts'

type Seen = SeenMessage<Dlms, DlmsState>

const MAX_OPEN = 16
const MAX_TAGS = 512
const SHORT_NAMES = -1
const NOTHING = new Uint8Array(0)

export function observe({ message: m, from, state }: Seen, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`dlms.${m.anomalies[i]}`)
  const { apdu, hdlc } = m
  if (hdlc !== undefined && (hdlc.control & 1) !== 0) link(controlName(hdlc.control), m, sink)
  if (apdu === undefined) return
  const part = partOf(from === 'client' ? m.destination : m.source)
  if (apdu.hides >= 0 || (apdu.security >= 0 && apdu.acse === undefined)) ciphered(apdu, from, part, sink)
  if (apdu.acse !== undefined) return associated(apdu, state, sink)
  switch (apdu.tag) {
    case APDU.get:
    case APDU.set:
    case APDU.action:
      if (apdu.block < 0 && apdu.targets.length > 0) ask(apdu, apdu.invoke, state, part, sink)
      return
    case APDU.readRequest:
    case APDU.writeRequest:
      return ask(apdu, SHORT_NAMES, state, part, sink)
    case APDU.getResponse:
      return apdu.kind === 2 ? blocks(apdu, state, part, sink) : answer(apdu, apdu.invoke, state, part, sink)
    case APDU.setResponse:
    case APDU.actionResponse:
      return answer(apdu, apdu.invoke, state, part, sink)
    case APDU.readResponse:
    case APDU.writeResponse:
      return answer(apdu, SHORT_NAMES, state, part, sink)
    case APDU.event:
    case APDU.dataNotification:
      return notified(apdu, part, sink)
    case APDU.exception:
      return sink.anomaly('dlms.exception', `${STATE_ERRORS[apdu.kind] ?? apdu.kind}: ${SERVICE_ERRORS[apdu.block] ?? apdu.block}`)
    default:
  }
}

export function ended(state: DlmsState, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, state, undefined, sink)
  state.open.clear()
}

/** The management logical device is the meter itself. */
const partOf = (logical: number): string | undefined => (logical <= 1 || logical > 0x3fff ? undefined : `logical device ${logical}`)

function link(name: string, m: Dlms, sink: Sink): void {
  if (name !== 'SNRM' && name !== 'DISC') return
  const operation = name === 'SNRM' ? 'connect link' : 'disconnect link'
  if (!sink.again(operation)) {
    sink.operation(operation, { operation, object: `client ${m.source}`, access: 'session', ok: undefined, error: '', part: undefined })
  }
}

function ask(apdu: Apdu, id: number, state: DlmsState, part: string | undefined, sink: Sink): void {
  const before = state.open.get(id)
  if (before !== undefined) settle(before, undefined, state, part, sink)
  if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
  // Raw data is the packet's.
  state.open.set(id, { ...apdu, raw: NOTHING })
}

function answer(apdu: Apdu, id: number, state: DlmsState, part: string | undefined, sink: Sink): void {
  const question = state.open.get(id)
  if (question === undefined) return
  state.open.delete(id)
  settle(question, apdu, state, part, sink)
}

/** Joins the blocks of a long value; the last one answers the question. */
function blocks(apdu: Apdu, state: DlmsState, part: string | undefined, sink: Sink): void {
  const question = state.open.get(apdu.invoke)
  if (question === undefined) return
  const before = apdu.block <= 1 || state.blocks === undefined ? undefined : state.blocks
  const whole = before === undefined ? apdu.raw.slice() : join(before, apdu.raw)
  state.blocks = whole.length > MAX_JOINED ? undefined : whole
  if (!apdu.isLast) return
  const results: Result[] = apdu.results.length > 0 ? [...apdu.results] : [{ code: 0, data: readData(new Reader(whole), newBudget()) }]
  state.blocks = undefined
  answer({ ...apdu, results }, apdu.invoke, state, part, sink)
}

export function nameOf({ classId, obis, item }: Target, isMethod: boolean): string {
  if (classId < 0) return obis
  const known = CLASSES[classId]
  const name = (isMethod ? known?.methods : known?.attributes)?.[item - 1]
  return `${obis} ${name === undefined || name === '' ? `${isMethod ? 'method' : 'attribute'} ${item}` : name}`
}

function settle(q: Apdu, a: Apdu | undefined, state: DlmsState, part: string | undefined, sink: Sink): void {
  const isMethod = q.tag === APDU.action
  for (let n = 0; n < q.targets.length; n++) {
    const target = q.targets[n]!
    const result = a?.results[n]
    const ok = result === undefined ? undefined : result.code === 0
    const error = ok === false ? (ACCESS_RESULTS[result!.code] ?? `result ${result!.code}`) : ''
    const argument = q.results[n]?.data ?? (isMethod ? q.results[0]?.data : undefined)
    describe(q.tag, target, ok, error, part, sink)
    if (q.tag === APDU.get || q.tag === APDU.readRequest) tellValue(target, result?.data, part, sink)
    else if (isMethod) acted(target, argument, ok, state, part, sink)
    else if (argument !== undefined) wrote(target, argument, ok, part, sink)
  }
}

function describe(tag: number, target: Target, ok: boolean | undefined, error: string, part: string | undefined, sink: Sink): void {
  const isMethod = tag === APDU.action
  const isRead = tag === APDU.get || tag === APDU.readRequest
  const operation = isRead ? 'get' : isMethod ? 'action' : 'set'
  const object = nameOf(target, isMethod)
  const key = `${operation} ${object} ${ok} ${error} ${part ?? ''}`
  if (sink.again(key)) return
  const isLogin = isMethod && target.classId === 15 && target.item === 1
  const access = isRead ? 'read' : isLogin ? 'session' : CLASS_ACCESS(target.classId, !isMethod)
  sink.operation(key, { operation, object, access, ok, error, part })
}

function tellValue(target: Target, data: Data | undefined, part: string | undefined, sink: Sink): void {
  if (data === undefined) return
  const tag = nameOf(target, false)
  if (!sink.sameBytes(`${part ?? ''} ${tag}`, encoded(data))) walk(tag, data, part, { left: MAX_TAGS }, sink)
  const attribute = target.item === 2 ? IDENTITY[target.obis] : undefined
  if (attribute !== undefined && typeof data.value === 'string') sink.hint('server', attribute, readable(data.value), 0.9, part)
  else if (attribute !== undefined && typeof data.value === 'number') sink.hint('server', attribute, String(data.value), 0.9, part)
}

const text = new TextEncoder()
const encoded = (data: Data): Uint8Array => (data.value === undefined ? new Uint8Array(0) : text.encode(String(data.value)))

function walk(tag: string, data: Data, part: string | undefined, budget: { left: number }, sink: Sink): void {
  if (budget.left <= 0) return
  if (data.value !== undefined) {
    budget.left--
    sink.read(tag, shown(data.value), data.type, part)
    return
  }
  for (let n = 0; n < data.parts.length && budget.left > 0; n++) walk(`${tag}[${n + 1}]`, data.parts[n]!, part, budget, sink)
}

const shown = (value: TagValue): TagValue => (typeof value === 'string' ? readable(value) : value)

function flat(data: Data): string {
  return data.value !== undefined ? String(shown(data.value)).slice(0, 128) : data.parts.slice(0, 8).map(flat).join(', ')
}

function wrote(target: Target, data: Data, ok: boolean | undefined, part: string | undefined, sink: Sink): void {
  const tag = nameOf(target, false)
  if (target.classId === 8 && target.item === 2) return sink.say({ kind: 'time.set', to: flat(data), ok })
  if (CONFIGURING.has(target.classId)) {
    // The secret of an association is the password itself.
    const value = target.classId === 15 && target.item === 7 ? '…' : flat(data)
    return sink.say({ kind: 'configuration.changed', what: tag, value, ok })
  }
  if (data.value !== undefined) sink.wrote(tag, shown(data.value), data.type, ok, part)
  else sink.wrote(tag, flat(data), data.type, ok, part)
}

function acted(
  target: Target,
  data: Data | undefined,
  ok: boolean | undefined,
  state: DlmsState,
  part: string | undefined,
  sink: Sink,
): void {
  const { classId, item } = target
  const what = nameOf(target, true)
  if (classId === 15 && item === 1) return proven(ok, state, sink)
  if (classId === 8) return sink.say({ kind: 'time.set', to: data === undefined ? what : flat(data), ok })
  if (classId === 18) return image(item, data, ok, state, sink)
  if (classId === 70) return sink.wrote(`${target.obis} output state`, item === 2, 'bool', ok, part)
  if (classId === 15 || classId === 64) sink.say({ kind: 'configuration.changed', what, value: '', ok })
  else if (CONFIGURING.has(classId)) sink.say({ kind: 'configuration.changed', what, value: data === undefined ? '' : flat(data), ok })
}

/** Image transfer (class 18): initiate names and sizes the image, activate makes the meter run it. */
function image(item: number, data: Data | undefined, ok: boolean | undefined, state: DlmsState, sink: Sink): void {
  if (item === 1 && data !== undefined) {
    const [name, size] = data.parts
    state.image = { name: String(name?.value ?? ''), bytes: typeof size?.value === 'number' ? size.value : 0 }
  } else if (item === 4) {
    const version = state.image?.name === '' ? undefined : state.image?.name
    sink.say({ kind: 'firmware.updated', version, bytes: state.image?.bytes ?? 0, ok })
  }
}

function notified(apdu: Apdu, part: string | undefined, sink: Sink): void {
  const target = apdu.targets[0]
  const object = target === undefined ? 'data' : nameOf(target, false)
  const operation = apdu.tag === APDU.event ? 'event notification' : 'data notification'
  const key = `${operation} ${object}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access: 'read', ok: true, error: '', part })
  const data = apdu.results[0]?.data
  if (data !== undefined) walk(target === undefined ? 'notification' : object, data, part, { left: MAX_TAGS }, sink)
}
