/**
 * RDP: remote desktops of Windows hosts, up to the point where encryption begins.
 *
 *   | 3 | 0 | length u16 | X.224: length u8, code u8, … | cookie, negotiation request or answer, or MCS with GCC data |
 *
 * Spec: [MS-RDPBCGR] §2.2.1 (connection sequence); RFC 1006 (TPKT); T.125 §7 (MCS), T.124 §8.7 (GCC). What follows a
 * negotiated TLS is another dissector's.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { type ClientData, gccClient, gccServer, type ServerData } from './gcc.ts'

export type Rdp = {
  kind: 'connection request' | 'connection confirm' | 'connect initial' | 'connect response' | 'disconnect' | 'data'
  /** `mstshash=`: the user's name, often cut to nine characters. */
  cookie: string | undefined
  /** What the server chose; undefined when it did not say. */
  security: number | undefined
  failure: number | undefined
  client: ClientData | undefined
  server: ServerData | undefined
  result: number | undefined
  /** Bytes of a request that are neither cookie nor negotiation. */
  strayBytes: number
  anomalies: 'truncated'[]
}

export type RdpState = { started: boolean; seen: unknown; log: unknown }

const REQUEST = 0xe0
const CONFIRM = 0xd0
const DISCONNECT = 0x80
const DATA = 0xf0
const PORT = 3389

export const dissector: Dissector<Rdp, RdpState> = {
  name: 'rdp',
  ports: ['tcp/3389'],
  maxFrame: 65_535,
  start: () => ({ started: false, seen: undefined, log: undefined }),
  frame(head, ctx) {
    if (head.left < 4) return head.left > 0 && head.peek() !== 3 && !ctx.state.started ? NOT_MINE : NEED_MORE
    const first = head.u8()
    if (first !== 3) return ctx.state.started ? fastPath(first, head) : NOT_MINE
    const reserved = head.u8()
    const length = head.u16()
    if (reserved !== 0 || length < 7) return NOT_MINE
    if (head.left < 3) return NEED_MORE
    const header = head.u8()
    const code = head.u8() & 0xf0
    if (header < 2 || header + 5 > length) return NOT_MINE
    if (code !== REQUEST && code !== CONFIRM && code !== DATA && code !== DISCONNECT) return NOT_MINE
    if (ctx.state.started || ctx.flow.serverPort === PORT) return length
    return startsLikeRdp(head, code, length)
  },
  parse(r, ctx) {
    const m: Rdp = {
      kind: 'data',
      cookie: undefined,
      security: undefined,
      failure: undefined,
      client: undefined,
      server: undefined,
      result: undefined,
      strayBytes: 0,
      anomalies: [],
    }
    ctx.state.started = true
    if (r.peek() !== 3) {
      r.view(r.left, 'fast path')
      return m
    }
    r.u16('version')
    const length = r.u16('length')
    if (length > r.left + 4) r.short = true
    const header = r.u8('header length')
    const code = r.u8('code') & 0xf0
    if (code === DATA) data(r, header, m)
    else connection(r, code, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    const code = head.skip(5).u8() & 0xf0
    return code === REQUEST ? 'client' : code === CONFIRM ? 'server' : undefined
  },
}

/** [MS-RDPBCGR] §2.2.9.1.2: a byte of action 0 and a length of one or two bytes. */
function fastPath(first: number, head: Reader): number {
  if ((first & 3) !== 0) return NOT_MINE
  const low = head.u8()
  const length = (low & 0x80) !== 0 ? ((low & 0x7f) << 8) | head.u8() : low
  return length >= 3 ? length : NOT_MINE
}

/** Away from its port: TPKT carries other protocols too, so the content must be RDP's own. */
function startsLikeRdp(head: Reader, code: number, length: number): number {
  if (code !== REQUEST && code !== CONFIRM) return NOT_MINE
  // The oldest clients send the end of a cookie's line and no cookie.
  if (code === REQUEST && length === 11 + 2)
    return head.left < 5 + 2 ? NEED_MORE : head.peek(5) === 0x0d && head.peek(6) === 0x0a ? length : NOT_MINE
  // Five bytes of references and class come before the cookie or the negotiation of eight.
  if (length < 11 + 8) return NOT_MINE
  if (head.left < 5 + 8) return NEED_MORE
  const start = byteText(head.skip(5).view(8))
  const isCookie = code === REQUEST && start === 'Cookie: '
  // Type 1 to 3, any flags, length 8.
  const isNegotiation = start.charCodeAt(0) >= 1 && start.charCodeAt(0) <= 3 && start.slice(2, 4) === '\b\0'
  return isCookie || isNegotiation ? length : NOT_MINE
}

function connection(r: Reader, code: number, m: Rdp): void {
  m.kind = code === REQUEST ? 'connection request' : code === CONFIRM ? 'connection confirm' : 'disconnect'
  r.skip(5, 'references, class')
  const start = r.at
  if (code === REQUEST && r.peek() !== 1) m.cookie = cookie(r)
  if (r.left < 8) {
    if (code === REQUEST) m.strayBytes = r.left + (m.cookie === undefined ? r.at - start : 0)
    return
  }
  const type = r.u8('negotiation type')
  r.u8('flags')
  r.u16le('length')
  const value = r.u32le('protocols')
  if (type === 2) m.security = value
  else if (type === 3) m.failure = value
}

/** `Cookie: mstshash=NAME CR LF`; a routing token has the same place and no name. */
function cookie(r: Reader): string | undefined {
  const end = r.bytes.indexOf(10, r.at)
  if (end < 0 || end >= r.end) return undefined
  const line = byteText(r.view(end + 1 - r.at, 'cookie'))
  return /^Cookie: mstshash=(.*?)\r?\n$/s.exec(line)?.[1]
}

function data(r: Reader, header: number, m: Rdp): void {
  r.skip(header - 1, 'rest of header')
  const first = r.peek()
  const second = r.peek(1)
  if (first !== 0x7f) {
    r.view(r.left, 'data')
    return
  }
  const body = r.view(r.left, 'connect')
  if (second === 0x65) {
    m.kind = 'connect initial'
    m.client = gccClient(body)
  } else if (second === 0x66) {
    m.kind = 'connect response'
    m.server = gccServer(body)
    m.result = m.server?.result
  }
}
