/** LonTalk in the platform's words: nodes as parts, their network variables as tags, and what managers do to nodes. */
import type { SeenMessage } from '@isthmus/wire'
import { hexText, SHOWN_BYTES } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { CNIP_DATA, CNIP_TYPES, FORMAT, MANAGEMENT, MODES } from './lontalk.table.ts'
import type { Lontalk, LontalkState } from './lontalk.ts'

type Seen = SeenMessage<Lontalk, LontalkState>

const MAX_OPEN = 64
const RESPONSE = 2
const REQUEST = 0
const SUCCESS = 0x20
const SERVICE_PIN = 0x7f

export function observe({ message: m, state }: Seen, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`lontalk.${m.anomalies[i]}`)
  if (m.anomalies.includes('truncated')) return
  if (m.type !== CNIP_DATA) {
    const [operation, access] = CNIP_TYPES[m.type]!
    return tell(operation, { operation, object: '', access, ok: undefined, error: '', part: undefined }, sink)
  }
  if (m.selector >= 0) return variable(m, sink)
  if (m.format === FORMAT.session && m.kind === RESPONSE) return answered(m, state, sink)
  if (m.code < 0) return
  if (m.format === FORMAT.session && m.kind === REQUEST) {
    const key = keyOf(m.source, m.destination, m.transaction)
    if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
    state.open.set(key, { ...m, data: m.data.slice() })
    return
  }
  managed(m, undefined, sink)
}

export function ended(state: LontalkState, sink: Sink): void {
  for (const question of state.open.values()) managed(question, undefined, sink)
  state.open.clear()
}

const keyOf = (asker: string, asked: string, transaction: number): string => `${asker} ${asked} ${transaction}`
const partOf = (address: string): string => `node ${address}`

function tell(key: string, operation: OperationStatement, sink: Sink): void {
  if (!sink.again(key)) sink.operation(key, operation)
}

/** A node tells a variable to another, or asks for it; the types are the installation's. */
function variable(m: Lontalk, sink: Sink): void {
  const name = `nv 0x${m.selector.toString(16).padStart(4, '0')}`
  const isAsk = m.isPoll && m.data.length === 0
  const operation = isAsk ? 'poll network variable' : 'update network variable'
  tell(
    `${operation} ${name} ${m.source} ${m.destination}`,
    {
      operation,
      object: `${name} to ${m.destination}`,
      access: isAsk ? 'read' : 'write',
      ok: undefined,
      error: '',
      part: partOf(m.source),
    },
    sink,
  )
  if (m.data.length === 0) return
  const [first, second] = m.data as unknown as [number, number]
  if (m.data.length === 1) sink.read(name, first, 'uint8', partOf(m.source))
  else if (m.data.length === 2) sink.read(name, (first << 8) | second, 'uint16', partOf(m.source))
  else sink.read(name, hexText(m.data, SHOWN_BYTES), `octets ${m.data.length}`, partOf(m.source))
}

function answered(m: Lontalk, state: LontalkState, sink: Sink): void {
  // The node may have been asked by its neuron id.
  for (const [key, question] of state.open) {
    if (question.source !== m.destination || question.transaction !== m.transaction) continue
    if (question.destination !== m.source && !question.destination.startsWith('neuron')) continue
    state.open.delete(key)
    return managed(question, (m.code & SUCCESS) !== 0, sink)
  }
}

function managed(q: Lontalk, ok: boolean | undefined, sink: Sink): void {
  const known = MANAGEMENT[q.code]
  const [operation, access] = known ?? [`application message 0x${q.code.toString(16).padStart(2, '0')}`, 'unknown' as const]
  if (q.code === SERVICE_PIN) sink.hint('client', 'serial', `neuron ${hexText(q.data.subarray(0, 6))}`, 0.7, partOf(q.source))
  const object = q.destination
  tell(
    `${operation} ${object} ${ok}`,
    { operation, object, access, ok, error: ok === false ? 'failed' : '', part: partOf(q.destination) },
    sink,
  )
  if (known === undefined) return
  effect(q, operation, ok, sink)
}

function effect(q: Lontalk, operation: string, ok: boolean | undefined, sink: Sink): void {
  const node = partOf(q.destination)
  if (q.code === 0x6c) {
    const mode = MODES[q.data[0] ?? -1] ?? 'unknown'
    if (mode === 'reset') sink.say({ kind: 'device.restarted', how: `reset of ${node}`, ok })
    else if (mode === 'offline' || mode === 'online')
      sink.say({ kind: 'mode.changed', mode: mode === 'online' ? 'run' : 'stop', by: 'command', detail: `${node} ${mode}`, ok })
    else sink.say({ kind: 'configuration.changed', what: `state of ${node}`, value: hexText(q.data.subarray(1), SHOWN_BYTES), ok })
  } else if (q.code === 0x6e) {
    // Mode, address, count, form; then what is written.
    sink.say({
      kind: 'program.edited',
      section: `memory of ${node}`,
      sectionType: 'memory',
      bytes: Math.max(0, q.data.length - 5),
      hash: undefined,
      user: undefined,
      ok,
    })
  } else if (MANAGEMENT[q.code]![1] === 'configure') {
    // A key must not be told.
    const value = q.code === 0x65 || q.code === 0x63 ? '…' : hexText(q.data, SHOWN_BYTES)
    sink.say({ kind: 'configuration.changed', what: `${operation} of ${node}`, value, ok })
  }
}
