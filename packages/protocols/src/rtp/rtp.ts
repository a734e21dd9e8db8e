/**
 * RTP and RTCP: sound and pictures in datagrams, and how well they arrive. Both share ports with STUN and DTLS.
 *
 *   RTP  | version 2 bits = 2, padding 1, extension 1, sources 4 | marker 1, payload type 7 | sequence u16 | time u32 | source u32 | … |
 *   RTCP | version 2 bits = 2, padding 1, count 5 | type u8 = 200..207 | length u16 in words less one | source u32 | … | more … |   big-endian
 *
 * Spec: RFC 3550 §5.1, §6; payload types: RFC 3551 §6; RFC 5761 §4 (one port for both).
 */
import { type Dissector, type Flow, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Rtp = {
  kind: 'rtp' | 'rtcp' | 'other'
  payload: number
  sequence: number
  source: number
  /** RTCP packets of a compound, by type. */
  reports: number[]
  /** Of source descriptions: canonical name, name, tool. */
  name: string
  person: string
  tool: string
  anomalies: 'truncated'[]
}
export type RtpState = {
  recognised: boolean
  readonly sources: Map<number, { payload: number; last: number; packets: number; lost: number }>
}

const HEAD = 12
const FIRST_REPORT = 200
const LAST_REPORT = 207
const DESCRIPTION = 202
export const MAX_SOURCES = 16
/** Packets that may be missing between two that prove a stream. */
const MAX_STEP = 8

/** Two packets in a row prove a stream: a single one has but a few fixed bits. Kept as long as its flow. */
const earlier = new WeakMap<Flow, { from: Side; source: number; sequence: number }>()

export const dissector: Dissector<Rtp, RtpState> = {
  name: 'rtp',
  ports: ['udp/5004', 'udp/5005'],
  maxFrame: 65_535,
  start: () => ({ recognised: false, sources: new Map() }),
  frame(head, { state, flow, from }) {
    const all = head.left
    if (state.recognised) return all
    if (all < 8 || head.peek() >> 6 !== 2) return NOT_MINE
    const second = head.peek(1)
    if (second >= FIRST_REPORT && second <= LAST_REPORT) return isCompound(head) ? all : NOT_MINE
    if (all <= HEAD || !isPayload(second & 0x7f) || headSize(head) > all) return NOT_MINE
    const now = { from, sequence: (head.peek(2) << 8) | head.peek(3), source: word(head, 8) }
    const before = earlier.get(flow)
    if (before === undefined || before.from !== from || before.source !== now.source || now.source === 0) {
      earlier.set(flow, now)
      return NEED_MORE
    }
    const step = (now.sequence - before.sequence) & 0xffff
    earlier.set(flow, now)
    return step > 0 && step <= MAX_STEP ? all : NEED_MORE
  },
  parse(r, { state }) {
    state.recognised = true
    const m: Rtp = { kind: 'other', payload: 0, sequence: 0, source: 0, reports: [], name: '', person: '', tool: '', anomalies: [] }
    const second = r.peek(1)
    if (r.left < 8 || r.peek() >> 6 !== 2) r.view(r.left, 'other protocol')
    else if (second >= FIRST_REPORT && second <= LAST_REPORT) compound(r, m)
    else packet(r, m)
    if (r.short) m.anomalies.push('truncated')
    return m
  },
}

/** RFC 3551 §6: assigned or dynamic; 72 to 76 would be taken for RTCP. */
function isPayload(type: number): boolean {
  return type <= 34 || type >= 96
}

function headSize(head: Reader): number {
  const size = HEAD + 4 * (head.peek() & 15)
  return head.peek() & 0x10 ? size + 4 + 4 * ((head.peek(size + 2) << 8) | head.peek(size + 3)) : size
}

function word(head: Reader, at: number): number {
  return ((head.peek(at) << 24) | (head.peek(at + 1) << 16) | (head.peek(at + 2) << 8) | head.peek(at + 3)) >>> 0
}

/** RFC 3550 §A.2: every packet of a compound is version 2 and all lengths add up; the first is a report. */
function isCompound(head: Reader): boolean {
  if (head.peek(1) > 201) return false
  let at = 0
  while (at + 4 <= head.left) {
    const type = head.peek(at + 1)
    if (head.peek(at) >> 6 !== 2 || type < FIRST_REPORT || type > LAST_REPORT) return false
    at += 4 * (((head.peek(at + 2) << 8) | head.peek(at + 3)) + 1)
  }
  return at === head.left
}

function packet(r: Reader, m: Rtp): void {
  m.kind = 'rtp'
  const first = r.u8('flags and sources')
  m.payload = r.u8('marker and payload type') & 0x7f
  m.sequence = r.u16('sequence')
  r.u32('time')
  m.source = r.u32('source')
  r.view(4 * (first & 15), 'contributing sources')
  if (first & 0x10) {
    r.u16('extension')
    r.view(4 * r.u16('words'), 'extension data')
  }
  r.view(r.left, 'payload')
}

function compound(r: Reader, m: Rtp): void {
  m.kind = 'rtcp'
  while (r.left >= 4 && m.reports.length < 32) {
    const count = r.u8('flags and count') & 31
    const type = r.u8('type')
    const body = r.sub(4 * r.u16('words'), `report ${type}`)
    m.reports.push(type)
    if (type === DESCRIPTION) for (let i = 0; i < count && body.left >= 4; i++) description(body, m)
    else if (m.source === 0) m.source = body.u32('source')
    if (body.short) r.short = true
  }
}

/** RFC 3550 §6.5: items up to a zero, padded to a word. */
function description(r: Reader, m: Rtp): void {
  r.u32('source')
  const from = r.at
  while (r.left > 0) {
    const type = r.u8('item')
    if (type === 0) break
    const text = byteText(r.view(r.u8('length'), 'text'))
    if (type === 1) m.name = text
    else if (type === 2) m.person = text
    else if (type === 6) m.tool = text
  }
  r.skip(Math.min(-(r.at - from) & 3, r.left), 'padding')
}
