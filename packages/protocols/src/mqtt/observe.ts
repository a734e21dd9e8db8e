/** MQTT in the platform's words: who connects and how, which topics it uses, and Sparkplug's metrics as tags. */
import type { SeenMessage, Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { DATA_TYPES, IDENTITIES, REASONS, RETURN_CODES, VERSIONS } from './mqtt.table.ts'
import type { Connect, Mqtt, MqttState } from './mqtt.ts'
import { type Payload, takePayload, tellPayload } from './payload.ts'
import type { Metric, Sparkplug } from './sparkplug.ts'

type Name = { readonly name: string; readonly type: number }
type Memory = {
  login: Connect | undefined
  /** Names that births gave to aliases, by `group/node/device` and number. */
  readonly names: Map<string, Name>
  /** The publication whose content is passing, by who sends it. */
  readonly passing: { client: Payload | undefined; server: Payload | undefined }
}

/** Aliases remembered of one conversation. */
const MAX_NAMES = 16_384
/** A payload that is a number or a word on its own is a tag's value. */
const MAX_PLAIN = 32
const REFUSED = 0x80

export function observe({ message: m, asked, from, state }: SeenMessage<Mqtt, MqttState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`mqtt.${name}`)
  const memory = (state.seen ??= { login: undefined, names: new Map(), passing: { client: undefined, server: undefined } }) as Memory
  if (m.type === 3 || m.type === 0) memory.passing[from] = takePayload(m, memory.passing[from], from, sink)
  if (m.connect !== undefined) connects(m.connect, memory, sink)
  else if (m.type === 2) accepted(m, memory, state, sink)
  else if (m.type === 3) published(m, from, memory, sink)
  else if (m.type === 9 || m.type === 11) subscribed(m, asked, sink)
  else if (m.type === 14 && m.codes[0] !== undefined && m.codes[0] >= REFUSED) {
    const why = reasonOf(m.codes[0])
    say(sink, `disconnect ${why}`, { ...SESSION, operation: 'disconnect', ok: false, error: why })
  }
}

export function ended(state: MqttState, sink: Sink): void {
  const { login, passing } = (state.seen as Memory | undefined) ?? {}
  if (login !== undefined) answered(login, undefined, '', sink)
  for (const payload of [passing?.client, passing?.server]) if (payload !== undefined) tellPayload(payload, sink)
}

const SESSION = { object: 'broker', access: 'session', ok: undefined, error: '', part: undefined } as const

function say(sink: Sink, key: string, operation: OperationStatement): void {
  if (!sink.again(key)) sink.operation(key, operation)
}

function connects(c: Connect, memory: Memory, sink: Sink): void {
  sink.hint('client', 'role', 'mqtt client', 0.6)
  sink.hint('client', 'name', c.clientId, 0.4)
  sink.hint('client', 'user', c.user, 0.6)
  if (c.password !== undefined) sink.say({ kind: 'credential.exposed', user: c.user ?? '', mask: c.password, weakness: 'clear' })
  if (memory.login !== undefined) answered(memory.login, undefined, '', sink)
  memory.login = c
}

function accepted(m: Mqtt, memory: Memory, state: MqttState, sink: Sink): void {
  sink.hint('server', 'role', 'mqtt broker', 0.9)
  const code = m.codes[0] ?? 0
  const why = code === 0 ? '' : state.version === 5 || code >= REFUSED ? reasonOf(code) : (RETURN_CODES[code] ?? `code ${code}`)
  if (memory.login !== undefined) answered(memory.login, code === 0, why, sink)
  memory.login = undefined
}

function answered(c: Connect, ok: boolean | undefined, error: string, sink: Sink): void {
  const version = VERSIONS[c.version] ?? `version ${c.version}`
  say(sink, `connect ${c.clientId} ${ok} ${error}`, { ...SESSION, operation: `connect ${version}`, object: c.clientId, ok, error })
  const method = c.authMethod !== '' ? `mqtt ${c.authMethod}` : c.user === undefined ? 'mqtt anonymous' : 'mqtt password'
  sink.say({ kind: 'login.tried', user: c.user ?? '', domain: '', method, ok })
}

function subscribed(m: Mqtt, asked: Mqtt | undefined, sink: Sink): void {
  const operation = m.type === 9 ? 'subscribe' : 'unsubscribe'
  asked?.filters.forEach(({ filter }, i) => {
    const code = m.codes[i] ?? m.codes[0] ?? 0
    const ok = code < REFUSED
    const error = ok ? '' : reasonOf(code)
    say(sink, `${operation} ${filter} ${code}`, { operation, object: filter, access: 'read', ok, error, part: undefined })
  })
}

function published(m: Mqtt, from: Side, memory: Memory, sink: Sink): void {
  const operation = from === 'client' ? 'publish' : 'deliver'
  const key = `${operation} ${m.topic}`
  if (!sink.again(key)) {
    const access = from === 'server' ? 'read' : m.sparkplug?.kind.endsWith('CMD') === true ? 'control' : 'write'
    sink.operation(key, { operation, object: m.topic, access, ok: undefined, error: '', part: undefined })
  }
  if (m.sparkplug !== undefined) sparkplug(m.sparkplug, from, memory, sink)
  else if (m.payload.length > 0 && m.payload.length <= MAX_PLAIN && m.topic !== '') plain(m, sink)
}

function plain(m: Mqtt, sink: Sink): void {
  const text = byteText(m.payload).trim()
  if (/^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text)) sink.read(m.topic, Number(text), 'number')
  else if (/^(?:true|false)$/i.test(text)) sink.read(m.topic, /^t/i.test(text), 'boolean')
  else if (/^(?:on|off|open|closed?|online|offline)$/i.test(text)) sink.read(m.topic, text, 'text')
}

function sparkplug(p: Sparkplug, from: Side, memory: Memory, sink: Sink): void {
  if (p.kind === 'STATE') return
  const part = p.device === undefined ? p.node : `${p.node}/${p.device}`
  const source = `${p.group}/${part}`
  const isCommand = p.kind.endsWith('CMD')
  if (p.kind.endsWith('DEATH')) sink.say({ kind: 'device.diagnosed', what: `${source} offline`, fault: true })
  if (p.kind.endsWith('BIRTH')) born(p, source, part, from, memory, sink)
  for (const metric of p.metrics) {
    const { name, type } = nameOf(metric, source, memory)
    if (isCommand) commanded(name, metric, part, sink)
    if (metric.value === undefined || metric.isHistorical || name === 'bdSeq') continue
    const dataType = DATA_TYPES[metric.type || type] ?? ''
    if (isCommand) sink.wrote(`${p.group}/${name}`, metric.value, dataType, undefined, part)
    else sink.read(`${p.group}/${name}`, metric.value, dataType, part)
  }
}

function born(p: Sparkplug, source: string, part: string, from: Side, memory: Memory, sink: Sink): void {
  sink.say({ kind: 'device.diagnosed', what: `${source} online, ${p.metrics.length} metrics`, fault: false })
  for (const metric of p.metrics) {
    if (metric.alias !== undefined && metric.name !== '') {
      if (memory.names.size >= MAX_NAMES) memory.names.clear()
      memory.names.set(`${p.group}/${p.node} ${metric.alias}`, { name: metric.name, type: metric.type })
    }
    if (typeof metric.value !== 'string') continue
    const row = IDENTITIES.find(([pattern]) => pattern.test(metric.name))
    // A node speaks for itself; what a broker delivers is about some other host.
    if (row !== undefined) sink.hint(from, row[1], metric.value, from === 'client' && p.device === undefined ? 0.9 : 0.5, part)
  }
  if (from === 'client') sink.hint('client', 'role', 'sparkplug edge node', 0.8)
}

/** Aliases are unique across a node and its devices (Sparkplug 3.0 §6.4.6). */
function nameOf(metric: Metric, source: string, memory: Memory): Name {
  if (metric.name !== '' || metric.alias === undefined) return metric
  const [group, node] = source.split('/')
  return memory.names.get(`${group}/${node} ${metric.alias}`) ?? { name: `alias ${metric.alias}`, type: metric.type }
}

function commanded(name: string, metric: Metric, part: string, sink: Sink): void {
  if (name === 'Node Control/Reboot' && metric.value === true)
    sink.say({ kind: 'device.restarted', how: `${part}: ${name}`, ok: undefined })
  const key = `command ${part} ${name}`
  say(sink, key, { operation: 'sparkplug command', object: name, access: 'control', ok: undefined, error: '', part })
}

function reasonOf(code: number): string {
  return REASONS[code] ?? `code ${code}`
}
