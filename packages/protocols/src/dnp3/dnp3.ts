/**
 * DNP3 over TCP and UDP (IEEE 1815-2012): link frames as on a serial line, transport segments in them, application fragments
 * over several segments.
 *
 *   | 05 64 | length u8 | control u8 | destination u16 | source u16 | CRC | up to 16 bytes, CRC | … |
 *
 * Little-endian. `length` counts from control, CRCs left out (§9.2.4). One message is one frame; the fragment it completes is
 * in `application`.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { type Application, isResponse, readApplication } from './application.ts'
import type { Proof } from './authentication.ts'
import { isChecked } from './crc.ts'
import { FUNCTIONS } from './dnp3.table.ts'
import type { Transfer } from './files.ts'
import { type Order, orderOfUnread, startOrder } from './order.ts'

/** A fragment beyond it is no DNP3: the standard's own devices hold 2048 bytes (§4.1.2). */
const MAX_FRAGMENT = 32_768
/** Associations whose segments wait to be joined, a conversation. */
const MAX_JOINED = 16
const HEADER = 10
const FIRST = 0x40
const LAST = 0x80
const CLEAN: readonly string[] = []

export type Dnp3 = {
  readonly destination: number
  readonly source: number
  /** The direction bit: a master sent it (§9.2.4.1.3). */
  readonly fromMaster: boolean
  /** The initiating side of the link layer sent it. */
  readonly isPrimary: boolean
  readonly linkCode: number
  /** The fragment this frame completes. */
  readonly application: Application | undefined
  readonly anomalies: readonly string[]
}

export type Question = {
  readonly application: Application
  readonly outstation: number
  readonly side: Side
  /** Equal for equal questions to the same outstation. */
  readonly signature: number
  /** Who asks, where the question brings a proof or the answer to a challenge did. */
  proof: Proof | undefined
  /** Fragments of the answer so far. */
  answers: number
}

type Joined = { parts: Uint8Array[]; length: number; next: number }

export type Dnp3State = {
  readonly joined: Map<number, Joined>
  /** Questions without an answer, by association and sequence number. */
  readonly open: Map<number, Question>
  /** Link requests without an answer, by who asked. */
  readonly link: { client: Dnp3 | undefined; server: Dnp3 | undefined }
  readonly files: Map<number, Transfer>
  /** Indications last said, by outstation. */
  readonly indications: Map<number, number>
  /** Outstations that some proof was brought to. */
  readonly proven: Set<number>
  readonly order: Order
  hasAsked: boolean
  /** Zeek's row in the making: the newest request's name and time. */
  asked: { name: string; at: number } | undefined
}

export const dissector: Dissector<Dnp3, Dnp3State> = {
  name: 'dnp3',
  ports: ['tcp/20000', 'udp/20000'],
  maxFrame: 292,
  start: () => ({
    joined: new Map(),
    open: new Map(),
    link: { client: undefined, server: undefined },
    files: new Map(),
    indications: new Map(),
    proven: new Set(),
    order: startOrder(),
    hasAsked: false,
    asked: undefined,
  }),
  frame(head) {
    if (head.left > 0 && head.peek(0) !== 0x05) return NOT_MINE
    if (head.left > 1 && head.peek(1) !== 0x64) return NOT_MINE
    if (head.left > 2 && head.peek(2) < 5) return NOT_MINE
    if (head.left < HEADER) return NEED_MORE
    return isChecked(head.bytes, head.at, 8) ? lengthOf(head.peek(2)) : NOT_MINE
  },
  parse,
  side: sideOf,
  gap(ctx) {
    orderOfUnread(ctx.state.order)
    return false
  },
  resync(bytes) {
    for (let at = 1; at + HEADER <= bytes.length; at++) {
      if (bytes[at] === 0x05 && bytes[at + 1] === 0x64 && bytes[at + 2]! >= 5 && isChecked(bytes, at, 8)) return at
    }
    return -1
  },
}

/** The function tells more than the direction bit, which those who forge frames forget. */
function sideOf(head: Reader): Side {
  if (head.peek(2) > 7 && (head.peek(10) & FIRST) !== 0 && head.peek(12) > 0) return isResponse(head.peek(12)) ? 'server' : 'client'
  return (head.peek(3) & 0x80) !== 0 ? 'client' : 'server'
}

/** Bytes of a frame by its length field. */
function lengthOf(length: number): number {
  const data = length - 5
  return HEADER + data + 2 * Math.ceil(data / 16)
}

function parse(r: Reader, ctx: Context<Dnp3, Dnp3State>): Dnp3 {
  r.skip(2, 'start')
  const length = r.u8('length')
  const control = r.u8('control')
  const destination = r.u16le('destination')
  const source = r.u16le('source')
  r.skip(2, 'CRC')
  let anomalies = CLEAN
  let application: Application | undefined
  if (length > 5) {
    const data = r.view(Math.max(0, lengthOf(length) - HEADER), 'data')
    const segment = withoutChecks(data, length - 5)
    if (r.short) anomalies = ['truncated']
    else if (segment === undefined) anomalies = ['data-checksum']
    else {
      const bytes = join(segment, destination, source, ctx)
      if (bytes === undefined) {
        // Nothing: more segments follow.
      } else if (typeof bytes === 'string') anomalies = [bytes]
      else {
        application = readApplication(bytes)
        r.note(FUNCTIONS[application.code]?.[1] ?? '')
        if (application.isShort) anomalies = ['truncated-objects']
        else if (application.code > 0 && isResponse(application.code) === (control & 0x80) > 0) anomalies = ['direction-bit']
      }
    }
  } else if (r.short) anomalies = ['truncated']
  return {
    destination,
    source,
    fromMaster: (control & 0x80) !== 0,
    isPrimary: (control & 0x40) !== 0,
    linkCode: control & 0x0f,
    application,
    anomalies,
  }
}

/** User data, or undefined when a block's check is wrong. */
function withoutChecks(data: Uint8Array, length: number): Uint8Array | undefined {
  const clean = new Uint8Array(length)
  for (let at = 0, from = 0; at < length; at += 16, from += 18) {
    const n = Math.min(16, length - at)
    if (!isChecked(data, from, n)) return undefined
    for (let i = 0; i < n; i++) clean[at + i] = data[from + i]!
  }
  return clean
}

/** §8.2: the fragment this segment completes; undefined while more follow; a string says what is wrong. */
function join(segment: Uint8Array, destination: number, source: number, ctx: Context<Dnp3, Dnp3State>): Uint8Array | string | undefined {
  const transport = segment[0]!
  const part = segment.subarray(1)
  const { joined } = ctx.state
  const key = ((ctx.from === 'client' ? 0 : 0x1_0000) + destination) * 0x1_0000 + source
  if ((transport & FIRST) !== 0) {
    joined.delete(key)
    if ((transport & LAST) !== 0) return part.length < 2 ? 'truncated-objects' : part
    if (joined.size >= MAX_JOINED) joined.delete(joined.keys().next().value!)
    joined.set(key, { parts: [part], length: part.length, next: (transport + 1) & 0x3f })
    return undefined
  }
  const known = joined.get(key)
  if (known === undefined || known.next !== (transport & 0x3f) || known.length + part.length > MAX_FRAGMENT) {
    joined.delete(key)
    return known === undefined ? 'first-segment-missing' : 'segment-missing'
  }
  if (part.length > 0) known.parts.push(part)
  known.length += part.length
  known.next = (known.next + 1) & 0x3f
  if ((transport & LAST) === 0) return undefined
  joined.delete(key)
  const whole = new Uint8Array(known.length)
  let at = 0
  for (const piece of known.parts) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
