/**
 * PTP: masters tell everybody the time, slaves measure how long it took. Over UDP (319 events, 320 general) or on Ethernet.
 *
 *   | sdo u4 type u4 | minor u4 version u4 | length u16 | domain u8 | sdo u8 | flags u16 | correction i64 | specific u32 |
 *   | clock 8 port u16 | sequence u16 | control u8 | interval i8 | body |   big-endian
 *
 * Spec: IEEE 1588-2019 §13 (messages), §15 (management), annexes C and E (transports). Version 1: see version1.ts.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import { isAtOneOf } from '../own-port.ts'
import { CONTROL, LEAST, MANAGED, TYPE, TYPE_NAMES } from './ptp.table.ts'
import { read1, size1 } from './version1.ts'

const HEADER = 34
const PORTS: readonly number[] = [319, 320]
const CLEAN: readonly string[] = []
const SPARE: Timestamp = { seconds: 0, nanoseconds: 0 }
const MAX_TEXT = 255
/** Padding of the shortest frame and a checksum. */
const PADDED = 46
const TRAILER = 6

export type Timestamp = { readonly seconds: number; readonly nanoseconds: number }

export type Announce = {
  readonly utcOffset: number
  readonly priority1: number
  readonly clockClass: number
  readonly accuracy: number
  readonly variance: number
  readonly priority2: number
  readonly grandmaster: string
  readonly stepsRemoved: number
  readonly timeSource: number
}

export type Management = {
  readonly target: string
  readonly action: number
  readonly id: number
  /** -1 where it is no error. */
  readonly error: number
  /** Texts of a clock's description: product, revisions, the user's. */
  readonly product: string
  readonly revision: string
  readonly description: string
  readonly value: string
}

export type Ptp = {
  readonly type: number
  readonly version: number
  readonly domain: number
  readonly flags: number
  /** Nanoseconds. */
  readonly correction: number
  /** Identity of the sender's clock in hexadecimal, and its port. */
  readonly clock: string
  readonly port: number
  readonly sequence: number
  readonly time: Timestamp
  /** Whom a response is for. */
  requesting: string
  announce: Announce | undefined
  management: Management | undefined
  anomalies: readonly string[]
}

/** What one sender said last, by domain and port. */
export type Course = { sequences: Map<number, number>; grandmaster: string; clockClass: number; seconds: number; at: number }
export type PtpState = { readonly courses: Map<string, Course> }

export const dissector: Dissector<Ptp, PtpState> = {
  name: 'ptp',
  ports: ['eth/0x88f7', 'udp/319', 'udp/320'],
  maxFrame: 65_535,
  start: () => ({ courses: new Map() }),
  frame(head, { flow }) {
    const isOurs = flow.transport === 'ethernet' || isAtOneOf(flow, PORTS)
    if (head.left >= 4 && head.peek(1) === 1) return frame1(head, isOurs)
    const type = head.peek(0) & 15
    if (head.left < 4) return head.left > 0 && LEAST[type] === undefined ? NOT_MINE : NEED_MORE
    const length = (head.peek(2) << 8) | head.peek(3)
    if ((head.peek(1) & 15) !== 2 || LEAST[type] === undefined || length < LEAST[type]) return NOT_MINE
    if (isOurs) return Math.max(length, head.left)
    if (head.left < HEADER) return NEED_MORE
    return head.left - length <= 2 && head.peek(32) === (CONTROL[type] ?? 5) ? Math.max(length, head.left) : NOT_MINE
  },
  parse,
}

/** Elsewhere than on its ports a default subdomain must be named: `_DFLT`, `_ALT1`. */
function frame1(head: Reader, isOurs: boolean): number {
  const size = size1(head)
  if (size === 0) return NEED_MORE
  return size < 0 || (!isOurs && (head.peek(4) !== 0x5f || head.left < size)) ? NOT_MINE : Math.max(size, head.left)
}

/** Subdomains by number, as version 2 counts them: the default is 0, alternates 1 to 3. */
function parse1(r: Reader): Ptp {
  const { subdomain, ...said } = read1(r)
  const domain = /^_ALT[1-3]$/.test(subdomain) ? Number(subdomain[4]) : 0
  const anomalies = r.short ? ['truncated'] : CLEAN
  return { ...said, version: 1, domain, correction: 0, management: undefined, anomalies }
}

function parse(r: Reader, _ctx: Context<Ptp, PtpState>): Ptp {
  const whole = r.left
  if (r.peek(1) === 1) return parse1(r)
  const type = r.u8('type') & 15
  r.note(TYPE_NAMES[type] ?? '')
  const version = r.u8('version') & 15
  const length = r.u16('length')
  const domain = r.u8('domain')
  r.skip(1, 'minor sdo id')
  const flags = r.u16('flags')
  const correction = Number(BigInt.asIntN(64, r.u64('correction'))) / 0x1_0000
  r.skip(4, 'type specific')
  const clock = identity(r, 'clock')
  const port = r.u16('port')
  const sequence = r.u16('sequence')
  r.u8('control')
  r.i8('interval')
  const body = r.sub(Math.max(0, Math.min(length - HEADER, r.left)), 'body')
  const isTimed = type !== TYPE.signaling && type !== TYPE.management
  const m: Ptp = {
    type,
    version,
    domain,
    flags,
    correction,
    clock,
    port,
    sequence,
    time: isTimed ? timestamp(body) : SPARE,
    requesting: '',
    announce: undefined,
    management: undefined,
    anomalies: CLEAN,
  }
  if (type === TYPE.peerDelayResponse || type === TYPE.delayResponse || type === TYPE.peerDelayFollowUp)
    m.requesting = identity(body, 'requesting clock')
  else if (type === TYPE.announce) m.announce = announce(body)
  else if (type === TYPE.management) m.management = management(body)
  if (r.short || body.short || whole < length) m.anomalies = ['truncated']
  else if (whole > Math.max(length, PADDED) + TRAILER) m.anomalies = ['trailing-bytes']
  return m
}

function identity(r: Reader, label: string): string {
  return hexText(r.view(8, label))
}

function timestamp(r: Reader): Timestamp {
  return { seconds: r.u48('seconds'), nanoseconds: r.u32('nanoseconds') }
}

function announce(r: Reader): Announce {
  const utcOffset = r.i16('UTC offset')
  r.skip(1, 'reserved')
  return {
    utcOffset,
    priority1: r.u8('priority 1'),
    clockClass: r.u8('clock class'),
    accuracy: r.u8('clock accuracy'),
    variance: r.u16('clock variance'),
    priority2: r.u8('priority 2'),
    grandmaster: identity(r, 'grandmaster'),
    stepsRemoved: r.u16('steps removed'),
    timeSource: r.u8('time source'),
  }
}

function management(r: Reader): Management {
  const target = identity(r, 'target clock')
  r.u16('target port')
  r.skip(2, 'boundary hops')
  const action = r.u8('action') & 15
  r.skip(1, 'reserved')
  const tlv = r.u16('tlv')
  const data = r.sub(Math.min(r.u16('length'), r.left), 'data')
  const error = tlv === 2 ? data.u16('error') : -1
  const id = data.u16('id')
  data.note(MANAGED[id] ?? '')
  const texts = id === 1 && error < 0 && data.left > 0 ? description(data) : { product: '', revision: '', description: '' }
  if (id === 2 && error < 0 && data.left > 0) texts.description = text(data, 'user description')
  const value = hexText(data.view(data.left, 'value'), 16)
  return { target, action, id, error, ...texts, value }
}

function text(r: Reader, label: string): string {
  return byteText(r.view(Math.min(r.u8('text length'), MAX_TEXT), label))
}

/** CLOCK_DESCRIPTION (§15.5.3.1.2). */
function description(r: Reader): { product: string; revision: string; description: string } {
  r.u16('clock type')
  text(r, 'physical layer')
  r.skip(r.u16('address length'), 'physical address')
  r.u16('network protocol')
  r.skip(r.u16('address length'), 'protocol address')
  r.skip(4, 'manufacturer')
  const all = { product: text(r, 'product'), revision: text(r, 'revision'), description: text(r, 'user description') }
  r.skip(6, 'profile')
  return all
}
