/**
 * PIM version 2: multicast routers find each other and build trees.
 *
 *   | version 4 bits = 2, type 4 | 0 | checksum u16 | …; hello: | option u16, length u16, value | … |   big-endian
 *
 * Spec: RFC 7761 §4.9.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'

export type Pim = {
  type: number
  holdTime: number | undefined
  priority: number | undefined
  generation: number | undefined
  anomalies: ('truncated' | 'unknown-type')[]
}
export type PimState = { generation: number | undefined }

const TYPES: Readonly<Record<number, string>> = {
  0: 'hello',
  1: 'register',
  2: 'register stop',
  3: 'join or prune',
  4: 'bootstrap',
  5: 'assert',
  6: 'graft',
  7: 'graft acknowledgement',
  8: 'candidate rendezvous point',
  9: 'state refresh',
  10: 'forwarder election',
  12: 'bulk',
}
const MAX_OPTIONS = 64

const dissector: Dissector<Pim, PimState> = {
  name: 'pim',
  ports: ['ip/103'],
  maxFrame: 65_535,
  start: () => ({ generation: undefined }),
  frame: (head) => (head.left < 4 ? NEED_MORE : head.peek() >> 4 === 2 ? head.left : NOT_MINE),
  parse(r) {
    const m: Pim = { type: r.u8('version and type') & 15, holdTime: undefined, priority: undefined, generation: undefined, anomalies: [] }
    r.note(TYPES[m.type] ?? 'unknown')
    if (TYPES[m.type] === undefined) m.anomalies.push('unknown-type')
    r.u8('flags')
    r.u16('checksum')
    if (m.type === 0) options(r, m)
    else r.view(r.left, 'content')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function options(r: Reader, m: Pim): void {
  for (let n = 0; n < MAX_OPTIONS && r.left >= 4; n++) {
    const type = r.u16('option')
    const body = r.sub(r.u16('length'), `option ${type}`)
    if (type === 1) m.holdTime = body.u16('hold time')
    else if (type === 19) m.priority = body.u32('priority')
    else if (type === 20) m.generation = body.u32('generation')
    if (body.short) r.short = true
  }
}

function observe({ message: m, from, state }: SeenMessage<Pim, PimState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`pim.${name}`)
  if (m.anomalies.length > 0) return
  sink.hint(from, 'role', 'multicast router', 0.9)
  // RFC 7761 §4.3.1: a new generation means that the router has started anew.
  if (m.generation !== undefined && state.generation !== undefined && state.generation !== m.generation) {
    sink.sayFrom(from, { kind: 'device.restarted', how: 'multicast routing', ok: true })
  }
  state.generation = m.generation ?? state.generation
  once(sink, m.type === 0 && m.holdTime === 0 ? 'goodbye' : TYPES[m.type]!, '', 'session')
}

export const pim: Protocol<Pim, PimState> = { dissector, observe }
