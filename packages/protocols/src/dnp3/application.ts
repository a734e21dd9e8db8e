/**
 * One application fragment (IEEE 1815-2012 §4.2.2):
 *
 *   | control u8 | function u8 | (indications u16 in responses) | objects: group u8, variation u8, qualifier u8, range, data |
 *
 * Ranges and data are little-endian. Headers keep where their data lies; values are read when somebody asks (points.ts).
 */
import { Reader } from '@isthmus/wire'
import { GROUPS, WITHOUT_DATA } from './dnp3.table.ts'

/** `from`..`to` are the points named by a range; -1 where a header counts (`count`) or means all (`count` -1). */
export type ObjectHeader = {
  readonly group: number
  readonly variation: number
  readonly qualifier: number
  readonly count: number
  readonly from: number
  readonly to: number
  /** Data: offsets in the fragment; equal without data. */
  readonly at: number
  readonly end: number
  /** Bytes of the index before each object; 0 without. */
  readonly indexed: number
  /** Bytes of the size before each object; 0 without. */
  readonly sized: number
}

export type Application = {
  readonly control: number
  readonly code: number
  /** Both octets, the first one high; -1 in requests. */
  readonly indications: number
  readonly headers: readonly ObjectHeader[]
  /** The whole fragment, our own copy. */
  readonly bytes: Uint8Array
  /** Where the objects begin. */
  readonly objectsAt: number
  /** An object of unknown length, in whose face reading ends: `group 110 variation 0`. */
  readonly unknown: string
  readonly isShort: boolean
}

export const FIN = 0x40
/** Group of what secure authentication exchanges. */
export const SECURITY = 120

export const isResponse = (code: number): boolean => code >= 129 && code <= 131

export function readApplication(bytes: Uint8Array): Application {
  const r = new Reader(bytes)
  const control = r.u8()
  const code = r.u8()
  const indications = isResponse(code) ? r.u16() : -1
  const objectsAt = r.at
  const headers: ObjectHeader[] = []
  let unknown = ''
  while (!r.short && r.left > 0) {
    const header = readHeader(r, code)
    if (header.end < 0) {
      unknown = `group ${header.group} variation ${header.variation} qualifier ${header.qualifier}`
      break
    }
    headers.push(header)
  }
  return { control, code, indications, headers, bytes, objectsAt, unknown, isShort: r.short }
}

/** `end` is -1 where the length of the objects is unknown. */
function readHeader(r: Reader, code: number): ObjectHeader {
  const group = r.u8()
  const variation = r.u8()
  const qualifier = r.u8()
  const [count, from, to] = readRange(r, qualifier & 0x0f)
  const prefix = (qualifier >> 4) & 7
  const indexed = prefix >= 1 && prefix <= 3 ? 1 << (prefix - 1) : 0
  const sized = prefix >= 4 && prefix <= 6 ? 1 << (prefix - 4) : 0
  const at = r.at
  const header = { group, variation, qualifier, count, from, to, at, end: -1, indexed, sized }
  if (count === -2 || prefix === 7) return header
  const size = sizeOf(r, header, code)
  if (size === undefined) return header
  r.skip(size)
  header.end = r.at
  return header
}

/** §4.2.2.7.3.3; a count of -1 means all points, -2 a reserved code. */
function readRange(r: Reader, code: number): readonly [count: number, from: number, to: number] {
  switch (code) {
    case 0:
    case 3:
      return span(r.u8(), r.u8())
    case 1:
    case 4:
      return span(r.u16le(), r.u16le())
    case 2:
    case 5:
      return span(r.u32le(), r.u32le())
    case 6:
      return [-1, -1, -1]
    case 7:
    case 11:
      return [r.u8(), -1, -1]
    case 8:
      return [r.u16le(), -1, -1]
    case 9:
      return [r.u32le(), -1, -1]
    default:
      return [-2, -1, -1]
  }
}

const span = (from: number, to: number) => [Math.max(0, to - from + 1), from, to] as const

type Unsized = Omit<ObjectHeader, 'end'>

function sizeOf(r: Reader, header: Unsized, code: number): number | undefined {
  const { group, variation, count, indexed, sized } = header
  if (count <= 0) return 0
  if (sized > 0) return sizedObjects(r, count, sized)
  // A time of freezing is the one value among freezes (§4.4.8).
  if (WITHOUT_DATA.has(code) && group !== 50) return count * indexed
  if (group === 0) return attributes(r, count, indexed)
  if (group === 110 || group === 111 || group === 112 || group === 113) return count * (indexed + variation)
  if (group === SECURITY) {
    // A proof's number and user, a user: the others bring their size.
    const size = variation === 3 ? 6 : variation === 4 ? 2 : -indexed
    return size <= 0 ? undefined : count * (indexed + size)
  }
  const layout = GROUPS[group]?.layouts[variation - 1]
  if (layout === undefined) return undefined
  if (layout === 'b') return count * indexed + ((count + 7) >>> 3)
  if (layout === 'B') return count * indexed + ((count + 3) >>> 2)
  return count * (indexed + bytesOf(layout))
}

const SIZES: Readonly<Record<string, number>> = { X: 1, D: 1, F: 1, S: 1, I: 4, i: 2, U: 4, u: 2, h: 1, f: 4, d: 8, T: 6, t: 2, c: 11 }
const LAYOUTS = new Map<string, number>()

/** Bytes of one object, without its prefix. */
export function bytesOf(layout: string): number {
  const known = LAYOUTS.get(layout)
  if (known !== undefined) return known
  let size = 0
  for (const field of layout) size += SIZES[field] ?? 0
  LAYOUTS.set(layout, size)
  return size
}

function sizedObjects(r: Reader, count: number, sized: number): number {
  let at = r.at
  for (let i = 0; i < count && at < r.end; i++) at += sized + sizeAt(r.bytes, at, sized)
  return at - r.at
}

/** A.1: type u8, length u8, value. */
function attributes(r: Reader, count: number, indexed: number): number {
  let at = r.at
  for (let i = 0; i < count && at < r.end; i++) at += indexed + 2 + (r.bytes[at + indexed + 1] ?? 0)
  return at - r.at
}

/** `n` bytes, low one first; 0 beyond the end. */
export function sizeAt(bytes: Uint8Array, at: number, n: number): number {
  let value = 0
  for (let i = n - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}
