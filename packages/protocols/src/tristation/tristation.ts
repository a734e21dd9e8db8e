/**
 * TriStation: how the engineering station of Triconex safety controllers loads, starts, halts and watches them.
 *
 *   | type u8 | channel u8 | length u16 of what follows, without the check | … | CRC-16 of all before |   little-endian
 *   type 5: | direction u16, 0000 asks, 0101 answers | command u8 | sequence u8 | u16 | sum of bytes u16 | length u16 | data … |
 *
 * Not published by its maker: as publicly analysed after TRITON (FireEye 2018, Nozomi Networks 2018, CISA HatMan report).
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'
import type { Section } from '../program-section.ts'
import { ANSWERS, COMMANDS, TYPES } from './tristation.table.ts'

export type TriStation = {
  readonly type: number
  readonly channel: number
  readonly isAnswer: boolean
  /** -1 but in type 5. */
  readonly command: number
  readonly sequence: number
  readonly body: Body | undefined
  readonly anomalies: readonly string[]
}

export type Body =
  | { readonly is: 'status'; readonly key: number; readonly run: number; readonly loadState: number; readonly project: Project }
  | {
      readonly is: 'chassis'
      readonly key: number
      readonly run: number
      readonly node: number
      readonly project: Project
      readonly slots: readonly number[]
    }
  | { readonly is: 'versions'; readonly slots: readonly Slot[]; readonly serials: readonly Serial[] }
  | { readonly is: 'start'; readonly project: string }
  | { readonly is: 'part'; readonly id: number; readonly offset: number; readonly code: Uint8Array }
  | { readonly is: 'data'; readonly data: Uint8Array }
export type Project = { readonly name: string; readonly version: string; readonly time: number }
export type Slot = { readonly slot: number; readonly type: number; readonly firmware: string }
export type Serial = { readonly what: string; readonly assembly: string; readonly revision: string; readonly serial: string }

export type TriStationState = { section: Section | undefined; key: number; run: number }

const HEAD = 4
const CHECK = 2
const COMMAND = 5
const INNER = 10
const MAX_FRAME = 2048
const CLEAN: readonly string[] = []

export const dissector: Dissector<TriStation, TriStationState> = {
  name: 'tristation',
  ports: ['udp/1502'],
  maxFrame: MAX_FRAME,
  start: () => ({ section: undefined, key: -1, run: -1 }),
  frame(head, { flow }) {
    if (flow.transport !== 'udp') return NOT_MINE
    const type = head.peek()
    if (TYPES[type] === undefined || head.peek(1) > 3) return NOT_MINE
    if (head.left < HEAD + CHECK) return NEED_MORE
    const length = head.peek(2) | (head.peek(3) << 8)
    if ((type === COMMAND) !== length > 0 || (type === COMMAND && length < INNER)) return NOT_MINE
    const whole = HEAD + length + CHECK
    if (whole > MAX_FRAME || whole < head.left) return NOT_MINE
    // The check settles it; a cut capture has none to look at.
    if (
      head.left >= whole &&
      crc16(head.bytes, head.at, head.at + whole - CHECK, 0) !== (head.peek(whole - 2) | (head.peek(whole - 1) << 8))
    )
      return NOT_MINE
    return whole
  },
  key: (head) => (head.peek() === COMMAND ? head.peek(7) : 256 + head.peek(1)),
  parse,
  side,
}

function side(head: Reader): Side | undefined {
  const type = head.peek()
  if (type === COMMAND) return head.peek(4) === 0 ? 'client' : 'server'
  return type === 1 || type === 4 ? 'client' : type === 6 ? undefined : 'server'
}

function parse(r: Reader, ctx: Context<TriStation, TriStationState>): TriStation {
  const start = r.at
  const type = r.u8('type')
  r.note(TYPES[type] ?? 'unknown')
  const channel = r.u8('channel')
  const length = r.u16le('length')
  if (type !== COMMAND) {
    r.u16le('CRC')
    return {
      type,
      channel,
      isAnswer: type !== 1 && type !== 4 && type !== 6,
      command: -1,
      sequence: -1,
      body: undefined,
      anomalies: r.short ? ['truncated'] : CLEAN,
    }
  }
  const isAnswer = r.u16le('direction') !== 0
  const command = r.u8('command')
  r.note(isAnswer ? (ANSWERS[command] ?? 'unknown') : (COMMANDS[command]?.[0] ?? 'unknown'))
  const sequence = r.u8('sequence')
  r.u16le('constant')
  const sum = r.u16le('sum of bytes')
  r.u16le('length')
  const inner = r.sub(Math.max(0, Math.min(length - INNER, r.left)), 'data')
  const body = readBody(command, isAnswer, inner)
  const isShort = r.left < CHECK
  r.u16le('CRC')
  const anomalies: string[] = []
  if (isShort || inner.short) anomalies.push('truncated')
  else if (sumOf(r.bytes, start, start + HEAD + length) !== sum) anomalies.push('sum-mismatch')
  if (isAnswer && ctx.asked === undefined && ctx.from === 'server') anomalies.push('unsolicited')
  return { type, channel, isAnswer, command, sequence, body, anomalies: anomalies.length === 0 ? CLEAN : anomalies }
}

/** All bytes after type and channel but the sum itself. */
function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0
  for (let i = from + 2; i < to; i++) if (i < from + 10 || i >= from + 12) sum += bytes[i] ?? 0
  return sum & 0xffff
}

function readBody(command: number, isAnswer: boolean, r: Reader): Body | undefined {
  if (isAnswer) {
    switch (command) {
      case 108:
        return readStatus(r)
      case 119:
        return readChassis(r)
      case 151:
        return readVersions(r)
      case 162:
      case 163:
        return readPart(r)
      default:
    }
  } else if (command === 55 || command === 56) return readPart(r)
  else if (command === 1) return readStart(r)
  else if (command === 59) {
    r.view(6, 'version')
    r.u32le('time')
    return { is: 'start', project: readName(r) }
  }
  return r.left === 0 ? undefined : { is: 'data', data: r.view(r.left, 'data') }
}

/** The project as it is, then as it will be. */
function readStart(r: Reader): Body {
  const project = readName(r)
  r.view(r.left, 'versions and times')
  return { is: 'start', project }
}

function readName(r: Reader): string {
  return r.text(Math.min(10, r.left), 'project').split('\0')[0]!
}

function readStatus(r: Reader): Body {
  r.u16le('unknown')
  r.u8('load in progress')
  r.u8('modification in progress')
  const loadState = r.u8('load state')
  r.u8('single scan')
  r.u8('program valid')
  const key = r.u8('key position')
  const run = r.u8('run state')
  r.view(47, 'memory')
  const minor = r.u16le('project version, minor')
  const major = r.u16le('project version, major')
  const time = r.u32le('project time')
  const name = readName(r)
  r.view(r.left, 'rest')
  return { is: 'status', key, run, loadState, project: { name, version: `${major}.${minor}`, time } }
}

function readChassis(r: Reader): Body {
  const node = r.u16le('node')
  r.u8('unknown')
  const run = r.u8('run state')
  const key = r.u8('key position')
  r.u8('unknown')
  const minor = r.u16le('project version, minor')
  const major = r.u16le('project version, major')
  const time = r.u32le('project time')
  r.view(18, 'scan times')
  const name = readName(r)
  r.view(Math.min(124, r.left), 'memory')
  const slots: number[] = []
  for (let slot = 0; slot < 16 && r.left >= 32; slot++) {
    r.u16le('LEDs')
    slots.push(r.u8('module type'))
    r.view(29, 'slot')
  }
  r.view(r.left, 'rest')
  return { is: 'chassis', key, run, node, project: { name, version: `${major}.${minor}`, time }, slots }
}

function readVersions(r: Reader): Body {
  r.u8('chassis')
  const isThere = r.u8('modules') === 255
  const slots: Slot[] = []
  for (let slot = 0; isThere && slot < 16 && r.left >= 8; slot++) {
    const type = r.u16le('module type')
    const firmware = `${r.u16le('firmware')}.${r.u16le('firmware')}.${r.u16le('firmware')}`
    if (type !== 0) slots.push({ slot, type, firmware })
  }
  const serials: Serial[] = []
  if (isThere && r.left >= 17) serials.push(readSerial(r, 'backplane'))
  if (isThere && r.left >= 303 + 17) {
    r.view(303, 'further boards')
    serials.push(readSerial(r, 'main processor'))
  }
  r.view(r.left, 'rest')
  return { is: 'versions', slots, serials }
}

function readSerial(r: Reader, what: string): Serial {
  const assembly = `${r.text(3, 'assembly')}-${r.text(3, 'assembly')}`
  return { what, assembly, revision: r.text(3, 'revision'), serial: r.text(8, 'serial') }
}

/** Program and function, each in blocks of four bytes. */
function readPart(r: Reader): Body {
  const id = r.u16le('id')
  r.u16le('next')
  r.u16le('all blocks')
  const offset = r.u16le('offset')
  const blocks = r.u16le('blocks here')
  return { is: 'part', id, offset, code: r.view(Math.min(blocks * 4, r.left), 'code') }
}
