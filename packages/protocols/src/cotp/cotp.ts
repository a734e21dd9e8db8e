/**
 * TPKT with COTP class 0: OSI's transport on TCP, under S7comm, MMS and others.
 *
 *   | version u8 = 3 | reserved u8 = 0 | length u16 | indicator u8 | TPDU u4 credit u4 | … | user data |   big-endian
 *
 * Spec: RFC 1006 §6 (TPKT), RFC 905 §13 (TPDUs). A DT without the end mark is a fragment: the engine joins.
 */
import { type Carried, type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { FIXED, TPDU } from './cotp.table.ts'

const EMPTY = new Uint8Array(0)
const CLEAN: readonly string[] = []
/** Bytes of a transport selector that are kept. */
const MAX_TSAP = 32
const DT = 15
const CR = 14
const CC = 13
const DR = 8
const AT_PARAMETERS = 11

/** Flat; -1 or '' where a field does not occur. `data` is borrowed from the packet. */
export type Cotp = {
  readonly pdu: number
  readonly endOfMessage: boolean
  destination: number
  source: number
  /** Class of a connection, reason of a disconnect. */
  option: number
  /** Transport selectors in hex. */
  callingTsap: string
  calledTsap: string
  tpduSize: number
  readonly data: Uint8Array
  anomalies: readonly string[]
}

export const dissector: Dissector<Cotp> = {
  name: 'cotp',
  ports: ['tcp/102'],
  maxFrame: 65_535,
  frame(head) {
    if (head.left < 1) return NEED_MORE
    if (head.peek(0) !== 3 || (head.left > 1 && head.peek(1) !== 0)) return NOT_MINE
    if (head.left < 6) return NEED_MORE
    const length = (head.peek(2) << 8) | head.peek(3)
    const indicator = head.peek(4)
    const least = FIXED[head.peek(5) >> 4]
    if (least === undefined || indicator < least || length < indicator + 5) return NOT_MINE
    const pdu = head.peek(5) >> 4
    if ((pdu === CR || pdu === CC) && indicator > least) {
      if (head.left <= AT_PARAMETERS) return NEED_MORE
      // Parameter codes begin at 0x80. Remote desktops put a cookie or their own negotiation here.
      if (head.peek(AT_PARAMETERS) < 0x80) return NOT_MINE
    }
    return length
  },
  // A connection has one open question at most: its own opening.
  key: (head) => (isOpening(head.peek(5) >> 4) ? 1 : undefined),
  parse,
  side: (head) => (head.peek(5) >> 4 === CR ? 'client' : head.peek(5) >> 4 === CC ? 'server' : undefined),
  carries,
  resync,
}

const isOpening = (pdu: number): boolean => pdu === CR || pdu === CC || pdu === DR

function parse(r: Reader, _ctx: Context<Cotp, undefined>): Cotp {
  const whole = r.left
  r.skip(2, 'version')
  const length = r.u16('TPKT length')
  const indicator = r.u8('length indicator')
  const pdu = r.u8('TPDU') >> 4
  r.note(TPDU[pdu] ?? '')
  const fixed = r.sub(indicator - 1, 'TPDU header')
  let destination = -1
  let source = -1
  let option = -1
  let endOfMessage = true
  if (pdu === DT) endOfMessage = (fixed.u8('number and end mark') & 0x80) !== 0
  else {
    destination = fixed.u16('destination reference')
    if (pdu === CR || pdu === CC || pdu === DR) {
      source = fixed.u16('source reference')
      option = fixed.u8(pdu === DR ? 'reason' : 'class')
    }
  }
  const m: Cotp = {
    pdu,
    endOfMessage,
    destination,
    source,
    option,
    callingTsap: '',
    calledTsap: '',
    tpduSize: -1,
    data: pdu === DT ? r.view(r.left, 'user data') : EMPTY,
    anomalies: CLEAN,
  }
  if (pdu === CR || pdu === CC) parameters(fixed, m)
  if (r.short || fixed.short || whole < length) m.anomalies = ['truncated']
  else if (whole > length) m.anomalies = ['trailing-bytes']
  return m
}

/** RFC 905 §13.3.4: code, length, value. */
function parameters(r: Reader, m: Cotp): void {
  while (r.left >= 2) {
    const code = r.u8('parameter')
    const value = r.view(r.u8('length'), 'value')
    if (code === 0xc1) m.callingTsap = hexText(value, MAX_TSAP)
    else if (code === 0xc2) m.calledTsap = hexText(value, MAX_TSAP)
    else if (code === 0xc0) m.tpduSize = value[0] ?? -1
  }
}

function carries(m: Cotp): Carried | undefined {
  return m.pdu === DT && (m.data.length > 0 || m.endOfMessage) ? { over: 'cotp', bytes: m.data, more: !m.endOfMessage } : undefined
}

/** `03 00`, a possible length and a DT or connection TPDU. */
function resync(bytes: Uint8Array): number {
  for (let i = 0; i + 7 <= bytes.length; i++) {
    if (bytes[i] !== 3 || bytes[i + 1] !== 0) continue
    const least = FIXED[bytes[i + 5]! >> 4]
    const length = (bytes[i + 2]! << 8) | bytes[i + 3]!
    if (least !== undefined && bytes[i + 4]! >= least && length >= bytes[i + 4]! + 5) return i
  }
  return -1
}
