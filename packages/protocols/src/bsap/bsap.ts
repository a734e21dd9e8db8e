/**
 * BSAP, Bristol's asynchronous/synchronous protocol: masters read and write the signals of remote terminal units by name.
 *
 * In UDP: | header length u16 = 14 or 22 | messages u16 | function u16 | sequence u32 | acknowledged u32 | …
 *   then messages: | length u32, itself included | kind u8 | sequence u32 |
 *     a question: | destination function u8 | node status u8 | data … |   an answer: | error u8 | elements u8 | data … |
 * From a serial line: | DLE STX | address u8 (high bit: global) | serial u8 | [destination, source u16, control u8] |
 *   destination function u8 | sequence u16 | source function u8 | node status u8 | data … | DLE ETX | CRC u16 |
 * Little-endian.
 *
 * Spec: BSAP Communications Application Programmer's Reference (Emerson D4052); the header in UDP as devices send it.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, Reader } from '@isthmus/wire'
import { APPLICATIONS, LOGGED_APPLICATIONS, MESSAGE, MESSAGE_NAMES } from './bsap.table.ts'
import type { Access, Kept } from './rdb.ts'

const HEADER = 14
const LONG_HEADER = 22
/** One datagram of such devices holds a handful. */
const MAX_PARTS = 32
const DLE = 0x10
const STX = 0x02
const ETX = 0x03
const CLEAN: readonly string[] = []
const NOTHING = new Uint8Array(0)

/** A message within a datagram. */
export type Part = {
  readonly sequence: number
  readonly length: number
  /** Undefined in an answer. */
  readonly application: number | undefined
  /** Node status of a question, error byte of an answer. */
  readonly status: number
  /** Of a question from its function on, of an answer from its count on. */
  readonly data: Uint8Array
}

export type Serial = {
  readonly address: number
  readonly isGlobal: boolean
  readonly serial: number
  readonly destination: number | undefined
  readonly source: number | undefined
  readonly control: number | undefined
  readonly destinationFunction: number
  readonly sequence: number
  readonly sourceFunction: number
  readonly status: number
  /** Bytes behind the header as they came: stuffed, with the frame's end. */
  readonly raw: Uint8Array
}

export type Bsap = {
  readonly messages: number
  readonly code: number
  readonly isQuestion: boolean
  readonly isAnswer: boolean
  readonly parts: readonly Part[]
  readonly serial: Serial | undefined
  readonly anomalies: readonly string[]
}

export type BsapState = {
  /** Questions without an answer, by sequence. */
  readonly open: Map<number, Access>
  /** Names of signals by the address a node gave for them. */
  readonly names: Map<number, string>
  /** What ICSNPP keeps between a question and its answer. */
  readonly kept: Kept
  isIntroduced: boolean
}

export const dissector: Dissector<Bsap, BsapState> = {
  name: 'bsap',
  ports: ['udp/1234', 'udp/1235'],
  maxFrame: 65_535,
  start: () => ({
    open: new Map(),
    names: new Map(),
    kept: { function: 0xff, application: 0xff, answering: 0, count: 0, address: '' },
    isIntroduced: false,
  }),
  frame(head) {
    if (head.left < 2) return NEED_MORE
    const first = head.peek()
    if (first === DLE && head.peek(1) === STX) return isSerial(head) ? head.left : NOT_MINE
    if ((first !== HEADER && first !== LONG_HEADER) || head.peek(1) !== 0) return NOT_MINE
    if (head.left < HEADER) return NEED_MORE
    const messages = head.peek(2)
    const code = head.peek(4)
    if (head.peek(3) !== 0 || head.peek(5) !== 0 || messages > MAX_PARTS || MESSAGE_NAMES[code] === undefined) return NOT_MINE
    if (messages === 0) return head.left === first ? first : NOT_MINE
    return fits(head, first, messages) ? head.left : NOT_MINE
  },
  side(head) {
    const code = head.peek() === DLE ? -1 : head.peek(4)
    if (isAsking(code)) return 'client'
    return code === MESSAGE.response || code === MESSAGE.lastResponse ? 'server' : undefined
  },
  parse(r, ctx) {
    return r.peek() === DLE && r.peek(1) === STX ? parseSerial(r, ctx) : parseDatagram(r)
  },
}

const isAsking = (code: number): boolean => code === MESSAGE.request || code === MESSAGE.request2 || code === MESSAGE.request3

/** A known function, and the frame's end with its two bytes of check. */
function isSerial(head: Reader): boolean {
  const { bytes, at, end } = head
  if (end - at < 9) return false
  const functionAt = at + ((bytes[at + 2]! & 0x80) !== 0 ? 9 : 4)
  const code = bytes[functionAt] ?? 0
  if (APPLICATIONS[code] === undefined && LOGGED_APPLICATIONS[code] === undefined) return false
  return bytes[end - 4] === DLE && bytes[end - 3] === ETX
}

/** The messages' lengths end where the datagram does. */
function fits(head: Reader, headerLength: number, messages: number): boolean {
  const r = new Reader(head.bytes, head.at + headerLength, head.end)
  for (let i = 0; i < messages; i++) {
    const length = r.u32le()
    if (r.short || length < 11 || length - 4 > r.left) return false
    r.skip(length - 4)
  }
  return r.left === 0
}

function parseDatagram(r: Reader): Bsap {
  const headerLength = r.u16le('header length')
  const messages = r.u16le('messages')
  const code = r.u16le('function')
  r.note(MESSAGE_NAMES[code]?.toLowerCase() ?? '')
  r.u32le('sequence')
  r.u32le('acknowledged')
  if (headerLength > HEADER) r.view(Math.min(headerLength - HEADER, r.left), 'header, rest')
  const isQuestion = isAsking(code)
  const parts: Part[] = []
  for (let i = 0; i < messages && i < MAX_PARTS && r.left > 0; i++) parts.push(readPart(r, isQuestion))
  const isAnswer = code === MESSAGE.response || code === MESSAGE.lastResponse
  return { messages, code, isQuestion, isAnswer, parts, serial: undefined, anomalies: r.short ? ['truncated'] : CLEAN }
}

function readPart(r: Reader, isQuestion: boolean): Part {
  const length = r.u32le('length')
  const body = r.sub(Math.max(0, length - 4), 'message')
  body.u8('kind')
  const sequence = body.u32le('sequence')
  const application = isQuestion ? body.u8('destination function') : undefined
  if (application !== undefined) body.note(APPLICATIONS[application]?.[0] ?? '')
  const status = body.u8(isQuestion ? 'node status' : 'error')
  const part = { sequence, length, application, status, data: body.view(body.left, 'data') }
  if (body.short) r.short = true
  return part
}

function parseSerial(r: Reader, _: Context<Bsap, BsapState>): Bsap {
  r.skip(2, 'DLE STX')
  const address = r.u8('address')
  const isGlobal = (address & 0x80) !== 0
  const serial = r.u8('serial')
  const destination = isGlobal ? r.u16le('destination') : undefined
  const source = isGlobal ? r.u16le('source') : undefined
  const control = isGlobal ? r.u8('control') : undefined
  const destinationFunction = r.u8('destination function')
  r.note(APPLICATIONS[destinationFunction]?.[0] ?? LOGGED_APPLICATIONS[destinationFunction] ?? '')
  const sequence = r.u16le('sequence')
  const sourceFunction = r.u8('source function')
  const status = r.u8('node status')
  const raw = r.view(r.left, 'data and end of frame')
  const data = unstuffed(raw)
  const isAnswer = destinationFunction === 0x03
  // Shorter ones end within what would be the header: polls and acknowledgements.
  const isQuestion = sourceFunction === 0x03 && !isAnswer && raw.length >= 4
  // In an answer the error byte comes first.
  const body = isAnswer ? data.subarray(1) : data
  const application = isQuestion ? destinationFunction : undefined
  const part: Part = { sequence, length: raw.length, application, status: isAnswer ? (data[0] ?? 0) : status, data: body }
  const line: Serial = {
    address,
    isGlobal,
    serial,
    destination,
    source,
    control,
    destinationFunction,
    sequence,
    sourceFunction,
    status,
    raw,
  }
  const anomalies = r.short ? ['truncated'] : CLEAN
  return { messages: 1, code: -1, isQuestion, isAnswer, parts: isAnswer || isQuestion ? [part] : [], serial: line, anomalies }
}

/** Without DLE ETX and the check at the end, doubled DLE once. */
function unstuffed(raw: Uint8Array): Uint8Array {
  const end = raw.length >= 4 && raw[raw.length - 4] === DLE && raw[raw.length - 3] === ETX ? raw.length - 4 : raw.length
  if (end === 0) return NOTHING
  const out = new Uint8Array(end)
  let n = 0
  for (let i = 0; i < end; i++) {
    out[n++] = raw[i]!
    if (raw[i] === DLE && raw[i + 1] === DLE) i++
  }
  return out.subarray(0, n)
}
