/**
 * LACP: two devices bundle links, and tell each other which system and port they are. Shares EtherType 0x8809 with other slow protocols.
 *
 *   | subtype u8 = 1 | version u8 | element u8, length u8, … |, actor (1) and partner (2), 20 bytes each:
 *   | system priority u16 | system 6 | key u16 | port priority u16 | port u16 | state u8 | 0 3 |   big-endian
 *
 * Spec: IEEE 802.1AX-2014 §6.4.2; IEEE 802.3 annex 57A (subtypes), clause 57 (OAM).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showMac } from '../show-address.ts'

export type LacpEnd = { readonly system: string; readonly key: number; readonly port: number; readonly state: number }
export type Lacp = {
  subtype: number
  actor: LacpEnd | undefined
  partner: LacpEnd | undefined
  anomalies: ('truncated' | 'bad-length')[]
}
export type LacpState = { partner: string; isCollecting: boolean }

const SUBTYPES: Readonly<Record<number, string>> = { 1: 'LACP', 2: 'marker', 3: 'OAM', 10: 'organisation’s own' }
const NOBODY = '00:00:00:00:00:00'
const COLLECTING = 0x10
const MAX_ELEMENTS = 16

const dissector: Dissector<Lacp, LacpState> = {
  name: 'lacp',
  ports: ['eth/0x8809'],
  maxFrame: 1500,
  sessionless: true,
  start: () => ({ partner: '', isCollecting: false }),
  frame: (head) => (head.left < 2 ? NEED_MORE : SUBTYPES[head.peek()] === undefined ? NOT_MINE : head.left),
  parse(r) {
    const m: Lacp = { subtype: r.u8('subtype'), actor: undefined, partner: undefined, anomalies: [] }
    r.note(SUBTYPES[m.subtype] ?? 'unknown')
    if (m.subtype === 1) elements(r, m)
    else r.view(r.left, 'content')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function elements(r: Reader, m: Lacp): void {
  r.u8('version')
  for (let n = 0; n < MAX_ELEMENTS && r.left >= 2; n++) {
    const type = r.u8('element')
    const length = r.u8('length')
    if (type === 0) break
    if (length < 2) {
      m.anomalies.push('bad-length')
      return
    }
    const body = r.sub(length - 2, type === 1 ? 'actor' : type === 2 ? 'partner' : 'element')
    if (type === 1) m.actor = end(body)
    else if (type === 2) m.partner = end(body)
  }
  r.view(r.left, 'padding')
}

function end(r: Reader): LacpEnd {
  r.u16('system priority')
  const system = showMac(r.view(6, 'system'))
  const key = r.u16('key')
  r.u16('port priority')
  return { system, key, port: r.u16('port'), state: r.u8('state') }
}

function observe({ message: m, from, state }: SeenMessage<Lacp, LacpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`lacp.${name}`)
  if (m.anomalies.length > 0) return
  if (m.subtype !== 1) return once(sink, SUBTYPES[m.subtype] ?? '', '', 'session')
  const { actor, partner } = m
  if (actor === undefined) return
  sink.hint(from, 'interface', `link bundle ${actor.key} of ${actor.system}, port ${actor.port}`, 0.8)
  const now = partner?.system ?? NOBODY
  if (state.partner !== '' && state.partner !== now) {
    sink.sayFrom(from, {
      kind: 'configuration.changed',
      what: `partner of link bundle ${actor.key}`,
      value: now === NOBODY ? 'none' : now,
      ok: true,
    })
  }
  state.partner = now
  const isCollecting = (actor.state & COLLECTING) !== 0
  if (state.isCollecting && !isCollecting) once(sink, 'link left the bundle', `port ${actor.port}`, 'session')
  state.isCollecting = isCollecting
}

export const lacp: Protocol<Lacp, LacpState> = { dissector, observe }
