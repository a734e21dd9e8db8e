/** The MC protocol in the platform's words. A question speaks when it is answered, or when nothing answers it any more. */
import type { SeenMessage } from '@isthmus/wire'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { movePart, tellFile } from '../moving-file.ts'
import { take, tell } from '../program-section.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { eachValue, spanText } from './digits.ts'
import { COMMANDS, END_CODES } from './melsec.table.ts'
import type { Melsec, MelsecState } from './melsec.ts'
import type { Request } from './request.ts'

const MAX_FILES = 16

export function observe({ message: m, asked, state }: SeenMessage<Melsec, MelsecState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`melsec.${name}`)
  const key = m.frame === '3E' ? 0 : m.serial
  if (!m.isAnswer) {
    const displaced = state.open.put(key, m)
    if (displaced !== undefined) settle(displaced, undefined, state, sink)
    return
  }
  const question = state.open.take(key) ?? asked
  if (question !== undefined) settle(question, m, state, sink)
}

export function ended(state: MelsecState, sink: Sink): void {
  for (const question of state.open.drain()) settle(question, undefined, state, sink)
  closeFile(state, sink)
}

function closeFile(state: MelsecState, sink: Sink): void {
  if (state.section !== undefined) tell(state.section, sink)
  if (state.file !== undefined) tellFile(state.file, sink)
  state.section = undefined
  state.file = undefined
}

/** The host's own CPU needs no part; others lie behind it. */
function partOf({ network, station, module }: Melsec): string | undefined {
  if (network > 0 && station !== 0xff) return `network ${network} station ${station}`
  if (module >= 0x3e0 && module <= 0x3e3) return `CPU ${module - 0x3df}`
  return module < 0x200 ? `module 0x${module.toString(16).padStart(3, '0')}` : undefined
}

function settle(q: Melsec, a: Melsec | undefined, state: MelsecState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.endCode === 0
  const part = partOf(q)
  const key = operationKey(q, a, part)
  if (!sink.again(key)) sink.operation(key, describe(q, a, ok, part))
  if (ok && a !== undefined) {
    const reading = q.command === 0x0802 ? state.monitored : q.request
    if (isRead(q.command) && reading !== undefined && reading.spans.length > 0 && !sink.sameBytes(key, a.data))
      readValues(reading, a, part, sink)
  }
  observeRest(q, a, ok, part, state, sink)
}

const isRead = (command: number): boolean => command === 0x0401 || command === 0x0403 || command === 0x0406 || command === 0x0802

/** One number for a plain read of the host's own devices, the usual case. */
function operationKey(q: Melsec, a: Melsec | undefined, part: string | undefined): number | string {
  const span = q.request?.spans[0]
  if (q.command === 0x0401 && part === undefined && a?.endCode === 0 && span !== undefined) {
    return ((span.number % 0x100_0000) * 256 + span.device[0]) * 0x2000 + (span.count & 0xfff) * 2 + (span.unit === 'bit' ? 1 : 0)
  }
  return `${q.command}/${part ?? ''}/${a?.endCode ?? ''}/${objectOf(q)}`
}

function describe(q: Melsec, a: Melsec | undefined, ok: boolean | undefined, part: string | undefined): OperationStatement {
  const [operation, access] = COMMANDS[q.command] ?? [`command 0x${q.command.toString(16).padStart(4, '0')}`, 'unknown' as const]
  return { operation, object: objectOf(q), access, ok, error: ok === false ? errorName(a!.endCode) : '', part }
}

export const errorName = (code: number): string => END_CODES[code] ?? `end code 0x${code.toString(16).padStart(4, '0')}`

const NAMED = 8

function objectOf({ request, command }: Melsec): string {
  if (request === undefined || command === 0x1630 || command === 0x1631) return ''
  if (request.spans.length > 0) {
    const shown = request.spans.slice(0, NAMED).map(spanText).join(', ')
    return request.spans.length > NAMED ? `${shown}, … ${request.spans.length} items` : shown
  }
  if (request.text !== '') return request.text.slice(0, 256)
  return request.number >= 0 && (command & 0xff) === 0x13 ? `memory ${request.number}..${request.number + request.offset - 1}` : ''
}

function readValues(reading: Request, a: Melsec, part: string | undefined, sink: Sink): void {
  let at = 0
  for (const span of reading.spans) at = eachValue(span, a.coding, a.data, at, (tag, value, type) => sink.read(tag, value, type, part))
}

function wroteValues(q: Melsec, ok: boolean | undefined, part: string | undefined, sink: Sink): void {
  let at = 0
  for (const span of q.request!.spans)
    at = eachValue(span, q.coding, q.request!.data, at, (tag, value, type) => sink.wrote(tag, value, type, ok, part))
}

function observeRest(
  q: Melsec,
  a: Melsec | undefined,
  ok: boolean | undefined,
  part: string | undefined,
  state: MelsecState,
  sink: Sink,
): void {
  const { request } = q
  switch (q.command) {
    case 0x0101:
      if (ok && a !== undefined) identify(textOf(a.data.subarray(0, 16)), part, sink)
      return
    case 0x0801:
      if (ok) state.monitored = request
      return
    case 0x1401:
    case 0x1402:
    case 0x1406:
      if (request !== undefined) wroteValues(q, ok, part, sink)
      return
    case 0x1613:
    case 0x1601:
    case 0x141a:
    case 0x141b:
      if (request !== undefined && request.data.length > 0)
        sink.wrote(objectOf(q) || 'extended unit', hexText(request.data, SHOWN_BYTES), 'bytes', ok, part)
      return
    case 0x1001:
      // SH-080956ENG: 3 forces a run that another device stopped.
      sink.say({ kind: 'mode.changed', mode: 'run', by: 'command', detail: request?.number === 3 ? 'forced remote run' : 'remote run', ok })
      return
    case 0x1002:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'remote stop', ok })
      return
    case 0x1003:
      sink.say({ kind: 'mode.changed', mode: 'stop', by: 'command', detail: 'remote pause', ok })
      return
    case 0x1005:
      sink.say({ kind: 'configuration.changed', what: 'latched devices', value: 'cleared', ok })
      return
    case 0x1006:
      sink.say({ kind: 'device.restarted', how: 'remote reset', ok })
      return
    case 0x0e31:
      sink.say({ kind: 'configuration.changed', what: 'IP address', value: '', ok })
      return
    case 0x1630:
    case 0x1631:
      if (request !== undefined) password(q.command === 0x1630, request.text, ok, sink)
      return
    default:
      observeFiles(q, a, ok, state, sink)
  }
}

export function identify(model: string, part: string | undefined, sink: Sink): void {
  sink.hint('server', 'vendor', 'Mitsubishi Electric', 0.9, part)
  sink.hint('server', 'type', 'plc', 0.9, part)
  sink.hint('server', 'model', model, 1, part)
}

function password(isUnlock: boolean, secret: string, ok: boolean | undefined, sink: Sink): void {
  if (isUnlock) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'remote password', ok })
  if (secret !== '') sink.say({ kind: 'credential.exposed', user: '', mask: maskSecret(secret), weakness: 'clear' })
}

/** Files with these endings are what the controller executes. */
const PROGRAM = /\.(?:q?pg|prg)$/i

function observeFiles(q: Melsec, a: Melsec | undefined, ok: boolean | undefined, state: MelsecState, sink: Sink): void {
  const { request } = q
  if (request === undefined) return
  const name = state.files.get(request.number) ?? `file ${request.number}`
  switch (q.command) {
    case 0x1827:
      if (ok && a !== undefined && a.data.length >= 2) {
        if (state.files.size >= MAX_FILES) state.files.delete(state.files.keys().next().value!)
        state.files.set(pointerIn(a), request.text)
      }
      return
    case 0x1828:
      if (ok && a !== undefined) moved(name, false, a.data.subarray(a.coding === 'ascii' ? 4 : 2), request.offset === 0, ok, state, sink)
      return
    case 0x1829:
      moved(name, true, request.data, request.offset === 0, ok, state, sink)
      return
    case 0x182a:
      closeFile(state, sink)
      return
    default:
      if (COMMANDS[q.command]?.[1] === 'configure') {
        sink.say({ kind: 'configuration.changed', what: COMMANDS[q.command]![0], value: request.text, ok })
      }
  }
}

function moved(
  name: string,
  isWrite: boolean,
  data: Uint8Array,
  isStart: boolean,
  ok: boolean | undefined,
  state: MelsecState,
  sink: Sink,
): void {
  if (PROGRAM.test(name))
    state.section = take(state.section, isWrite ? 'program.downloaded' : 'program.uploaded', name, 'program', data, ok, sink, isStart)
  else state.file = movePart(state.file, name, isWrite ? 'to-server' : 'to-client', data, isStart, sink)
}

function pointerIn(a: Melsec): number {
  return a.coding === 'ascii' ? Number.parseInt(textOf(a.data.subarray(0, 4)), 16) : a.data[0]! | (a.data[1]! << 8)
}

export function textOf(data: Uint8Array): string {
  let text = ''
  for (const c of data) if (c >= 0x20 && c < 0x7f) text += String.fromCharCode(c)
  return text.trim()
}
