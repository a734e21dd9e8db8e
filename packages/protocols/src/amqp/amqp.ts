/**
 * AMQP: applications publish to a broker and consume from it. Two protocols of one name, told apart by their opening:
 *
 *   opening: | "AMQP" | id u8 | major u8 | minor u8 | revision u8 |
 *   0-9-1:   | type u8 | channel u16 | size u32 | payload | 0xce |                      big-endian
 *   1.0:     | size u32 | data offset u8 (words) | type u8 | channel u16 | performative, payload |
 *
 * Spec: AMQP 0-9-1 §2.3, §4.2 (frames, tables), RabbitMQ's extensions; OASIS AMQP 1.0 part 2 (transport), part 5 (security).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { METHODS, type Method, PERFORMATIVES } from './amqp.table.ts'
import { type Described, isDescribed, listOf, readTable, readValue, type Value } from './typed.ts'

const CLEAN: readonly string[] = []
const MAX_FRAME = 1 << 20
const OPENING = 8
const FRAME_END = 0xce

export type Amqp = {
  kind: 'opening' | 'method' | 'header' | 'body' | 'heartbeat' | 'performative'
  channel: number
  length: number
  /** Of an opening: id, major, minor, revision. */
  readonly opening: number[]
  /** Of 0-9-1: class * 256 + method, and its arguments by name. */
  number: number
  method: Method | undefined
  readonly arguments: Map<string, Value>
  /** Of a content header. */
  bodySize: number
  contentType: string
  user: string
  application: string
  /** Of 1.0: the descriptor and its fields. */
  code: number
  fields: readonly Value[]
  /** A body, or what follows a transfer; borrowed. */
  payload: Uint8Array
  anomalies: readonly string[]
}

export type AmqpState = { version: '' | '0-9-1' | '1.0'; memory: unknown }

const NO_BYTES = new Uint8Array(0)

export const dissector: Dissector<Amqp, AmqpState> = {
  name: 'amqp',
  ports: ['tcp/5672'],
  maxFrame: MAX_FRAME,
  start: () => ({ version: '', memory: undefined }),
  frame,
  parse,
  side,
}

const isOpening = (head: Reader): boolean =>
  head.peek(0) === 0x41 && head.peek(1) === 0x4d && head.peek(2) === 0x51 && head.peek(3) === 0x50

function frame(head: Reader, { state }: Context<Amqp, AmqpState>): number {
  if (head.left < OPENING) return head.left >= 4 && state.version === '' && !isOpening(head) && !isBegin(head) ? NOT_MINE : NEED_MORE
  if (isOpening(head)) return head.peek(4) <= 3 && head.peek(5) <= 10 ? OPENING : NOT_MINE
  if (state.version !== '1.0') {
    const length = classicLength(head, state.version === '')
    if (length !== NOT_MINE || state.version !== '') return length
  }
  return laterLength(head)
}

/** The first bytes of a frame of either version. */
function isBegin(head: Reader): boolean {
  const type = head.peek(0)
  return type === 1 || type === 2 || type === 3 || type === 8 || type === 0
}

/** A conversation joined late is believed when a whole frame shows its end and its class. */
function classicLength(head: Reader, isFirst: boolean): number {
  const type = head.peek(0)
  if (type !== 1 && type !== 2 && type !== 3 && type !== 8) return NOT_MINE
  const size = head.peek(3) * 0x100_0000 + (head.peek(4) << 16) + (head.peek(5) << 8) + head.peek(6)
  const length = size + 8
  if (length > MAX_FRAME || (type === 8 && size !== 0)) return NOT_MINE
  if (head.left >= length && head.peek(length - 1) !== FRAME_END) return NOT_MINE
  if (!isFirst) return length
  if (type === 3 || type === 8) return NOT_MINE
  if (head.left < 11) return NEED_MORE
  const number = ((head.peek(7) << 8) | head.peek(8)) * 256 + ((head.peek(9) << 8) | head.peek(10))
  if (type === 1 ? !METHODS.has(number) : number !== 60 * 256) return NOT_MINE
  return length
}

function laterLength(head: Reader): number {
  const size = head.peek(0) * 0x100_0000 + (head.peek(1) << 16) + (head.peek(2) << 8) + head.peek(3)
  const offset = head.peek(4)
  if (size < 8 || size > MAX_FRAME || offset < 2 || offset * 4 > size || head.peek(5) > 1) return NOT_MINE
  if (offset * 4 === size) return size
  if (head.left < offset * 4 + 3) return NEED_MORE
  const at = offset * 4
  // A described value whose descriptor is a small number, as every performative's is.
  const isPerformative = head.peek(at) === 0 && head.peek(at + 1) === 0x53 && PERFORMATIVES[head.peek(at + 2)] !== undefined
  const isWide = head.peek(at) === 0 && (head.peek(at + 1) === 0x80 || head.peek(at + 1) === 0xa3)
  return isPerformative || isWide ? size : NOT_MINE
}

function side(head: Reader): Side | undefined {
  if (isOpening(head)) return head.peek(5) === 0 ? 'client' : undefined
  if (head.peek(0) !== 1) return undefined
  const method = METHODS.get(((head.peek(7) << 8) | head.peek(8)) * 256 + ((head.peek(9) << 8) | head.peek(10)))
  return method === undefined || method.from === 'both' ? undefined : method.from
}

function parse(r: Reader, { state }: Context<Amqp, AmqpState>): Amqp {
  const m: Amqp = {
    kind: 'opening',
    channel: 0,
    length: r.left,
    opening: [],
    number: 0,
    method: undefined,
    arguments: new Map(),
    bodySize: 0,
    contentType: '',
    user: '',
    application: '',
    code: 0,
    fields: [],
    payload: NO_BYTES,
    anomalies: CLEAN,
  }
  const length = r.left
  if (isOpening(r)) {
    r.view(4, 'protocol')
    for (const label of ['protocol id', 'major', 'minor', 'revision']) m.opening.push(r.u8(label))
    state.version = m.opening[0] === 0 && m.opening[1] === 0 ? '0-9-1' : m.opening[1] === 1 && m.opening[2] === 0 ? '1.0' : '0-9-1'
  } else if (state.version === '1.0' || (state.version === '' && r.peek(0) === 0)) {
    state.version = '1.0'
    readLater(r, m, length)
  } else {
    state.version = '0-9-1'
    readClassic(r, m, length)
  }
  if (r.short) m.anomalies = [...m.anomalies, 'malformed']
  return m
}

function readClassic(r: Reader, m: Amqp, length: number): void {
  const type = r.u8('frame type')
  m.channel = r.u16('channel')
  const size = r.u32('size')
  m.length = size
  if (size + 8 > length) m.anomalies = ['truncated']
  const body = r.sub(Math.min(size, Math.max(0, r.left - 1)), 'frame')
  if (type === 1) readMethod(body, m)
  else if (type === 2) readHeader(body, m)
  else if (type === 3) {
    m.kind = 'body'
    m.payload = body.view(body.left, 'payload')
  } else m.kind = 'heartbeat'
  if (body.short && m.anomalies.length === 0) m.anomalies = ['malformed']
  if (m.anomalies.length === 0 && r.u8('frame end') !== FRAME_END) m.anomalies = ['no-frame-end']
}

function readMethod(r: Reader, m: Amqp): void {
  m.kind = 'method'
  m.number = r.u16('class') * 256
  m.number += r.u16('method')
  m.method = METHODS.get(m.number)
  if (m.method === undefined) {
    r.view(r.left, 'arguments')
    m.anomalies = ['unknown-method']
    return
  }
  r.note(m.method.name)
  if (m.method.arguments === '') return
  for (const argument of m.method.arguments.split(' ')) {
    if (r.left === 0) break
    const name = argument.slice(2)
    m.arguments.set(name, readArgument(r, argument[0]!, name))
  }
}

function readArgument(r: Reader, type: string, name: string): Value {
  switch (type) {
    case 's':
      return byteText(r.view(r.u8('length'), name))
    case 'l':
      return byteText(r.view(r.u32('length'), name))
    case 't':
      return readTable(r)
    case 'h':
      return r.u16(name)
    case 'w':
      return r.u32(name)
    case 'd':
      return r.u64(name)
    default:
      return r.u8(name)
  }
}

/** §4.2.6.1: properties follow in the order of their bits, the highest first. */
function readHeader(r: Reader, m: Amqp): void {
  m.kind = 'header'
  m.number = r.u16('class') * 256
  r.skip(2, 'weight')
  m.bodySize = Number(r.u64('body size'))
  const flags = r.u16('property flags')
  const short = (bit: number, label: string): string => ((flags & bit) !== 0 ? byteText(r.view(r.u8('length'), label)) : '')
  m.contentType = short(0x8000, 'content type')
  short(0x4000, 'content encoding')
  if ((flags & 0x2000) !== 0) readTable(r)
  if ((flags & 0x1000) !== 0) r.u8('delivery mode')
  if ((flags & 0x0800) !== 0) r.u8('priority')
  short(0x0400, 'correlation id')
  short(0x0200, 'reply to')
  short(0x0100, 'expiration')
  short(0x0080, 'message id')
  if ((flags & 0x0040) !== 0) r.u64('timestamp')
  short(0x0020, 'type')
  m.user = short(0x0010, 'user id')
  m.application = short(0x0008, 'app id')
  short(0x0004, 'cluster id')
}

function readLater(r: Reader, m: Amqp, length: number): void {
  const size = r.u32('size')
  const offset = r.u8('data offset')
  r.u8('type')
  m.channel = r.u16('channel')
  m.length = size
  if (size > length) m.anomalies = ['truncated']
  if (offset > 2) r.skip(offset * 4 - 8, 'extended header')
  if (r.left === 0) {
    m.kind = 'heartbeat'
    return
  }
  m.kind = 'performative'
  const described = readValue(r, 'performative')
  if (isDescribed(described)) {
    m.code = described.code
    m.fields = listOf((described as Described).value)
  } else m.anomalies = [...m.anomalies, 'no-performative']
  m.payload = r.view(r.left, 'payload')
}
