/**
 * HSRP: routers share a virtual address; one is active, another stands by.
 *
 *   version 1 | 0 u8 | opcode u8 | state u8 | hello u8 | hold u8 | priority u8 | group u8 | 0 | password 8 | virtual address 4 |
 *   version 2 | element u8, length u8, … |, group state (1): | 2 u8 | opcode u8 | state u8 | ip u8 | group u16 | id 6 | priority u32 | hello u32 | hold u32 | address 16 |
 *
 * Spec: RFC 2281 §5; version 2 as publicly documented by Cisco.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type SeenMessage } from '@isthmus/wire'
import { byteText, readable, withoutPadding } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { once } from '../once.ts'
import { isAtOneOf } from '../own-port.ts'
import type { Protocol, Sink } from '../protocol.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'

export type Hsrp = {
  version: 1 | 2
  opcode: number
  state: string
  priority: number
  group: number
  address: string
  password: string
  hasDigest: boolean
  anomalies: ('truncated' | 'unknown-state')[]
}
/** What this speaker said last of each group. */
export type HsrpState = { readonly groups: Map<number, string>; isExposed: boolean }

const OPCODES: Readonly<Record<number, string>> = { 0: 'hello', 1: 'coup', 2: 'resign', 3: 'advertise' }
const STATES_1: Readonly<Record<number, string>> = { 0: 'initial', 1: 'learn', 2: 'listen', 4: 'speak', 8: 'standby', 16: 'active' }
const STATES_2: Readonly<Record<number, string>> = {
  0: 'disabled',
  1: 'initial',
  2: 'learn',
  3: 'listen',
  4: 'speak',
  5: 'standby',
  6: 'active',
}
const COUP = 1
const RESIGN = 2
const ADVERTISE = 3
/** RFC 2281 §5.1: what is sent when nobody configured anything. */
const DEFAULT_PASSWORD = 'cisco'
const PORTS: readonly number[] = [1985, 2029]
/** A message of version 1, the group state of version 2, a digest's element. */
const FIRST_BYTES = 20
const GROUP_BYTES = 40
const DIGEST_BYTES = 30
const MAX_ELEMENTS = 16
const MAX_GROUPS = 256

const dissector: Dissector<Hsrp, HsrpState> = {
  name: 'hsrp',
  ports: ['udp/1985', 'udp/2029'],
  maxFrame: 1500,
  start: () => ({ groups: new Map(), isExposed: false }),
  frame(head, { flow }) {
    const all = head.left
    if (all < 2) return NEED_MORE
    if (!isAtOneOf(flow, PORTS)) return isWhole(head) ? all : NOT_MINE
    const first = head.peek()
    if (first === 0) return OPCODES[head.peek(1)] === undefined || all < 4 ? NOT_MINE : all
    return first <= 4 && head.peek(1) >= 2 && head.peek(1) + 2 <= Math.max(all, 42) ? all : NOT_MINE
  },
  parse(r) {
    const m: Hsrp = {
      version: r.peek() === 0 ? 1 : 2,
      opcode: 0,
      state: '',
      priority: 0,
      group: 0,
      address: '',
      password: '',
      hasDigest: false,
      anomalies: [],
    }
    if (m.version === 1) first(r, m)
    else elements(r, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

/** On another port: a whole state of a group whose fields agree, with nothing behind it but a digest. */
function isWhole(head: Reader): boolean {
  const isSecond = head.peek() === 1
  const size = isSecond ? 2 + GROUP_BYTES : FIRST_BYTES
  if (head.left !== size && (head.left !== size + DIGEST_BYTES || head.peek(size) !== 4)) return false
  const opcode = head.peek(isSecond ? 3 : 1)
  if (opcode > RESIGN) return false
  if (!isSecond) {
    const [hello, hold] = [head.peek(3), head.peek(4)]
    return head.peek() === 0 && STATES_1[head.peek(2)] !== undefined && hello > 0 && hello < hold && head.peek(7) === 0 && head.peek(16) > 0
  }
  const family = head.peek(5)
  const isZero = [14, 15, 18, 22].every((at) => head.peek(at) === 0)
  return (
    head.peek(1) === GROUP_BYTES && head.peek(2) === 2 && STATES_2[head.peek(4)] !== undefined && (family === 4 || family === 6) && isZero
  )
}

function first(r: Reader, m: Hsrp): void {
  r.u8('version')
  m.opcode = r.u8('opcode')
  if (m.opcode === ADVERTISE) {
    r.view(r.left, 'interface state')
    return
  }
  m.state = STATES_1[r.u8('state')] ?? ''
  r.u8('hello seconds')
  r.u8('hold seconds')
  m.priority = r.u8('priority')
  m.group = r.u8('group')
  r.u8('reserved')
  m.password = withoutPadding(byteText(r.view(8, 'password')))
  m.address = showIpv4(r.view(4, 'virtual address'))
  if (m.state === '') m.anomalies.push('unknown-state')
  if (r.left >= 2) elements(r, m)
}

function elements(r: Reader, m: Hsrp): void {
  for (let n = 0; n < MAX_ELEMENTS && r.left >= 2; n++) {
    const type = r.u8('element')
    const body = r.sub(r.u8('length'), `element ${type}`)
    if (type === 1 && m.version === 2) group(body, m)
    else if (type === 3) m.password = withoutPadding(byteText(body.view(Math.min(body.left, 8), 'password')))
    else if (type === 4) m.hasDigest = true
    else if (type === 2) m.opcode = ADVERTISE
    if (body.short) r.short = true
  }
}

function group(r: Reader, m: Hsrp): void {
  r.u8('version')
  m.opcode = r.u8('opcode')
  m.state = STATES_2[r.u8('state')] ?? ''
  const family = r.u8('address family')
  m.group = r.u16('group')
  r.view(6, 'sender')
  m.priority = r.u32('priority')
  r.u32('hello ms')
  r.u32('hold ms')
  m.address = family === 6 ? showIpv6(r.view(16, 'virtual address')) : showIpv4(r.view(4, 'virtual address'))
  if (m.state === '') m.anomalies.push('unknown-state')
}

function observe({ message: m, from, state }: SeenMessage<Hsrp, HsrpState>, sink: Sink): void {
  for (const name of m.anomalies) sink.anomaly(`hsrp.${name}`)
  if (m.anomalies.length > 0 || m.opcode === ADVERTISE) return
  const which = `HSRP group ${m.group}`
  sink.hint(from, 'role', 'router', 0.9)
  sink.hint(from, 'interface', `${which}, virtual ${m.address}`, 0.9)
  if (m.password !== '' && !m.hasDigest && !state.isExposed) {
    state.isExposed = true
    const weakness = m.password === DEFAULT_PASSWORD ? 'default' : 'clear'
    sink.say({ kind: 'credential.exposed', user: which, mask: maskSecret(readable(m.password)), weakness })
  }
  const before = state.groups.get(m.group) ?? ''
  const wasActive = before === 'active'
  const isActive = m.state === 'active'
  if (isActive) sink.hint(from, 'role', 'active gateway', 0.9)
  const what = `active gateway of ${which}`
  if (m.opcode === COUP || (isActive && !wasActive && before !== '')) {
    if (before !== 'coup') sink.sayFrom(from, { kind: 'configuration.changed', what, value: m.address, ok: true })
  } else if (m.opcode === RESIGN || (wasActive && !isActive)) once(sink, 'gave up as active gateway', which, 'session')
  if (before !== '' || state.groups.size < MAX_GROUPS) state.groups.set(m.group, m.opcode === COUP ? 'coup' : m.state)
  once(sink, OPCODES[m.opcode] ?? 'unknown', which, 'session')
}

export const hsrp: Protocol<Hsrp, HsrpState> = { dissector, observe }
