/** BACnet in the platform's words. Either end asks; what was asked by the server is said from its side. */
import type { AssetAttribute, Endpoint } from '@isthmus/model'
import type { SeenMessage, Side } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'
import { tellFile } from '../moving-file.ts'
import type { Sink } from '../protocol.ts'
import { type Access, ASKED_MANY, accessesOf, CHANGED, CHANGED_MANY, ONE, READ_MANY, WRITTEN_MANY, within } from './access.ts'
import { alarm, alarms } from './alarms.ts'
import {
  BVLC,
  BVLC_OPERATIONS,
  BVLC_RESULTS,
  COMMUNICATION,
  CONFIRMED,
  NETWORK_MESSAGES,
  PDU,
  REINITIALIZE,
  UNCONFIRMED,
} from './bacnet.table.ts'
import type { Bacnet } from './bacnet.ts'
import type { Dialogue } from './dialogue.ts'
import { fileOf, moved } from './files.ts'
import { ABORTS, ERRORS, REJECTS } from './names.table.ts'
import { objectName, propertyName } from './names.ts'
import { applicationValue, characters, dataTypeOf, dateText, objectId, type Tag, timeText, unsigned } from './tag.ts'
import { VENDORS } from './vendors.table.ts'

type Seen = SeenMessage<Bacnet, Dialogue>

const PRESENT_VALUE = 85
const DEVICE = 8
/** Properties that say how the process is: event state, out of service, present value, reliability, status flags. */
const PROCESS = new Set([36, 81, PRESENT_VALUE, 103, 104, 111])
/** §12.11: of the device object. */
const IDENTITY: Readonly<Record<number, AssetAttribute>> = {
  12: 'software',
  28: 'description',
  44: 'firmware',
  58: 'location',
  70: 'model',
  77: 'name',
  121: 'vendor',
  372: 'serial',
}
const VENDOR_IDENTIFIER = 120
const MAX_NAMED = 8
/** Networks of a router, hosts of a table. */
const MAX_CHILDREN = 64

export function observe(seen: Seen, sink: Sink): void {
  const { message: m, from } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`bacnet.${m.anomalies[i]}`)
  if (m.network >= 0) routing(m, from, sink)
  else if (m.pdu < 0) management(m, from, sink)
  else if (m.pdu === PDU.unconfirmed) announce(m, seen, sink)
  else if (m.pdu !== PDU.confirmed && m.pdu !== PDU.segmentAck && !m.more && m.asked !== undefined) settle(m.asked, m, seen, sink)
  else if (m.pdu === PDU.complexAck && !m.more && m.service === 12)
    for (const access of accessesOf(m.tags, ONE)) identify(access, m, from, sink)
}

export function ended(state: Dialogue, sink: Sink): void {
  if (state.file !== undefined) tellFile(state.file, sink)
  state.file = undefined
}

function say(sink: Sink, asker: Side, key: string, operation: Parameters<Sink['operation']>[1]): void {
  if (asker === 'server') sink.sayFrom('server', { kind: 'operation.done', ...operation })
  else if (!sink.again(key)) sink.operation(key, operation)
}

function routing(m: Bacnet, from: Side, sink: Sink): void {
  const [name, access] = NETWORK_MESSAGES[m.network] ?? [`network message 0x${m.network.toString(16)}`, 'unknown' as const]
  const operation = name.replaceAll('_', ' ')
  const object = m.networks.length === 0 ? '' : `network ${m.networks.slice(0, MAX_NAMED).join(', ')}`
  say(sink, from, `${operation}/${object}`, { operation, object, access, ok: undefined, error: '', part: undefined })
  if (m.network === 1) {
    sink.hint(from, 'type', 'router', 0.6)
    for (const network of m.networks.slice(0, MAX_CHILDREN)) {
      sink.hint(from, 'interface', `BACnet network ${network}`, 0.9)
      sink.hint(from, 'role', 'BACnet network', 0.9, `network ${network}`)
    }
  } else if (m.network === 6 && m.networks.length > 0)
    sink.sayFrom(from, { kind: 'configuration.changed', what: 'routing table', value: object, ok: undefined })
}

function management(m: Bacnet, from: Side, sink: Sink): void {
  if (m.bvlc === 0) {
    const refused = m.result !== 0
    const operation = {
      operation: 'broadcast management result',
      object: '',
      access: 'session' as const,
      ok: !refused,
      error: refused ? (BVLC_RESULTS[m.result] ?? `result ${m.result}`) : '',
      part: undefined,
    }
    say(sink, from === 'client' ? 'server' : 'client', `result ${m.result}`, operation)
    return
  }
  if (m.bvlc === BVLC.tableAck || m.bvlc === BVLC.foreignAck) {
    const role = m.bvlc === BVLC.tableAck ? 'BACnet broadcast manager' : 'BACnet foreign device'
    sink.hint(from, 'role', 'BACnet broadcast manager', 0.9)
    for (const ip of m.hosts.slice(0, MAX_CHILDREN)) sink.hint(from, 'role', role, 0.8, undefined, { ip, mac: undefined, port: undefined })
    return
  }
  const known = BVLC_OPERATIONS[m.bvlc]
  if (known === undefined) return
  if (m.bvlc === BVLC.registerForeign) sink.hint(from, 'role', 'BACnet foreign device', 0.6)
  const [operation, access] = known
  say(sink, from, operation, { operation, object: '', access, ok: undefined, error: '', part: undefined })
  if (m.bvlc === 1)
    sink.sayFrom(from, {
      kind: 'configuration.changed',
      what: 'broadcast distribution table',
      value: m.hosts.slice(0, MAX_NAMED).join(', '),
      ok: undefined,
    })
}

function announce(m: Bacnet, seen: Seen, sink: Sink): void {
  const { from } = seen
  const [name, access] = UNCONFIRMED[m.service] ?? [`unconfirmed service ${m.service}`, 'unknown' as const]
  const operation = name.replaceAll('_', ' ')
  const object = subjectOf(m)
  say(sink, from, `${operation}/${object}/${m.source ?? ''}`, { operation, object, access, ok: undefined, error: '', part: m.source })
  if (m.service === 0 || m.service === 1) iAm(m, from, sink)
  else if (m.service === 2) for (const access of accessesOf(m.tags, CHANGED)) report(access, m, from, sink)
  else if (m.service === 3) alarm(m, m.tags, from, sink)
  else if (m.service === 11) changedMany(m, from, sink)
  else if (m.service === 6 || m.service === 9) {
    const [date, time] = m.tags
    const to = date === undefined || time === undefined ? '' : `${dateText(date.data)} ${timeText(time.data)}`
    sink.sayFrom(from, { kind: 'time.set', to: m.service === 9 ? `${to} UTC` : to, ok: undefined })
  }
}

function subjectOf(m: Bacnet): string {
  const text = (tag: Tag | undefined): string => {
    const id = tag === undefined ? undefined : objectId(tag.data)
    return id === undefined ? '' : `${objectName(id.type)} ${id.instance}`
  }
  if (m.service === 0) return text(m.tags[0])
  if (m.service === 1) return text(m.tags[1])
  if (m.service === 2)
    return accessesOf(m.tags, CHANGED)
      .slice(0, 1)
      .map(({ object }) => tagOf(object, PRESENT_VALUE, undefined))
      .join()
  if (m.service === 7) {
    const name = m.tags.find((tag) => tag.isContext && tag.number === 3)
    return name === undefined ? text(m.tags.find((tag) => tag.isContext && tag.number === 2)) : characters(name.data)
  }
  if (m.service === 8 && m.tags.length === 2) return `device ${unsigned(m.tags[0]!.data)}..${unsigned(m.tags[1]!.data)}`
  return ''
}

/** Who spoke: the sender, the one a broadcast manager forwards for, or a device behind a router. */
function originOf(m: Bacnet): Endpoint | undefined {
  return m.origin === undefined ? undefined : { ip: m.origin, mac: undefined, port: undefined }
}

function iAm(m: Bacnet, from: Side, sink: Sink): void {
  const id = m.tags[0] === undefined ? undefined : objectId(m.tags[0].data)
  const host = originOf(m)
  sink.hint(from, 'type', 'building-controller', 0.7, m.source, host)
  if (id?.type === DEVICE) sink.hint(from, 'interface', `BACnet device ${id.instance}`, 1, m.source, host)
  if (m.service === 0 && m.tags.length >= 4) sink.hint(from, 'vendor', VENDORS[unsigned(m.tags[3]!.data)], 0.9, m.source, host)
  else if (m.service === 1 && m.tags[1] !== undefined && objectId(m.tags[1].data)?.type === DEVICE && m.tags[2] !== undefined) {
    sink.hint(from, 'name', characters(m.tags[2].data), 0.9, m.source, host)
  }
}

/** §13.15: subscription process, device and times, then the list of what changed. */
function changedMany(m: Bacnet, from: Side, sink: Sink): void {
  for (const access of accessesOf(within(m.tags, 4), CHANGED_MANY)) report(access, m, from, sink)
}

/** A question and its answer. */
function settle(q: Bacnet, a: Bacnet, { from, state }: Seen, sink: Sink): void {
  const asker: Side = from === 'client' ? 'server' : 'client'
  const ok = a.pdu === PDU.simpleAck || a.pdu === PDU.complexAck
  const [name, access] = CONFIRMED[q.service] ?? [`confirmed service ${q.service}`, 'unknown' as const]
  const object = objectOf(q)
  const error = ok ? '' : refusal(a)
  const key = `${q.service}/${object}/${error}/${a.source ?? ''}`
  say(sink, asker, key, { operation: name.replaceAll('_', ' '), object, access, ok, error, part: a.source })
  if (q.service === 12 && ok) {
    for (const one of accessesOf(a.tags, ONE)) readOne(one, a, key, from, sink)
  } else if (q.service === 14 && ok) {
    const accesses = accessesOf(a.tags, READ_MANY)
    for (const one of accesses) identify(one, a, from, sink)
    if (!sink.sameBytes(key, a.data)) for (const one of accesses) report(one, a, from, sink)
  } else if (q.service === 1 && ok) for (const one of accessesOf(q.tags, CHANGED)) report(one, q, asker, sink)
  else if (q.service === 2 && ok) alarm(q, q.tags, asker, sink)
  else if (q.service === 31 && ok) changedMany(q, asker, sink)
  else if ((q.service === 3 || q.service === 29) && ok) alarms(a, q.service === 29, asker, sink)
  else if ((q.service === 6 || q.service === 7) && ok) state.file = moved(q, a, state.file, asker, sink)
  else if (q.service === 15) for (const one of accessesOf(q.tags, ONE)) wrote(one, a, ok, asker, sink)
  else if (q.service === 16) for (const one of accessesOf(q.tags, WRITTEN_MANY)) wrote(one, a, ok, asker, sink)
  else if (q.service === 17 || q.service === 20) controlled(q, ok, asker, sink)
  else if (q.service >= 8 && q.service <= 11) {
    sink.sayFrom(asker, { kind: 'configuration.changed', what: name.replaceAll('_', ' '), value: object, ok })
  }
}

function readOne(one: Access, a: Bacnet, key: string, from: Side, sink: Sink): void {
  identify(one, a, from, sink)
  if (PROCESS.has(one.property) && !sink.sameBytes(key, a.data)) report(one, a, from, sink)
}

function refusal(a: Bacnet): string {
  if (a.pdu === PDU.error) return ERRORS[a.code] ?? `error ${a.code}`
  return a.pdu === PDU.reject ? `rejected: ${REJECTS[a.code] ?? a.code}` : `aborted: ${ABORTS[a.code] ?? a.code}`
}

function objectOf(q: Bacnet): string {
  const shape = q.service === 14 ? ASKED_MANY : q.service === 16 ? WRITTEN_MANY : ONE
  if ([12, 14, 15, 16, 26, 28].includes(q.service)) {
    const names = accessesOf(q.tags, shape).map(
      ({ object, property, index, priority }) =>
        `${objectName(object.type)} ${object.instance} ${propertyName(property)}${index === undefined ? '' : `[${index}]`}${priority === undefined ? '' : ` priority ${priority}`}`,
    )
    return names.length > MAX_NAMED ? `${names.slice(0, MAX_NAMED).join(', ')}, … ${names.length} properties` : names.join(', ')
  }
  if (q.service === 17) return COMMUNICATION[stateOf(q, 1)] ?? ''
  if (q.service === 6 || q.service === 7) return fileOf(q)
  if (q.service === 20) return REINITIALIZE[stateOf(q, 0)] ?? ''
  const first = q.tags.find(
    (tag) => tag.kind === 'value' && tag.data.length === 4 && (tag.isContext ? q.service !== 5 || tag.number === 1 : tag.number === 12),
  )
  const id = first === undefined ? undefined : objectId(first.data)
  return id === undefined ? '' : `${objectName(id.type)} ${id.instance}`
}

function stateOf(q: Bacnet, number: number): number {
  const tag = q.tags.find((t) => t.kind === 'value' && t.isContext && t.number === number)
  return tag === undefined ? -1 : unsigned(tag.data)
}

function tagOf(object: Access['object'], property: number, index: number | undefined): string {
  const name = `${objectName(object.type)} ${object.instance}`
  const full = property === PRESENT_VALUE ? name : `${name} ${propertyName(property)}`
  return index === undefined ? full : `${full}[${index}]`
}

/** A value the device `from` stated. */
function report(one: Access, m: Bacnet, from: Side, sink: Sink): void {
  if (one.object.type === DEVICE || !PROCESS.has(one.property) || one.hasError || one.values.length !== 1) return
  const value = one.values[0]!
  if (value.kind !== 'value') return
  const tag = tagOf(one.object, one.property, one.index)
  if (from === 'server') sink.read(tag, applicationValue(value), dataTypeOf(value), m.source)
  else {
    const what = { tag, part: m.source, value: applicationValue(value), dataType: dataTypeOf(value), quality: undefined, unit: undefined }
    sink.sayFrom('server', { kind: 'process.read', ...what })
  }
}

function wrote(one: Access, a: Bacnet, ok: boolean, asker: Side, sink: Sink): void {
  const value = one.values.find((tag) => tag.kind === 'value')
  if (value === undefined) return
  const tag = tagOf(one.object, one.property, one.index)
  // Null gives up the writer's claim on this priority: §19.2.
  const written = value.number === 0 && !value.isContext ? 'relinquished' : applicationValue(value)
  if (asker === 'client') sink.wrote(tag, written, dataTypeOf(value), ok, a.source)
  else {
    const what = { tag, part: a.source, value: written, dataType: dataTypeOf(value), quality: undefined, unit: undefined }
    sink.sayFrom('server', { kind: 'process.write', ...what, ok, previous: undefined })
  }
}

function identify({ object, property, values }: Access, m: Bacnet, from: Side, sink: Sink): void {
  const value = values[0]
  if (object.type !== DEVICE || value === undefined || value.isContext) return
  const attribute = IDENTITY[property]
  const host = originOf(m)
  if (attribute !== undefined && value.number === 7) sink.hint(from, attribute, characters(value.data).trim(), 1, m.source, host)
  else if (property === VENDOR_IDENTIFIER) sink.hint(from, 'vendor', VENDORS[unsigned(value.data)], 0.95, m.source, host)
}

function controlled(q: Bacnet, ok: boolean, asker: Side, sink: Sink): void {
  const first = q.service === 17 ? 1 : 0
  const state = stateOf(q, first)
  const secret = q.tags.find((tag) => tag.kind === 'value' && tag.isContext && tag.number === first + 1)
  const password = secret === undefined ? '' : characters(secret.data)
  if (password !== '') {
    sink.sayFrom(asker, { kind: 'credential.exposed', user: '', mask: maskSecret(password), weakness: 'clear' })
    sink.sayFrom(asker, { kind: 'login.tried', user: '', domain: '', method: 'BACnet password', ok })
  }
  if (q.service === 17) {
    const detail = `communication ${COMMUNICATION[state] ?? state}`
    sink.sayFrom(asker, { kind: 'mode.changed', mode: state === 0 ? 'run' : 'listen-only', by: 'command', detail, ok })
  } else if (state === 0 || state === 1) sink.sayFrom(asker, { kind: 'device.restarted', how: REINITIALIZE[state]!, ok })
  else sink.sayFrom(asker, { kind: 'configuration.changed', what: 'reinitialize device', value: REINITIALIZE[state] ?? String(state), ok })
}
