/**
 * TDS: clients of SQL Server and Sybase log in and send batches. A message is one packet or several.
 *
 *   | type u8 | status u8 (bit 0: last packet) | length u16 | channel u16 | number u8 | window u8 | data |   header big-endian
 *
 * Source: [MS-TDS] §2.2.3 (packets), §2.2.6 (messages), §2.2.7 (tokens); TDS 5.0 functional specification (login record).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { readLogin, readOldLogin, type TdsLogin } from './login.ts'
import { readBatch, readPrelogin, readQuery5, readRemoteProcedure } from './request.ts'
import { readTokens, type Token } from './tokens.ts'

export type Tds = {
  /** Packet type; 0 for TLS records between packets. */
  type: number
  channel: number
  number: number
  /** False for all but the last packet of a message. */
  isLast: boolean
  login: TdsLogin | undefined
  /** Version that a prelogin states: `15.0.2000`; '' for none. */
  version: string
  /** Encryption that a prelogin states: 0 login only, 1 on, 2 not there, 3 required; -1 none. */
  encryption: number
  instance: string
  /** Batch, query, or the name of a procedure. */
  text: string
  tokens: Token[]
  anomalies: string[]
}

export type TdsState = {
  isOpen: boolean
  isOld: boolean
  /** The last message was a prelogin: its answer has no tokens. */
  awaitsPrelogin: boolean
  client: { kept: Uint8Array | undefined; type: number }
  server: { kept: Uint8Array | undefined; type: number }
  seen: unknown
}

const HEADER = 8
const MAX_PACKET = 32_768
/** Bytes of a message of several packets that are kept. */
const MAX_MESSAGE = 65_536

export const dissector: Dissector<Tds, TdsState> = {
  name: 'tds',
  ports: ['tcp/1433'],
  maxFrame: MAX_PACKET + HEADER,
  start: () => ({
    isOpen: false,
    isOld: false,
    awaitsPrelogin: false,
    client: { kept: undefined, type: 0 },
    server: { kept: undefined, type: 0 },
    seen: undefined,
  }),
  frame(head, ctx) {
    if (head.left < 5) return ctx.state.isOpen || couldBegin(head.peek()) ? NEED_MORE : NOT_MINE
    const type = head.peek()
    // With encryption on, TLS records take the place of packets.
    if (ctx.state.isOpen && type >= 0x14 && type <= 0x17 && head.peek(1) === 3) return 5 + ((head.peek(3) << 8) | head.peek(4))
    const length = (head.peek(2) << 8) | head.peek(3)
    if (length < HEADER || length > MAX_PACKET || !isType(type, ctx)) return NOT_MINE
    if ((head.peek(1) & 0xe0) !== 0) return NOT_MINE
    return ctx.state.isOpen || begins(head, type, length, ctx) ? length : NOT_MINE
  },
  key: () => 0,
  parse(r, ctx) {
    const m = empty()
    if (ctx.state.isOpen && r.peek(1) === 3 && r.peek() >= 0x14 && r.peek() <= 0x17) {
      r.view(r.left, 'TLS record')
      m.isLast = false
      return m
    }
    ctx.state.isOpen = true
    m.type = r.u8('type')
    const status = r.u8('status')
    const length = r.u16('length')
    m.channel = r.u16('channel')
    m.number = r.u8('packet number')
    r.u8('window')
    m.isLast = (status & 1) !== 0
    const body = whole(r, m, Math.max(0, length - HEADER), ctx)
    if (body !== undefined) readMessage(body, m, ctx)
    if (r.short || body?.short === true) m.anomalies.push('truncated')
    return m
  },
  staysOpen: (m) => !m.isLast,
  side(head) {
    const type = head.peek()
    return type === 4 ? 'server' : type === 18 ? undefined : 'client'
  },
}

function couldBegin(type: number): boolean {
  return type === 18 || type === 16 || type === 2
}

function isType(type: number, ctx: Context<Tds, TdsState>): boolean {
  if (ctx.from === 'server') return type === 4 || type === 18
  return type === 1 || type === 2 || type === 3 || (type >= 6 && type <= 8) || (type >= 14 && type <= 18)
}

/** On any port a prelogin or a login begins it; on the own also what comes later. */
function begins(head: Reader, type: number, length: number, ctx: Context<Tds, TdsState>): boolean {
  const isPort = ctx.flow.serverPort === 1433
  if (ctx.from === 'server') return isPort && type === 4
  if (head.peek(7) !== 0) return false
  // [MS-TDS] §2.2.6.5: options of five bytes up to 0xff; the first is the version.
  if (type === 18)
    return head.left >= 9 && head.peek(8) !== 0
      ? false
      : head.left < 13 || (head.peek(9) === 0 && head.peek(11) === 0 && head.peek(12) === 6)
  if (type === 16) {
    if (head.left < 16) return isPort
    const stated = head.peek(8) | (head.peek(9) << 8) | (head.peek(10) << 16)
    return stated === length - HEADER && (head.peek(15) & 0xf0) === 0x70
  }
  // The old login record: names of thirty bytes with their length behind.
  if (type === 2) return length === 512 && (head.left < 39 + HEADER || (head.peek(HEADER + 30) <= 30 && head.peek(HEADER + 61) <= 30))
  return isPort
}

/** The message's body once its last packet is there. */
function whole(r: Reader, m: Tds, length: number, ctx: Context<Tds, TdsState>): Reader | undefined {
  const way = ctx.state[ctx.from]
  if (m.isLast && way.kept === undefined) return r.sub(length, 'message')
  const part = r.view(length, 'part of a message')
  // A Sybase login ends in a packet of another type: the first one's counts.
  if (way.kept === undefined) way.type = m.type
  else m.type = way.type
  const before = way.kept ?? new Uint8Array(0)
  const room = Math.max(0, Math.min(part.length, MAX_MESSAGE - before.length))
  const joined = new Uint8Array(before.length + room)
  joined.set(before)
  joined.set(part.subarray(0, room), before.length)
  way.kept = m.isLast ? undefined : joined
  return m.isLast ? new Reader(joined) : undefined
}

function readMessage(r: Reader, m: Tds, ctx: Context<Tds, TdsState>): void {
  const { state } = ctx
  if (m.type === 18 || (m.type === 4 && state.awaitsPrelogin)) {
    state.awaitsPrelogin = m.type === 18 && ctx.from === 'client'
    // A TLS handshake travels in the same packets.
    if (r.peek() === 0x16) r.view(r.left, 'TLS record')
    else readPrelogin(r, m)
    return
  }
  state.awaitsPrelogin = false
  if (m.type === 16) m.login = readLogin(r)
  else if (m.type === 2) {
    state.isOld = true
    m.login = readOldLogin(r)
  } else if (m.type === 1) m.text = readBatch(r, state.isOld)
  else if (m.type === 3) m.text = readRemoteProcedure(r)
  else if (m.type === 15) m.text = readQuery5(r)
  else if (m.type === 4) m.tokens = readTokens(r, state.isOld)
  if (r.left > 0) r.view(r.left, 'more')
}

function empty(): Tds {
  return {
    type: 0,
    channel: 0,
    number: 0,
    isLast: true,
    login: undefined,
    version: '',
    encryption: -1,
    instance: '',
    text: '',
    tokens: [],
    anomalies: [],
  }
}
