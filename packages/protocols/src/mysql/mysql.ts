/**
 * MySQL and MariaDB: a client logs in and sends commands, most of them SQL.
 *
 *   | length u24 | sequence u8 | payload |   little-endian; a login is answered, then each command starts at sequence 0
 *
 * Source: MySQL internals manual, Client/Server Protocol: Connection Phase, Command Phase, Text Resultset.
 */
import { type Context, type Dissector, HANDED_OVER, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { maskSecret } from '../mask.ts'
import { COMPRESS, SSL } from './mysql.table.ts'
import { readChangeUser, readCommand, readGreeting, readLogin } from './request.ts'
import { readAnswer } from './response.ts'

export type Mysql = {
  kind: 'greeting' | 'login' | 'tls' | 'command' | 'ok' | 'error' | 'eof' | 'auth' | 'result' | 'rest'
  sequence: number
  /** Greeting: the server's version. */
  version: string
  user: string
  database: string
  /** Authentication method that this packet names. */
  plugin: string
  /** Masked, where a method sends it in clear. */
  password: string | undefined
  /** Of the client: program, operating system … */
  attributes: (readonly [name: string, value: string])[]
  /** Index of COMMANDS; -1 for none. */
  command: number
  argument: string
  /** Rows an OK says were touched. */
  rows: number
  code: number
  text: string
  /** EOF between the columns and the rows. */
  isIntermediate: boolean
  anomalies: string[]
}

export type MysqlState = {
  isOpen: boolean
  phase: 'login' | 'command'
  /** What the server's next packet is. */
  expects: 'status' | 'first' | 'columns' | 'columns-end' | 'rows' | 'nothing'
  columns: number
  command: number
  flags: number
  plugin: string
  isEncrypted: boolean
  isCompressed: boolean
  client: { rest: number }
  server: { rest: number }
  seen: unknown
  log: unknown
}

/** A packet above this passes in pieces: its beginning is read. */
const MAX_WHOLE = 131_072
const MAX_PIECE = 65_536
const PORT = 3306

export const dissector: Dissector<Mysql, MysqlState> = {
  name: 'mysql',
  ports: ['tcp/3306'],
  maxFrame: MAX_WHOLE,
  start: () => ({
    isOpen: false,
    phase: 'login',
    expects: 'status',
    columns: 0,
    command: -1,
    flags: 0,
    plugin: '',
    isEncrypted: false,
    isCompressed: false,
    client: { rest: 0 },
    server: { rest: 0 },
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { state } = ctx
    if (state.isEncrypted) return HANDED_OVER
    const { rest } = state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_PIECE)
    if (head.left < 4) return NEED_MORE
    const length = head.peek() | (head.peek(1) << 8) | (head.peek(2) << 16)
    if (state.isCompressed) return 7 + length <= MAX_WHOLE ? 7 + length : MAX_WHOLE
    if (!state.isOpen) {
      const own = isItsOwn(head, length, ctx)
      if (own <= 0) return own
    }
    return length + 4 <= MAX_WHOLE ? length + 4 : MAX_WHOLE
  },
  parse(r, ctx) {
    const m = empty()
    const { state } = ctx
    const way = state[ctx.from]
    if (way.rest > 0 || state.isCompressed) {
      if (way.rest > 0) way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, state.isCompressed ? 'compressed' : 'continued')
      return m
    }
    const length = r.u24le('length')
    m.sequence = r.u8('sequence')
    way.rest = length + 4 > MAX_WHOLE && r.left === MAX_WHOLE - 4 ? length - r.left : 0
    if (length > r.left && way.rest === 0) r.short = true
    const isOpening = !state.isOpen
    state.isOpen = true
    if (ctx.from === 'server') readServer(r, m, state, isOpening)
    else readClient(r, m, state, isOpening)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    return head.peek(3) === 0 && head.peek(4) === 10 && head.peek(5) >= 0x30 ? 'server' : undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function readServer(r: Reader, m: Mysql, state: MysqlState, isOpening: boolean): void {
  const first = r.peek()
  if (m.sequence === 0 && (first === 10 || first === 9)) {
    state.phase = 'login'
    readGreeting(r, m, state)
  } else {
    if (isOpening && m.sequence > 0) {
      state.phase = 'command'
      state.expects = 'nothing'
    }
    readAnswer(r, m, state)
  }
}

function readClient(r: Reader, m: Mysql, state: MysqlState, isOpening: boolean): void {
  if (m.sequence === 0 && (isOpening || state.phase === 'command')) {
    state.phase = 'command'
    readCommand(r, m, state)
    if (m.command === 17) readChangeUser(r, m)
    state.command = m.command
    state.expects = m.command === 1 || m.command === 9 || m.command === 24 || m.command === 25 ? 'nothing' : 'first'
    if (m.command === 17) state.expects = 'status'
    if (m.command === 4) state.expects = 'columns-end'
  } else if (state.phase === 'login' && state.flags === 0 && r.left >= 4) {
    readLogin(r, m, state)
    if (m.kind === 'tls') state.isEncrypted = true
    state.expects = 'status'
  } else readProof(r, m, state)
}

/** What a method wants after the login: a hash, or the password itself. */
function readProof(r: Reader, m: Mysql, state: MysqlState): void {
  m.kind = 'auth'
  m.plugin = state.plugin
  const proof = r.view(r.left, 'authentication data')
  if (state.plugin === 'mysql_clear_password') m.password = maskSecret(secretOf(proof))
}

function secretOf(bytes: Uint8Array): string {
  let text = ''
  for (const b of bytes.subarray(0, 256)) if (b !== 0) text += String.fromCharCode(b)
  return text
}

function isItsOwn(head: Reader, length: number, ctx: Context<Mysql, MysqlState>): number {
  const isPort = ctx.flow.serverPort === PORT
  const sequence = head.peek(3)
  if (head.left < 5) return length > 0 && (isPort || sequence === 0) ? NEED_MORE : NOT_MINE
  const first = head.peek(4)
  const isTls = head.peek() === 0x16 && head.peek(1) === 3
  if (ctx.from === 'client') return isPort && !isTls && length > 0 && sequence <= 3 && (sequence > 0 || first <= 31) ? 1 : NOT_MINE
  if (first === 10 && sequence === 0 && length >= 20 && length < 512) {
    for (let i = 5; i < Math.min(head.left, 80); i++) {
      const c = head.peek(i)
      if (c === 0) return i > 7 ? 1 : NOT_MINE
      // A version begins with a digit: 5.7.42, 8.0.36-0ubuntu0, 5.5.5-10.6.
      if (c < 0x20 || c > 0x7e || (i === 5 && (c < 0x30 || c > 0x39))) return NOT_MINE
    }
    return head.left < 80 ? NEED_MORE : NOT_MINE
  }
  return isPort && length > 0 && (first === 0xff || sequence > 0) ? 1 : NOT_MINE
}

/** Both sides have agreed to compress what follows the login. */
export function compresses(state: MysqlState): boolean {
  return (state.flags & COMPRESS) !== 0 && (state.flags & SSL) === 0
}

function empty(): Mysql {
  return {
    kind: 'rest',
    sequence: 0,
    version: '',
    user: '',
    database: '',
    plugin: '',
    password: undefined,
    attributes: [],
    command: -1,
    argument: '',
    rows: 0,
    code: 0,
    text: '',
    isIntermediate: false,
    anomalies: [],
  }
}
