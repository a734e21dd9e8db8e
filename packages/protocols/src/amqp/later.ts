/** AMQP 1.0: containers, links to addresses, transfers over them, SASL. */
import type { Side } from '@isthmus/wire'
import { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { PERFORMATIVES } from './amqp.table.ts'
import type { Amqp } from './amqp.ts'
import { attach, type Memory } from './memory.ts'
import { clip, loggedIn, login, plainValue, tell } from './observe.ts'
import { isDescribed, listOf, readValue, textOf, type Value } from './typed.ts'

/** Sections of a message that are looked at before its body. */
const MAX_SECTIONS = 16
/** Values of one map. */
const MAX_NAMED = 64
const PROPERTIES = 0x73
const DATA = 0x75
const VALUE = 0x77

export function later(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const { fields } = m
  switch (PERFORMATIVES[m.code]) {
    case 'init': {
      const response = fields[1] instanceof Uint8Array ? byteText(fields[1]) : ''
      memory.login = login(textOf(fields[0]), response, 'AMQP 1.0', sink)
      return
    }
    case 'outcome':
      loggedIn(memory, fields[0] === 0, sink)
      return
    case 'open':
      opened(fields, from, memory, sink)
      return
    case 'attach':
      attached(m, from, memory, sink)
      return
    case 'transfer':
      transferred(m, from, memory, sink)
      return
    case 'detach':
      refused(fields[2], 'link', from, sink)
      return
    case 'end':
    case 'close':
      refused(fields[0], PERFORMATIVES[m.code] === 'end' ? 'session' : 'connection', from, sink)
      return
    default:
  }
}

export function laterEnded(memory: Memory): void {
  memory.links.clear()
}

function opened(fields: readonly Value[], from: Side, memory: Memory, sink: Sink): void {
  const container = clip(textOf(fields[0]))
  sink.hint(from, 'role', from === 'client' ? 'AMQP client' : 'AMQP broker', 0.7)
  sink.hint(from, 'name', container, 0.3)
  const properties = fields[9]
  if (properties instanceof Map) {
    const text = (name: string): string => clip(textOf((properties as ReadonlyMap<string, Value>).get(name)))
    sink.hint(from, 'software', `${text('product')} ${text('version')}`.trim(), 0.9)
    sink.hint(from, 'description', text('platform'), 0.6)
  }
  if (from === 'client') memory.container = clip(textOf(fields[1]))
  else tell('open', memory.container, 'session', true, '', 'client', sink)
}

/** Role: false sends, true receives (§2.8.1). */
function attached(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const handle = Number(m.fields[1] ?? 0)
  const isReceiver = m.fields[2] === true
  const source = address(m.fields[5])
  const target = address(m.fields[6])
  const place = isReceiver ? source : target
  attach(memory, from, m.channel, handle, place === '' ? source || target : place)
  // The peer's attach repeats the link from its own side.
  if (from === 'client')
    tell(isReceiver ? 'attach receiver' : 'attach sender', place, isReceiver ? 'read' : 'write', undefined, '', 'client', sink)
}

const address = (terminus: Value): string => (isDescribed(terminus) ? clip(textOf(listOf(terminus.value)[0])) : '')

function transferred(m: Amqp, from: Side, memory: Memory, sink: Sink): void {
  const handle = Number(m.fields[0] ?? 0)
  const sections = sectionsOf(m.payload)
  const to = clip(textOf(listOf(sections.get(PROPERTIES))[2]))
  const place = memory.links.get(`${from} ${m.channel} ${handle}`) || to
  tell('transfer', place, from === 'client' ? 'write' : 'read', undefined, '', 'client', sink)
  const body = sections.get(DATA) ?? sections.get(VALUE)
  if (body instanceof Uint8Array) plainValue(place, body, sink)
  else if (place !== '') valueRead(place, body, sink)
}

/** A number, a truth, or a map of them: `speed` `rpm`. */
function valueRead(place: string, body: Value, sink: Sink): void {
  if (body instanceof Map) {
    for (const [name, value] of [...body].slice(0, MAX_NAMED))
      if (!(value instanceof Map)) valueRead(`${place} ${clip(String(name))}`, value, sink)
  } else if (typeof body === 'bigint') sink.read(place, Number(body), 'number')
  else if (typeof body === 'number' || typeof body === 'boolean') sink.read(place, body, typeof body)
}

/** §3.2: a message is described sections; one that goes on in the next transfer is cut. */
function sectionsOf(payload: Uint8Array): Map<number, Value> {
  const sections = new Map<number, Value>()
  const r = new Reader(payload)
  while (r.left > 0 && !r.short && sections.size < MAX_SECTIONS) {
    const section = readValue(r)
    if (!isDescribed(section) || sections.has(section.code)) break
    if (!r.short) sections.set(section.code, section.value)
  }
  return sections
}

function refused(error: Value, what: string, from: Side, sink: Sink): void {
  if (!isDescribed(error)) return
  const [condition, description] = listOf(error.value)
  const why = [clip(textOf(condition)), clip(textOf(description))].filter((text) => text !== '').join(': ')
  sink.say({ kind: 'device.diagnosed', what: `${what} closed by the ${from}: ${why}`, fault: true })
}
