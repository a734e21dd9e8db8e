/**
 * EIGRP: Cisco routers find neighbours and tell them routes.
 *
 *   | version u8 = 2 | opcode u8 | checksum u16 | flags u32 | sequence u32 | acknowledged u32 | router u16 | AS u16 | type u16, length u16, value … |
 *   internal route: | next hop 4 | delay u32 | bandwidth u32 | MTU u24 | hops u8 | reliability u8 | load u8 | 0 u16 | bits u8 | prefix … |   big-endian
 *
 * Spec: RFC 7868 §6.3 to §6.9.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'

export type Route = { readonly prefix: string; readonly isGone: boolean; readonly isExternal: boolean }
export type Eigrp = {
  opcode: number
  as: number
  sequence: number
  acknowledged: number
  /** Release of IOS and of EIGRP, as `12.4`. */
  software: string
  release: string
  isGoodbye: boolean
  routes: Route[]
  anomalies: ('truncated' | 'bad-length' | 'unknown-opcode')[]
}
export type EigrpState = { isKnown: boolean }

const OPCODES: Readonly<Record<number, string>> = {
  1: 'update',
  2: 'request',
  3: 'query',
  4: 'reply',
  5: 'hello',
  6: 'IPX SAP',
  10: 'SIA query',
  11: 'SIA reply',
}
const HEAD = 20
const UNREACHABLE = 0xffffffff
const MAX_ELEMENTS = 512
const MAX_TOLD = 64

const dissector: Dissector<Eigrp, EigrpState> = {
  name: 'eigrp',
  ports: ['ip/88'],
  maxFrame: 65_535,
  start: () => ({ isKnown: false }),
  frame: (head) => (head.left < HEAD ? NEED_MORE : head.peek() === 2 ? head.left : NOT_MINE),
  parse(r) {
    r.u8('version')
    const m: Eigrp = {
      opcode: r.u8('opcode'),
      as: 0,
      sequence: 0,
      acknowledged: 0,
      software: '',
      release: '',
      isGoodbye: false,
      routes: [],
      anomalies: [],
    }
    r.note(OPCODES[m.opcode] ?? 'unknown')
    if (OPCODES[m.opcode] === undefined) m.anomalies.push('unknown-opcode')
    r.u16('checksum')
    r.u32('flags')
    m.sequence = r.u32('sequence')
    m.acknowledged = r.u32('acknowledged')
    r.u16('virtual router')
    m.as = r.u16('AS')
    for (let n = 0; n < MAX_ELEMENTS && r.left >= 4; n++) {
      const type = r.u16('element')
      const length = r.u16('length')
      if (length < 4) {
        m.anomalies.push('bad-length')
        break
      }
      const body = r.sub(length - 4, `element 0x${type.toString(16)}`)
      element(type, body, m)
      if (body.short) r.short = true
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function element(type: number, r: Reader, m: Eigrp): void {
  if (type === 0x0001) {
    const weights = r.view(5, 'weights')
    m.isGoodbye = weights.length === 5 && weights.every((k) => k === 255)
    r.skip(1, 'reserved')
    r.u16('hold time')
  } else if (type === 0x0004 && r.left >= 4) {
    m.software = `${r.u8('IOS major')}.${r.u8('IOS minor')}`
    m.release = `${r.u8('EIGRP major')}.${r.u8('EIGRP minor')}`
  } else if (type === 0x0102 || type === 0x0103 || type === 0x0402 || type === 0x0403) route(type, r, m)
  else r.view(r.left, 'value')
}

function route(type: number, r: Reader, m: Eigrp): void {
  const isV6 = type >= 0x0400
  const isExternal = (type & 0xff) === 3
  r.view(isV6 ? 16 : 4, 'next hop')
  if (isExternal) r.view(20, 'origin')
  const delay = r.u32('delay')
  r.view(12, 'metric')
  const size = isV6 ? 16 : 4
  while (r.left > 0 && m.routes.length < MAX_ELEMENTS) {
    const bits = r.u8('prefix length')
    const bytes = new Uint8Array(size)
    bytes.set(r.view(Math.min(Math.ceil(bits / 8), size), 'prefix'))
    m.routes.push({ prefix: `${isV6 ? showIpv6(bytes) : showIpv4(bytes)}/${bits}`, isGone: delay === UNREACHABLE, isExternal })
  }
}

function observe({ message: m, from, state }: SeenMessage<Eigrp, EigrpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`eigrp.${name}`)
  if (m.anomalies.length > 0) return
  if (!state.isKnown) {
    state.isKnown = true
    sink.hint(from, 'role', 'router', 0.95)
    sink.hint(from, 'type', 'router', 0.6)
    sink.hint(from, 'vendor', 'Cisco', 0.6)
    sink.hint(from, 'interface', `EIGRP AS ${m.as}`, 0.8)
  }
  if (m.software !== '') sink.hint(from, 'software', `IOS ${m.software}, EIGRP ${m.release}`, 0.7)
  if (m.isGoodbye) once(sink, 'goodbye', `AS ${m.as}`, 'session')
  for (const route of m.routes.slice(0, MAX_TOLD))
    once(sink, route.isGone ? 'route withdrawn' : 'route announced', route.prefix, 'configure')
  once(sink, OPCODES[m.opcode]!, `AS ${m.as}`, 'session')
}

export const eigrp: Protocol<Eigrp, EigrpState> = { dissector, observe }
