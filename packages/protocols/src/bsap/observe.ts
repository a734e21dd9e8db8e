/** BSAP in the platform's words: signals are tags under their names, writes by address take the name seen for it. */
import type { Access as Touch } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { APPLICATIONS, RDB_EXTENSIONS, RDB_NAMES } from './bsap.table.ts'
import type { Bsap, BsapState, Part } from './bsap.ts'
import { type Access, type Element, readElements, readQuestion } from './rdb.ts'

/** Questions without an answer; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 64
const MAX_NAMES = 8192
const NAMES_SHOWN = 4

export function observe({ message: m, from, state }: SeenMessage<Bsap, BsapState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`bsap.${name}`)
  const node = nodeOf(m)
  if (m.isQuestion) for (const part of m.parts) asked(part, from, node, state, sink)
  else if (m.isAnswer) for (const part of m.parts) answered(part, from, state, sink)
  else if (m.serial !== undefined) {
    const [words, access] = APPLICATIONS[m.serial.destinationFunction] ?? []
    if (words !== undefined) tell(from, words, '', access!, undefined, '', node, sink)
    if (m.serial.destinationFunction === 0x88) sink.say({ kind: 'time.set', to: '', ok: undefined })
  }
}

export function ended(state: BsapState, sink: Sink): void {
  for (const question of state.open.values()) settle(question, undefined, state, sink)
  state.open.clear()
}

function nodeOf({ serial }: Bsap): string | undefined {
  if (serial === undefined) return undefined
  return `node ${serial.destination ?? serial.address & 0x7f}`
}

function asked(part: Part, from: Side, node: string | undefined, state: BsapState, sink: Sink): void {
  const displaced = state.open.get(part.sequence)
  if (displaced !== undefined) settle(displaced, undefined, state, sink)
  else if (state.open.size >= MAX_OPEN) {
    const [sequence, oldest] = state.open.entries().next().value!
    state.open.delete(sequence)
    settle(oldest, undefined, state, sink)
  }
  state.open.delete(part.sequence)
  state.open.set(part.sequence, readQuestion(part, from, node))
}

function answered(part: Part, from: Side, state: BsapState, sink: Sink): void {
  const question = state.open.get(part.sequence)
  if (question === undefined || question.from === from) return
  state.open.delete(part.sequence)
  settle(question, part, state, sink)
}

function settle(q: Access, a: Part | undefined, state: BsapState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.status === 0
  const error = ok === false ? `error 0x${a!.status.toString(16).padStart(2, '0')}` : ''
  const [words, access] = wordsOf(q)
  tell(q.from, words, objectOf(q, state), access, ok, error, q.node, sink)
  if (a !== undefined && !state.isIntroduced) {
    state.isIntroduced = true
    const device: Side = q.from === 'client' ? 'server' : 'client'
    sink.hint(device, 'type', 'rtu', 0.5)
    sink.hint(device, 'role', 'BSAP slave', 0.6)
    sink.hint(device, 'vendor', 'Emerson', 0.5)
    sink.hint(q.from, 'role', 'BSAP master', 0.6)
  }
  if (q.application === 0xa1) extended(q, ok, sink)
  if (q.application !== 0xa0) return
  if ((q.code & 0x80) !== 0) wrote(q, ok, state, sink)
  else if (a !== undefined) readBack(q, a, state, sink)
}

function tell(
  from: Side,
  operation: string,
  object: string,
  access: Touch,
  ok: boolean | undefined,
  error: string,
  part: string | undefined,
  sink: Sink,
): void {
  if (from === 'server') return sink.sayFrom('server', { kind: 'operation.done', operation, object, access, ok, error, part })
  const key = `${operation} ${object} ${part ?? ''} ${error}${ok}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok, error, part })
}

function wordsOf(q: Access): readonly [string, Touch] {
  if (q.application === 0xa0) {
    const name = RDB_NAMES[q.code]?.toLowerCase().replaceAll('_', ' ') ?? `remote data base function 0x${q.code.toString(16)}`
    return [name, (q.code & 0x80) !== 0 ? 'write' : 'read']
  }
  if (q.application === 0xa1) {
    const extension = RDB_EXTENSIONS[q.code]
    if (extension !== undefined) return [extension[1], extension[2]]
  }
  return APPLICATIONS[q.application] ?? [`function 0x${q.application.toString(16)}`, 'unknown']
}

function objectOf(q: Access, state: BsapState): string {
  const names = q.names.length > 0 ? q.names : q.addresses.map((address) => nameOf(address, state))
  const distinct = [...new Set(names)].sort()
  return distinct.length <= NAMES_SHOWN ? distinct.join(', ') : `${distinct.length} signals`
}

function nameOf(address: number, state: BsapState): string {
  return state.names.get(address) ?? `0x${address.toString(16).padStart(4, '0')}`
}

function readBack(q: Access, a: Part, state: BsapState, sink: Sink): void {
  for (const { name, address, value } of readElements(a, q)) {
    if (name !== undefined && address !== undefined && (state.names.has(address) || state.names.size < MAX_NAMES))
      state.names.set(address, name)
    const tag = name ?? (address === undefined ? undefined : nameOf(address, state))
    if (tag !== undefined) sink.read(tag, value, typeOf(value), q.node)
  }
}

function wrote(q: Access, ok: boolean | undefined, state: BsapState, sink: Sink): void {
  q.values.forEach((value, i) => {
    const tag = q.names[i] ?? nameOf(q.addresses[i] ?? 0, state)
    if (typeof value !== 'string') sink.wrote(tag, value, typeOf(value), ok, q.node)
    else sink.sayFrom(q.from, { kind: 'configuration.changed', what: tag, value, ok })
  })
}

const typeOf = (value: Element['value']): string => (typeof value === 'number' ? 'analog' : 'logical')

function extended(q: Access, ok: boolean | undefined, sink: Sink): void {
  const name = RDB_EXTENSIONS[q.code]?.[0]
  if (name === 'RESET SYSTEM') sink.sayFrom(q.from, { kind: 'device.restarted', how: 'reset system', ok })
  else if (name === 'WRITE DATE AND TIME') sink.sayFrom(q.from, { kind: 'time.set', to: '', ok })
  else if (name === 'CHANGE LOCAL NODE ADDR')
    sink.sayFrom(q.from, { kind: 'configuration.changed', what: 'local node address', value: '', ok })
}
