/**
 * S7comm: engineering and operation of Siemens S7-300/400 (and 1200/1500 where they allow it), in COTP.
 *
 *   | 32 | rosctr u8 | redundancy u16 | reference u16 | parameters u16 | data u16 | (class u8 code u8) | parameters | data |
 *
 * Publicly analysed, big-endian. Class and code of an error occur in acknowledgements (rosctr 2 and 3). Either side may send a
 * job: while a program is downloaded, the controller asks for the blocks.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import type { Item, ItemValue } from './items.ts'
import { readItems, readItemValues } from './items.ts'
import { FUNCTIONS, GROUPS, REFUSALS, ROSCTR, ROSCTR_NAMES } from './s7comm.table.ts'
import type { SzlParts } from './szl.ts'
import type { Transfers } from './transfer.ts'
import { readBody } from './user-body.ts'

const EMPTY = new Uint8Array(0)
const CLEAN: readonly string[] = []
const NO_ITEMS: readonly Item[] = []
const NO_VALUES: readonly ItemValue[] = []

/** Flat; -1 or '' where a field does not occur. Views of an answer are borrowed from the packet; a job's are copies. */
export type S7comm = {
  readonly rosctr: number
  readonly reference: number
  errorClass: number
  errorCode: number
  /** Job function, or the user-data type and group byte. */
  code: number
  /** Hash of the parameters: equal for repeated jobs. */
  readonly signature: number
  items: readonly Item[]
  values: readonly ItemValue[]
  /** Uploads and downloads: status byte, session, file name. */
  status: number
  session: number
  file: string
  /** Program invocation: the service and its argument. */
  service: string
  argument: string
  /** User data: method (0x11 asks, 0x12 answers), sub-function, sequence, data reference, last unit. */
  method: number
  sub: number
  /** Numbers a subscription or a job: the controller's answer gives it, its pushes repeat it. */
  sequence: number
  dataReference: number
  lastUnit: number
  parameterError: number
  /** User data: return code of the data and what follows its length. Other jobs: the data part. */
  returnCode: number
  readonly parameterLength: number
  data: Uint8Array
  anomalies: readonly string[]
}

export type S7State = {
  /** Jobs that the controller has open, by reference: block requests of a download. */
  readonly serverJobs: Map<number, S7comm>
  readonly szl: SzlParts
  /** The list that the newest status answer completed. */
  whole: { of: S7comm; list: SzlParts } | undefined
  readonly transfers: Transfers
  /** Items of cyclic subscriptions, by their sequence number. */
  readonly cyclic: Map<number, Pick<S7comm, 'items'>>
  /** Jobs on variable tables, by their sequence number. */
  readonly tables: Map<number, Pick<S7comm, 'sub' | 'items'>>
  /** Checksum, time and length of blocks as last stated, by name. */
  readonly blocks: Map<string, string>
  mode: string
  /** Client jobs without an answer yet. */
  readonly open: Map<number, S7comm>
  /** A client's job was seen: its direction is in the capture. */
  hasAsked: boolean
  log: unknown
}

export const dissector: Dissector<S7comm, S7State> = {
  name: 's7comm',
  ports: ['cotp'],
  maxFrame: 65_535,
  start: () => ({
    serverJobs: new Map(),
    szl: { id: -1, index: -1, bytes: EMPTY },
    whole: undefined,
    transfers: { bySession: new Map(), byFile: new Map() },
    cyclic: new Map(),
    tables: new Map(),
    blocks: new Map(),
    mode: '',
    open: new Map(),
    hasAsked: false,
    log: undefined,
  }),
  frame(head) {
    if (head.left > 0 && head.peek(0) !== 0x32) return NOT_MINE
    if (head.left > 1 && headerOf(head.peek(1)) === 0) return NOT_MINE
    if (head.left < 10) return NEED_MORE
    return headerOf(head.peek(1)) + ((head.peek(6) << 8) | head.peek(7)) + ((head.peek(8) << 8) | head.peek(9))
  },
  // The sides' jobs count separately: only the client's are paired by the engine.
  key: (head, { from }) => {
    const asks = asksFor(head)
    return asks === undefined || asks !== (from === 'client') ? undefined : (head.peek(4) << 8) | head.peek(5)
  },
  parse,
  side: sideOf,
}

/** Bytes before the parameters; 0 for what is no S7comm. */
function headerOf(rosctr: number): number {
  if (rosctr === ROSCTR.job || rosctr === ROSCTR.userData) return 10
  return rosctr === ROSCTR.ack || rosctr === ROSCTR.ackData ? 12 : 0
}

/** True for a question, false for an answer, undefined for a push. */
function asksFor(head: Reader): boolean | undefined {
  const rosctr = head.peek(1)
  if (rosctr !== ROSCTR.userData) return rosctr === ROSCTR.job
  const type = head.peek(15) >> 4
  return type === 4 ? true : type === 8 ? false : undefined
}

function sideOf(head: Reader): Side | undefined {
  const rosctr = head.peek(1)
  const code = head.peek(headerOf(rosctr))
  // Downloads turn the roles round: block requests come from the controller.
  if ((rosctr === ROSCTR.job || rosctr === ROSCTR.ackData) && (code === 0x1b || code === 0x1c))
    return rosctr === ROSCTR.job ? 'server' : 'client'
  const asks = asksFor(head)
  return asks === undefined ? 'server' : asks ? 'client' : 'server'
}

function parse(r: Reader, ctx: Context<S7comm, S7State>): S7comm {
  const whole = r.left
  r.skip(1, 'protocol id')
  const rosctr = r.u8('rosctr')
  r.note(ROSCTR_NAMES[rosctr] ?? '')
  r.skip(2, 'redundancy id')
  const reference = r.u16('PDU reference')
  const parameterLength = r.u16('parameter length')
  const dataLength = r.u16('data length')
  const isAnswer = rosctr === ROSCTR.ack || rosctr === ROSCTR.ackData
  const errorClass = isAnswer ? r.u8('error class') : -1
  const errorCode = isAnswer ? r.u8('error code') : -1
  const signature = hashOf(r.bytes, r.at, Math.min(r.end, r.at + parameterLength))
  const parameters = r.sub(parameterLength, 'parameters')
  const data = r.sub(dataLength, 'data')
  const m: S7comm = {
    rosctr,
    reference,
    errorClass,
    errorCode,
    code: -1,
    signature,
    items: NO_ITEMS,
    values: NO_VALUES,
    status: -1,
    session: -1,
    file: '',
    service: '',
    argument: '',
    method: -1,
    sub: -1,
    sequence: -1,
    dataReference: -1,
    lastUnit: -1,
    parameterError: -1,
    returnCode: -1,
    parameterLength,
    data: EMPTY,
    anomalies: CLEAN,
  }
  if (rosctr === ROSCTR.userData) readUserData(parameters, data, m)
  else if (rosctr === ROSCTR.job) readJob(parameters, data, m)
  else if (parameterLength > 0 || parameters.left > 0) readAnswer(parameters, data, m)
  const expected = headerOf(rosctr) + parameterLength + dataLength
  if (r.short || parameters.short || data.short || whole < expected) m.anomalies = ['truncated']
  else if (whole > expected) m.anomalies = ['trailing-bytes']
  else if (headerOf(rosctr) === 0) m.anomalies = ['unknown-rosctr']
  else if (ctx.from === 'server' && isAnswer && ctx.asked === undefined) m.anomalies = ['unsolicited']
  return m
}

function readJob(r: Reader, data: Reader, m: S7comm): void {
  m.code = r.u8('function')
  r.note(FUNCTIONS[m.code]?.[0] ?? '')
  switch (m.code) {
    case 0x04:
      m.items = readItems(r, r.u8('item count'))
      return
    case 0x05:
      m.items = readItems(r, r.u8('item count'))
      m.values = readItemValues(data, m.items.length, true).map((v) => ({ code: v.code, size: v.size, data: v.data.slice() }))
      return
    case 0x1a:
    case 0x1b:
    case 0x1c:
    case 0x1d:
      readTransfer(r, m)
      m.file = r.text(r.u8('file name length'), 'file name')
      return
    case 0x1e:
    case 0x1f:
      readTransfer(r, m)
      return
    case 0x28:
      r.skip(7, 'unknown')
      m.argument = r.text(r.u16('argument length'), 'argument')
      m.service = r.text(r.u8('service length'), 'service')
      return
    case 0x29:
      r.skip(5, 'unknown')
      m.service = r.text(r.u8('service length'), 'service')
      return
    default:
      m.data = data.view(data.left, 'data').slice()
  }
}

function readTransfer(r: Reader, m: S7comm): void {
  m.status = r.u8('status')
  r.skip(2, 'error')
  m.session = r.u32('session')
}

function readAnswer(r: Reader, data: Reader, m: S7comm): void {
  m.code = r.u8('function')
  r.note(FUNCTIONS[m.code]?.[0] ?? '')
  switch (m.code) {
    case 0x04:
      m.data = data.bytes.subarray(data.at, data.end)
      m.values = readItemValues(data, r.u8('item count'), true)
      return
    case 0x05:
      m.values = readItemValues(data, r.u8('item count'), false)
      return
    case 0x1b:
    case 0x1e:
      m.status = r.u8('status')
      if (data.left >= 4) {
        const length = data.u16('block part length')
        data.skip(2, 'unknown')
        m.data = data.view(length, 'block part')
      }
      return
    case 0x1d:
      readTransfer(r, m)
      m.argument = r.text(r.u8('length of length'), 'block length')
      return
    default:
      m.data = data.view(data.left, 'data')
  }
}

function readUserData(r: Reader, data: Reader, m: S7comm): void {
  r.skip(3, 'parameter head')
  r.skip(1, 'length')
  m.method = r.u8('method')
  m.code = r.u8('type and group')
  const group = GROUPS[m.code & 0x0f]
  r.note(group?.name ?? '')
  m.sub = r.u8('sub-function')
  r.note(group?.subs[m.sub]?.[0] ?? '')
  m.sequence = r.u8('sequence')
  if (m.method === 0x12) {
    m.dataReference = r.u8('data reference')
    m.lastUnit = r.u8('last unit')
    m.parameterError = r.u16('error')
  }
  if (data.left < 4) return
  m.returnCode = data.u8('return code')
  data.note(REFUSALS[m.returnCode] ?? '')
  const size = data.u8('transport size')
  const length = data.u16('length')
  // Transport sizes 3 to 5 count bits.
  const bytes = size >= 3 && size <= 5 ? (length + 7) >> 3 : length
  const body = data.sub(size === 0 ? data.left : Math.min(bytes, data.left), 'user data')
  const isAsked = m.code >> 4 === 4
  m.data = isAsked ? body.bytes.slice(body.at, body.end) : body.bytes.subarray(body.at, body.end)
  readBody(body, m, isAsked)
}

/** FNV-1a twice over with different primes, joined below 2^53. */
function hashOf(bytes: Uint8Array, at: number, end: number): number {
  let a = 0x811c9dc5
  let b = 0x01234567
  for (let i = at; i < end; i++) {
    a = Math.imul(a ^ bytes[i]!, 0x01000193)
    b = Math.imul(b ^ bytes[i]!, 0x85ebca6b)
  }
  return (a >>> 0) * 0x20_0000 + ((b ^ (b >>> 11)) & 0x1f_ffff)
}
