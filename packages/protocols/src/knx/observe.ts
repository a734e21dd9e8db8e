/** KNX in the platform's words: gateways and their names, group values, and what programs devices. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { hexText, readable, SHOWN_BYTES } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import type { Telegram } from './cemi.ts'
import { APCI, CODE, CONNECTIONS, PROPERTIES, SERVICE, SERVICES, STATUS } from './knx.table.ts'
import type { Knx, KnxState } from './knx.ts'

type Seen = SeenMessage<Knx, KnxState>

const MAX_OPEN = 64
const UNPROGRAMMED = '15.15.255'

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from, asked, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`knx.${m.anomalies[i]}`)
  if (m.anomalies.includes('truncated')) return
  if (m.device !== undefined) introduce(m, sink)
  if (m.telegram !== undefined) return telegram(m.telegram, from, m.service === SERVICE.routing, state, sink)
  switch (m.service) {
    case SERVICE.connectResponse:
      return connected(m, asked, sink)
    case SERVICE.searchRequest:
    case SERVICE.searchRequestExtended:
      return tell('search', service(m, '', 'identify', undefined), sink)
    case SERVICE.disconnectRequest:
      return tell('disconnect', service(m, '', 'session', undefined), sink)
    case SERVICE.featureSet:
    case SERVICE.basicConfiguration:
      sink.say({ kind: 'configuration.changed', what: SERVICES[m.service]![0], value: '', ok: undefined })
      return tell(SERVICES[m.service]![0], service(m, '', 'configure', undefined), sink)
    case SERVICE.remoteReset:
      return sink.say({ kind: 'device.restarted', how: 'remote reset', ok: undefined })
    case SERVICE.routingLost:
      return sink.sayFrom(from, { kind: 'device.diagnosed', what: 'routing messages lost', fault: true })
    case SERVICE.secureWrapper:
      return tell('secure', service(m, '', 'unknown', undefined), sink)
    case SERVICE.sessionAuthenticate:
      return tell('authenticate', service(m, '', 'session', undefined), sink)
    case SERVICE.sessionStatus:
      // 0 authenticated, 1 failed, 2 unauthenticated, 3 timeout, 5 closed.
      if (m.status <= 1) sink.say({ kind: 'login.tried', user: '', domain: '', method: 'KNX IP Secure', ok: m.status === 0 })
      return
    default:
  }
}

export function ended(state: KnxState, sink: Sink): void {
  for (const telegram of state.open.values()) settle(telegram, undefined, sink)
  state.open.clear()
}

function service(m: Knx, object: string, access: OperationStatement['access'], ok: boolean | undefined): OperationStatement {
  return { operation: SERVICES[m.service]![0], object, access, ok, error: '', part: undefined }
}

function tell(key: string, operation: OperationStatement, sink: Sink): void {
  if (!sink.again(key)) sink.operation(key, operation)
}

function introduce({ device, manufacturer }: Knx, sink: Sink): void {
  const { name, serial, address, inProgramming } = device!
  sink.hint('server', 'type', 'building-controller', 0.7)
  sink.hint('server', 'role', 'knx gateway', 0.9)
  sink.hint('server', 'name', readable(name), 0.9)
  sink.hint('server', 'serial', serial, 1)
  sink.hint('server', 'description', `KNX ${address}`, 0.7)
  if (manufacturer > 0) sink.hint('server', 'vendor', `KNX manufacturer ${manufacturer}`, 0.3)
  if (inProgramming)
    sink.sayFrom('server', { kind: 'mode.changed', mode: 'program', by: 'report', detail: 'programming mode', ok: undefined })
}

function connected(m: Knx, asked: Knx | undefined, sink: Sink): void {
  const ok = m.status === 0
  const object = CONNECTIONS[asked?.connection ?? m.connection] ?? ''
  const error = ok ? '' : (STATUS[m.status] ?? `status ${m.status}`)
  tell(`connect ${object} ${error}`, { operation: 'connect', object, access: 'session', ok, error, part: undefined }, sink)
  if (ok && m.tunnel !== '' && m.tunnel !== UNPROGRAMMED) sink.read('tunnel address', m.tunnel, 'individual address')
}

function telegram(t: Telegram, from: Side, isRouted: boolean, state: KnxState, sink: Sink): void {
  if (t.property >= 0) return property(t, sink)
  if (t.code === CODE.resetRequest) return sink.say({ kind: 'device.restarted', how: 'reset', ok: undefined })
  if (t.apci < 0) return
  const key = `${t.destination} ${t.apci}`
  if (t.code === CODE.dataConfirm) {
    const question = state.open.get(key)
    if (question === undefined) return
    state.open.delete(key)
    return settle(question, !t.isRefused, sink)
  }
  if (t.code === CODE.dataRequest && from === 'client' && !isRouted) {
    if (state.open.size >= MAX_OPEN) state.open.delete(state.open.keys().next().value!)
    // The data is the packet's: kept as a copy.
    state.open.set(key, { ...t, data: t.data.slice() })
    return
  }
  heard(t, sink)
}

/** What a client sent into the line. */
function settle(t: Telegram, ok: boolean | undefined, sink: Sink): void {
  const [operation, access] = APCI[t.apci] ?? [`service 0x${t.apci.toString(16)}`, 'unknown' as const]
  tell(
    `${operation} ${t.destination} ${ok}`,
    { operation, object: t.destination, access, ok, error: ok === false ? 'not confirmed' : '', part: undefined },
    sink,
  )
  if (t.apci === 0x080 && t.value !== undefined) sink.wrote(t.destination, t.value, t.valueType, ok)
  else effect(t, ok, sink)
}

/** What somebody in the line said: its values are read here. */
function heard(t: Telegram, sink: Sink): void {
  const [operation, access] = APCI[t.apci] ?? [`service 0x${t.apci.toString(16)}`, 'unknown' as const]
  const seen = access === 'write' ? 'read' : access
  tell(
    `heard ${operation} ${t.destination}`,
    { operation, object: `${t.destination} from ${t.source}`, access: seen, ok: undefined, error: '', part: undefined },
    sink,
  )
  if (t.value !== undefined) sink.read(t.destination, t.value, t.valueType)
  else effect(t, undefined, sink)
}

function effect(t: Telegram, ok: boolean | undefined, sink: Sink): void {
  const to = t.destination
  if (t.apci === 0x380 || t.apci === 0x381) sink.say({ kind: 'device.restarted', how: `${APCI[t.apci]![0]} of ${to}`, ok })
  else if (t.apci === 0x0c0 || t.apci === 0x3de)
    sink.say({ kind: 'configuration.changed', what: 'individual address', value: hexText(t.data, SHOWN_BYTES), ok })
  else if (t.apci === 0x3d3) sink.say({ kind: 'configuration.changed', what: `access key of ${to}`, value: '…', ok })
  else if (t.apci === 0x3d7 || t.apci === 0x1ce) {
    const name = PROPERTIES[t.data[1] ?? -1] ?? `property ${t.data[1] ?? ''}`
    sink.say({ kind: 'configuration.changed', what: `${name} of ${to}`, value: hexText(t.data.subarray(4), SHOWN_BYTES), ok })
  } else if (t.apci === 0x280 || t.apci === 0x2c2 || t.apci === 0x1fb) {
    const section = `memory of ${to}`
    sink.say({
      kind: 'program.edited',
      section,
      sectionType: 'memory',
      bytes: Math.max(0, t.data.length - 2),
      hash: undefined,
      user: undefined,
      ok,
    })
  } else if (t.apci === 0x3d1) sink.say({ kind: 'login.tried', user: '', domain: to, method: 'KNX access key', ok })
}

/** Device management: properties of the gateway itself. */
function property(t: Telegram, sink: Sink): void {
  const name = `${t.object} ${PROPERTIES[t.property] ?? `property ${t.property}`}`
  const isWrite = t.code === CODE.propertyWriteRequest || t.code === CODE.propertyWriteConfirm
  const isAnswer = t.code === CODE.propertyReadConfirm || t.code === CODE.propertyWriteConfirm
  const ok = isAnswer ? t.elements > 0 : undefined
  if (!isAnswer && t.code !== CODE.propertyWriteRequest && t.code !== CODE.propertyInfo) return
  if (isWrite && !isAnswer)
    return sink.say({ kind: 'configuration.changed', what: name, value: hexText(t.data, SHOWN_BYTES), ok: undefined })
  const access = isWrite ? 'configure' : 'identify'
  tell(
    `${name} ${isWrite} ${ok}`,
    {
      operation: isWrite ? 'property write' : 'property read',
      object: name,
      access,
      ok,
      error: ok === false ? 'refused' : '',
      part: undefined,
    },
    sink,
  )
}
