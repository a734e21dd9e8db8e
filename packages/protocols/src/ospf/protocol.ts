/** OSPF: what routers are, who speaks for a segment, and changes of both. */
import type { SeenMessage } from '@isthmus/wire'
import { readable } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { dissector, type Hello, type Ospf, type OspfState, TYPES } from './ospf.ts'
import { logs, zeek } from './zeek.ts'

const NOBODY = '0.0.0.0'
const MAX_NEIGHBOURS = 256
const PASSWORD = 1

function observe(seen: SeenMessage<Ospf, OspfState>, sink: Sink): void {
  const { message: m, from, state } = seen
  for (const name of m.anomalies) sink.anomaly(`ospf.${name}`)
  if (m.anomalies.length > 0) return
  if (!state.isKnown) {
    sink.hint(from, 'role', 'router', 0.95)
    sink.hint(from, 'type', 'router', 0.6)
    sink.hint(from, 'interface', `OSPF router ${m.router} area ${m.area}`, 0.9)
    if (m.authentication === PASSWORD)
      sink.say({ kind: 'credential.exposed', user: m.router, mask: maskSecret(readable(m.password)), weakness: 'clear' })
  }
  if (m.hello !== undefined) greeted(m.hello, state, from, sink)
  state.isKnown = true
  for (const a of m.advertisements) {
    for (const item of a.items) {
      const isDefault = item.prefix === '::/0' || (item.kind === 'external' && a.id === NOBODY && item.mask === NOBODY)
      if (isDefault) done('default route announced', a.router, 'configure', sink)
    }
  }
  const name = TYPES[m.type]
  if (name !== undefined) done(name.toLowerCase(), '', 'session', sink)
}

function greeted(hello: Hello, state: OspfState, from: 'client' | 'server', sink: Sink): void {
  changed('OSPF designated router', state.designated, hello.designated, from, sink)
  changed('OSPF backup designated router', state.backup, hello.backup, from, sink)
  state.designated = hello.designated
  state.backup = hello.backup
  for (const neighbour of hello.neighbours) {
    if (state.neighbours.has(neighbour) || state.neighbours.size >= MAX_NEIGHBOURS) continue
    state.neighbours.add(neighbour)
    if (state.isKnown) done('new neighbour', neighbour, 'session', sink)
  }
}

/** Nobody is chosen at first: only who follows somebody is a change. */
function changed(what: string, before: string, now: string, from: 'client' | 'server', sink: Sink): void {
  if (before !== '' && before !== NOBODY && before !== now)
    sink.sayFrom(from, { kind: 'configuration.changed', what, value: now, ok: true })
}

function done(operation: string, object: string, access: 'session' | 'configure', sink: Sink): void {
  const key = `${operation} ${object}`
  if (!sink.again(key)) sink.operation(key, { operation, object, access, ok: true, error: '', part: undefined })
}

/** Zeek itself has no word for it in conn.log. */
export const ospf: Protocol<Ospf, OspfState> = { dissector, service: '', observe, logs, zeek }
