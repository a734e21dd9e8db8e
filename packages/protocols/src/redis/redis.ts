/**
 * Redis: commands as arrays of strings (or a line), each with one answer.
 *
 *   "*" count CRLF, "$" length CRLF bytes CRLF …        answers: any value
 *
 * Source: Redis serialization protocol specification (RESP 2 and 3), Redis commands reference.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { lineLength, takeLine } from '../text-line.ts'
import { ACCESS } from './redis.table.ts'
import { readValue, type Value, valueLength } from './resp.ts'

export type Redis = {
  /** Of a command: its name and arguments; empty in an answer. */
  words: string[]
  answer: Value | undefined
  anomalies: string[]
}

export type RedisState = {
  isOpen: boolean
  client: { rest: number }
  server: { rest: number }
  seen: unknown
  log: unknown
}

/** A value above this passes in pieces: its beginning is read. */
const MAX_WHOLE = 262_144
const MAX_PIECE = 65_536
const MAX_LINE = 1024
const PORT = 6379
const STAR = 0x2a

export const dissector: Dissector<Redis, RedisState> = {
  name: 'redis',
  ports: ['tcp/6379'],
  maxFrame: MAX_WHOLE,
  start: () => ({ isOpen: false, client: { rest: 0 }, server: { rest: 0 }, seen: undefined, log: undefined }),
  frame(head, ctx) {
    const { rest } = ctx.state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_PIECE)
    if (ctx.from === 'client' && head.peek() !== STAR) return inlineLength(head, ctx)
    if (!ctx.state.isOpen && ctx.from === 'server' && !isOwnPort(ctx)) return NOT_MINE
    if (!ctx.state.isOpen && ctx.from === 'client' && !isCommand(head)) return head.left < 8 && head.peek() === STAR ? NEED_MORE : NOT_MINE
    const length = valueLength(head)
    if (length > MAX_WHOLE) return MAX_WHOLE
    // A value whose end is far off is read as far as it goes.
    return length === NEED_MORE && head.left >= MAX_WHOLE ? MAX_WHOLE : length
  },
  parse(r, ctx) {
    const m: Redis = { words: [], answer: undefined, anomalies: [] }
    const { state, from } = ctx
    const way = state[from]
    if (way.rest > 0) {
      way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, 'continued')
      return m
    }
    state.isOpen = true
    if (from === 'client' && r.peek() !== STAR)
      m.words = takeLine(r, 'command')
        .split(/[ \t\0]+/)
        .filter((word) => word !== '')
    else {
      const whole = r.left >= MAX_WHOLE ? valueLength(r) : 0
      const value = readValue(r)
      if (from === 'client') m.words = value.items.map((item) => item.text ?? '')
      else m.answer = value
      if (r.short && r.end - r.at === 0 && whole > MAX_WHOLE) {
        way.rest = whole - MAX_WHOLE
        r.short = false
      }
      if (r.left > 0) r.view(r.left, 'more')
    }
    if (r.short) m.anomalies.push('truncated')
    return m
  },
  side(head) {
    return head.peek() === STAR && isCommand(head) ? 'client' : undefined
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function isOwnPort(ctx: Context<Redis, RedisState>): boolean {
  return ctx.flow.serverPort === PORT
}

/** `*n CRLF $m CRLF` and a known name. */
function isCommand(head: Reader): boolean {
  let text = ''
  for (let i = 0; i < Math.min(head.left, 48); i++) text += String.fromCharCode(head.peek(i))
  const name = /^\*[1-9]\d{0,5}\r\n\$\d{1,2}\r\n([A-Za-z_]+)\r\n/.exec(text)?.[1]
  return name !== undefined && ACCESS.has(name.toUpperCase())
}

/** A command typed by hand: on the own port, or once the conversation is known. */
function inlineLength(head: Reader, ctx: Context<Redis, RedisState>): number {
  const c = head.peek()
  const isLetter = (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a)
  if (!ctx.state.isOpen && !isOwnPort(ctx)) return NOT_MINE
  if (!isLetter && !(ctx.state.isOpen && (c === 13 || c === 10))) return NOT_MINE
  const length = lineLength(head, MAX_LINE)
  if (length <= 0 || ctx.state.isOpen) return length
  let name = ''
  for (let i = 0; i < Math.min(length, 24); i++) {
    if (head.peek(i) <= 0x20) break
    name += String.fromCharCode(head.peek(i))
  }
  return ACCESS.has(name.toUpperCase()) ? length : NOT_MINE
}
