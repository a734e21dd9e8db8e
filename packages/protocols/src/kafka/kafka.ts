/**
 * Kafka: clients produce to and consume from topics of brokers.
 *
 *   | length u32 | request: key u16, version u16, correlation u32, client id, body / response: correlation u32, body |   big-endian
 *
 * Source: Apache Kafka protocol guide (request header, api keys, messages); KIP-482 (compact encoding).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { REQUESTS } from './kafka.table.ts'
import { readRequest, readResponse } from './messages.ts'

export type Kafka = {
  /** -1 in a response to nothing known. */
  key: number
  version: number
  correlation: number
  isRequest: boolean
  client: string
  /** Client's library and its version. */
  software: string
  topics: string[]
  group: string
  mechanism: string
  user: string
  /** Masked. */
  password: string | undefined
  /** Brokers as host:port. */
  brokers: string[]
  error: number
  anomalies: string[]
}

export type KafkaState = { isOpen: boolean; client: { rest: number }; server: { rest: number }; seen: unknown }

const MAX_MESSAGE = 128 << 20
/** A message above this passes in pieces: its beginning is read. */
const MAX_WHOLE = 65_536
const MAX_VERSION = 20
/** A first request is short. */
const MAX_OPENING = 1024

export const dissector: Dissector<Kafka, KafkaState> = {
  name: 'kafka',
  ports: ['tcp/9092'],
  maxFrame: MAX_WHOLE,
  start: () => ({ isOpen: false, client: { rest: 0 }, server: { rest: 0 }, seen: undefined }),
  frame(head, ctx) {
    const { rest } = ctx.state[ctx.from]
    if (rest > 0) return Math.min(head.left, rest, MAX_WHOLE)
    if (head.left < 4) return NEED_MORE
    const length = be32(head, 0)
    if (length < 4 || length > MAX_MESSAGE) return NOT_MINE
    if (ctx.from === 'client') {
      const own = isRequest(head, length, ctx)
      if (own <= 0) return own
    } else if (!ctx.state.isOpen) return NOT_MINE
    return Math.min(4 + length, MAX_WHOLE)
  },
  key(head, ctx) {
    if (ctx.state[ctx.from].rest > 0) return undefined
    return be32(head, ctx.from === 'client' ? 8 : 4)
  },
  parse(r, ctx) {
    const m = empty()
    const way = ctx.state[ctx.from]
    if (way.rest > 0) {
      way.rest = Math.max(0, way.rest - r.left)
      r.view(r.left, 'continued')
      return m
    }
    ctx.state.isOpen = true
    const length = r.u32('length')
    way.rest = length + 4 > MAX_WHOLE && r.left >= MAX_WHOLE - 4 ? length - r.left : 0
    if (length > r.left && way.rest === 0) r.short = true
    const isCut = r.short
    if (ctx.from === 'client') readRequest(r, m)
    else readResponse(r, m, ctx.asked)
    if (isCut || (r.short && way.rest === 0)) m.anomalies.push('truncated')
    if (r.left > 0) r.view(r.left, 'more')
    return m
  },
  gap(ctx, length) {
    const way = ctx.state[ctx.from]
    if (way.rest < length) return false
    way.rest -= length
    return true
  },
}

function be32(r: Reader, ahead: number): number {
  return ((r.peek(ahead) << 24) | (r.peek(ahead + 1) << 16) | (r.peek(ahead + 2) << 8) | r.peek(ahead + 3)) >>> 0
}

/** A known key, a small version and a client id of printable characters that fits. */
function isRequest(head: Reader, length: number, ctx: Context<Kafka, KafkaState>): number {
  if (length < 10) return NOT_MINE
  if (head.left < 14) return head.left < 8 || isKnown(head) ? NEED_MORE : NOT_MINE
  if (!isKnown(head)) return NOT_MINE
  const name = (head.peek(12) << 8) | head.peek(13)
  if (name !== 0xffff && name > Math.min(length - 10, 255)) return NOT_MINE
  // Nothing but a number and an empty name would be too little on a foreign port.
  const isPort = ctx.flow.serverPort === 9092
  if (!ctx.state.isOpen && !isPort && (name === 0xffff || name < 3)) return namesTopic(head, length)
  const shown = name === 0xffff ? 0 : Math.min(name, head.left - 14)
  for (let i = 0; i < shown; i++) {
    const c = head.peek(14 + i)
    if (c < 0x20 || c > 0x7e) return NOT_MINE
  }
  return 1
}

/** Without a client's name its topics must speak for it. */
function namesTopic(head: Reader, length: number): number {
  if (length > MAX_OPENING) return NOT_MINE
  if (head.left < 4 + length) return NEED_MORE
  const m = empty()
  const body = new Reader(head.bytes, head.at + 4, head.at + 4 + length)
  readRequest(body, m)
  return !body.short && /^[\w.-]{3,249}$/.test(m.topics[0] ?? '') ? 1 : NOT_MINE
}

function isKnown(head: Reader): boolean {
  const key = (head.peek(4) << 8) | head.peek(5)
  return key in REQUESTS && ((head.peek(6) << 8) | head.peek(7)) <= MAX_VERSION
}

function empty(): Kafka {
  return {
    key: -1,
    version: 0,
    correlation: 0,
    isRequest: false,
    client: '',
    software: '',
    topics: [],
    group: '',
    mechanism: '',
    user: '',
    password: undefined,
    brokers: [],
    error: 0,
    anomalies: [],
  }
}
