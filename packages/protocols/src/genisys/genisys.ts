/**
 * Genisys: an office polls the field units of railway signalling and sends them controls.
 *
 *   | header u8, 0xf1 to 0xfe | unit u8 | (address u8, data u8) … | CRC u16, low byte first | 0xf6 |
 *
 * Between header and end, 0xf0 and what lies above is sent as 0xf0 and the low four bits. An acknowledgement and a plain
 * poll have no check.
 *
 * Source: Union Switch & Signal, Genisys protocol, as its field devices speak it over TCP.
 */
import { type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { crc16Of } from '../crc16.ts'
import { isAtPort } from '../own-port.ts'
import { CODE, END, ESCAPE, FIRST_QUESTION, MESSAGES } from './genisys.table.ts'

const PORT = 10_001
/** 256 pairs, each byte escaped, and the rest. */
const MAX_FRAME = 1100
const SEED = 0xffff
const CLEAN: readonly string[] = []

export type Genisys = {
  readonly code: number
  readonly unit: number
  /** Address and data, in turn. */
  readonly pairs: Uint8Array
  /** As sent; -1 where the message has none. */
  readonly crc: number
  /** Header, unit and pairs, unescaped. */
  readonly plain: Uint8Array
  readonly anomalies: readonly string[]
}

export type GenisysState = {
  isSure: boolean
  /** The office's question that nobody answered yet. */
  open: Genisys | undefined
  isIntroduced: boolean
}

export const dissector: Dissector<Genisys, GenisysState> = {
  name: 'genisys',
  ports: [`tcp/${PORT}`, `udp/${PORT}`],
  maxFrame: MAX_FRAME,
  start: () => ({ isSure: false, open: undefined, isIntroduced: false }),
  frame(head, { state, flow }) {
    const code = head.peek()
    if (head.left > 0 && MESSAGES[code] === undefined) return NOT_MINE
    const length = lengthOf(head, state.isSure)
    if (length <= 0 || state.isSure || hasCheck(code, length)) return length
    return isAtPort(flow, PORT) ? length : NOT_MINE
  },
  side: (head) => (head.peek() >= FIRST_QUESTION ? 'client' : 'server'),
  parse(r, ctx) {
    const { bytes, at } = r
    const code = r.u8('header')
    r.note(MESSAGES[code]?.[1] ?? '')
    const body = r.view(Math.max(0, r.left - 1), 'unit, data and check, escaped')
    const end = r.u8('end')
    const isChecked = hasCheck(code, body.length + 2)
    const last = at + 1 + body.length
    const start = isChecked ? checkStart(bytes, at, last) : last
    let plain = unescaped(bytes, at, start < 0 ? last : start)
    let crc = -1
    if (isChecked && start >= 0) crc = checkOf(bytes, start, last)
    else if (isChecked) {
      crc = checkOf(plain, Math.max(0, plain.length - 2), plain.length)
      plain = plain.subarray(0, Math.max(0, plain.length - 2))
    }
    let anomalies = CLEAN
    if (r.short || end !== END || (isChecked && body.length < 3)) anomalies = ['truncated']
    else if (start < 0) anomalies = ['checksum']
    else if ((plain.length & 1) !== 0) anomalies = ['odd-data']
    else if (isChecked) ctx.state.isSure = true
    return { code, unit: plain[1] ?? 0, pairs: plain.subarray(2), crc, plain, anomalies }
  },
  resync(bytes) {
    // Behind an end mark a message starts.
    for (let at = 0; at + 1 < bytes.length; at++) if (bytes[at] === END && MESSAGES[bytes[at + 1]!] !== undefined) return at + 1
    return -1
  },
}

/**
 * Up to the end mark. Devices may leave the two bytes of the check unescaped: above 0xf0 they stand right before the end,
 * and one that equals the end mark is told from it by the check.
 */
function lengthOf(head: Reader, isSure: boolean): number {
  const { bytes, at, end } = head
  const limit = Math.min(end, at + MAX_FRAME)
  const more = limit < end || limit - at >= MAX_FRAME ? NOT_MINE : NEED_MORE
  for (let i = at + 1; i < limit; i++) {
    const byte = bytes[i]!
    if (byte === END && i - at >= 2) return endedAt(bytes, at, i, limit, isSure)
    if (byte < ESCAPE) continue
    if (byte === ESCAPE && i + 1 >= limit) return more
    if (byte === ESCAPE && bytes[i + 1]! <= 0x0f) {
      i++
      continue
    }
    for (let j = i + 1; j <= i + 2; j++) {
      if (j >= limit) return more
      if (bytes[j] === END && j - at >= 2) return endedAt(bytes, at, j, limit, isSure)
    }
    return NOT_MINE
  }
  return more
}

/** The first end mark may be a byte of the check: then the right one is one or two bytes on. */
function endedAt(bytes: Uint8Array, at: number, i: number, limit: number, isSure: boolean): number {
  if (!hasCheck(bytes[at]!, i - at + 1) || checkStart(bytes, at, i) > 0) return i - at + 1
  for (let j = i + 1; j <= i + 2; j++) {
    if (j >= limit) return NEED_MORE
    if (bytes[j] === END && checkStart(bytes, at, j) > 0) return j - at + 1
  }
  return isSure ? i - at + 1 : NOT_MINE
}

/** @param length of the whole message, header and end included. */
const hasCheck = (code: number, length: number): boolean => code !== CODE.acknowledge && !(code === CODE.poll && length < 4)

/** Where the check starts that is right for all before it; its two bytes may be escaped, each or not. -1 when none is. */
function checkStart(bytes: Uint8Array, at: number, end: number): number {
  let value = SEED
  for (let i = at; i < end; ) {
    if (i > at && end - i <= 4 && checkOf(bytes, i, end) === value) return i
    const isEscaped = isEscapedAt(bytes, i, end)
    value = crc16Of(value, isEscaped ? ESCAPE | bytes[i + 1]! : bytes[i]!)
    i += isEscaped ? 2 : 1
  }
  return -1
}

/** -1 when these are not two bytes. */
function checkOf(bytes: Uint8Array, at: number, end: number): number {
  if (end - at === 2) return bytes[at]! | (bytes[at + 1]! << 8)
  const isLowEscaped = isEscapedAt(bytes, at, end)
  const next = at + (isLowEscaped ? 2 : 1)
  const isHighEscaped = isEscapedAt(bytes, next, end)
  if (next + (isHighEscaped ? 2 : 1) !== end) return -1
  const low = isLowEscaped ? ESCAPE | bytes[at + 1]! : bytes[at]!
  return low | ((isHighEscaped ? ESCAPE | bytes[next + 1]! : bytes[next]!) << 8)
}

const isEscapedAt = (bytes: Uint8Array, at: number, end: number): boolean => bytes[at] === ESCAPE && at + 1 < end && bytes[at + 1]! <= 0x0f

function unescaped(bytes: Uint8Array, at: number, end: number): Uint8Array {
  let size = 0
  for (let i = at; i < end; i += isEscapedAt(bytes, i, end) ? 2 : 1) size++
  const out = new Uint8Array(size)
  for (let i = at, n = 0; n < size; n++) {
    const isEscaped = isEscapedAt(bytes, i, end)
    out[n] = isEscaped ? ESCAPE | bytes[i + 1]! : bytes[i]!
    i += isEscaped ? 2 : 1
  }
  return out
}
