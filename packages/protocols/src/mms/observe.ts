/** MMS in the platform's words. A question speaks when it is answered, or when nothing answers it any more. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { ERROR } from './data.ts'
import { meetDevices } from './identity.ts'
import { DATA_ERRORS, ERRORS, LOGICAL, OBJECT_CLASSES, PDU, PHYSICAL, REJECTS, SERVICE, SERVICES } from './mms.table.ts'
import type { Mms } from './mms.ts'
import type { TypeNode } from './names.ts'
import { reported } from './report.ts'
import { keepNames, MAX_LISTS, MAX_OPEN, MAX_TYPES, type MmsState, otherSide } from './state.ts'
import { tellValue } from './tags.ts'
import { tell } from './teller.ts'
import { moveDomain, moveFile } from './transfer.ts'
import { readVariables, wroteVariables } from './variables.ts'

type Seen = SeenMessage<Mms, MmsState>

const MAX_SHOWN = 4

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`mms.${m.anomalies[i]}`)
  switch (m.pdu) {
    case PDU.request:
      return ask(from, m, state, sink)
    case PDU.response:
    case PDU.error:
      return answer(from, m, state, sink)
    case PDU.reject:
      if (m.invoke >= 0) return answer(from, m, state, sink)
      return sink.anomaly('mms.rejected', errorOf(m))
    case PDU.unconfirmed:
      if (m.service === 0) reported(from, m.body, seen.at, state, sink)
      else if (m.service === 1) tellStatus(from, m, sink)
      else event(from, m, sink)
      return
    case PDU.initiateResponse:
    case PDU.initiateError:
      return initiated(m, sink)
    case PDU.cancelRequest:
      return tell(from, `cancel ${from}`, sink, () => operation('cancel', '', 'control', undefined, ''))
    case PDU.concludeRequest:
      state.concluding = from
      return
    case PDU.concludeResponse:
    case PDU.concludeError:
      return concluded(m.pdu === PDU.concludeResponse, errorOf(m), state, sink)
    default:
  }
}

export function ended(state: MmsState, sink: Sink): void {
  for (const side of ['client', 'server'] as const) {
    for (const question of state.open[side].values()) settle(side, question, undefined, state, sink)
    state.open[side].clear()
  }
  concluded(undefined, '', state, sink)
}

function concluded(ok: boolean | undefined, error: string, state: MmsState, sink: Sink): void {
  const side = state.concluding
  if (side === undefined) return
  state.concluding = undefined
  tell(side, `conclude ${ok}`, sink, () => operation('conclude', '', 'session', ok, ok === false ? error : ''))
}

function ask(side: Side, m: Mms, state: MmsState, sink: Sink): void {
  const open = state.open[side]
  const displaced = open.get(m.invoke) ?? (open.size >= MAX_OPEN ? open.values().next().value : undefined)
  if (displaced !== undefined) {
    open.delete(displaced.invoke)
    settle(side, displaced, undefined, state, sink)
  }
  open.set(m.invoke, m)
}

function answer(from: Side, m: Mms, state: MmsState, sink: Sink): void {
  const side = otherSide(from)
  const question = state.open[side].get(m.invoke)
  if (question === undefined) {
    if (m.pdu === PDU.response && state.open[side].size > 0) sink.anomaly('mms.unsolicited')
    return
  }
  state.open[side].delete(m.invoke)
  if (m.pdu === PDU.response && m.service !== question.service) sink.anomaly('mms.service-mismatch')
  settle(side, question, m, state, sink)
}

function settle(side: Side, q: Mms, a: Mms | undefined, state: MmsState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.pdu === PDU.response
  if (q.service === SERVICE.read) return readVariables(side, q, a, ok, errorOf(a), state, sink)
  if (q.service === SERVICE.write) return wroteVariables(side, q, a, ok, errorOf(a), state, sink)
  tellService(side, q, ok, ok === false ? errorOf(a) : '', sink)
  act(side, q, ok, sink)
  if (a === undefined || ok !== true) return
  if (q.service >= SERVICE.initiateDownload && q.service <= SERVICE.terminateUpload) moveDomain(side, q, a, state, sink)
  else if (q.service >= SERVICE.fileOpen && q.service <= SERVICE.fileClose) moveFile(side, q, a, state, sink)
  else learn(otherSide(side), q, a, state, sink)
}

function operation(name: string, object: string, access: 'control' | 'session', ok: boolean | undefined, error: string) {
  return { operation: name, object, access, ok, error, part: undefined }
}

function tellService(side: Side, q: Mms, ok: boolean | undefined, error: string, sink: Sink): void {
  const key = ok === true ? q.signature : `${q.signature} ${ok} ${error}`
  tell(side, key, sink, () => {
    const [name, access] = SERVICES[q.service] ?? [`service ${q.service}`, 'unknown' as const]
    return { operation: name, object: objectOf(q), access, ok, error, part: undefined }
  })
}

/** What a question is about. */
export function objectOf({ service, body }: Mms): string {
  if (service === SERVICE.getNameList) {
    const what = OBJECT_CLASSES[body.objectClass] ?? `class ${body.objectClass}`
    return body.scope === '' ? what : `${what} of ${readable(body.scope)}`
  }
  if (body.list !== '') return readable(body.list)
  const names = body.variables.length > 0 ? body.variables : body.names
  const shown = names
    .slice(0, MAX_SHOWN)
    .map(readable)
    .join(service === SERVICE.fileRename || service === SERVICE.obtainFile ? ' to ' : ', ')
  return names.length > MAX_SHOWN ? `${shown}, … ${names.length} objects` : shown
}

/** What a refusal says; empty without one. */
export function errorOf(a: Mms | undefined): string {
  if (a === undefined || a.pdu === PDU.response) return ''
  const { errorClass, errorCode, text } = a.body
  if (a.pdu === PDU.reject) {
    const [what, why] = REJECTS[errorClass] ?? [`pdu ${errorClass}`, []]
    return `rejected ${what}: ${why[errorCode] ?? `reason ${errorCode}`}`
  }
  const [name, codes] = ERRORS[errorClass] ?? [`class ${errorClass}`, []]
  const error = `${name}: ${codes[errorCode] ?? `code ${errorCode}`}`
  return text === '' ? error : `${error} (${readable(text)})`
}

/** Why nothing of what was asked for came back, in words; empty where anything did: a device browsed whole always lacks something. */
export function failureOf(a: Mms | undefined): string {
  const values = a?.body.values ?? []
  const failed = values.find(({ kind }) => kind === ERROR)
  if (failed === undefined || values.some(({ kind }) => kind !== ERROR)) return ''
  return DATA_ERRORS[Number(failed.value)] ?? `error ${failed.value}`
}

/** Services that change the device beyond being an operation. */
function act(side: Side, q: Mms, ok: boolean | undefined, sink: Sink): void {
  const name = readable(q.body.names[0] ?? '')
  switch (q.service) {
    case SERVICE.start:
    case SERVICE.resume:
      return sink.sayFrom(side, { kind: 'mode.changed', mode: 'run', by: 'command', detail: `${SERVICES[q.service]![0]} ${name}`, ok })
    case SERVICE.stop:
    case SERVICE.reset:
    case SERVICE.kill:
      return sink.sayFrom(side, { kind: 'mode.changed', mode: 'stop', by: 'command', detail: `${SERVICES[q.service]![0]} ${name}`, ok })
    case SERVICE.deleteDomain:
    case SERVICE.createProgram:
    case SERVICE.deleteProgram: {
      const sectionType = q.service === SERVICE.deleteDomain ? 'deleted domain' : SERVICES[q.service]![0].replace(' ', 'd ')
      return sink.sayFrom(side, { kind: 'program.edited', section: name, sectionType, bytes: 0, hash: undefined, user: undefined, ok })
    }
    case SERVICE.fileDelete:
    case SERVICE.fileRename:
      return sink.sayFrom(side, { kind: 'configuration.changed', what: SERVICES[q.service]![0], value: objectOf(q), ok })
    case SERVICE.defineNamedVariableList:
    case SERVICE.deleteNamedVariableList:
      return sink.sayFrom(side, { kind: 'configuration.changed', what: SERVICES[q.service]![0], value: objectOf(q), ok })
    default:
  }
}

/** What an answer says of the device, and what later values are named by. */
function learn(about: Side, q: Mms, a: Mms, state: MmsState, sink: Sink): void {
  const { body } = a
  switch (q.service) {
    case SERVICE.identify:
      sink.hint(about, 'vendor', readable(body.vendor), 1)
      sink.hint(about, 'model', readable(body.model), 1)
      sink.hint(about, 'firmware', readable(body.revision), 0.9)
      return
    case SERVICE.status:
      return tellStatus(about, a, sink)
    case SERVICE.getNameList:
      if (q.body.objectClass === 9 && !state.isTase2) meetDevices(about, body.names, state, sink)
      return
    case SERVICE.readJournal:
      body.names.forEach((name, n) => void tellValue(about, name, body.values[n]!, state, sink))
      return
    case SERVICE.getVariableAccessAttributes:
      if (body.type !== undefined && q.body.variables[0] !== undefined) {
        keepNames(state, state.types, q.body.variables[0], body.type, sizeOf(body.type), MAX_TYPES)
      }
      return
    case SERVICE.getNamedVariableListAttributes:
      keepNames(state, state.lists, q.body.list, body.variables, body.variables.length, MAX_LISTS)
      return
    case SERVICE.defineNamedVariableList:
      keepNames(state, state.lists, q.body.list, q.body.variables, q.body.variables.length, MAX_LISTS)
      return
    default:
  }
}

const sizeOf = (type: TypeNode): number => type.parts.reduce((sum, part) => sum + sizeOf(part), 1)

function tellStatus(about: Side, { body }: Mms, sink: Sink): void {
  const physical = PHYSICAL[body.physical]
  if (physical !== undefined) sink.hint(about, 'state', physical, 0.9)
  if (body.physical > 0) sink.sayFrom(about, { kind: 'device.diagnosed', what: `${physical ?? `status ${body.physical}`}`, fault: true })
  if (body.logical > 0) {
    sink.sayFrom(about, { kind: 'device.diagnosed', what: LOGICAL[body.logical] ?? `logical status ${body.logical}`, fault: false })
  }
}

function event(from: Side, m: Mms, sink: Sink): void {
  const object = readable(m.body.names[0] ?? '')
  tell(otherSide(from), `event ${object}`, sink, () => ({
    operation: 'event notification',
    object,
    access: 'read',
    ok: true,
    error: '',
    part: undefined,
  }))
}

function initiated(m: Mms, sink: Sink): void {
  const ok = m.pdu === PDU.initiateResponse
  const error = ok ? '' : errorOf(m)
  tell('client', `initiate ${error}`, sink, () => operation('initiate', '', 'session', ok, error))
}
