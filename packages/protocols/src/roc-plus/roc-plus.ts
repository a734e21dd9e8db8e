/**
 * ROC Plus (and the header of ROC before it): a host reads and sets parameters, histories, logs and files of Emerson's flow
 * computers and remote operations controllers.
 *
 *   | destination unit, group | source unit, group | opcode | length u8 | data … | CRC u16, low byte first |
 *
 * Nothing says whether a message asks or answers: its length does for most opcodes (`packetType`).
 * Spec: ROC Plus Protocol Specifications Manual (Emerson D301180X012), §1.2 and chapter 2.
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'
import { isAtPort } from '../own-port.ts'
import { readBody } from './body.ts'
import { fileCommand } from './body-commands.ts'
import type { Moving } from './files.ts'
import { FILE, OLD_OPCODES, OPCODES } from './roc-plus.table.ts'
import type { Content } from './text.ts'

const HEADER = 6
const CHECK = 2
const PORT = 4000
const CLEAN: readonly string[] = []

export type PacketType = 'Request' | 'Response' | 'Unknown'

export type Roc = {
  readonly destinationUnit: number
  readonly destinationGroup: number
  readonly sourceUnit: number
  readonly sourceGroup: number
  readonly opcode: number
  /** What the length says. */
  readonly type: PacketType
  readonly data: Uint8Array
  readonly crc: number
  /** The fields of `data`, by log and column. */
  readonly contents: readonly Content[]
  readonly anomalies: readonly string[]
}

export type Question = { readonly message: Roc; readonly from: Side }

export type RocState = {
  /** A message with a right check was seen: a wrong one is damage, not another protocol. */
  isSure: boolean
  /** Questions without an answer, by opcode, the newest last: an error names none. */
  readonly open: Map<number, Question>
  /** Files on their way. */
  readonly files: Map<number, Moving>
  opening: Moving | undefined
}

export const dissector: Dissector<Roc, RocState> = {
  name: 'roc-plus',
  ports: [`tcp/${PORT}`, `udp/${PORT}`],
  maxFrame: HEADER + 255 + CHECK,
  start: () => ({ isSure: false, open: new Map(), files: new Map(), opening: undefined }),
  frame(head, { state, flow }) {
    if (head.left < HEADER) return NEED_MORE
    const opcode = head.peek(4)
    if (OPCODES[opcode] === undefined) {
      // Zeros are checked by zeros: the older protocol, which has an opcode 0, is looked for on the port only.
      if (OLD_OPCODES[opcode] === undefined || (!state.isSure && !isAtPort(flow, PORT))) return NOT_MINE
      if (!state.isSure && head.peek(0) === 0 && head.peek(2) === 0) return NOT_MINE
    }
    const end = HEADER + head.peek(5)
    if (state.isSure) return end + CHECK
    if (head.left < end + CHECK) return NEED_MORE
    return isChecked(head.bytes, head.at, head.at + end) ? end + CHECK : NOT_MINE
  },
  side(head) {
    const opcode = head.peek(4)
    const type = packetType(opcode, head.peek(5), head.peek(6))
    // A report by exception is the device's own.
    if (type === 'Unknown' || opcode === 224 || opcode === 225) return undefined
    return type === 'Request' ? 'client' : 'server'
  },
  parse,
  resync(bytes) {
    for (let at = 1; at + HEADER + CHECK <= bytes.length; at++) {
      const end = at + HEADER + bytes[at + 5]!
      if (end + CHECK <= bytes.length && OPCODES[bytes[at + 4]!] !== undefined && isChecked(bytes, at, end)) return at
    }
    return -1
  },
}

/** Devices begin with all bits set or clear. */
function isChecked(bytes: Uint8Array, at: number, end: number): boolean {
  const sent = bytes[end]! | (bytes[end + 1]! << 8)
  return crc16(bytes, at, end, 0xffff) === sent || crc16(bytes, at, end, 0) === sent
}

function parse(r: Reader, ctx: Context<Roc, RocState>): Roc {
  const start = r.at
  const destinationUnit = r.u8('destination unit')
  const destinationGroup = r.u8('destination group')
  const sourceUnit = r.u8('source unit')
  const sourceGroup = r.u8('source group')
  const opcode = r.u8('opcode')
  r.note(OPCODES[opcode]?.[1] ?? OLD_OPCODES[opcode]?.[0] ?? '')
  const length = r.u8('length')
  const body = r.sub(length, 'data')
  const data = body.bytes.subarray(body.at, body.end)
  const crc = r.u16le('CRC')
  const type = packetType(opcode, length, data[0] ?? 0)
  const contents = readBody(body, opcode, type, length)
  let anomalies = CLEAN
  if (r.short) anomalies = ['truncated']
  else {
    if (isChecked(r.bytes, start, start + HEADER + length)) ctx.state.isSure = true
    else anomalies = ['checksum']
    if (body.short) anomalies = [...anomalies, 'truncated-data']
  }
  return {
    destinationUnit,
    destinationGroup,
    sourceUnit,
    sourceGroup,
    opcode,
    type,
    data,
    crc,
    contents,
    anomalies,
  }
}

/** @param first the first byte of data: a command where one opcode has several. */
export function packetType(opcode: number, length: number, first: number): PacketType {
  const rule = OPCODES[opcode]?.[3] ?? 'unknown'
  if (rule === 'unknown') return 'Unknown'
  if (rule !== 'content') {
    if ('ask' in rule) return length === rule.ask ? 'Request' : 'Response'
    return length === rule.answer ? 'Response' : 'Request'
  }
  switch (opcode) {
    case 17:
      // 24 bytes are the wrapped session key.
      return length === 24 || length === 0 ? 'Response' : 'Request'
    case 108:
      return length >= 3 && length < 15 ? 'Request' : length > 23 ? 'Response' : 'Unknown'
    case 139:
      return historyType(first, length)
    case 203:
      return fileType(first, length)
    case 206:
      if (first === 1) return length === 4 ? 'Request' : 'Response'
      // An answer of 6 bytes holds one value of two bytes.
      return first === 2 && length !== 6 ? 'Response' : 'Unknown'
    default:
      return length % 2 === 0 ? 'Response' : 'Unknown'
  }
}

function historyType(command: number, length: number): PacketType {
  if (command === 0) return length === 2 ? 'Request' : 'Response'
  if (command !== 1) return 'Unknown'
  return length < 10 ? 'Request' : length > 67 ? 'Response' : 'Unknown'
}

/** Table 2-27. Lengths of questions; a written block's is its answer's. */
function fileType(first: number, length: number): PacketType {
  switch (fileCommand(first, length)) {
    case FILE.open:
      return length === 127 ? 'Request' : 'Response'
    case FILE.read:
      return length === 9 ? 'Request' : 'Response'
    case FILE.write:
      return length === 9 ? 'Response' : 'Request'
    case FILE.close:
      return length === 5 ? 'Request' : 'Response'
    case FILE.delete:
      return first === FILE.directory ? 'Request' : 'Response'
    case FILE.directory:
      return length === 102 ? 'Request' : 'Response'
    case FILE.directory64:
      return length === 103 ? 'Request' : 'Response'
    default:
      return 'Unknown'
  }
}
