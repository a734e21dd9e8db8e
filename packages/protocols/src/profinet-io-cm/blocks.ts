/** What a call carries: blocks of type, length and version, all big-endian. Spec: IEC 61158-6-10 §5.1.2, §5.2. */
import type { Reader } from '@isthmus/wire'
import { showMac } from '../show-address.ts'
import { uuidText } from './header.ts'
import { readModules, type Slot } from './modules.ts'
import { BLOCK, BLOCKS, COMMANDS, RECORDS, SEVERAL_RECORDS } from './profinet-io-cm.table.ts'

export type Ar = {
  readonly kind: 'ar'
  readonly isAnswer: boolean
  readonly arType: number
  readonly ar: string
  readonly session: number
  readonly mac: string
  /** The initiator's name; empty in an answer. */
  readonly station: string
}
/** The device's own name. */
export type ServerName = { readonly kind: 'name'; readonly station: string }
export type Iocr = {
  readonly kind: 'iocr'
  readonly isAnswer: boolean
  readonly crType: number
  readonly frameId: number
  readonly dataLength: number
  readonly cycleUs: number
}
export type Modules = { readonly kind: 'modules'; readonly type: number; readonly slots: readonly Slot[] }
export type RecordHeader = {
  readonly kind: 'record'
  readonly isWrite: boolean
  readonly isAnswer: boolean
  readonly ar: string
  readonly api: number
  readonly slot: number
  readonly subslot: number
  readonly index: number
  readonly length: number
  /** Error code, decode, code 1, code 2; -1 where a message has none. */
  readonly status: number
  /** The record's content where this message has it. Own bytes. */
  readonly data: Uint8Array
  readonly blocks: readonly Block[]
}
export type Control = { readonly kind: 'control'; readonly type: number; readonly isAnswer: boolean; readonly command: number }
/** I&M0: who made this part; I&M1 to 3: what the plant calls it. Keys as assets name them. */
export type Identity = {
  readonly kind: 'identity'
  readonly number: number
  readonly fields: Readonly<Record<string, string>>
  readonly vendor: number
}
export type Diagnosis = {
  readonly kind: 'diagnosis'
  readonly slot: number
  readonly subslot: number
  readonly channel: number
  readonly format: number
  readonly error: number
}
/** Blocks of one subslot among many; -1 where the group states no index. */
export type Group = {
  readonly kind: 'group'
  readonly slot: number
  readonly subslot: number
  readonly index: number
  readonly blocks: readonly Block[]
}
export type Other = { readonly kind: 'other'; readonly type: number }
export type Block = Ar | ServerName | Iocr | Modules | RecordHeader | Control | Identity | Diagnosis | Group | Other

/** Blocks of one call, nested ones included; a whole call has a few hundred bytes to a few thousand. */
const MAX_BLOCKS = 256
const MAX_DEPTH = 3
const NONE: readonly Block[] = []
const EMPTY = new Uint8Array(0)

export type Budget = { left: number }

export function readBlocks(r: Reader, budget: Budget = { left: MAX_BLOCKS }, depth = 0): Block[] {
  const blocks: Block[] = []
  while (r.left >= 6 && !r.short && budget.left-- > 0) {
    const at = r.at
    const block = readBlock(r, budget, depth)
    if (block === undefined) break
    blocks.push(block)
    // A record's content follows its header and, among several, ends on a multiple of four.
    if (block.kind === 'record' && depth > 0) r.skip(Math.min(r.left, (4 - ((r.at - at) % 4)) % 4), 'padding')
  }
  return blocks
}

function readBlock(r: Reader, budget: Budget, depth: number): Block | undefined {
  const type = (r.peek(0) << 8) | r.peek(1)
  const length = (r.peek(2) << 8) | r.peek(3)
  // Records of manufacturers have no header; padding is not a block.
  if (BLOCKS[type] === undefined && (type === 0 || length < 2 || length > r.left - 4)) return undefined
  const body = r.sub(4 + length, BLOCKS[type] ?? `block 0x${type.toString(16)}`)
  body.u16('block type')
  body.u16('block length')
  const high = body.u8('version high')
  const low = body.u8('version low')
  if (type === BLOCK.readHeader || type === BLOCK.readAnswer || type === BLOCK.writeHeader || type === BLOCK.writeAnswer) {
    return record(type, body, r, budget, depth)
  }
  return content(type, high * 256 + low, body, budget, depth)
}

function content(type: number, version: number, r: Reader, budget: Budget, depth: number): Block {
  if (type === BLOCK.ar || type === BLOCK.arAnswer) return relation(type, r)
  if (type === BLOCK.server) return { kind: 'name', station: r.text(r.u16('station name length'), 'station name') }
  if (type === BLOCK.iocr || type === BLOCK.iocrAnswer) return cyclic(type, r)
  if ((type & 0x7ff0) === 0x0110) return control(type, r)
  if (type >= BLOCK.im0 && type <= BLOCK.im4) return identity(type - BLOCK.im0, r)
  if (type === BLOCK.diagnosis && r.left >= 8) return diagnosis(version, r)
  const slots = readModules(type, version, r)
  if (slots !== undefined) return { kind: 'modules', type, slots }
  if ((type === BLOCK.multiple || type === BLOCK.container) && depth < MAX_DEPTH) return group(type, r, budget, depth)
  r.view(r.left, 'content')
  return { kind: 'other', type }
}

function group(type: number, r: Reader, budget: Budget, depth: number): Group {
  r.skip(2, 'padding')
  r.u32('API')
  const slot = r.u16('slot')
  const subslot = r.u16('subslot')
  let index = -1
  if (type === BLOCK.container) {
    r.skip(2, 'padding')
    index = r.u16('index')
  }
  const blocks = readBlocks(r, budget, depth + 1)
  r.view(r.left, 'content')
  return { kind: 'group', slot, subslot, index, blocks }
}

function relation(type: number, r: Reader): Ar {
  const arType = r.u16('AR type')
  const ar = uuidText(r.view(16, 'AR UUID'))
  const session = r.u16('session key')
  const mac = showMac(r.view(6, 'MAC address'))
  if (type === BLOCK.arAnswer) {
    r.u16('RT port')
    return { kind: 'ar', isAnswer: true, arType, ar, session, mac, station: '' }
  }
  r.view(16, 'initiator object')
  r.u32('AR properties')
  r.u16('timeout factor, 100 ms')
  r.u16('RT port')
  const station = r.text(r.u16('station name length'), 'station name')
  return { kind: 'ar', isAnswer: false, arType, ar, session, mac, station }
}

function cyclic(type: number, r: Reader): Iocr {
  const crType = r.u16('IOCR type')
  r.u16('IOCR reference')
  if (type === BLOCK.iocrAnswer) return { kind: 'iocr', isAnswer: true, crType, frameId: r.u16('frame id'), dataLength: 0, cycleUs: 0 }
  r.u16('EtherType')
  r.u32('IOCR properties')
  const dataLength = r.u16('data length')
  const frameId = r.u16('frame id')
  const clock = r.u16('send clock factor, 31.25 µs')
  const reduction = r.u16('reduction ratio')
  r.u16('phase')
  r.u16('sequence')
  r.u32('frame send offset')
  r.u16('watchdog factor')
  r.u16('data hold factor')
  r.view(r.left, 'tags, multicast address, objects')
  return { kind: 'iocr', isAnswer: false, crType, frameId, dataLength, cycleUs: clock * reduction * 31.25 }
}

function control(type: number, r: Reader): Control {
  r.u16('reserved')
  r.view(16, 'AR UUID')
  r.u16('session key')
  r.u16('alarm sequence number')
  const command = r.u16('control command')
  r.note(commandText(command))
  r.u16('control properties')
  return { kind: 'control', type: type & 0x7fff, isAnswer: type >= 0x8000, command }
}

export function commandText(command: number): string {
  return COMMANDS.filter((_, bit) => (command >> bit) & 1).join(', ')
}

function identity(number: number, r: Reader): Identity {
  if (number === 1)
    return { kind: 'identity', number, vendor: 0, fields: { function: r.text(32, 'function'), location: r.text(22, 'location') } }
  if (number === 2) return { kind: 'identity', number, vendor: 0, fields: { date: r.text(16, 'installation date') } }
  if (number === 3) return { kind: 'identity', number, vendor: 0, fields: { description: r.text(54, 'descriptor') } }
  if (number === 4) {
    r.view(r.left, 'signature')
    return { kind: 'identity', number, vendor: 0, fields: {} }
  }
  const vendor = r.u16('vendor id')
  const orderCode = r.text(20, 'order id').trim()
  const serial = r.text(16, 'serial number').trim()
  const hardware = r.u16('hardware revision')
  const prefix = r.text(1, 'software revision prefix')
  const firmware = `${prefix}${r.u8('functional enhancement')}.${r.u8('bug fix')}.${r.u8('internal change')}`
  r.u16('revision counter')
  r.u16('profile')
  r.u16('profile specific type')
  r.u16('I&M version')
  r.u16('I&M supported')
  return { kind: 'identity', number, vendor, fields: { orderCode, serial, hardware: `${hardware}`, firmware } }
}

function diagnosis(version: number, r: Reader): Diagnosis {
  if (version > 0x0100) r.u32('API')
  const slot = r.u16('slot')
  const subslot = r.u16('subslot')
  const channel = r.u16('channel')
  r.u16('channel properties')
  const format = r.u16('format')
  // 0x8000: channel diagnosis; 0x8002: with an extended error and its value (§5.2.5.4).
  let error = 0
  if (format === 0x8000 || format === 0x8002) {
    r.u16('channel')
    r.u16('channel properties')
    error = r.u16('channel error')
  }
  r.view(r.left, 'more')
  return { kind: 'diagnosis', slot, subslot, channel, format, error }
}

/** Headers of reads and writes are 64 bytes; what is read or written follows. */
function record(type: number, h: Reader, r: Reader, budget: Budget, depth: number): RecordHeader {
  const isWrite = (type & 0x7fff) === BLOCK.writeHeader
  const isAnswer = type >= 0x8000
  h.u16('sequence number')
  const ar = uuidText(h.view(16, 'AR UUID'))
  const api = h.u32('API')
  const slot = h.u16('slot')
  const subslot = h.u16('subslot')
  h.u16('padding')
  const index = h.u16('index')
  h.note(RECORDS[index] ?? '')
  const length = h.u32('record length')
  let status = -1
  if (isAnswer) {
    h.u32('additional values')
    if (isWrite) status = h.u32('status')
  }
  h.view(h.left, 'target AR, padding')
  // A read's question and a write's answer have no content; nested answers of several writes follow as blocks of their own.
  const hasContent = isWrite !== isAnswer && length <= r.left
  const header = { kind: 'record', isWrite, isAnswer, ar, api, slot, subslot, index, length, status } as const
  if (!hasContent || length === 0) return { ...header, data: EMPTY, blocks: NONE }
  const body = r.sub(length, 'record')
  const data = body.bytes.slice(body.at, Math.min(body.end, body.at + 64))
  const isList = index === SEVERAL_RECORDS
  const blocks = (isList || index >= 0x8000) && depth < MAX_DEPTH ? readBlocks(body, budget, depth + (isList ? 1 : 0)) : NONE
  body.view(body.left, 'data')
  return { ...header, data, blocks }
}
