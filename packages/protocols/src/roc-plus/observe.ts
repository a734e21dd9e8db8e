/** ROC Plus in the platform's words. A question speaks when it is answered, refused, asked anew, or at the end. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { shownBytes } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import { closed, described, moved, opened } from './files.ts'
import { readParameters, wroteParameters } from './parameters.ts'
import { ERRORS, FILE, FILE_COMMANDS, OLD_OPCODES, OPCODES, ROC_TYPES } from './roc-plus.table.ts'
import type { Question, Roc, RocState } from './roc-plus.ts'

/** Questions of a conversation without an answer; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 16
const ERROR = 255

export function observe({ message: m, from, state }: SeenMessage<Roc, RocState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`roc-plus.${name}`)
  if (m.anomalies.includes('checksum')) return
  if (m.opcode === ERROR) {
    const last = [...state.open.values()].findLast((q) => q.from !== from)
    if (last === undefined) return
    state.open.delete(last.message.opcode)
    settle(last, m, false, state, sink)
    return
  }
  const open = state.open.get(m.opcode)
  const isAnswer = m.type === 'Response' || (m.type === 'Unknown' && (open !== undefined ? open.from !== from : from === 'server'))
  if (isAnswer) {
    if (open !== undefined && open.from !== from) {
      state.open.delete(m.opcode)
      settle(open, m, true, state, sink)
    } else told(m, from, undefined, state, sink)
    return
  }
  if (open !== undefined) settle(open, undefined, undefined, state, sink)
  else if (state.open.size >= MAX_OPEN) {
    const [opcode, oldest] = state.open.entries().next().value!
    state.open.delete(opcode)
    settle(oldest, undefined, undefined, state, sink)
  }
  state.open.delete(m.opcode)
  state.open.set(m.opcode, { message: m, from })
}

export function ended(state: RocState, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, undefined, state, sink)
  state.open.clear()
  for (const descriptor of [...state.files.keys()]) closed(state.files, descriptor, sink)
}

export const partOf = (unit: number, group: number): string => `unit ${unit} group ${group}`
const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')

function settle({ message: q, from }: Question, a: Roc | undefined, ok: boolean | undefined, state: RocState, sink: Sink): void {
  const part = partOf(q.destinationUnit, q.destinationGroup)
  const [words, access] = wordsOf(q)
  const object = objectOf(q)
  const error = ok === false ? errorsOf(a!) : ''
  if (from === 'server') sink.sayFrom('server', { kind: 'operation.done', operation: words, object, access, ok, error, part })
  else {
    const key = `${q.opcode} ${words} ${object} ${part} ${ok} ${error}`
    if (!sink.again(key)) sink.operation(key, { operation: words, object, access, ok, error, part })
  }
  if (a !== undefined && q.opcode !== 224) {
    sink.hint(other(from), 'role', 'flow computer', 0.5)
    sink.hint(other(from), 'vendor', 'Emerson', 0.8)
    sink.hint(other(from), 'role', 'flow computer', 0.5, part)
  }
  switch (q.opcode) {
    case 8:
      sink.sayFrom(from, { kind: 'time.set', to: clockOf(q.data), ok })
      break
    case 11: {
      const [table = 0, first = 0, count = 0] = q.data
      sink.wrote(`table ${table} ${span(first, count)}`, shownBytes(q.data.subarray(3), 32), 'bytes', ok, part)
      break
    }
    case 17:
      login(q, from, ok, sink)
      break
    case 166:
    case 181:
      wroteParameters(q, ok, part, sink)
      break
    case 203:
      askedOfFile(q, ok, state, sink)
      break
    default:
  }
  if (a !== undefined && ok) told(a, other(from), q, state, sink)
}

/** What an answer says by itself. */
function told(a: Roc, from: Side, q: Roc | undefined, state: RocState, sink: Sink): void {
  const part = q === undefined ? partOf(a.sourceUnit, a.sourceGroup) : partOf(q.destinationUnit, q.destinationGroup)
  switch (a.opcode) {
    case 6:
      configuration(a, from, part, sink)
      return
    case 167:
    case 180:
      readParameters(a, q, from, part, sink)
      return
    case 203:
      toldOfFile(a, state, sink)
      return
    default:
  }
}

function wordsOf(q: Roc): readonly [string, import('@isthmus/model').Access] {
  const old = OLD_OPCODES[q.opcode]
  if (old !== undefined) return old
  const known = OPCODES[q.opcode]
  if (known === undefined) return [`opcode ${q.opcode}`, 'unknown']
  const [, words, access] = known
  if (q.opcode === 17) {
    const length = q.data.length
    return [length === 11 || length === 76 ? 'logout' : length === 13 ? 'session key' : 'login', 'session']
  }
  if (q.opcode !== 203) return [words, access]
  const fields = q.contents[0]?.fields
  const command = fields?.command
  const isRead = command === FILE_COMMANDS[FILE.read] || String(command).startsWith('Read Directory')
  const opens = command === FILE_COMMANDS[FILE.open] && fields?.open_options === 'Open Read'
  return [`file ${String(command).toLowerCase()}`, isRead || opens || command === 'Close' ? 'read' : 'configure']
}

/** What the question is about, without what differs from one block to the next. */
function objectOf(q: Roc): string {
  const d = q.data
  switch (q.opcode) {
    case 10:
    case 11:
      return `table ${d[0] ?? 0} ${span(d[1] ?? 0, d[2] ?? 0)}`
    case 24:
      return `${d[0] ?? 0}/${d[1] ?? 0}, opcode ${d[10] ?? 0}`
    case 105:
    case 135:
    case 138:
      return `segment ${d[0] ?? 0} point ${d[1] ?? 0}`
    case 108:
    case 136:
    case 137:
      return `segment ${d[0] ?? 0}`
    case 166:
    case 167:
      return `${d[0] ?? 0}.${d[1] ?? 0}.${d[3] ?? 0}${(d[2] ?? 0) > 1 ? `..${(d[3] ?? 0) + d[2]! - 1}` : ''}`
    case 180:
    case 181:
      return d.length > 3 ? `${d[1]}.${d[2]}.${d[3]}${d[0]! > 1 ? ` and ${d[0]! - 1} more` : ''}` : ''
    case 203: {
      const fields = q.contents[0]?.fields
      return `${fields?.path ?? ''}${fields?.filename ?? ''}`
    }
    default:
      return ''
  }
}

const span = (first: number, count: number): string => `location ${first}${count > 1 ? `..${first + count - 1}` : ''}`

/** Pairs of code and offset (opcode 255). */
function errorsOf(a: Roc): string {
  const names: string[] = []
  for (let i = 0; i + 1 < a.data.length; i += 2) names.push((ERRORS[a.data[i]!] ?? `error ${a.data[i]}`).toLowerCase())
  return [...new Set(names)].join(', ')
}

/** Second, minute, hour, day, month, year u16: low byte first, unless that is no year. */
function clockOf(d: Uint8Array): string {
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, low = 0, high = 0] = d
  const little = low | (high << 8)
  const year = little >= 1970 && little < 2200 ? little : (low << 8) | high
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  return d.length < 7 || Number.isNaN(at) ? '' : new Date(at).toISOString()
}

function configuration(a: Roc, from: Side, part: string, sink: Sink): void {
  const fields = a.contents[0]?.fields
  if (fields === undefined || a.data.length < 19) return
  const [mode = 1] = a.data
  const model = ROC_TYPES[a.data[18]!]
  for (const where of [undefined, part]) {
    sink.hint(from, 'model', model, 1, where)
    sink.hint(from, 'hardware', String(fields.subtype), 0.8, where)
  }
  const detail = String(fields.system_mode)
  const key = `mode ${part} ${mode}`
  if (sink.again(key)) return
  sink.operation(key, { operation: 'system mode', object: detail.toLowerCase(), access: 'identify', ok: true, error: '', part })
  sink.sayFrom(other(from), { kind: 'mode.changed', mode: mode === 1 ? 'run' : 'program', by: 'report', detail, ok: undefined })
}

function login(q: Roc, from: Side, ok: boolean | undefined, sink: Sink): void {
  const { data } = q
  const isEnhanced = data.length === 71
  if (!isEnhanced && data.length !== 6) return
  const text = new TextDecoder('latin1')
  const name = text.decode(data.subarray(0, isEnhanced ? 30 : 3)).replace(/[\0 ]+$/, '')
  const user = /^[\x20-\x7e]*$/.test(name) ? name : ''
  sink.sayFrom(from, { kind: 'login.tried', user, domain: '', method: isEnhanced ? 'enhanced' : 'standard', ok })
  const secret = isEnhanced ? text.decode(data.subarray(30, 70)).replace(/[\0 ]+$/, '') : String(data[3]! | (data[4]! << 8))
  // With a session key the 40 bytes are enciphered.
  if (!/^[\x20-\x7e]+$/.test(secret)) return
  sink.sayFrom(from, { kind: 'credential.exposed', user, mask: maskSecret(secret), weakness: 'clear' })
}

function askedOfFile(q: Roc, ok: boolean | undefined, state: RocState, sink: Sink): void {
  const fields = q.contents[0]?.fields
  switch (fields?.command) {
    case 'Open':
      if (ok === true) state.opening = opened(`${fields.path}${fields.filename}`)
      return
    case 'Write':
      moved(state.files, Number(fields.file_descriptor), q.data.subarray(14), 'to-server')
      return
    case 'Close':
      closed(state.files, Number(fields.file_descriptor), sink)
      return
    case 'Delete':
      sink.say({ kind: 'configuration.changed', what: 'file deleted', value: `${fields.path}${fields.filename}`, ok })
      return
    default:
  }
}

function toldOfFile(a: Roc, state: RocState, sink: Sink): void {
  const fields = a.contents[0]?.fields
  if (fields?.command === 'Open' && state.opening !== undefined) {
    described(state.files, Number(fields.file_descriptor), state.opening, sink)
    state.opening = undefined
  } else if (fields?.command === 'Read') moved(state.files, Number(fields.file_descriptor), a.data.subarray(14), 'to-client')
}
