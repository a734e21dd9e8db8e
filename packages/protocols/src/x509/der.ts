/** DER, as far as certificates need it (X.690 §8 and §10). A cursor over one value; what does not fit reads as empty. */
import { oidOf, unsignedOf } from '../asn1/ber.ts'
import { headSize, sizeAt } from '../asn1/tlv.ts'

export type Der = {
  /** Identifier octet: 0x30 sequence, 0x02 integer, 0xa0 context 0 … */
  readonly tag: number
  readonly bytes: Uint8Array
  /** With identifier and length: what a signature or hash covers. */
  readonly whole: Uint8Array
}

export const EMPTY: Der = { tag: 0, bytes: new Uint8Array(0), whole: new Uint8Array(0) }
/** Elements of one sequence: real certificates have some tens. */
const MAX_ELEMENTS = 1024

/** The first value in `bytes`. */
export function derValue(bytes: Uint8Array): Der {
  return read(bytes, 0) ?? EMPTY
}

/** The values inside a constructed one, in order. */
export function derChildren(of: Der): Der[] {
  const children: Der[] = []
  let at = 0
  while (at < of.bytes.length && children.length < MAX_ELEMENTS) {
    const child = read(of.bytes, at)
    if (child === undefined) break
    children.push(child)
    at += child.whole.length
  }
  return children
}

function read(bytes: Uint8Array, at: number): Der | undefined {
  const tag = bytes[at]
  // Neither tags above 30 nor indefinite lengths occur in what we read.
  if (tag === undefined || (tag & 31) === 31 || bytes[at + 1] === 0x80) return undefined
  const size = sizeAt(bytes, at, bytes.length)
  const end = at + size
  if (size <= 0 || end > bytes.length) return undefined
  return { tag, bytes: bytes.subarray(at + headSize(bytes, at, end), end), whole: bytes.subarray(at, end) }
}

/** An object identifier as dotted numbers. */
export function derOid(of: Der): string {
  return oidOf(of.bytes)
}

/** An integer as a number; large ones lose precision. */
export function derNumber(of: Der): number {
  return unsignedOf(of.bytes)
}

/** UTCTime and GeneralizedTime, in seconds since 1970; undefined when it is none (RFC 5280 §4.1.2.5). */
export function derTime(of: Der): number | undefined {
  const text = String.fromCharCode(...of.bytes.subarray(0, 32))
  const m = (of.tag === 0x17 ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?/).exec(text)
  if (m === null) return undefined
  const year = Number(m[1])
  const full = of.tag === 0x17 ? (year < 50 ? 2000 + year : 1900 + year) : year
  return Date.UTC(full, Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6] ?? 0)) / 1000
}
