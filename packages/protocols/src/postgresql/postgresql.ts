/**
 * PostgreSQL, protocol 3: a client names user and database, logs in, and sends queries.
 *
 *   | length u32 | code u32 | parameters … |   the first message        | type u8 | length u32 | body |   every other   big-endian
 *
 * Source: PostgreSQL documentation, Frontend/Backend Protocol, §55.2 (message flow), §55.7 (formats), §55.8 (error fields).
 */
import { type Context, type Dissector, HANDED_OVER, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { maskSecret } from '../mask.ts'
import { BACKEND, FRONTEND } from './postgresql.table.ts'

export type Postgresql = {
  /** The type's letter; `startup`, `tls`, `gss`, `cancel`, `tls answer` for those without. */
  type: string
  parameters: (readonly [name: string, value: string])[]
  /** Query, command tag, or the method's name of a SASL login. */
  text: string
  /** Authentication request; -1 for none. */
  method: number
  /** Masked, when it is sent in clear. */
  password: string | undefined
  /** Columns of a row. */
  columns: number
  /** Bytes of copied data. */
  bytes: number
  anomalies: string[]
}

export type PostgresqlState = {
  isOpen: boolean
  /** The client asked to encrypt and has no answer yet. */
  asksToEncrypt: boolean
  isEncrypted: boolean
  hasStarted: boolean
  method: number
  client: { rest: number }
  server: { rest: number }
  seen: unknown
  log: unknown
}

/** A message above this passes in pieces: its beginning is read. */
const MAX_WHOLE = 131_072
const MAX_PIECE = 65_536
const MAX_TEXT = 65_536
const MAX_PARAMETERS = 64
const PORT = 5432
const VERSION_3 = 3
const TLS_REQUEST = 80_877_103
const GSS_REQUEST = 80_877_104
const CANCEL_REQUEST = 80_877_102

export const dissector: Dissector<Postgresql, PostgresqlState> = {
  name: 'postgresql',
  ports: ['tcp/5432'],
  maxFrame: MAX_WHOLE,
  start: () => ({
    isOpen: false,
    asksToEncrypt: false,
    isEncrypted: false,
    hasStarted: false,
    method: -1,
    client: { rest: 0 },
    server: { rest: 0 },
    seen: undefined,
    log: undefined,
  }),
  frame(head, ctx) {
    const { state, from } = ctx
    if (state.isEncrypted) return HANDED_OVER
    const { rest } = state[from]
    if (rest > 0) return Math.min(head.left, rest, MAX_PIECE)
    if (from === 'server' && state.asksToEncrypt) return answersEncryption(head)
    if (from === 'client' && !state.hasStarted) {
      const length = startupLength(head)
      if (length !== NOT_MINE) return length
      if (state.isOpen || !isOwnPort(ctx)) return NOT_MINE
    }
    if (head.left < 1) return NEED_MORE
    const names = from === 'client' ? FRONTEND : BACKEND
    if (!(String.fromCharCode(head.peek()) in names)) return NOT_MINE
    if (!state.isOpen && !isOwnPort(ctx)) return NOT_MINE
    if (head.left < 5) return NEED_MORE
    const length = be32(head, 1)
    if (length < 4 || (!state.isOpen && length > MAX_WHOLE)) return NOT_MINE
    return Math.min(length + 1, MAX_WHOLE)
  },
  parse(r, ctx) {
    const m: Postgresql = { type: '', parameters: [], text: '', method: -1, password: undefined, columns: 0, bytes: 0, anomalies: [] }
    const { state, from } = ctx
    const way = state[from]
    if (way.rest > 0) {
      way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, 'continued')
      return m
    }
    if (from === 'server' && state.asksToEncrypt) {
      readEncryptionAnswer(r, m, state)
      return m
    }
    const isStartup = from === 'client' && !state.hasStarted && startupLength(r) !== NOT_MINE
    state.isOpen = true
    if (isStartup) readStartup(r, m, state)
    else readMessage(r, m, ctx)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    return startupLength(head) > 0 ? 'client' : undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function answersEncryption(head: Reader): number {
  const first = head.peek()
  // An old server answers with an error.
  if (first === 0x45 && head.left >= 5) return be32(head, 1) < 4 ? NOT_MINE : Math.min(be32(head, 1) + 1, MAX_WHOLE)
  return first === 0x53 || first === 0x4e || first === 0x47 ? 1 : first === 0x45 ? NEED_MORE : NOT_MINE
}

/** Length of a first message; `NOT_MINE` when it is none. */
function startupLength(head: Reader): number {
  if (head.left < 8) return head.left > 1 && head.peek(0) !== 0 ? NOT_MINE : NEED_MORE
  const length = be32(head, 0)
  const code = be32(head, 4)
  if (code === TLS_REQUEST || code === GSS_REQUEST) return length === 8 ? 8 : NOT_MINE
  if (code === CANCEL_REQUEST) return length >= 16 && length <= 272 ? length : NOT_MINE
  if (code >>> 16 !== VERSION_3 || (code & 0xffff) > 100 || length < 9 || length > 10_000) return NOT_MINE
  // The first parameter's name: letters.
  const c = head.peek(8)
  return head.left < 9 || c === 0 || (c >= 0x61 && c <= 0x7a) || c === 0x5f ? length : NOT_MINE
}

function isOwnPort(ctx: Context<Postgresql, PostgresqlState>): boolean {
  return ctx.flow.serverPort === PORT
}

function be32(r: Reader, ahead: number): number {
  return ((r.peek(ahead) << 24) | (r.peek(ahead + 1) << 16) | (r.peek(ahead + 2) << 8) | r.peek(ahead + 3)) >>> 0
}

function readEncryptionAnswer(r: Reader, m: Postgresql, state: PostgresqlState): void {
  state.asksToEncrypt = false
  if (r.peek() === 0x45) {
    m.type = 'E'
    r.u8('type')
    r.u32('length')
    readFields(r, m)
    return
  }
  m.type = 'tls answer'
  m.text = String.fromCharCode(r.u8('encryption'))
  state.isEncrypted = m.text !== 'N'
}

function readStartup(r: Reader, m: Postgresql, state: PostgresqlState): void {
  const length = r.u32('length')
  const code = r.u32('version or request')
  if (length > r.left + 8) r.short = true
  if (code === TLS_REQUEST || code === GSS_REQUEST) {
    m.type = code === TLS_REQUEST ? 'tls' : 'gss'
    state.asksToEncrypt = true
    return
  }
  state.hasStarted = true
  if (code === CANCEL_REQUEST) {
    m.type = 'cancel'
    r.view(r.left, 'process and secret')
    return
  }
  m.type = 'startup'
  while (r.left > 1 && m.parameters.length < MAX_PARAMETERS) {
    const name = r.cstring(256, 'name')
    if (name === '') break
    m.parameters.push([name, r.cstring(1024, 'value')])
  }
  if (r.left > 0) r.view(r.left, 'end')
}

function readMessage(r: Reader, m: Postgresql, ctx: Context<Postgresql, PostgresqlState>): void {
  const { state, from } = ctx
  m.type = String.fromCharCode(r.u8('type'))
  const length = r.u32('length')
  const body = Math.max(0, length - 4)
  if (body > r.left) {
    if (length + 1 > MAX_WHOLE) state[from].rest = body - r.left
    else r.short = true
  }
  r.note((from === 'client' ? FRONTEND : BACKEND)[m.type] ?? '')
  if (from === 'client') readFrontend(r, m, state)
  else readBackend(r, m, state)
  if (r.left > 0) r.view(r.left, 'more')
  if (m.type === 'd') m.bytes = body
}

function readFrontend(r: Reader, m: Postgresql, state: PostgresqlState): void {
  if (m.type === 'Q') m.text = cut(r, 'query')
  else if (m.type === 'P') {
    r.cstring(256, 'statement')
    m.text = cut(r, 'query')
  } else if (m.type === 'p') {
    m.method = state.method
    if (state.method === 3) m.password = maskSecret(r.cstring(1024, 'password'))
    else if (state.method === 10) m.text = r.cstring(256, 'mechanism')
  }
}

function readBackend(r: Reader, m: Postgresql, state: PostgresqlState): void {
  switch (m.type) {
    case 'R':
      m.method = r.u32('authentication')
      state.method = m.method
      return
    case 'S':
      m.parameters.push([r.cstring(256, 'name'), r.cstring(1024, 'value')])
      return
    case 'D':
      m.columns = r.u16('columns')
      return
    case 'C':
    case 'Z':
      m.text = m.type === 'Z' ? String.fromCharCode(r.u8('transaction status')) : r.cstring(256, 'command tag')
      return
    case 'E':
    case 'N':
      readFields(r, m)
  }
}

/** §55.8: a letter, a text, up to a zero. */
function readFields(r: Reader, m: Postgresql): void {
  while (r.left > 1 && r.peek() !== 0 && m.parameters.length < MAX_PARAMETERS) {
    const code = String.fromCharCode(r.u8('field'))
    m.parameters.push([code, r.cstring(4096, 'value')])
  }
}

function cut(r: Reader, label: string): string {
  const { bytes, at, end } = r
  const zero = bytes.indexOf(0, at)
  const stop = zero < 0 || zero >= end ? end : zero
  const text = byteText(r.view(stop - at, label).subarray(0, MAX_TEXT))
  if (stop < end) r.skip(1, 'end')
  return text
}

export function fieldOf(m: Postgresql, name: string): string | undefined {
  for (const [key, value] of m.parameters) if (key === name) return value
  return undefined
}
