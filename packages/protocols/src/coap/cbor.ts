/** CBOR as plain values: numbers, texts, truths, arrays, records. Spec: RFC 8949 §3. Bounded in depth and elements; what is not a value is undefined. */
import type { Reader } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'

const MAX_DEPTH = 8
const MAX_ELEMENTS = 256
/** The additional information that stands for an open end. */
const OPEN = 31
const BREAK = 0xff

export function readCbor(r: Reader, depth = 0): unknown {
  const first = r.u8()
  const info = first & 31
  if (depth > MAX_DEPTH || r.short) {
    r.short = true
    return undefined
  }
  if (first >> 5 === 7) return simple(r, info)
  const isOpen = info === OPEN
  const count = isOpen ? -1 : argument(r, info)
  switch (first >> 5) {
    case 0:
      return count
    case 1:
      return -1 - count
    case 2:
      return isOpen ? pieces(r, depth, false) : r.view(count)
    case 3:
      return isOpen ? pieces(r, depth, true) : readable(byteText(r.view(count)))
    case 4: {
      const list: unknown[] = []
      while (goesOn(r, list.length, count)) list.push(readCbor(r, depth + 1))
      return list
    }
    case 5: {
      const entries: [string, unknown][] = []
      while (goesOn(r, entries.length, count)) entries.push([String(readCbor(r, depth + 1)), readCbor(r, depth + 1)])
      return Object.fromEntries(entries)
    }
    default:
      // A tag says how to understand what follows.
      return readCbor(r, depth + 1)
  }
}

function goesOn(r: Reader, have: number, count: number): boolean {
  if (r.short || have >= MAX_ELEMENTS) {
    r.short ||= have !== count
    return false
  }
  if (count >= 0) return have < count
  if (r.peek() !== BREAK) return true
  r.skip(1)
  return false
}

function argument(r: Reader, info: number): number {
  switch (info) {
    case 24:
      return r.u8()
    case 25:
      return r.u16()
    case 26:
      return r.u32()
    case 27:
      return Number(r.u64())
    default:
      if (info > 27) r.short = true
      return info
  }
}

/** A text or bytes of open length. */
function pieces(r: Reader, depth: number, isText: boolean): unknown {
  let text = ''
  let have = 0
  while (goesOn(r, have++, -1)) {
    const piece = readCbor(r, depth + 1)
    if (typeof piece === 'string') text += piece
  }
  return isText ? text : undefined
}

function simple(r: Reader, info: number): unknown {
  switch (info) {
    case 20:
      return false
    case 21:
      return true
    case 24:
      r.skip(1)
      return undefined
    case 25:
      return half(r.u16())
    case 26:
      return r.f32()
    case 27:
      return r.f64()
    default:
      if (info > 27) r.short = true
      return undefined
  }
}

/** RFC 8949 appendix D. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 0x3ff
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : Number.NaN
        : (1024 + fraction) * 2 ** (exponent - 25)
  return bits >> 15 === 0 ? size : -size
}
