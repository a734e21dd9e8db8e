/**
 * STUN and TURN: a host asks how it is seen from outside, or lets a relay send for it. Media and DTLS often share the ports: what is
 * no STUN in such a conversation is handed on as a datagram of its own.
 *
 *   | type u16: 00, method and class bits | length u16 | cookie 2112a442 | transaction 12 | attributes: type u16, length u16, value, padding … |
 *   relayed data: | channel u16 = 4000..7fff | length u16 | data … |
 *   over TCP each may have | length u16 | before it
 *
 * Spec: RFC 8489 §5, §14; RFC 8656 §12 (channels), §18; RFC 7983 (sharing); RFC 4571 §2 (framing); RFC 3489 §11 (no cookie: on STUN's own ports only).
 */
import { type Carried, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'
import { ADDRESSES, ATTRIBUTE, HIDDEN, METHODS } from './stun.table.ts'

export type Attribute = { readonly type: number; readonly text: string; readonly address: string; readonly port: number }
export type Stun = {
  kind: 'stun' | 'channel' | 'other'
  method: number
  /** 0 request, 1 indication, 2 success, 3 error. */
  class: number
  transaction: string
  attributes: Attribute[]
  /** Of error responses; 0 otherwise. */
  error: number
  /** What a relay passes on, or what is no STUN at all. */
  data: Uint8Array | undefined
  channel: number
  anomalies: ('truncated' | 'bad-length' | 'unknown-method')[]
}
/** `isFramed`: each packet of a stream has its length before it (RFC 4571). */
export type StunState = { recognised: boolean; isFramed: boolean; isTold: boolean }

const HEAD = 20
const COOKIE = 0x2112a442
const MAX_ATTRIBUTES = 64
const OWN_PORTS: ReadonlySet<number | undefined> = new Set([3478, 3479])

/** RFC 8489 §18.2; the class bits are 0x0110. */
const BINDING = 1

export const dissector: Dissector<Stun, StunState> = {
  name: 'stun',
  ports: ['udp/3478', 'udp/3479', 'tcp/3478', 'tcp/3479', 'udp/5349', 'tcp/5349', 'udp/19302'],
  maxFrame: 65_535,
  start: () => ({ recognised: false, isFramed: false, isTold: false }),
  frame(head, ctx) {
    const all = head.left
    const isStream = ctx.flow.transport === 'tcp'
    if (isStream && (ctx.state.isFramed || (!ctx.state.recognised && isFramed(head))))
      return all < 2 ? NEED_MORE : 2 + ((head.peek() << 8) | head.peek(1))
    const type = head.u16()
    if (ctx.state.recognised && type >= 0x4000 && type < 0x8000) {
      const length = 4 + head.u16()
      // RFC 8656 §12.5: padded to four bytes where a stream carries it.
      return head.short ? NEED_MORE : isStream ? (length + 3) & ~3 : Math.min(length, all)
    }
    if (all < HEAD) return isStream && all > 0 && couldStart(all, type) ? NEED_MORE : ctx.state.recognised && !isStream ? all : NOT_MINE
    const length = head.u16()
    const cookie = head.u32()
    const isOld = cookie !== COOKIE && OWN_PORTS.has(ctx.flow.serverPort) && METHODS[methodOf(type)] !== undefined && length + HEAD === all
    // Microsoft's relays do not pad: with the cookie, a length that is the datagram's is believed.
    const fits = length % 4 === 0 || HEAD + length === all
    if (type >= 0x4000 || !fits || (cookie !== COOKIE && !isOld)) return ctx.state.recognised && !isStream ? all : NOT_MINE
    return HEAD + length
  },
  key(head, { state, flow }) {
    if (state.isFramed || (flow.transport === 'tcp' && !state.recognised && isFramed(head))) head.skip(2)
    const type = head.u16()
    if (type >= 0x4000 || head.left < 18) return undefined
    return byteText(head.skip(6).view(12))
  },
  parse(r, ctx) {
    const m: Stun = {
      kind: 'stun',
      method: 0,
      class: 0,
      transaction: '',
      attributes: [],
      error: 0,
      data: undefined,
      channel: 0,
      anomalies: [],
    }
    if (ctx.flow.transport === 'tcp' && !ctx.state.recognised) ctx.state.isFramed = isFramed(r)
    if (ctx.state.isFramed) r.u16('length')
    const type = (r.peek() << 8) | r.peek(1)
    if (type >= 0x4000 && type < 0x8000 && ctx.state.recognised) {
      m.kind = 'channel'
      m.channel = r.u16('channel')
      m.data = r.view(r.u16('length'), 'data')
    } else if (isMessage(r, type)) message(r, m)
    else {
      m.kind = 'other'
      m.data = r.view(r.left, 'other protocol')
    }
    ctx.state.recognised = true
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    if (isFramed(head)) head.skip(2)
    const type = head.u16()
    // Two peers that look for a path between them both ask for bindings (RFC 8445 §7): only a relay's methods have a client.
    if (type >= 0x4000 || (type & 0x3eef) === BINDING) return undefined
    return (type & 0x0110) === 0 ? 'client' : type & 0x0100 ? 'server' : undefined
  },
  carries(m): Carried | undefined {
    if (m.data === undefined || m.data.length === 0) return undefined
    return m.channel === 0 ? { over: 'udp', bytes: m.data } : { over: 'udp', bytes: m.data, channel: m.channel }
  },
}

/** A length, and a message with its cookie that fills it. */
function isFramed(head: Reader): boolean {
  if (head.left < 2 + 8) return false
  const hasCookie = head.peek(6) === 0x21 && head.peek(7) === 0x12 && head.peek(8) === 0xa4 && head.peek(9) === 0x42
  return hasCookie && ((head.peek() << 8) | head.peek(1)) === HEAD + ((head.peek(4) << 8) | head.peek(5))
}

function couldStart(left: number, type: number): boolean {
  return left < 2 || METHODS[methodOf(type)] !== undefined
}

/** RFC 8489 §5: the class stands in bits 4 and 8, between the method's bits. */
function methodOf(type: number): number {
  return (type & 0x0f) | ((type & 0xe0) >> 1) | ((type & 0x3e00) >> 2)
}

function isMessage(r: Reader, type: number): boolean {
  const length = (r.peek(2) << 8) | r.peek(3)
  const hasCookie = r.peek(4) === 0x21 && r.peek(5) === 0x12 && r.peek(6) === 0xa4 && r.peek(7) === 0x42
  return type < 0x4000 && (hasCookie || length % 4 === 0) && (hasCookie || METHODS[methodOf(type)] !== undefined)
}

function message(r: Reader, m: Stun): void {
  const type = r.u16('type')
  m.method = methodOf(type)
  m.class = ((type & 0x10) >> 4) | ((type & 0x100) >> 7)
  r.note(METHODS[m.method] ?? 'unknown')
  const body = r.u16('length')
  r.u32('cookie')
  const transaction = r.view(12, 'transaction')
  m.transaction = byteText(transaction)
  if (METHODS[m.method] === undefined) m.anomalies.push('unknown-method')
  const list = r.sub(body, 'attributes')
  while (list.left >= 4 && m.attributes.length < MAX_ATTRIBUTES) {
    const attribute = list.u16('attribute')
    const length = list.u16('length')
    if (length > list.left) {
      m.anomalies.push('bad-length')
      return
    }
    m.attributes.push(read(list.sub(length, `attribute 0x${attribute.toString(16)}`), attribute, transaction, m))
    list.skip(Math.min(-length & 3, list.left))
  }
}

function read(r: Reader, type: number, transaction: Uint8Array, m: Stun): Attribute {
  if (ADDRESSES.has(type)) return address(r, type, transaction)
  if (type === ATTRIBUTE.error) {
    r.skip(2)
    m.error = r.u8('class') * 100 + r.u8('number')
    return { type, text: `${m.error} ${byteText(r.view(r.left, 'reason'))}`, address: '', port: 0 }
  }
  if (type === ATTRIBUTE.priority || type === ATTRIBUTE.fingerprint) return { type, text: String(r.u32('value')), address: '', port: 0 }
  const bytes = r.view(r.left, 'value')
  if (type === ATTRIBUTE.data) m.data = bytes
  else if (type === ATTRIBUTE.channel) m.channel = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  return { type, text: type === ATTRIBUTE.unknown ? '' : byteText(bytes), address: '', port: 0 }
}

/** RFC 8489 §14.1, §14.2: hidden addresses are mixed with the cookie and, for IPv6, the transaction. */
function address(r: Reader, type: number, transaction: Uint8Array): Attribute {
  r.u8('reserved')
  const family = r.u8('family')
  const isHidden = HIDDEN.has(type)
  const port = r.u16('port') ^ (isHidden ? COOKIE >>> 16 : 0)
  const bytes = r.view(family === 2 ? 16 : 4, 'address').slice()
  if (isHidden) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i]! ^ (i < 4 ? COOKIE >>> (24 - 8 * i) : transaction[i - 4]!)
  }
  const host = family === 2 ? showIpv6(bytes) : showIpv4(bytes)
  return { type, text: `${host}:${port}`, address: host, port }
}
