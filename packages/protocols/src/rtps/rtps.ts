/**
 * RTPS: what DDS participants say to each other: who they are, which topics they write and read, and the data. Over UDP.
 *
 *   | "RTPS" | major u8 minor u8 | vendor u16 | GUID prefix 12 | submessages |
 *   submessage: | id u8 | flags u8 | length u16 | body |   little-endian where flag 1 is set; length 0 on the last: the rest
 *   parameter:  | id u16 | length u16 | value |            until the sentinel
 *
 * Spec: DDSI-RTPS 2.5 §8.3 (messages), §9.4 (mapping), §9.6 (discovery); DDS-XTypes 1.3 §7.4.1.2 (long parameters).
 */
import { type Context, type Dissector, type Expected, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { ENTITIES, ENTITY, PARAMETERS, PID, SUBMESSAGE, SUBMESSAGES } from './rtps.table.ts'

const CLEAN: readonly string[] = []
const MAGIC = 0x52545053
/** Version, vendor and magic; a ping of RTI ends eight bytes later, a message's header twelve. */
const PREFIX = 8
const HEADER = 20
const PING = 16
const PING_TEXT = [0x4e44, 0x4453, 0x5049, 0x4e47]
const MAX_SUBMESSAGES = 256
const MAX_PARAMETERS = 256
const NO_BYTES = new Uint8Array(0)
const NONE: readonly Parameter[] = []

/** A domain's first port, the ports of each domain, the first of its unicast ports. */
export const PORT_BASE = 7400
export const PORT_DOMAIN = 250
const UNICAST = 10
/** From here on systems give ports to whoever asks for any. */
export const ANY_PORT = 32_768

const LITTLE = 1
const INLINE_QOS = 2
/** DATA: data follows; without it, eight may say that only the key does. */
const HAS_DATA = 4
const HAS_KEY = 8
const PL_CDR_BE = 2
const PL_CDR_LE = 3

export type Parameter = { readonly id: number; readonly isLittle: boolean; readonly value: Uint8Array }

export type Submessage = {
  readonly id: number
  readonly flags: number
  /** Entity ids as they are printed; -1 where the submessage names none. */
  reader: number
  writer: number
  /** Prefix of the participant it is meant for; '' for everybody. */
  readonly peer: string
  /** The sample's number, the first one of a heartbeat or a gap; -1 without. */
  sequence: number
  /** A heartbeat's last number; -1 without. */
  last: number
  /** Number of the first fragment, from 1; -1 where the sample is whole. */
  fragment: number
  /** Of the sample itself. */
  inline: readonly Parameter[]
  /** Discovery data; empty for other topics' data. */
  data: readonly Parameter[]
  /** -1 without data. */
  encapsulation: number
  /** What is no parameter list. Borrowed. */
  payload: Uint8Array
}

export type Rtps = {
  /** Major in the upper byte. */
  readonly version: number
  vendor: number
  /** Hex; '' in a ping and in version 1. */
  prefix: string
  isPing: boolean
  readonly submessages: Submessage[]
  anomalies: readonly string[]
}

/** One for what participants announce and for the data that follows it. */
export type RtpsState = {
  /** Topics of the endpoints announced, by GUID. */
  readonly topics: Map<string, string>
  /** As announced last; -1 before. */
  domain: number
}

export const dissector: Dissector<Rtps, RtpsState> = {
  name: 'rtps',
  ports: ['udp/7400', 'udp/7401', 'udp/7410', 'udp/7411', 'udp/7412', 'udp/7413'],
  maxFrame: 65_535,
  start: (about) => (about as RtpsState | undefined) ?? { topics: new Map(), domain: -1 },
  frame(head) {
    if (head.left < PREFIX) return NEED_MORE
    const isMagic = head.peek() === 0x52 && head.peek(1) === 0x54 && head.peek(2) === 0x50 && head.peek(3) === 0x53
    const major = head.peek(4)
    return isMagic && (major === 1 || major === 2) && head.left >= PING ? head.left : NOT_MINE
  },
  parse(r) {
    if (r.u32('magic') !== MAGIC) r.short = true
    const m: Rtps = {
      version: r.u16('version'),
      vendor: r.u16('vendor'),
      prefix: '',
      isPing: false,
      submessages: [],
      anomalies: CLEAN,
    }
    m.isPing = r.left === PING - PREFIX && PING_TEXT.every((pair, i) => pair === ((r.peek(2 * i) << 8) | r.peek(2 * i + 1)))
    if (m.isPing) {
      r.skip(PING - PREFIX, 'ping')
      return m
    }
    const isFirst = m.version >> 8 === 1
    if (isFirst) r.skip(PING - PREFIX, 'host and application')
    else m.prefix = hexText(r.view(HEADER - PREFIX, 'GUID prefix'))
    readSubmessages(r, m, isFirst)
    if (r.short) m.anomalies = ['malformed']
    return m
  },
  expects(m, context) {
    for (const { writer, data } of m.submessages) if (writer === ENTITY.publicationsWriter && data.length > 0) return userTraffic(context)
    return undefined
  },
}

/** Where a writer that is announced here sends its data: the well-known port after that of discovery (§9.6.2.3). */
function userTraffic({ from, flow, state }: Context<Rtps, RtpsState>): Expected[] | undefined {
  const ip = from === 'client' ? flow.serverIp : flow.clientIp
  const port = from === 'client' ? flow.serverPort : flow.clientPort
  if (ip === undefined || port === undefined || port < PORT_BASE || port >= ANY_PORT) return undefined
  const offset = (port - PORT_BASE) % PORT_DOMAIN
  if (offset < UNICAST || offset % 2 !== 0) return undefined
  return [{ protocol: 'rtps', transport: 'udp', ip, port: port + 1, about: state }]
}

function readSubmessages(r: Reader, m: Rtps, isFirst: boolean): void {
  let peer = ''
  while (r.left >= 4 && !r.short) {
    if (m.submessages.length >= MAX_SUBMESSAGES) {
      m.anomalies = ['too-many-submessages']
      r.skip(r.left)
      return
    }
    const id = r.u8('submessage')
    r.note(SUBMESSAGES[id] ?? (id >= 0x80 ? 'vendor' : 'unknown'))
    const flags = r.u8('flags')
    const isLittle = (flags & LITTLE) !== 0
    const told = u16(r, isLittle, 'length')
    const isLast = told === 0 && id !== SUBMESSAGE.pad && id !== SUBMESSAGE.infoTimestamp
    const s: Submessage = {
      id,
      flags,
      reader: -1,
      writer: -1,
      peer,
      sequence: -1,
      last: -1,
      fragment: -1,
      inline: NONE,
      data: NONE,
      encapsulation: -1,
      payload: NO_BYTES,
    }
    m.submessages.push(s)
    const body = r.sub(isLast ? r.left : told, SUBMESSAGES[id])
    if (id === SUBMESSAGE.infoDestination) peer = hexText(body.view(HEADER - PREFIX, 'GUID prefix'))
    else if (!isFirst) readBody(body, s, isLittle)
    if (body.short) r.short = true
  }
  // A message ends with a submessage.
  if (r.left > 0) r.short = true
}

function readBody(r: Reader, s: Submessage, isLittle: boolean): void {
  switch (s.id) {
    case SUBMESSAGE.data:
    case SUBMESSAGE.dataFragment: {
      r.skip(2, 'extra flags')
      const toInline = u16(r, isLittle, 'octets to inline QoS')
      const from = r.at
      readEntities(r, s)
      s.sequence = readNumber(r, isLittle, 'sequence number')
      if (s.id === SUBMESSAGE.data) readData(r, s, isLittle, from + toInline)
      else {
        s.fragment = u32(r, isLittle, 'first fragment')
        s.payload = r.view(r.left, 'sizes and fragment')
      }
      return
    }
    case SUBMESSAGE.heartbeat:
      readEntities(r, s)
      s.sequence = readNumber(r, isLittle, 'first sequence number')
      s.last = readNumber(r, isLittle, 'last sequence number')
      r.skip(4, 'count')
      return
    case SUBMESSAGE.acknack:
    case SUBMESSAGE.gap:
    case SUBMESSAGE.nackFragments:
    case SUBMESSAGE.heartbeatFragments:
      readEntities(r, s)
      s.sequence = readNumber(r, isLittle, 'sequence number')
      r.view(r.left, 'set, count')
      return
    default:
      r.view(r.left, 'body')
  }
}

function readData(r: Reader, s: Submessage, isLittle: boolean, inlineAt: number): void {
  if (inlineAt < r.at) {
    r.short = true
    return
  }
  if (inlineAt > r.at) r.skip(inlineAt - r.at, 'later fields')
  if ((s.flags & INLINE_QOS) !== 0) s.inline = readParameters(r, isLittle)
  if ((s.flags & (HAS_DATA | HAS_KEY)) === 0) return
  s.encapsulation = r.u16('encapsulation')
  r.skip(2, 'options')
  const isList = s.encapsulation === PL_CDR_BE || s.encapsulation === PL_CDR_LE
  if (isList && isBuiltIn(s.writer)) s.data = readParameters(r, s.encapsulation === PL_CDR_LE)
  else s.payload = r.view(r.left, 'data')
}

/** The two upper bits of an entity's kind: 3 is built in (table 9.1). */
export const isBuiltIn = (entity: number): boolean => (entity & 0xc0) === 0xc0

function readEntities(r: Reader, s: Submessage): void {
  s.reader = r.u32('reader')
  r.note(ENTITIES[s.reader] ?? '')
  s.writer = r.u32('writer')
  r.note(ENTITIES[s.writer] ?? '')
}

function readParameters(r: Reader, isLittle: boolean): Parameter[] {
  const parameters: Parameter[] = []
  while (!r.short) {
    let id = u16(r, isLittle, 'parameter')
    r.note(PARAMETERS[id] ?? '')
    let length = u16(r, isLittle, 'length')
    if (id === PID.sentinel) {
      parameters.push({ id, isLittle, value: NO_BYTES })
      break
    }
    if (id === PID.extended) {
      id = u32(r, isLittle, 'long parameter')
      length = u32(r, isLittle, 'length')
    }
    const value = r.view(length, PARAMETERS[id] ?? 'value')
    if (parameters.length >= MAX_PARAMETERS) r.short = true
    else parameters.push({ id, isLittle, value })
  }
  return parameters
}

export function u16(r: Reader, isLittle: boolean, label?: string): number {
  return isLittle ? r.u16le(label) : r.u16(label)
}

export function u32(r: Reader, isLittle: boolean, label?: string): number {
  return isLittle ? r.u32le(label) : r.u32(label)
}

/** High word first in either order; -1 (unknown) stays that. */
function readNumber(r: Reader, isLittle: boolean, label: string): number {
  const high = isLittle ? r.i32le(label) : r.i32(label)
  return high * 0x1_0000_0000 + u32(r, isLittle, 'lower half')
}
