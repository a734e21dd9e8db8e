/** AMQP in the platform's words: who connects as whom, what is published, consumed and set up. */
import type { Access } from '@isthmus/model'
import { Reader, type SeenMessage, type Side } from '@isthmus/wire'
import { byteText, readable, textBytes } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Sink } from '../protocol.ts'
import type { Amqp, AmqpState } from './amqp.ts'
import { later, laterEnded } from './later.ts'
import { begin, expect, type Login, type Memory, memoryOf } from './memory.ts'
import { readEntries, textOf, type Value } from './typed.ts'

/** A body that is a number or a word on its own is a tag's value. */
const MAX_PLAIN = 32
const MAX_TEXT = 256

export const clip = (text: string): string => {
  const shown = readable(text)
  return shown.length > MAX_TEXT ? `${shown.slice(0, MAX_TEXT)}…` : shown
}

export function observe({ message: m, from, state }: SeenMessage<Amqp, AmqpState>, sink: Sink): void {
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`amqp.${m.anomalies[i]}`)
  const memory = memoryOf(state)
  switch (m.kind) {
    case 'opening':
      if (from === 'client') sink.hint('client', 'role', 'AMQP client', 0.6)
      // A broker that knows another version only answers with its own opening and hangs up.
      else if (state.version !== '1.0') sink.anomaly('amqp.version-refused', m.opening.join('.'))
      return
    case 'performative':
      later(m, from, memory, sink)
      return
    case 'method':
      if (m.method !== undefined) classic(m, from, memory, sink)
      return
    case 'header':
      if (from === 'client') sink.hint('client', 'software', clip(m.application), 0.5)
      return
    case 'body':
      plain(m, from, memory, sink)
      return
    default:
  }
}

export function ended(state: AmqpState, sink: Sink): void {
  const memory = state.memory as Memory | undefined
  if (memory === undefined) return
  loggedIn(memory, undefined, sink)
  for (const { operation, object, access } of memory.pending.values()) tell(operation, object, access, undefined, '', 'client', sink)
  laterEnded(memory)
}

export function tell(
  operation: string,
  object: string,
  access: Access,
  ok: boolean | undefined,
  error: string,
  side: Side,
  sink: Sink,
): void {
  const key = `${side} ${operation} ${object} ${ok} ${error}`
  if (side === 'client' && sink.again(key)) return
  const done = { operation, object, access, ok, error, part: undefined }
  if (side === 'client') sink.operation(key, done)
  else sink.sayFrom('server', { kind: 'operation.done', ...done })
}

export function loggedIn(memory: Memory, ok: boolean | undefined, sink: Sink): void {
  if (memory.login === undefined) return
  const { user, method } = memory.login
  memory.login = undefined
  sink.say({ kind: 'login.tried', user, domain: '', method, ok })
}

/** SASL as AMQP uses it: PLAIN is `\0user\0secret` (RFC 4616). */
export function login(mechanism: string, response: string, protocol: string, sink: Sink): Login {
  const method = `${protocol} ${clip(mechanism)}`
  if (mechanism === 'AMQPLAIN') {
    const table = readEntries(new Reader(textBytes(response)))
    const user = clip(textOf(table.get('LOGIN')))
    const secret = table.get('PASSWORD')
    if (typeof secret === 'string') exposed(user, secret, sink)
    return { user, method }
  }
  if (mechanism !== 'PLAIN') return { user: mechanism === 'ANONYMOUS' ? 'anonymous' : '', method }
  const [, user = '', secret] = response.split('\0')
  if (secret !== undefined) exposed(clip(user), secret, sink)
  return { user: clip(user), method }
}

function exposed(user: string, secret: string, sink: Sink): void {
  const weakness = user === 'guest' && secret === 'guest' ? 'default' : 'clear'
  sink.say({ kind: 'credential.exposed', user, mask: maskSecret(readable(secret)), weakness })
}

function classic(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const { name, access, object = [], answer, noWait } = m.method!
  switch (name) {
    case 'connection start':
      sink.hint('server', 'role', 'AMQP broker', 0.9)
      introduce('server', m.arguments.get('properties'), sink)
      return
    case 'connection start-ok':
      introduce('client', m.arguments.get('properties'), sink)
      memory.login = login(textOf(m.arguments.get('mechanism')), textOf(m.arguments.get('response')), 'AMQP', sink)
      return
    case 'connection tune':
      loggedIn(memory, true, sink)
      return
    case 'connection close':
    case 'channel close':
      closed(m, from, memory, sink)
      return
    default:
  }
  const place = object
    .map((argument) => clip(textOf(m.arguments.get(argument))))
    .filter((text) => text !== '')
    .join(' ')
  if (name === 'publish' || name === 'deliver' || name === 'get-ok' || name === 'return') {
    begin(memory, from, m.channel, place)
    sink.hint('client', 'role', 'AMQP client', 0.6)
    sink.hint('server', 'role', 'AMQP broker', 0.7)
    const error = name === 'return' ? reason(m) : ''
    tell(name, place, access, error === '' ? undefined : false, error, 'client', sink)
    return
  }
  if (from === 'client' && answer !== undefined) {
    const bits = m.arguments.get('bits')
    const pending = {
      operation: name,
      object: place,
      access: access as 'configure' | 'read' | 'session',
      answer: (m.number & ~0xff) + answer,
    }
    if (noWait !== undefined && typeof bits === 'number' && (bits & noWait) !== 0) tell(name, place, access, undefined, '', 'client', sink)
    else expect(memory, m.channel, pending)
    return
  }
  const waiting = memory.pending.get(m.channel)
  // A get is answered by a message or by nothing.
  if (from === 'server' && waiting !== undefined && (m.number === waiting.answer || m.number === waiting.answer + 1)) {
    memory.pending.delete(m.channel)
    tell(waiting.operation, waiting.object, waiting.access, true, '', 'client', sink)
  }
}

const reason = (m: Amqp): string => `${m.arguments.get('replyCode') ?? ''} ${clip(textOf(m.arguments.get('replyText')))}`.trim()

/** The server closes what it refuses. */
function closed(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const code = m.arguments.get('replyCode')
  if (code === 200 || code === 0) return
  const why = reason(m)
  if (code === 403 && memory.login !== undefined) loggedIn(memory, false, sink)
  const waiting = memory.pending.get(m.channel) ?? memory.pending.get(0)
  if (from === 'server' && waiting !== undefined) {
    memory.pending.delete(m.channel)
    tell(waiting.operation, waiting.object, waiting.access, false, why, 'client', sink)
    return
  }
  sink.say({ kind: 'device.diagnosed', what: `${m.method!.name.split(' ')[0]} closed by the ${from}: ${why}`, fault: true })
}

function introduce(side: Side, properties: Value, sink: Sink): void {
  if (!(properties instanceof Map)) return
  const text = (name: string): string => clip(textOf((properties as ReadonlyMap<string, Value>).get(name)))
  sink.hint(side, 'software', `${text('product')} ${text('version')}`.trim(), 0.9)
  sink.hint(side, 'description', text('platform'), 0.6)
  // RabbitMQ's nodes and clusters are named `rabbit@host`.
  sink.hint(side, 'name', /^\w+@([\w.-]+)$/.exec(text('cluster_name'))?.[1] ?? '', 0.6)
  sink.hint(side, 'name', text('connection_name'), 0.3)
}

function plain(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const tag = memory.contents.get(`${from} ${m.channel}`)
  if (tag !== undefined) plainValue(tag, m.payload, sink)
}

export function plainValue(tag: string, payload: Uint8Array, sink: Sink): void {
  if (tag === '' || payload.length === 0 || payload.length > MAX_PLAIN) return
  const text = byteText(payload).trim()
  if (/^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(text)) sink.read(tag, Number(text), 'number')
  else if (/^(?:true|false)$/i.test(text)) sink.read(tag, /^t/i.test(text), 'boolean')
}
