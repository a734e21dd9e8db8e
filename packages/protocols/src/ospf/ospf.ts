/**
 * OSPF, versions 2 and 3: routers find each other, choose who speaks for a segment, and tell all others what they are connected to.
 *
 *   | version u8 | type u8 | length u16 | router id 4 | area 4 | checksum u16 |, 2: | authentication u16 | 8 |, 3: | instance u8 | 0 |
 *   hello, 2: | mask 4 | interval u16 | options u8 | priority u8 | dead u32 | designated 4 | backup 4 | neighbours 4 … |
 *   hello, 3: | interface u32 | priority, options u32 | interval u16 | dead u16 | designated 4 | backup 4 | neighbours 4 … |
 *
 * Spec: RFC 2328 appendix A; RFC 5340 appendix A; RFC 5709 (authentication).
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'
import { showIpv4 } from '../show-address.ts'
import { type Advertisement, readAdvertisements } from './lsa.ts'

export type Hello = {
  readonly mask: string
  readonly interface: number
  readonly interval: number
  readonly priority: number
  readonly designated: string
  readonly backup: string
  readonly neighbours: string[]
}
export type Ospf = {
  version: number
  type: number
  router: string
  area: string
  /** 0 none, 1 password, 2 cryptographic; version 2 only. */
  authentication: number
  password: string
  hello: Hello | undefined
  advertisements: Advertisement[]
  anomalies: ('truncated' | 'bad-length' | 'unknown-type')[]
}
export type OspfState = { designated: string; backup: string; readonly neighbours: Set<string>; isKnown: boolean }

export const TYPES: Readonly<Record<number, string>> = {
  1: 'Hello',
  2: 'DB Description',
  3: 'Link State Request',
  4: 'Link State Update',
  5: 'Link State Ack',
}
const HELLO = 1
const UPDATE = 4
const MAX_NEIGHBOURS = 256

export const dissector: Dissector<Ospf, OspfState> = {
  name: 'ospf',
  ports: ['ip/89'],
  maxFrame: 65_535,
  start: () => ({ designated: '', backup: '', neighbours: new Set(), isKnown: false }),
  frame(head) {
    const all = head.left
    if (all < 16) return NEED_MORE
    const version = head.u8()
    return version === 2 || version === 3 ? all : NOT_MINE
  },
  parse(r) {
    const m: Ospf = {
      version: r.u8('version'),
      type: r.u8('type'),
      router: '',
      area: '',
      authentication: 0,
      password: '',
      hello: undefined,
      advertisements: [],
      anomalies: [],
    }
    r.note(TYPES[m.type] ?? 'unknown')
    if (TYPES[m.type] === undefined) m.anomalies.push('unknown-type')
    const length = r.u16('length')
    m.router = showIpv4(r.view(4, 'router id'))
    m.area = showIpv4(r.view(4, 'area'))
    r.u16('checksum')
    const body = r.sub(Math.min(Math.max(length - 14, 0), r.left), 'body')
    if (length < 16) m.anomalies.push('bad-length')
    else if (length - 14 > body.left) r.short = true
    read(body, m)
    if (r.left > 0) r.view(r.left, 'behind it')
    if (r.short || body.short) m.anomalies.push('truncated')
    return m
  },
}

function read(r: Reader, m: Ospf): void {
  if (m.version === 2) {
    m.authentication = r.u16('authentication')
    const secret = r.view(8, 'authentication data')
    if (m.authentication === 1) m.password = withoutPadding(byteText(secret))
  } else {
    r.u8('instance')
    r.u8('reserved')
  }
  if (m.type === HELLO) m.hello = hello(r, m.version)
  else if (m.type === UPDATE) m.advertisements = readAdvertisements(r, m.version)
  else r.view(r.left, 'content')
}

function hello(r: Reader, version: number): Hello {
  const mask = version === 2 ? showIpv4(r.view(4, 'mask')) : '0.0.0.0'
  const id = version === 3 ? r.u32('interface') : 0
  let interval = 0
  let priority = 0
  if (version === 2) {
    interval = r.u16('interval')
    r.u8('options')
    priority = r.u8('priority')
    r.u32('dead after')
  } else {
    priority = r.u8('priority')
    r.u24('options')
    interval = r.u16('interval')
    r.u16('dead after')
  }
  const designated = showIpv4(r.view(4, 'designated router'))
  const backup = showIpv4(r.view(4, 'backup'))
  const neighbours: string[] = []
  while (r.left >= 4 && neighbours.length < MAX_NEIGHBOURS) neighbours.push(showIpv4(r.view(4, 'neighbour')))
  return { mask, interface: id, interval, priority, designated, backup, neighbours }
}
