/**
 * Diameter: what lets users into mobile and provider networks and accounts for them; peers ask each other, both ways.
 *
 *   | version u8: 1 | length u24 | flags u8 | command u24 | application u32 | hop by hop u32 | end to end u32 | attributes |
 *   attribute: | code u32 | flags u8 | length u24 | vendor u32 when the first flag is set | value, padded to 4 |   big-endian
 *
 * Spec: RFC 6733 §3, §4.1.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { ATTRIBUTES as RADIUS_ATTRIBUTES } from '../radius/radius.table.ts'
import { ATTRIBUTES, COMMANDS } from './diameter.table.ts'

export type Attribute = { readonly code: number; readonly vendor: number; readonly value: Uint8Array }
export type Diameter = {
  isRequest: boolean
  isError: boolean
  command: number
  application: number
  hopByHop: number
  /** In order; values borrowed: copy to keep. */
  attributes: Attribute[]
  anomalies: ('truncated' | 'bad-attribute' | 'unknown-command')[]
}

export type Asked = { readonly command: number; readonly application: number; readonly user: string }
export type DiameterState = {
  /** Requests that wait for their answer, by who asked and number. */
  readonly asked: Record<Side, Map<number, Asked>>
  isKnown: boolean
}

const HEAD = 20
const MAX_MESSAGE = 1 << 18
const MAX_ATTRIBUTES = 512
const REQUEST = 0x80
const ERROR = 0x20
const RESERVED = 0x0f
const VENDOR = 0x80

export const dissector: Dissector<Diameter, DiameterState> = {
  name: 'diameter',
  ports: ['tcp/3868', 'sctp/46'],
  maxFrame: MAX_MESSAGE,
  start: () => ({ asked: { client: new Map(), server: new Map() }, isKnown: false }),
  frame(head, { state }) {
    const version = head.u8()
    const length = head.u24()
    const flags = head.u8()
    const command = head.u24()
    if (version !== 1) return NOT_MINE
    if (head.short) return NEED_MORE
    if (length < HEAD || length % 4 !== 0 || length > MAX_MESSAGE || (flags & RESERVED) !== 0) return NOT_MINE
    // RFC 6733 §3: errors are answers.
    if ((flags & REQUEST) !== 0 && (flags & ERROR) !== 0) return NOT_MINE
    return state.isKnown || COMMANDS[command] !== undefined ? length : NOT_MINE
  },
  parse(r, { state }) {
    const all = r.left
    r.u8('version')
    const length = r.u24('length')
    const flags = r.u8('flags')
    const command = r.u24('command')
    r.note(COMMANDS[command]?.name ?? 'unknown')
    const m: Diameter = {
      isRequest: (flags & REQUEST) !== 0,
      isError: (flags & ERROR) !== 0,
      command,
      application: r.u32('application'),
      hopByHop: r.u32('hop by hop'),
      attributes: [],
      anomalies: [],
    }
    r.u32('end to end')
    state.isKnown = true
    if (COMMANDS[command] === undefined) m.anomalies.push('unknown-command')
    if (!readAttributes(r, m.attributes)) m.anomalies.push(r.short || all < length ? 'truncated' : 'bad-attribute')
    else if (r.short || all < length) m.anomalies.push('truncated')
    r.view(r.left, 'rest')
    return m
  },
  side(head) {
    // Whoever opened the connection asks for capabilities first (RFC 6733 §5.3).
    if (((head.peek(5) << 16) | (head.peek(6) << 8) | head.peek(7)) !== CAPABILITIES) return undefined
    return (head.peek(4) & REQUEST) !== 0 ? 'client' : 'server'
  },
}
export const CAPABILITIES = 257

/** False when a length lies. */
export function readAttributes(r: Reader, attributes: Attribute[]): boolean {
  while (r.left >= 8 && attributes.length < MAX_ATTRIBUTES) {
    const code = r.u32('attribute')
    const flags = r.u8('flags')
    const length = r.u24('length')
    const head = (flags & VENDOR) !== 0 ? 12 : 8
    const vendor = head === 12 ? r.u32('vendor') : 0
    r.note((vendor === 0 ? (ATTRIBUTES[code] ?? RADIUS_ATTRIBUTES[code]) : undefined) ?? '')
    if (r.short || length < head || length - head > r.left) return false
    attributes.push({ code, vendor, value: r.view(length - head, 'value') })
    r.skip(Math.min(-length & 3, r.left), 'padding')
  }
  return r.left < 8
}
