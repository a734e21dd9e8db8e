/**
 * Spanning tree (STP, RSTP, MSTP, PVST+): switches agree on a root, and on which links carry traffic.
 *
 *   | protocol u16 = 0 | version u8 | type u8 | flags u8 | root 8 | cost u32 | bridge 8 | port u16 | age u16 | maximum u16 | hello u16 | delay u16 |
 *   an id is | priority u16 | MAC 6 |; RSTP adds | length u8 = 0 |, MSTP | length u16 | 0 u8 | region 32 | revision u16 | digest 16 | …;
 *   PVST+ ends with | 0 u16 | 2 u16 | VLAN u16 |   big-endian
 *
 * Spec: IEEE 802.1D-2004 §9.3; IEEE 802.1Q-2018 §14.4 (MSTP). PVST+ as publicly analysed: SNAP 00-00-0c, type 0x010b.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'
import { once } from '../once.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showMac } from '../show-address.ts'

export type Stp = {
  version: number
  type: number
  flags: number
  /** `priority.mac`. */
  root: string
  bridge: string
  cost: number
  port: number
  /** Seconds. */
  age: number
  maxAge: number
  hello: number
  delay: number
  region: string
  revision: number
  instances: number
  vlan: number | undefined
  anomalies: ('truncated' | 'unknown-type' | 'too-old')[]
}
/** The root that this speaker named last, by VLAN; -1 stands for the tree of all. */
export type StpState = { readonly roots: Map<number, string> }

const CONFIGURATION = 0
const MAX_VLANS = 4096
const RAPID = 2
const CHANGE = 0x80
const TOPOLOGY_CHANGE = 1
const NAMES: Readonly<Record<number, string>> = {
  [CONFIGURATION]: 'configuration',
  [RAPID]: 'rapid or multiple',
  [CHANGE]: 'topology change',
}

const dissector: Dissector<Stp, StpState> = {
  name: 'stp',
  ports: ['llc/0x42', 'snap/0x00000c010b'],
  maxFrame: 1500,
  sessionless: true,
  start: () => ({ roots: new Map() }),
  frame(head) {
    const all = head.left
    if (all < 4) return NEED_MORE
    return head.u16() === 0 && head.u8() <= 4 ? all : NOT_MINE
  },
  parse(r) {
    r.u16('protocol')
    const m: Stp = {
      version: r.u8('version'),
      type: r.u8('type'),
      flags: 0,
      root: '',
      bridge: '',
      cost: 0,
      port: 0,
      age: 0,
      maxAge: 0,
      hello: 0,
      delay: 0,
      region: '',
      revision: 0,
      instances: 0,
      vlan: undefined,
      anomalies: [],
    }
    r.note(NAMES[m.type] ?? 'unknown')
    if (NAMES[m.type] === undefined) m.anomalies.push('unknown-type')
    else if (m.type !== CHANGE) configuration(r, m)
    if (r.short) m.anomalies.push('truncated')
    else if (m.age > m.maxAge && m.maxAge > 0) m.anomalies.push('too-old')
    return m
  },
}

function configuration(r: Reader, m: Stp): void {
  m.flags = r.u8('flags')
  m.root = bridgeId(r, 'root')
  m.cost = r.u32('cost to the root')
  m.bridge = bridgeId(r, 'bridge')
  m.port = r.u16('port')
  m.age = r.u16('age') / 256
  m.maxAge = r.u16('maximum age') / 256
  m.hello = r.u16('hello time') / 256
  m.delay = r.u16('forward delay') / 256
  if (m.type === RAPID) r.u8('version 1 length')
  if (m.version >= 3 && r.left >= 66) region(r, m)
  else if (r.left >= 6 && r.peek() === 0 && r.peek(1) === 0 && r.peek(2) === 0 && r.peek(3) === 2) {
    r.skip(4, 'VLAN element')
    m.vlan = r.u16('VLAN')
  }
}

function region(r: Reader, m: Stp): void {
  const length = r.u16('version 3 length')
  const body = r.sub(Math.min(length, r.left), 'multiple spanning trees')
  body.u8('format')
  m.region = withoutPadding(byteText(body.view(32, 'region')))
  m.revision = body.u16('revision')
  body.view(16, 'digest')
  body.u32('internal cost')
  bridgeId(body, 'internal bridge')
  body.u8('remaining hops')
  while (body.left >= 16 && m.instances < 64) {
    body.view(16, 'instance')
    m.instances++
  }
}

function bridgeId(r: Reader, label: string): string {
  const priority = r.u16(`${label} priority`)
  return `${priority}.${showMac(r.view(6, `${label} MAC`))}`
}

function observe({ message: m, from, state }: SeenMessage<Stp, StpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`stp.${name}`)
  if (m.anomalies.length > 0) return
  sink.hint(from, 'type', 'switch', 0.7)
  if (m.type === CHANGE) return once(sink, 'topology change', '', 'session')
  sink.hint(from, 'interface', `bridge ${m.bridge}`, 0.9)
  if (m.root === m.bridge) sink.hint(from, 'role', 'spanning tree root', 0.9)
  // IEEE 802.1D-2004 §9.3.1: the cost of the way to the root, which only the root itself has not; in a region it is told elsewhere.
  else if (m.cost === 0 && m.version < 3) sink.anomaly('stp.root-without-cost', `root ${m.root}, bridge ${m.bridge}`)
  if (m.region !== '') sink.hint(from, 'description', `spanning tree region ${m.region} revision ${m.revision}`, 0.5)
  const what = m.vlan === undefined ? 'spanning tree root' : `spanning tree root of VLAN ${m.vlan}`
  const vlan = m.vlan ?? -1
  const before = state.roots.get(vlan)
  once(sink, what, m.root, 'session')
  if (before !== undefined && before !== m.root) sink.sayFrom(from, { kind: 'configuration.changed', what, value: m.root, ok: true })
  if (before !== undefined || state.roots.size < MAX_VLANS) state.roots.set(vlan, m.root)
  if (m.flags & TOPOLOGY_CHANGE) once(sink, 'topology change', `root ${m.root}`, 'session')
}

export const stp: Protocol<Stp, StpState> = { dissector, observe }
