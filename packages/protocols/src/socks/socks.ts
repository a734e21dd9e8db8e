/**
 * SOCKS 4, 4a and 5: a client asks a proxy to connect it to somebody else. What passes once it is connected belongs to
 * other protocols.
 *
 *   5: greeting | 5 | n u8 | methods n | → | 5 | method u8 |, password | 1 | length, user | length, password | → | 1 | status u8 |,
 *      request | 5 | command u8 | 0 | kind u8 | address | port u16 | → | 5 | status u8 | 0 | kind u8 | address | port u16 |
 *   4: | 4 | command u8 | port u16 | address 4 | user, NUL | name, NUL (4a) | → | 0 | status u8 | port u16 | address 4 |
 *
 * Spec: RFC 1928, RFC 1929, RFC 1961 (GSSAPI); "SOCKS 4" and "SOCKS 4A" as published by NEC.
 */
import { type Context, type Dissector, HANDED_OVER, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { showIpv4, showIpv6 } from '../show-address.ts'
import { COMMANDS, METHODS } from './socks.table.ts'

export type Socks = {
  kind: 'greeting' | 'method' | 'login' | 'login-answer' | 'token' | 'request' | 'reply'
  version: 4 | 5
  methods: number[]
  /** Status of an answer, or the method chosen. */
  status: number
  command: number
  host: string | undefined
  name: string | undefined
  port: number
  user: string | undefined
  /** Masked at once by whoever speaks of it. */
  password: string | undefined
  anomalies: ('truncated' | 'unknown-command' | 'unknown-method')[]
}

type Client = 'greeting' | 'login' | 'token' | 'request' | 'over'
type Server = 'method' | 'login' | 'token' | 'reply' | 'over'
export type SocksState = {
  client: Client
  server: Server
  version: 4 | 5
  command: number
  replies: number
  user: string | undefined
  asked: Socks | undefined
}

const PORT = 1080
const MAX_NAME = 255
/** Length of an address by its kind; a name has its own. */
const SIZES: Readonly<Record<number, number>> = { 1: 4, 4: 16 }
const NAME = 3

export const dissector: Dissector<Socks, SocksState> = {
  name: 'socks',
  ports: ['tcp/1080'],
  maxFrame: 65_540,
  start: () => ({ client: 'greeting', server: 'method', version: 5, command: 0, replies: 0, user: undefined, asked: undefined }),
  frame(head, ctx) {
    const { state, from } = ctx
    if (head.left === 0) return NEED_MORE
    if (from === 'client') return clientLength(head, state.client)
    if (state.server === 'method' && state.client === 'greeting') return unasked(head, ctx)
    return serverLength(head, state)
  },
  parse(r, ctx) {
    const m = empty(ctx.state.version)
    if (ctx.from === 'client') fromClient(r, ctx.state, m)
    else fromServer(r, ctx.state, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

function empty(version: 4 | 5): Socks {
  return {
    kind: 'greeting',
    version,
    methods: [],
    status: 0,
    command: 0,
    host: undefined,
    name: undefined,
    port: 0,
    user: undefined,
    password: undefined,
    anomalies: [],
  }
}

function clientLength(head: Reader, phase: Client): number {
  const version = head.peek()
  if (phase === 'over') return HANDED_OVER
  if (phase === 'greeting') return version === 5 ? greetingLength(head) : version === 4 ? request4Length(head) : NOT_MINE
  if (phase === 'login') {
    if (version !== 1) return NOT_MINE
    const user = head.peek(1)
    return head.left < 3 + user ? NEED_MORE : 3 + user + head.peek(2 + user)
  }
  if (phase === 'token') return tokenLength(head)
  return version === 5 ? addressed(head) : NOT_MINE
}

function serverLength(head: Reader, state: SocksState): number {
  if (state.server === 'over') return HANDED_OVER
  if (state.server === 'token') return tokenLength(head)
  if (state.version === 4) return head.peek() === 0 ? 8 : NOT_MINE
  if (state.server === 'reply') return head.peek() === 5 ? addressed(head) : NOT_MINE
  return head.peek() === (state.server === 'method' ? 5 : 1) || head.peek() === 5 ? 2 : NOT_MINE
}

/** The client was not seen: only the proxies' own port speaks for two bytes. */
function unasked(head: Reader, ctx: Context<Socks, SocksState>): number {
  if (ctx.flow.serverPort !== PORT || head.peek() !== 5 || head.left !== 2) return NOT_MINE
  return METHODS[head.peek(1)] === undefined ? NOT_MINE : 2
}

/** Nothing but known methods, each once, and nothing behind them: three bytes must be enough to be sure. */
function greetingLength(head: Reader): number {
  const count = head.peek(1)
  if (head.left < 2) return NEED_MORE
  if (count === 0 || count > 10 || head.left > 2 + count) return NOT_MINE
  for (let i = 0; i < Math.min(count, head.left - 2); i++) {
    const method = head.peek(2 + i)
    if ((METHODS[method] === undefined && method < 0x80) || method === 0xff) return NOT_MINE
    for (let k = 0; k < i; k++) if (head.peek(2 + k) === method) return NOT_MINE
  }
  return 2 + count
}

function request4Length(head: Reader): number {
  if (head.left < 9) return NEED_MORE
  const command = head.peek(1)
  const port = (head.peek(2) << 8) | head.peek(3)
  if ((command !== 1 && command !== 2) || port === 0) return NOT_MINE
  let at = textEnd(head, 8)
  const isNamed = head.peek(4) === 0 && head.peek(5) === 0 && head.peek(6) === 0 && head.peek(7) !== 0
  if (at > 0 && isNamed) at = textEnd(head, at)
  return at < 0 ? NOT_MINE : at === 0 ? NEED_MORE : at === head.left ? at : NOT_MINE
}

/** Offset behind the NUL that ends a printable text, 0 when it is not there yet, -1 when it is no text. */
function textEnd(head: Reader, from: number): number {
  for (let at = from; at < head.left; at++) {
    const c = head.peek(at)
    if (c === 0) return at + 1
    if (c < 0x20 || c === 0x7f || at - from > MAX_NAME) return -1
  }
  return 0
}

/** A request and its reply: head, address by kind, port. */
function addressed(head: Reader): number {
  if (head.left < 5) return NEED_MORE
  const kind = head.peek(3)
  const size = kind === NAME ? 1 + head.peek(4) : SIZES[kind]
  return size === undefined ? NOT_MINE : 4 + size + 2
}

function tokenLength(head: Reader): number {
  if (head.left < 2) return NEED_MORE
  if (head.peek() !== 1) return NOT_MINE
  if (head.peek(1) === 0xff) return 2
  return head.left < 4 ? NEED_MORE : 4 + ((head.peek(2) << 8) | head.peek(3))
}

function fromClient(r: Reader, state: SocksState, m: Socks): void {
  if (state.client === 'greeting' && r.peek() === 4) return request4(r, state, m)
  if (state.client === 'greeting') {
    r.u8('version')
    for (let n = r.u8('methods'); n > 0 && r.left > 0; n--) {
      m.methods.push(r.u8('method'))
      r.note(METHODS[m.methods.at(-1)!] ?? 'private')
    }
    state.client = 'request'
  } else if (state.client === 'login') {
    m.kind = 'login'
    r.u8('version')
    m.user = byteText(r.view(r.u8('user length'), 'user'))
    m.password = byteText(r.view(r.u8('password length'), 'password'))
    state.user = m.user
    state.client = 'request'
  } else if (state.client === 'token') {
    m.kind = 'token'
    r.view(r.left, 'token')
  } else {
    m.kind = 'request'
    r.u8('version')
    m.command = r.u8('command')
    r.u8('reserved')
    address(r, m)
    asks(state, m)
  }
}

function request4(r: Reader, state: SocksState, m: Socks): void {
  m.kind = 'request'
  m.version = 4
  r.u8('version')
  m.command = r.u8('command')
  m.port = r.u16('port')
  const bytes = r.view(4, 'address')
  const isNamed = bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] !== 0
  m.user = r.cstring(MAX_NAME + 1, 'user')
  if (isNamed) m.name = r.cstring(MAX_NAME + 1, 'name')
  else m.host = showIpv4(bytes)
  state.version = 4
  state.user = m.user
  asks(state, m)
}

function asks(state: SocksState, m: Socks): void {
  if (COMMANDS[m.command] === undefined) m.anomalies.push('unknown-command')
  state.command = m.command
  state.asked = m
  state.client = 'over'
  state.server = 'reply'
}

function fromServer(r: Reader, state: SocksState, m: Socks): void {
  if (state.server === 'token') {
    m.kind = 'token'
    r.view(r.left, 'token')
    return
  }
  if (state.server === 'method' || state.server === 'login') {
    m.kind = state.server === 'method' ? 'method' : 'login-answer'
    r.u8('version')
    m.status = r.u8(m.kind === 'method' ? 'method' : 'status')
    if (m.kind === 'method') chosen(m.status, state, m)
    else state.server = 'reply'
    return
  }
  m.kind = 'reply'
  r.u8('version')
  m.status = r.u8('status')
  if (state.version === 4) {
    m.port = r.u16('port')
    m.host = showIpv4(r.view(4, 'address'))
  } else {
    r.u8('reserved')
    address(r, m)
  }
  // A bind is answered twice: when it listens, and when somebody has come.
  if (++state.replies >= (state.command === 2 ? 2 : 1)) {
    state.server = 'over'
    state.client = 'over'
  }
}

function chosen(method: number, state: SocksState, m: Socks): void {
  if (METHODS[method] === undefined) m.anomalies.push('unknown-method')
  state.server = method === 2 ? 'login' : method === 1 ? 'token' : 'reply'
  state.client = method === 2 ? 'login' : method === 1 ? 'token' : method === 0 ? 'request' : 'over'
  if (state.client === 'over') state.server = 'over'
}

function address(r: Reader, m: Socks): void {
  const kind = r.u8('address kind')
  if (kind === NAME) m.name = byteText(r.view(r.u8('name length'), 'name'))
  else if (kind === 4) m.host = showIpv6(r.view(16, 'address'))
  else m.host = showIpv4(r.view(4, 'address'))
  m.port = r.u16('port')
}
