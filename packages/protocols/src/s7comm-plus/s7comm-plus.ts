/**
 * S7comm-plus: engineering and operation of S7-1200 and S7-1500, in COTP.
 *
 *   | 72 | version u8 | length u16 | (version 3: digest length u8, digest) | opcode u8 | 0 u16 | function u16 | 0 u16 |
 *   | sequence u16 | … | trailer 72 version 0000, absent while more fragments follow |   big-endian, numbers inside as VLQ
 *
 * Publicly analysed; Siemens publishes no specification. From version 3 on every message, fragments included, carries a keyed
 * digest; with newer firmware the content is inside TLS.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import type { Address } from './objects.ts'

const EMPTY = new Uint8Array(0)
const CLEAN: readonly string[] = []
const REQUEST = 0x31
const RESPONSE = 0x32
const NOTIFICATION = 0x33
/** An answer of older firmware to a question about a subscription. */
const SHORT_RESPONSE = 0x02
const KEEP_ALIVE = 0xfe
const VERSIONS: ReadonlySet<number> = new Set([1, 2, 3, KEEP_ALIVE])

/** Flat; -1 where a field does not occur. `whole` is borrowed; `data` of a request is a copy. */
export type S7commPlus = {
  readonly version: number
  readonly digestLength: number
  /** A later fragment of the message before it: no header of its own. */
  readonly isContinued: boolean
  opcode: number
  code: number
  sequence: number
  session: number
  data: Uint8Array
  readonly whole: Uint8Array
  /** More fragments of it follow: `data` is only its beginning. */
  isOpen: boolean
  /** The message that this last fragment completes, `data` joined, and the question it answers. */
  completes: { readonly message: S7commPlus; readonly asked: S7commPlus | undefined } | undefined
  anomalies: readonly string[]
}

type Joining = { readonly message: S7commPlus; readonly asked: S7commPlus | undefined; readonly parts: Uint8Array[]; length: number }

/** What is asked of variables, by reference number. */
export type Subscription = ReadonlyMap<number, Address>

export type PlusState = {
  /** Whether the next message of a side continues the one before. */
  continues: Record<Side, boolean>
  readonly joining: Record<Side, Joining | undefined>
  /** Questions without an answer yet. */
  readonly open: Set<S7commPlus>
  readonly subscriptions: Map<number, Subscription>
  isProtected: boolean
}

/** A joined message: programs come in fragments of a kilobyte. */
const MAX_JOINED = 0x8_0000

export const dissector: Dissector<S7commPlus, PlusState> = {
  name: 's7comm-plus',
  ports: ['cotp'],
  maxFrame: 65_535,
  start: () => ({
    continues: { client: false, server: false },
    joining: { client: undefined, server: undefined },
    open: new Set(),
    subscriptions: new Map(),
    isProtected: false,
  }),
  frame(head) {
    if (head.left > 0 && head.peek(0) !== 0x72) return NOT_MINE
    if (head.left > 1 && !VERSIONS.has(head.peek(1))) return NOT_MINE
    if (head.left < 4) return NEED_MORE
    const length = 4 + ((head.peek(2) << 8) | head.peek(3))
    return length + (hasTrailer(head, length) ? 4 : 0)
  },
  key(head, { from, state }) {
    const at = opcodeAt(head)
    const opcode = head.peek(at)
    if (state.continues[from] || (opcode !== REQUEST && opcode !== RESPONSE && opcode !== SHORT_RESPONSE)) return undefined
    return (head.peek(at + 7) << 8) | head.peek(at + 8)
  },
  parse,
  side(head) {
    const opcode = head.peek(opcodeAt(head))
    return opcode === REQUEST ? 'client' : opcode === RESPONSE || opcode === NOTIFICATION ? 'server' : undefined
  },
}

function hasTrailer(head: Reader, at: number): boolean {
  return head.left >= at + 4 && head.peek(at) === 0x72 && head.peek(at + 1) === head.peek(1) && head.peek(at + 2) + head.peek(at + 3) === 0
}

/** Only version 3 puts a digest first. */
function opcodeAt(head: Reader): number {
  return head.peek(1) === 3 ? 5 + head.peek(4) : 4
}

function parse(r: Reader, ctx: Context<S7commPlus, PlusState>): S7commPlus {
  const { from, state } = ctx
  const whole = r.bytes.subarray(r.at, r.end)
  r.skip(1, 'protocol id')
  const version = r.u8('version')
  const length = r.u16('length')
  const isContinued = state.continues[from]
  state.continues[from] = version !== KEEP_ALIVE && r.left === length && length > 0
  const body = r.sub(length, 'data')
  const digestLength = version === 3 ? body.u8('digest length') : 0
  if (digestLength > 0) body.skip(digestLength, 'digest')
  const m: S7commPlus = {
    version,
    digestLength,
    isContinued,
    opcode: -1,
    code: -1,
    sequence: -1,
    session: -1,
    data: EMPTY,
    whole,
    isOpen: false,
    completes: undefined,
    anomalies: CLEAN,
  }
  if (version === KEEP_ALIVE) body.view(body.left, 'content')
  else if (isContinued) m.data = body.view(body.left, 'content, continued')
  else readHeader(body, m)
  if (version !== KEEP_ALIVE) join(m, ctx)
  if (r.left > 0) r.skip(4, 'trailer')
  if (r.short || body.short || whole.length < 4 + length) m.anomalies = ['truncated']
  else if (r.left > 0) m.anomalies = ['trailing-bytes']
  else if (m.opcode === RESPONSE && ctx.asked === undefined) m.anomalies = ['unsolicited']
  return m
}

/** Fragments are kept until the last; too long a message is left as its beginning. */
function join(m: S7commPlus, { from, state, asked }: Context<S7commPlus, PlusState>): void {
  const goesOn = state.continues[from]
  if (!m.isContinued) {
    m.isOpen = goesOn
    state.joining[from] = goesOn ? { message: m, asked, parts: [m.data.slice()], length: m.data.length } : undefined
    return
  }
  m.isOpen = goesOn
  const joining = state.joining[from]
  if (joining === undefined) return
  joining.length += m.data.length
  if (joining.length > MAX_JOINED) {
    state.joining[from] = undefined
    return
  }
  joining.parts.push(m.data.slice())
  if (goesOn) return
  state.joining[from] = undefined
  const data = new Uint8Array(joining.length)
  let at = 0
  for (const part of joining.parts) {
    data.set(part, at)
    at += part.length
  }
  joining.message.data = data
  joining.message.isOpen = false
  m.completes = joining
}

function readHeader(r: Reader, m: S7commPlus): void {
  m.opcode = r.u8('opcode')
  if (m.opcode === NOTIFICATION) {
    m.session = r.u32('subscription')
    m.data = r.view(r.left, 'values')
    return
  }
  r.skip(2, 'reserved')
  m.code = r.u16('function')
  r.skip(2, 'reserved')
  m.sequence = r.u16('sequence')
  if (m.opcode === REQUEST) m.session = r.u32('session')
  r.skip(1, 'transport flags')
  const data = r.view(r.left, 'content')
  m.data = m.opcode === REQUEST ? data.slice() : data
}
