/** DoIP in the platform's words: vehicles and testers, and what UDS services do to an ECU. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { ACTIVATION_RESULTS, ACTIVATIONS, HEADER_REFUSALS, MESSAGE_REFUSALS, NODES, REFUSALS, SERVICES, TYPE, TYPES } from './doip.table.ts'
import type { Doip, DoipState } from './doip.ts'
import { effect, objectOf } from './services.ts'
import type { Uds } from './uds.ts'

type Seen = SeenMessage<Doip, DoipState>

const MAX_OPEN = 64
const PENDING = 0x78
const ACTIVATED = 0x10

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, asked, from, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`doip.${m.anomalies[i]}`)
  if (m.anomalies.includes('truncated')) return
  switch (m.type) {
    case TYPE.nack:
      return sink.anomaly('doip.header-refused', HEADER_REFUSALS[m.code] ?? `code ${m.code}`)
    case TYPE.announcement:
      return announced(m, from, sink)
    case TYPE.identification:
    case TYPE.identificationEid:
    case TYPE.identificationVin:
      return tell(
        `${m.type} ${m.vin}`,
        { operation: TYPES[m.type]![0], object: m.vin || m.eid, access: 'identify', ok: undefined, error: '', part: undefined },
        sink,
      )
    case TYPE.activationResponse:
      return activated(m, asked, sink)
    case TYPE.statusResponse:
      sink.hint('server', 'role', NODES[m.node], 0.9)
      return tell('status', { operation: 'entity status', object: '', access: 'identify', ok: true, error: '', part: undefined }, sink)
    case TYPE.diagnosticNack:
      return sink.anomaly('doip.message-refused', `ECU ${hex4(m.source)}: ${MESSAGE_REFUSALS[m.code] ?? `code ${m.code}`}`)
    case TYPE.diagnostic:
      return m.uds === undefined ? undefined : diagnosed(m, m.uds, state, sink)
    default:
  }
}

export function ended(state: DoipState, sink: Sink): void {
  for (const { uds, ecu } of state.open.values()) settle(uds, undefined, ecu, state, sink)
  state.open.clear()
}

const hex4 = (n: number): string => `0x${n.toString(16).padStart(4, '0')}`

function tell(key: string, operation: OperationStatement, sink: Sink): void {
  if (!sink.again(key)) sink.operation(key, operation)
}

/** Nobody need have asked: then the vehicle is the side that speaks first. */
function announced(m: Doip, side: Side, sink: Sink): void {
  sink.hint(side, 'type', 'gateway', 0.6)
  sink.hint(side, 'role', 'vehicle', 0.9)
  if (/^[A-HJ-NPR-Z0-9]{17}$/.test(m.vin)) sink.hint(side, 'serial', m.vin, 0.9)
  sink.hint(side, 'description', `DoIP entity ${hex4(m.source)}`, 0.6)
}

function activated(m: Doip, asked: Doip | undefined, sink: Sink): void {
  const ok = m.code >= ACTIVATED
  const type = asked === undefined ? '' : (ACTIVATIONS[asked.activation] ?? `type ${asked.activation}`)
  const error = ok ? '' : (ACTIVATION_RESULTS[m.code] ?? `code ${m.code}`)
  const object = `tester ${hex4(m.target)} ${type}`.trim()
  tell(`activate ${object} ${error}`, { operation: 'activate routing', object, access: 'session', ok, error, part: undefined }, sink)
  sink.hint('client', 'role', 'diagnostic tester', 0.9)
}

/** Services are paired by ECU; one that is pending stays open. */
function diagnosed(m: Doip, uds: Uds, state: DoipState, sink: Sink): void {
  const ecu = uds.isAnswer ? m.source : m.target
  const key = (ecu << 8) | uds.service
  if (!uds.isAnswer) {
    const before = state.open.get(key)
    if (before !== undefined) settle(before.uds, undefined, before.ecu, state, sink)
    if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
    state.open.set(key, { uds: { ...uds, data: uds.data.slice() }, ecu })
    return
  }
  const question = state.open.get(key)
  if (question === undefined || uds.refusal === PENDING) return
  state.open.delete(key)
  settle(question.uds, uds, ecu, state, sink)
}

function settle(q: Uds, a: Uds | undefined, ecu: number, state: DoipState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.refusal < 0
  const error = ok === false ? (REFUSALS[a!.refusal] ?? `reason 0x${a!.refusal.toString(16)}`) : ''
  const part = `ECU ${hex4(ecu)}`
  const object = readable(objectOf(q))
  const [operation, access] = SERVICES[q.service] ?? [`service 0x${q.service.toString(16)}`, 'unknown' as const]
  tell(`${q.service} ${object} ${ecu} ${ok} ${error}`, { operation, object, access, ok, error, part }, sink)
  effect(q, a, ok, ecu, part, state, sink)
}
