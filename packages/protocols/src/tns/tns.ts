/**
 * TNS, the transport of Oracle Net: a client asks a listener for a database, then calls it.
 *
 *   | length u16 (u32 once both speak version 315) | checksum u16 | type u8 | flags u8 | checksum u16 | body |   big-endian
 *   connect: version, compatible, options, unit sizes …, length of the connect data u16 at 24, its offset u16 at 26
 *
 * Source: Oracle Net as publicly analysed (packet types and connect data); Oracle Net Services Reference (descriptors).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { LOGIN, SESSION_KEY, STATEMENT, TYPES } from './tns.table.ts'

export type Tns = {
  type: number
  version: number
  /** Connect data, refusal or redirection: a descriptor in parentheses. */
  descriptor: string
  /** Of a data packet: the kind of what it holds, and the function of a call; -1 for neither. */
  content: number
  call: number
  user: string
  /** Names and values of a login: AUTH_MACHINE and so on. */
  parameters: (readonly [name: string, value: string])[]
  /** Statement, or the system a side names. */
  text: string
  /** ORA number in an answer; 0 for none. */
  error: number
  anomalies: string[]
}

export type TnsState = { isOpen: boolean; isLong: boolean; client: { rest: number }; server: { rest: number }; seen: unknown }

const HEADER = 8
const MAX_WHOLE = 65_535
const MAX_PACKET = 2_097_152
const MAX_READ = 8192
const LONG_SINCE = 315

export const dissector: Dissector<Tns, TnsState> = {
  name: 'tns',
  ports: ['tcp/1521'],
  maxFrame: MAX_WHOLE,
  start: () => ({ isOpen: false, isLong: false, client: { rest: 0 }, server: { rest: 0 }, seen: undefined }),
  frame(head, ctx) {
    const { rest } = ctx.state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_WHOLE)
    if (head.left < HEADER) return head.left < 5 || head.peek(4) in TYPES ? NEED_MORE : NOT_MINE
    if (!(head.peek(4) in TYPES) || head.peek(6) !== 0 || head.peek(7) !== 0) return NOT_MINE
    const length = lengthOf(head, ctx)
    if (length < HEADER || length > MAX_PACKET) return NOT_MINE
    if (!ctx.state.isOpen && !begins(head, length, ctx)) return NOT_MINE
    return Math.min(length, MAX_WHOLE)
  },
  parse(r, ctx) {
    const m: Tns = {
      type: 0,
      version: 0,
      descriptor: '',
      content: -1,
      call: -1,
      user: '',
      parameters: [],
      text: '',
      error: 0,
      anomalies: [],
    }
    const { state, from } = ctx
    const way = state[from]
    if (way.rest > 0) {
      way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, 'continued')
      return m
    }
    state.isOpen = true
    const length = lengthOf(r, ctx)
    way.rest = length > MAX_WHOLE && r.left >= MAX_WHOLE ? length - MAX_WHOLE : 0
    if (length > r.left && way.rest === 0) r.short = true
    if (isLong(r, ctx)) r.u32('length')
    else {
      r.u16('length')
      r.u16('checksum')
    }
    m.type = r.u8('type')
    r.note(TYPES[m.type] ?? '')
    r.u8('flags')
    r.u16('header checksum')
    readBody(r, m, ctx)
    if (r.left > 0) r.view(r.left, 'more')
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    const type = head.peek(4)
    return type === 1 ? 'client' : type === 2 || type === 4 || type === 5 || type === 11 ? 'server' : undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

/** Connect packets keep the short form whatever was agreed. */
function isLong(r: Reader, ctx: Context<Tns, TnsState>): boolean {
  return ctx.state.isLong && r.peek(4) === 6 && r.peek() === 0 && r.peek(1) === 0
}

function lengthOf(r: Reader, ctx: Context<Tns, TnsState>): number {
  if (isLong(r, ctx)) return ((r.peek(0) << 24) | (r.peek(1) << 16) | (r.peek(2) << 8) | r.peek(3)) >>> 0
  return (r.peek(0) << 8) | r.peek(1)
}

/** A connect whose data begin with a parenthesis; on the own port what answers it. */
function begins(head: Reader, length: number, ctx: Context<Tns, TnsState>): boolean {
  const type = head.peek(4)
  if (head.peek(2) !== 0 || head.peek(3) !== 0) return false
  if (ctx.from === 'client') {
    if (type !== 1 || length < 34) return false
    if (head.left < 28) return true
    const dataLength = (head.peek(24) << 8) | head.peek(25)
    const offset = (head.peek(26) << 8) | head.peek(27)
    // Long connect data follow in a packet of their own.
    return offset >= 34 && offset <= 128 && (offset + dataLength <= length || dataLength > 221) && head.peek(8) <= 2
  }
  return ctx.flow.serverPort === 1521 && (type === 2 || type === 4 || type === 5 || type === 11)
}

function readBody(r: Reader, m: Tns, ctx: Context<Tns, TnsState>): void {
  if (m.type === 1) readConnect(r, m)
  else if (m.type === 2) {
    m.version = r.u16('version')
    if (m.version >= LONG_SINCE) ctx.state.isLong = true
  } else if (m.type === 4) {
    r.u8('user reason')
    r.u8('system reason')
    m.descriptor = descriptor(r, r.u16('data length'))
  } else if (m.type === 5) m.descriptor = descriptor(r, r.u16('data length'))
  else if (m.type === 6) readData(r, m, ctx)
}

function readConnect(r: Reader, m: Tns): void {
  const begin = r.at - HEADER
  m.version = r.u16('version')
  r.u16('compatible')
  r.u16('options')
  r.u16('session data unit')
  r.u16('transport data unit')
  r.view(4, 'characteristics')
  r.u16('one')
  const length = r.u16('connect data length')
  const offset = r.u16('connect data offset')
  if (begin + offset > r.at) r.view(Math.min(begin + offset - r.at, r.left), 'options and trace')
  if (r.left > 0) m.descriptor = descriptor(r, length)
}

function descriptor(r: Reader, length: number): string {
  return byteText(r.view(Math.min(length, r.left), 'descriptor').subarray(0, MAX_READ))
}

function readData(r: Reader, m: Tns, ctx: Context<Tns, TnsState>): void {
  r.u16('data flags')
  if (r.left === 0) return
  // Long connect data: nothing but the descriptor.
  if (r.peek() === 0x28 && ctx.from === 'client') {
    m.descriptor = descriptor(r, r.left)
    return
  }
  // Network services negotiate encryption and authentication under their own mark.
  if (r.peek() === 0xde && r.peek(1) === 0xad) {
    r.view(r.left, 'network services')
    return
  }
  m.content = r.u8('content')
  if (m.content === 1) readProtocol(r, m)
  else if (m.content === 3) readCall(r, m)
  else if (m.content === 4 || m.content === 8) readAnswer(r, m)
}

/** Set protocol: versions up to a zero, then the system's name. */
function readProtocol(r: Reader, m: Tns): void {
  r.cstring(64, 'versions')
  if (r.peek() === 0) r.skip(1)
  m.text = r.cstring(128, 'system')
}

function readCall(r: Reader, m: Tns): void {
  m.call = r.u8('call')
  r.u8('sequence')
  const body = byteText(r.view(Math.min(r.left, MAX_READ), 'arguments'))
  if (m.call === SESSION_KEY || m.call === LOGIN) {
    for (const found of body.matchAll(/(AUTH_[A-Z_]{2,24})([^ -~]{1,6})([ -~]{1,64})/g))
      if (m.parameters.length < 32) m.parameters.push([found[1]!, valueAfter(found)])
    const first = body.indexOf('AUTH_')
    m.user = /([A-Za-z][\w$#.@-]{0,29})[^A-Za-z]{0,8}$/.exec(body.slice(0, Math.max(0, first)))?.[1] ?? ''
  } else if (m.call === STATEMENT || /(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|ALTER|CREATE|DROP|GRANT) /i.test(body)) {
    m.text = /(?:SELECT|INSERT|UPDATE|DELETE|BEGIN|DECLARE|ALTER|CREATE|DROP|GRANT|MERGE|WITH|CALL)\s[\t\n\r -~]*/i.exec(body)?.[0] ?? ''
  }
}

/** A printable length byte stands before the value in some versions: it equals what follows it. */
function valueAfter(found: RegExpMatchArray): string {
  const text = found[3]!
  return text.length > 1 && text.charCodeAt(0) === text.length - 1 ? text.slice(1) : text
}

function readAnswer(r: Reader, m: Tns): void {
  const body = byteText(r.view(Math.min(r.left, MAX_READ), 'answer'))
  m.error = Number(/ORA-(\d{5})/.exec(body)?.[1] ?? 0)
  m.text = /ORA-\d{5}: [ -~]{1,160}/.exec(body)?.[0] ?? ''
  for (const found of body.matchAll(
    /(AUTH_VERSION_STRING|AUTH_SC_DBUNIQUE_NAME|AUTH_SC_SERVICE_NAME|AUTH_DBNAME|AUTH_SC_SERVER_HOST)([^ -~]{1,6})([ -~]{1,96})/g,
  ))
    if (m.parameters.length < 32) m.parameters.push([found[1]!, valueAfter(found)])
}

/** The value of a name in a descriptor: `(SERVICE_NAME=plant)`. */
export function valueIn(text: string, name: string): string {
  const at = text.toUpperCase().indexOf(`(${name}=`)
  if (at < 0) return ''
  const from = at + name.length + 2
  const stop = text.indexOf(')', from)
  return text.slice(from, stop < 0 ? from + 128 : Math.min(stop, from + 128)).trim()
}
