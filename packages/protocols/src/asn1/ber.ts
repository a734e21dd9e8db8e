/**
 * ASN.1 values in the basic encoding (X.690 §8), read through the cursor of the conversation, so that the decoded tree
 * shows each with its place. Definite lengths only: the protocols read here allow no other. Total: what does not fit
 * leaves the reader `short` and reads as empty.
 */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { MAX_LENGTH_OCTETS, sizeAt } from './tlv.ts'

/** Identifier octets of universal types. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const

const INDEFINITE = 0x80
/** Arcs of an object identifier that are read. */
const MAX_ARCS = 128
/** Octets of an integer that are read. */
const MAX_OCTETS = 16

/** Bytes of the value at the cursor with identifier and length; 0 when too few are there to say, -1 when it is none. */
export function berSize(r: Reader): number {
  if (r.left > 1 && r.peek(1) === INDEFINITE) return -1
  return sizeAt(r.bytes, r.at, r.end)
}

/** The length at the cursor: bytes that follow it. */
export function berLength(r: Reader): number {
  if (r.peek() < INDEFINITE) return r.u8('length')
  const octets = r.peek() & 0x7f
  const bytes = r.view(1 + octets, 'length')
  if (octets === 0 || octets > MAX_LENGTH_OCTETS) r.short = true
  return r.short ? 0 : unsignedOf(bytes.subarray(1))
}

/** The value at the cursor as a reader of its content; its identifier is what `r.peek()` was before. */
export function berOpen(r: Reader, label: string): Reader {
  const size = berSize(r)
  const inner = r.sub(size > 0 ? size : r.left, label)
  if (size <= 0) {
    inner.short = true
    r.short = true
  }
  inner.u8('tag')
  berLength(inner)
  return inner
}

/** The content of the value at the cursor, whatever its type. Borrowed. */
export function berView(r: Reader, label: string): Uint8Array {
  const size = berSize(r)
  if (size <= 0) {
    r.short = true
    return r.view(r.left, label)
  }
  r.u8('tag')
  return r.view(berLength(r), label)
}

/** Steps over the value at the cursor. */
export function berSkip(r: Reader, label: string): void {
  berView(r, label)
}

/** An integer of any type that holds one; beyond 53 bits it loses precision. */
export function berInteger(r: Reader, label: string): number {
  const value = integerOf(berView(r, label))
  r.note(`${value}`)
  return value
}

export function integerOf(bytes: Uint8Array): number {
  let value = (bytes[0] ?? 0) >= 0x80 ? -1 : 0
  const size = Math.min(bytes.length, MAX_OCTETS)
  for (let i = 0; i < size; i++) value = value * 256 + bytes[i]!
  return value
}

/** The same without a sign: counters, gauges and times of SNMP. */
export function unsignedOf(bytes: Uint8Array): number {
  let value = 0
  const size = Math.min(bytes.length, MAX_OCTETS)
  for (let i = 0; i < size; i++) value = value * 256 + bytes[i]!
  return value
}

/** A string as one character a byte. */
export function berText(r: Reader, label: string): string {
  return byteText(berView(r, label))
}

/** Dotted numbers of an object identifier's content. */
export function oidOf(bytes: Uint8Array): string {
  return spell(bytes, false)
}

/** The same of an identifier below another (§8.20): begins with a dot. */
export function relativeOidOf(bytes: Uint8Array): string {
  return spell(bytes, true)
}

/** One for all identifiers: adding text to text leaves a chain of strings behind. */
const arcs: number[] = []

function spell(bytes: Uint8Array, isRelative: boolean): string {
  arcs.length = 0
  let value = 0
  let n = 0
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i]!
    value = value * 128 + (b & 0x7f)
    if ((b & 0x80) !== 0) continue
    if (++n > MAX_ARCS) break
    if (n === 1 && !isRelative) {
      const top = Math.min(2, Math.floor(value / 40))
      arcs.push(top, value - 40 * top)
    } else arcs.push(value)
    value = 0
  }
  const text = arcs.join('.')
  return isRelative && text !== '' ? `.${text}` : text
}
