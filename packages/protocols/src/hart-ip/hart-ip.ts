/**
 * HART-IP: the commands of HART field devices over TCP and UDP, in sessions, to a device or through a gateway.
 *
 *   | version u8 | 4 reserved bits, type 4 bits | id u8 | status u8 | sequence u16 | length u16, header included | body … |
 *   token passing: | delimiter u8 | address u8 or 5 bytes | expansion | command u8 | bytes u8 | [response code, device status] data … | check u8 |
 *   direct:        | device status u8 | extended status u8 | commands: | number u16 | bytes u8 | [response code] data … |
 *
 * Spec: HCF_SPEC-085 §10 (HART-IP), HCF_SPEC-081 (token passing frames), HCF_SPEC-127 and -151 (commands).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { type AuditLog, readAuditLog } from './audit-log.ts'
import { MESSAGE_IDS, MESSAGE_TYPES, STATUS } from './codes.table.ts'
import { type CommandData, commandName, readData } from './commands.ts'

export const TYPE = { request: 0, response: 1, publish: 2, nak: 15 } as const
export const ID = { open: 0, close: 1, alive: 2, token: 3, direct: 4, audit: 5 } as const

export type Called = {
  readonly number: number
  readonly byteCount: number
  /** Undefined in requests. */
  readonly responseCode: number | undefined
  /** Undefined without data. */
  readonly data: CommandData | undefined
}

export type HartIp = {
  readonly version: number
  readonly reserved: number
  readonly type: number
  readonly id: number
  readonly status: number
  readonly sequence: number
  readonly length: number
  readonly session: { readonly masterType: number; readonly closeAfterMs: number } | undefined
  readonly token: Token | undefined
  readonly direct: { readonly deviceStatus: number; readonly extendedStatus: number; readonly commands: readonly Called[] } | undefined
  readonly audit: AuditLog | undefined
  /** Body of a message that is neither request nor response. Own bytes. */
  readonly raw: Uint8Array | undefined
  readonly isTruncated: boolean
}

export type Token = {
  readonly delimiter: number
  readonly polling: number | undefined
  /** Five bytes: what tells one device of the world from another. Own bytes. */
  readonly unique: Uint8Array | undefined
  readonly called: Called
  readonly deviceStatus: number | undefined
  readonly check: number
}

export type HartState = {
  /** The address a device gave as its own; others are behind it. */
  own: string
  /** What was told of a device behind a flow that faces the other way. */
  readonly told: Map<string, unknown>
}

const HEADER = 8
/** A direct PDU may hold several commands of 255 bytes each. */
const MAX_LENGTH = 8192
const MAX_COMMANDS = 64

export const dissector: Dissector<HartIp, HartState> = {
  name: 'hart-ip',
  ports: ['tcp/5094', 'udp/5094'],
  maxFrame: MAX_LENGTH,
  frame(head) {
    const all = head.left
    const version = head.peek(0)
    if (all > 0 && version !== 1 && version !== 2) return NOT_MINE
    if (all > 2 && (MESSAGE_TYPES[head.peek(1)] === undefined || head.peek(2) > ID.audit)) return NOT_MINE
    if (all < HEADER) return NEED_MORE
    const length = (head.peek(6) << 8) | head.peek(7)
    if (length > MAX_LENGTH || !fits(head.peek(2), head.peek(1), length)) return NOT_MINE
    return all > HEADER && head.peek(2) === ID.token && !isToken(head, length) ? NOT_MINE : length
  },
  start: () => ({ own: '', told: new Map() }),
  parse,
  side: (head) => (head.peek(1) === TYPE.request ? 'client' : 'server'),
}

/** Whether a body of this kind can be as long; refusals may be short. */
function fits(id: number, type: number, length: number): boolean {
  if (id === ID.open) return length === 13 || (type !== TYPE.request && length >= HEADER && length <= 16)
  if (id === ID.close || id === ID.alive) return length === HEADER
  if (id === ID.audit) return length === (type === TYPE.request ? 10 : length) && length >= HEADER
  return length >= HEADER + (type === TYPE.request ? 5 : 0)
}

/** The delimiter's frame type, and a byte count that fills the message. */
function isToken(head: Reader, length: number): boolean {
  if (length === HEADER) return true
  const delimiter = head.peek(HEADER)
  const kind = delimiter & 7
  if ((kind !== 1 && kind !== 2 && kind !== 6) || (delimiter & 0x18) > 8) return false
  const at = HEADER + 1 + ((delimiter & 0x80) !== 0 ? 5 : 1) + ((delimiter >> 5) & 3) + 1
  if (at >= head.left) return true
  return at + 1 + head.peek(at) + 1 <= length + 1
}

function parse(r: Reader, _ctx: Context<HartIp, HartState>): HartIp {
  const version = r.u8('version')
  const kind = r.u8('type')
  const type = kind & 15
  r.note(MESSAGE_TYPES[type] ?? '')
  const id = r.u8('id')
  r.note(MESSAGE_IDS[id] ?? '')
  const status = r.u8('status')
  r.note(STATUS[status] ?? '')
  const sequence = r.u16('sequence')
  const length = r.u16('length')
  const body = r.sub(Math.max(0, length - HEADER), 'body')
  const hasBody = body.left > 0
  // Publications are frames of devices, though ICSNPP keeps them as bytes.
  const raw = type === TYPE.publish || type === TYPE.nak ? body.bytes.slice(body.at, body.end) : undefined
  const m = {
    version,
    reserved: kind >> 4,
    type,
    id,
    status,
    sequence,
    length,
    session:
      id === ID.open && body.left >= 5
        ? { masterType: body.u8('master type'), closeAfterMs: body.u32('inactivity close timer') }
        : undefined,
    token: id === ID.token && hasBody ? readToken(body, type !== TYPE.request) : undefined,
    direct: id === ID.direct && hasBody ? readDirect(body, type !== TYPE.request) : undefined,
    audit: id === ID.audit && body.left >= 2 ? readAuditLog(body, type === TYPE.response) : undefined,
    raw,
    isTruncated: r.short || body.short,
  }
  body.view(body.left, 'more')
  return m
}

function readToken(r: Reader, isResponse: boolean): Token {
  const delimiter = r.u8('delimiter')
  const isUnique = (delimiter & 0x80) !== 0
  const polling = isUnique ? undefined : r.u8('polling address')
  const unique = isUnique ? r.view(5, 'unique address').slice() : undefined
  r.skip((delimiter >> 5) & 3, 'expansion')
  const number = r.u8('command')
  r.note(commandName(number))
  const byteCount = r.u8('byte count')
  const part = r.sub(byteCount, 'content')
  let responseCode: number | undefined
  let deviceStatus: number | undefined
  if (isResponse) {
    responseCode = part.u8('response code')
    deviceStatus = part.u8('device status')
  }
  const data = part.left > 0 ? readData(number, isResponse, part) : undefined
  const check = r.u8('check byte')
  if (part.short) r.short = true
  return { delimiter, polling, unique, called: { number, byteCount, responseCode, data }, deviceStatus, check }
}

function readDirect(r: Reader, isResponse: boolean): HartIp['direct'] {
  const deviceStatus = r.u8('device status')
  const extendedStatus = r.u8('extended status')
  const commands: Called[] = []
  while (r.left >= 3 && commands.length < MAX_COMMANDS) {
    const number = r.u16('command')
    r.note(commandName(number))
    const byteCount = r.u8('byte count')
    const part = r.sub(byteCount, 'content')
    const responseCode = isResponse ? part.u8('response code') : undefined
    commands.push({ number, byteCount, responseCode, data: part.left > 0 ? readData(number, isResponse, part) : undefined })
  }
  return { deviceStatus, extendedStatus, commands }
}
