/** S7comm-plus in the platform's words: sessions and identity, what is read, written and invoked, start and stop. */
import type { SeenMessage } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { EXECUTION_UNIT, FUNCTIONS, LEGITIMATION, OPERATING_STATE_REQUEST, OPERATING_STATES } from './s7comm-plus.table.ts'
import type { PlusState, S7commPlus } from './s7comm-plus.ts'

const REQUEST = 0x31
const RESPONSE = 0x32
const NOTIFICATION = 0x33
const MAX_OPEN = 32
const CREATE_OBJECT = 0x04ca
const SET_VARIABLE = 0x04f2
const latin1 = new TextDecoder('latin1')

export function observe({ message: m, asked, state }: SeenMessage<S7commPlus, PlusState>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`s7comm-plus.${m.anomalies[i]}`)
  if (m.opcode === NOTIFICATION) {
    if (!sink.again(NOTIFICATION)) {
      sink.operation(NOTIFICATION, { operation: 'notification', object: '', access: 'read', ok: true, error: '', part: undefined })
    }
  } else if (m.opcode === REQUEST) {
    if (state.open.size >= MAX_OPEN) {
      const oldest = state.open.values().next().value!
      state.open.delete(oldest)
      settle(oldest, undefined, sink)
    }
    state.open.add(m)
  } else if (m.opcode === RESPONSE && asked !== undefined) {
    state.open.delete(asked)
    settle(asked, m, sink)
  }
}

export function ended(state: PlusState, sink: Sink): void {
  for (const m of state.open) settle(m, undefined, sink)
  state.open.clear()
}

function settle(q: S7commPlus, a: S7commPlus | undefined, sink: Sink): void {
  // The answer's content begins with its return value, zero where the request was carried out.
  const ok = a === undefined ? undefined : a.data[0] === 0
  const key = q.code * 4 + (ok === undefined ? 2 : ok ? 1 : 0)
  const [name, access] = FUNCTIONS[q.code] ?? [`function 0x${q.code.toString(16).padStart(4, '0')}`, 'unknown']
  if (!sink.again(key)) {
    sink.operation(key, { operation: name.toLowerCase(), object: '', access, ok, error: ok === false ? 'refused' : '', part: undefined })
  }
  if (q.code === CREATE_OBJECT) {
    if (a !== undefined) identify(a.data, 'server', sink)
    identify(q.data, 'client', sink)
  } else if (q.code === SET_VARIABLE) setVariable(q.data, ok, sink)
}

/** `1;6ES7 215-1AG40-0XB0;V4.2`: how a controller names itself to a new session. Stations name the host: `…:hostname`. */
function identify(data: Uint8Array, about: 'client' | 'server', sink: Sink): void {
  const text = latin1.decode(data)
  const named = /(6[A-Z]{2}\d[ -][\w -]{8,16}?) *;[VS]? ?(\d+\.\d+(?:\.\d+)?)/.exec(text)
  if (named === null) return
  sink.hint(about, 'orderCode', named[1]!.trim(), 1)
  sink.hint(about, 'vendor', 'Siemens', 0.9)
  sink.hint(about, 'firmware', `V${named[2]}`, 1)
  if (about === 'server') sink.hint('server', 'type', 'plc', 0.8)
}

/** Object, number of addresses, attribute as VLQ, then flags, type and value. */
function setVariable(data: Uint8Array, ok: boolean | undefined, sink: Sink): void {
  const object = ((data[0] ?? 0) << 24) | ((data[1] ?? 0) << 16) | ((data[2] ?? 0) << 8) | (data[3] ?? 0)
  const [attribute, at] = vlq(data, 5)
  if (object === EXECUTION_UNIT && attribute === OPERATING_STATE_REQUEST) {
    const [value] = vlq(data, at + 2)
    sink.say({ kind: 'mode.changed', mode: OPERATING_STATES[value] ?? 'unknown', by: 'command', detail: 'operating state request', ok })
  } else if (attribute === LEGITIMATION) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'S7comm-plus legitimation', ok })
}

/** Seven bits a byte, the high bit while more follow; at most five bytes. */
function vlq(data: Uint8Array, from: number): [value: number, next: number] {
  let value = 0
  let at = from
  for (; at < data.length && at < from + 5; at++) {
    value = value * 128 + (data[at]! & 0x7f)
    if ((data[at]! & 0x80) === 0) return [value, at + 1]
  }
  return [value, at]
}
