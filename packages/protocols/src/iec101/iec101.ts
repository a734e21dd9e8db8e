/**
 * IEC 60870-5-101 in a stream: what a terminal server passes on from a serial line (frames FT 1.2 of IEC 60870-5-1 and -2).
 *
 *   | 68 | length u8 | length u8 | 68 | control u8 | link address 0..2 | ASDU | sum u8 | 16 |
 *   | 10 | control u8 | link address 0..2 | sum u8 | 16 |       | E5 |
 */
import { type Context, type Dissector, NEED_MORE, NOT_MINE, type Reader, type Side } from '@isthmus/wire'
import { type Asdu, readAsdu } from '../iec104/asdu.ts'
import type { AsduState } from '../iec104/iec104.ts'
import { offenceOf } from '../iec104/permitted.ts'
import { fits, LAYOUTS, type Layout } from './layout.ts'
import { isSecondary, nameOf } from './link.ts'

const VARIABLE = 0x68
const FIXED = 0x10
const SINGLE = 0xe5
const END = 0x16
const PRIMARY = 0x40
/** Requests that other protocols in these frames (M-Bus) hardly make: status of the link, data of class 1. */
const TELLING: ReadonlySet<number> = new Set([0x49, 0xc9, 0x5a, 0x7a])
const CLEAN: readonly string[] = []

export type Iec101 = {
  /** -1 for the single character, which acknowledges. */
  readonly control: number
  /** Of the link; -1 without. */
  readonly link: number
  readonly asdu: Asdu | undefined
  readonly anomalies: readonly string[]
}

export type Iec101State = AsduState & {
  /** Layouts that fit all that was seen. */
  layouts: readonly Layout[]
  /** Bytes of the link address, once a frame has told. */
  link: number
  /** Once a whole frame was read, short ones count too. */
  isSure: boolean
  /** What each side asked of the other's link, without an answer. */
  readonly asked: { client: Iec101 | undefined; server: Iec101 | undefined }
}

export const dissector: Dissector<Iec101, Iec101State> = {
  name: 'iec101',
  ports: [],
  maxFrame: 261,
  start: () => ({
    open: new Map(),
    files: new Map(),
    unasked: 'iec101.unasked-confirmation',
    unselected: 'iec101.command-without-select',
    selected: new Map(),
    layouts: LAYOUTS,
    link: -1,
    isSure: false,
    asked: { client: undefined, server: undefined },
  }),
  frame,
  parse,
  side: sideOf,
  // A line is often caught between two polls, or begins with what M-Bus says too.
  opensLate: true,
  gap({ state }) {
    state.asked.client = state.asked.server = undefined
    state.selected.clear()
    return false
  },
  resync(bytes) {
    for (let at = 1; at + 5 <= bytes.length; at++) {
      if (bytes[at] === VARIABLE && bytes[at + 3] === VARIABLE && bytes[at + 1] === bytes[at + 2]) return at
      if (bytes[at] === FIXED && fixedLink(bytes, at, bytes.length, -1) >= 0) return at
    }
    return -1
  },
}

function sumOf(bytes: Uint8Array, at: number, end: number): number {
  let sum = 0
  for (let i = at; i < end; i++) sum += bytes[i]!
  return sum & 0xff
}

function frame(head: Reader, { state }: Context<Iec101, Iec101State>): number {
  if (head.left === 0) return NEED_MORE
  const start = head.peek(0)
  if (start === SINGLE) return state.isSure ? 1 : NOT_MINE
  if (start === FIXED) return fixed(head, state)
  if (start !== VARIABLE) return NOT_MINE
  const length = head.peek(1)
  if (head.left > 1 && length < 3) return NOT_MINE
  if (head.left > 2 && head.peek(2) !== length) return NOT_MINE
  if (head.left > 3 && head.peek(3) !== VARIABLE) return NOT_MINE
  const whole = length + 6
  if (head.left < whole) return NEED_MORE
  const { bytes, at } = head
  const end = at + 4 + length
  if (bytes[end + 1] !== END) return NOT_MINE
  if (state.isSure) return whole
  if (sumOf(bytes, at + 4, end) !== bytes[end] || !isUserData(bytes[at + 4]!)) return NOT_MINE
  return state.layouts.some((layout) => fits(bytes, at + 4, end, layout)) ? whole : NOT_MINE
}

/** Functions 3 and 4 of the primary, 8 of the secondary station (-2, §5.1.2). */
function isUserData(control: number): boolean {
  const code = control & 0x0f
  return (control & PRIMARY) !== 0 ? code === 3 || code === 4 : code === 8
}

function fixed(head: Reader, state: Iec101State): number {
  if (head.left < 5) return NEED_MORE
  const link = fixedLink(head.bytes, head.at, head.at + head.left, state.link)
  if (link < 0) return head.left < 6 && state.link !== 1 ? NEED_MORE : NOT_MINE
  return state.isSure || TELLING.has(head.peek(1)) ? 4 + link : NOT_MINE
}

/** Bytes of the link address of a fixed frame whose sum is right, or -1. */
function fixedLink(bytes: Uint8Array, at: number, end: number, known: number): number {
  for (const link of known >= 0 ? [known] : [1, 2]) {
    const stop = at + 3 + link
    if (stop < end && bytes[stop] === END && sumOf(bytes, at + 1, stop - 1) === bytes[stop - 1]) return link
  }
  return -1
}

function parse(r: Reader, { state }: Context<Iec101, Iec101State>): Iec101 {
  const { at } = r
  const start = r.u8('start')
  if (start === SINGLE) {
    r.note('acknowledged')
    return { control: -1, link: -1, asdu: undefined, anomalies: CLEAN }
  }
  state.isSure = true
  return start === FIXED ? parseFixed(r, state) : parseVariable(r, at, state)
}

function parseFixed(r: Reader, state: Iec101State): Iec101 {
  const control = readControl(r)
  const size = Math.min(2, Math.max(0, r.left - 2))
  if (r.left >= 2 && state.link !== size) {
    state.link = size
    state.layouts = LAYOUTS.filter((layout) => layout.link === size)
  }
  const link = readLink(r, size)
  r.skip(2, 'sum and end')
  return { control, link, asdu: undefined, anomalies: r.short ? ['truncated'] : CLEAN }
}

function parseVariable(r: Reader, at: number, state: Iec101State): Iec101 {
  const length = r.u8('length')
  r.skip(2, 'length, start')
  const end = at + 4 + length
  const { bytes } = r
  const isWhole = r.left >= length + 2
  const isRight = isWhole && sumOf(bytes, at + 4, end) === bytes[end]
  if (isRight && isUserData(bytes[at + 4]!)) {
    const fitting = state.layouts.filter((layout) => fits(bytes, at + 4, end, layout))
    // A frame that no layout fits is the frame's fault.
    if (fitting.length > 0) state.layouts = fitting
    if (state.layouts.every(({ link }) => link === state.layouts[0]!.link)) state.link = state.layouts[0]!.link
  }
  const layout = state.layouts[0]!
  const body = r.sub(length, 'user data')
  const control = readControl(body)
  const link = readLink(body, layout.link)
  // Nothing is read from what was damaged on its way.
  const isRead = isUserData(control) && (isRight || !isWhole)
  if (!isRead) body.skip(body.left, 'data')
  const asdu = isRead && body.left > 0 ? readAsdu(body, layout) : undefined
  r.skip(2, 'sum and end')
  let anomalies = CLEAN
  if (r.short || body.short || !isWhole) anomalies = ['truncated']
  else if (!isRight) anomalies = ['checksum']
  else if (asdu !== undefined && !asdu.isKnown) anomalies = ['unknown-type']
  else if (body.left > 0) anomalies = ['trailing-bytes']
  else if (asdu !== undefined) anomalies = offences(asdu)
  return { control, link, asdu, anomalies }
}

function readControl(r: Reader): number {
  const control = r.u8('control')
  r.note(nameOf(control))
  return control
}

function readLink(r: Reader, size: number): number {
  return size === 1 ? r.u8('link address') : size === 2 ? r.u16le('link address') : -1
}

/** Data of class 1 and 2 is asked for by the centre, and sent in answer by stations; the direction bit is the centre's. */
function sideOf(head: Reader): Side | undefined {
  if (head.peek(0) === SINGLE) return undefined
  const control = head.peek(head.peek(0) === FIXED ? 1 : 4)
  const code = control & 0x0f
  if (isSecondary(control)) return code === 8 || code === 9 ? 'server' : undefined
  return code === 10 || code === 11 || (control & 0x80) !== 0 ? 'client' : undefined
}

function offences(asdu: Asdu): readonly string[] {
  const offence = offenceOf(asdu)
  return offence === undefined ? CLEAN : [offence]
}
