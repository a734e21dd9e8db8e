/**
 * Modbus/TCP: a client reads and writes a device's tables of bits and 16-bit registers.
 *
 *   | transaction u16 | protocol u16 = 0 | length u16 | unit u8 | function u8 | data … |   big-endian
 *
 * Spec: MODBUS Application Protocol V1.1b3, §6 (functions), §7 (exceptions); Messaging on TCP/IP V1.0b, §3.1.3 (header).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { isAtPort } from '../own-port.ts'
import type { Section } from '../program-section.ts'
import { DIAGNOSTICS, EXCEPTIONS, FUNCTIONS, type FunctionRow, isNamed, UMAS as UMAS_FUNCTIONS } from './modbus.table.ts'
import { isRtuRequest } from './rtu-frame.ts'
import type { Names } from './umas-dictionary.ts'

const EMPTY = new Uint8Array(0)
const CLEAN: readonly string[] = []
const INVALID: readonly string[] = ['invalid-function']
const UNKNOWN: readonly string[] = ['unknown-function']

/** Flat and always of one shape; -1 where a field does not occur. `data` of an answer is borrowed from the packet. */
export type Modbus = {
  readonly kind: 'request' | 'response' | 'exception'
  readonly transaction: number
  readonly unit: number
  /** Function code without the exception bit. */
  readonly code: number
  readonly row: FunctionRow
  /** What is read or written; an answer repeats its question's where the wire does not. */
  address: number
  count: number
  /** Function 23 only: where it writes. */
  writeAddress: number
  andMask: number
  orMask: number
  /** Diagnostics sub-function, MEI type or UMAS function. */
  sub: number
  /** Exception code, or UMAS error. */
  error: number
  data: Uint8Array
  anomalies: readonly string[]
}

export type ModbusState = {
  /** The newest question without an answer, and older ones of a pipelining client, by transaction. */
  asking: Modbus | undefined
  open: Map<number, Modbus> | undefined
  /** Rows of modbus_detailed.log waiting for their other half; absent while nobody writes logs. */
  rows: PendingRows | undefined
  /** The program that UMAS is moving. */
  section: Section | undefined
  /** Variables that UMAS' data dictionary named; absent until somebody asks for it. */
  names: Names | undefined
  /** Signature of the application as the controller last stated it. */
  application: string | undefined
  /** A message was read: the framing is settled. */
  begun: boolean
  /** A question was seen: its direction is in the capture. */
  hasAsked: boolean
}

/** By transaction; bounded by whoever fills it. */
export type PendingRows = { readonly requests: Map<number, DetailedRow>; readonly responses: Map<number, DetailedRow> }
export type DetailedRow = {
  tid: number
  unit: number
  func: string
  address: number | undefined
  quantity: number | undefined
  requestValues: number[] | undefined
  responseValues: number[] | undefined
  link: string | undefined
  matched: boolean | undefined
  requestSub: string | undefined
  responseSub: string | undefined
  requestData: string | undefined
  responseData: string | undefined
  exception: string | undefined
  mei: string | undefined
  at: number
}

/** Longest message: 7 + 253 bytes by the specification; UMAS of newer controllers goes beyond. */
const MAX_LENGTH = 254
const MAX_UMAS_LENGTH = 2048
const PORT = 502
const UMAS = 90
/** Bytes that settle whether a message on a foreign port is ours. */
const DECIDING = 16

export function start(): ModbusState {
  return {
    asking: undefined,
    open: undefined,
    rows: undefined,
    section: undefined,
    names: undefined,
    application: undefined,
    begun: false,
    hasAsked: false,
  }
}

export const dissector: Dissector<Modbus, ModbusState> = {
  name: 'modbus',
  ports: ['tcp/502', 'udp/502'],
  maxFrame: MAX_UMAS_LENGTH + 6,
  start,
  frame(head, ctx) {
    if (head.left >= 4 && head.peek(2) + head.peek(3) !== 0) return NOT_MINE
    if (head.left < 8) return NEED_MORE
    const length = (head.peek(4) << 8) | head.peek(5)
    const code = head.peek(7) & 0x7f
    const most = code === UMAS ? MAX_UMAS_LENGTH : MAX_LENGTH
    if (length < 2 || length > most) return NOT_MINE
    if (isAtPort(ctx.flow, PORT)) return !ctx.state.begun && isRtuRequest(head) ? NOT_MINE : 6 + length
    if (ctx.state.begun) return isNamed(code) ? 6 + length : NOT_MINE
    if (head.left < Math.min(6 + length, DECIDING)) return isNamed(code) ? NEED_MORE : NOT_MINE
    return isPlausible(head, length, code) ? 6 + length : NOT_MINE
  },
  key: (head) => (head.peek(0) << 8) | head.peek(1),
  parse,
  side: (head) => sideOf(head),
  resync,
}

/** Four of eight header bytes are free: on a foreign port the first function must be known, with a length and a content that fit. */
function isPlausible(head: Reader, length: number, code: number): boolean {
  // UMAS asks unit 0, and its first transaction may be 0.
  if (!isNamed(code) || (code !== UMAS && head.peek(0) + head.peek(1) + head.peek(6) === 0)) return false
  if (head.peek(7) & 0x80) return length === 3
  const bytes = head.peek(8)
  switch (FUNCTIONS[code]!.shape) {
    case 'read-registers':
    case 'read-bits':
      return length === 6 || length === 3 + bytes
    case 'write-one':
      return length === 6
    case 'mask':
      return length === 8
    case 'write-many':
      return length === 6 || length === 7 + head.peek(12)
    case 'read-write':
      return length === 3 + bytes || length === 11 + 2 * ((head.peek(14) << 8) | head.peek(15))
    case 'read-file':
    case 'write-file':
      // §6.14: the reference type of every sub-request is 6.
      return length === 3 + bytes && (head.peek(9) === 6 || head.peek(10) === 6)
    case 'diagnostics':
      return length >= 6 && length % 2 === 0 && bytes === 0 && DIAGNOSTICS[head.peek(9)] !== undefined
    case 'umas':
      return length >= 4 && (UMAS_FUNCTIONS[head.peek(9)] !== undefined || head.peek(9) === 0xfe || head.peek(9) === 0xfd)
    default:
      // §6.21: encapsulated interface 14 is the one way to ask a device who it is.
      return code === 43 && bytes === 14
  }
}

function parse(r: Reader, ctx: Context<Modbus, ModbusState>): Modbus {
  const whole = r.left
  const transaction = r.u16('transaction')
  r.skip(2, 'protocol')
  const length = r.u16('length')
  const m = readPdu(r, ctx, transaction)
  return judge(m, r, whole - 6 - length, ctx)
}

/** Unit, function and what follows, to the end of `r`: the same over TCP and serial. */
export function readPdu(r: Reader, ctx: Context<Modbus, ModbusState>, transaction: number): Modbus {
  ctx.state.begun = true
  const unit = r.u8('unit')
  const byte = r.u8('function')
  const code = byte & 0x7f
  const row = FUNCTIONS[code]!
  r.note(row.name)
  const isRequest = ctx.from === 'client'
  const asked = isRequest ? undefined : ctx.asked
  const m: Modbus = {
    kind: isRequest ? 'request' : byte & 0x80 ? 'exception' : 'response',
    transaction,
    unit,
    code,
    row,
    address: -1,
    count: -1,
    writeAddress: -1,
    andMask: -1,
    orMask: -1,
    sub: -1,
    error: 0,
    data: EMPTY,
    anomalies: byte === code || !isRequest ? CLEAN : INVALID,
  }
  if (asked !== undefined && asked.code === code) {
    m.address = asked.address
    m.count = asked.count
    m.writeAddress = asked.writeAddress
    m.sub = asked.sub
  }
  if (m.kind === 'exception') {
    m.error = r.u8('exception code')
    r.note(EXCEPTIONS[m.error]?.[0] ?? '')
  } else if (isRequest) readRequest(r, m)
  else readResponse(r, m)
  return m
}

/** Names what is wrong. `excess`: bytes there beyond the bytes claimed. */
export function judge(m: Modbus, r: Reader, excess: number, ctx: Context<Modbus, ModbusState>): Modbus {
  const { asked } = ctx
  if (r.short || excess !== 0 || r.left > 0 || m.code === 0 || m.anomalies.length > 0) m.anomalies = anomaliesOf(r, excess, m)
  else if (m.kind === 'request') m.anomalies = isNamed(m.code) || isFree(m.code) ? CLEAN : UNKNOWN
  else if (asked === undefined) m.anomalies = ['unsolicited']
  else if (asked.code !== m.code || asked.unit !== m.unit) m.anomalies = ['answer-mismatch']
  return m
}

function anomaliesOf(r: Reader, excess: number, m: Modbus): string[] {
  const found: string[] = []
  if (r.short || excess < 0) found.push('truncated')
  else if (excess > 0 || r.left > 0) found.push('trailing-bytes')
  // §4.1: a question's function is 1 to 127.
  if (m.code === 0 || m.anomalies === INVALID) found.push(...INVALID)
  return found
}

/** §5: codes that every maker may use as they like. */
function isFree(code: number): boolean {
  return (code >= 65 && code <= 72) || (code >= 100 && code <= 110)
}

function readRequest(r: Reader, m: Modbus): void {
  switch (m.row.shape) {
    case 'read-registers':
    case 'read-bits':
      m.address = r.u16('address')
      m.count = r.u16('count')
      return
    case 'write-one':
      m.address = r.u16('address')
      m.count = 1
      m.data = r.view(2, 'value').slice()
      return
    case 'write-many':
      m.address = r.u16('address')
      m.count = r.u16('count')
      m.data = r.view(r.u8('bytes'), 'values').slice()
      return
    case 'mask':
      m.address = r.u16('address')
      m.count = 1
      m.andMask = r.u16('AND mask')
      m.orMask = r.u16('OR mask')
      return
    case 'read-write': {
      m.address = r.u16('read address')
      m.count = r.u16('read count')
      m.writeAddress = r.u16('write address')
      r.skip(2, 'write count')
      m.data = r.view(r.u8('bytes'), 'values').slice()
      return
    }
    case 'fifo':
      m.address = r.u16('pointer address')
      return
    case 'diagnostics':
      m.sub = r.u16('sub-function')
      m.data = r.view(r.left, 'data').slice()
      return
    case 'mei':
      m.sub = r.u8('MEI type')
      m.data = r.view(r.left, 'MEI data').slice()
      return
    case 'umas':
      m.address = r.u8('session')
      m.sub = r.u8('UMAS function')
      m.data = r.view(r.left, 'UMAS data').slice()
      return
    case 'read-file':
    case 'write-file':
      m.data = r.view(r.u8('bytes'), 'records').slice()
      m.count = countRecords(m.data, m.row.shape === 'write-file')
      return
    default:
      m.data = r.view(r.left, 'data').slice()
  }
}

function readResponse(r: Reader, m: Modbus): void {
  switch (m.row.shape) {
    case 'read-registers':
    case 'read-bits':
    case 'read-write':
    case 'sized':
    case 'read-file':
    case 'write-file':
      m.data = r.view(r.u8('bytes'), 'values')
      return
    case 'write-one':
      m.address = r.u16('address')
      m.count = 1
      m.data = r.view(2, 'value')
      return
    case 'write-many':
      m.address = r.u16('address')
      m.count = r.u16('count')
      return
    case 'mask':
      m.address = r.u16('address')
      m.count = 1
      m.andMask = r.u16('AND mask')
      m.orMask = r.u16('OR mask')
      return
    case 'fifo': {
      r.skip(2, 'bytes')
      m.count = r.u16('FIFO count')
      m.data = r.view(m.count * 2, 'values')
      return
    }
    case 'diagnostics':
      m.sub = r.u16('sub-function')
      m.data = r.view(r.left, 'data')
      return
    case 'mei':
      m.sub = r.u8('MEI type')
      m.data = r.view(r.left, 'MEI data')
      return
    case 'umas':
      m.address = r.u8('session')
      // FE accepts, FD refuses; the function is known from the question only.
      m.error = r.u8('UMAS result') === 0xfd ? 0xfd : 0
      m.data = r.view(r.left, 'UMAS data')
      return
    case 'status':
      m.data = r.view(1, 'status')
      return
    case 'events':
      m.data = r.view(4, 'status and count')
      return
    default:
      m.data = r.view(r.left, 'data')
  }
}

/** §6.14, §6.15: sub-requests of 7 bytes; those that write carry their registers. */
function countRecords(data: Uint8Array, writes: boolean): number {
  let n = 0
  for (let at = 0; at + 7 <= data.length; n++) at += 7 + (writes ? 2 * ((data[at + 5]! << 8) | data[at + 6]!) : 0)
  return n
}

/** Which side sends a message of this function and length; undefined where question and answer look alike. */
function sideOf(head: Reader): Side | undefined {
  if (head.left < 9) return undefined
  const length = (head.peek(4) << 8) | head.peek(5)
  const byte = head.peek(7)
  if (byte & 0x80) return length === 3 && isNamed(byte & 0x7f) ? 'server' : undefined
  // An answer that counts its bytes must count them right.
  const isCounted = head.peek(8) === length - 3
  switch (FUNCTIONS[byte]!.shape) {
    case 'read-registers':
      return length === 6 ? 'client' : isCounted ? 'server' : undefined
    case 'read-bits':
      return isCounted ? (length === 6 ? undefined : 'server') : length === 6 ? 'client' : undefined
    case 'write-many':
      return length === 6 ? 'server' : head.peek(12) === length - 7 ? 'client' : undefined
    case 'mei':
      return length <= 6 ? 'client' : length >= 10 ? 'server' : undefined
    case 'fifo':
      return length === 4 ? 'client' : 'server'
    case 'read-write':
      return isCounted ? 'server' : head.peek(16) === length - 11 ? 'client' : undefined
    case 'sized':
      return length === 2 ? 'client' : isCounted ? 'server' : undefined
    case 'status':
      return length === 2 ? 'client' : length === 3 ? 'server' : undefined
    case 'events':
      return length === 2 ? 'client' : length === 6 ? 'server' : undefined
    default:
      return undefined
  }
}

/** Zero protocol id, a possible length and a public function: 4 fixed bytes, enough to find the next header. */
function resync(bytes: Uint8Array): number {
  for (let i = 0; i + 8 <= bytes.length; i++) {
    if (bytes[i + 2] !== 0 || bytes[i + 3] !== 0) continue
    const length = (bytes[i + 4]! << 8) | bytes[i + 5]!
    if (length >= 2 && length <= MAX_LENGTH && isNamed(bytes[i + 7]! & 0x7f)) return i
  }
  return -1
}
