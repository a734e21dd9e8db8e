/** Lengths and object identifiers as C12.22 encodes them (IEEE 1703 §5.2). */
import type { Reader } from '@isthmus/wire'

/** Longest identifier worth spelling. */
const MAX_ARCS = 64
export const UNIVERSAL = 0x06

/** Bytes that follow; a length of more than four bytes, or an indefinite one, is not this protocol's. */
export function readLength(r: Reader): number {
  const first = r.u8('length')
  if (first < 0x80) return first
  const count = first & 0x7f
  if (count === 0 || count > 4) {
    r.short = true
    return 0
  }
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + r.u8('length, rest')
  return length
}

/** Tag u8, length, identifier: universal ones begin with two arcs in one byte, relative ones with a dot. */
export function readIdentifier(r: Reader, label: string): string {
  const tag = r.u8(`${label}, tag`)
  const text = spell(r.view(readLength(r), label), tag === UNIVERSAL)
  r.note(text)
  return text
}

export function spell(bytes: Uint8Array, isUniversal: boolean): string {
  let text = ''
  let arc = 0
  let arcs = 0
  for (let i = 0; i < bytes.length && arcs < MAX_ARCS; i++) {
    const b = bytes[i]!
    if (isUniversal && i === 0) {
      text = `${Math.floor(b / 40)}.${b % 40}`
      continue
    }
    // Beyond 2^53 digits would be wrong: no registered arc is near.
    arc = arc > 0xffff_ffff_ffff ? arc : arc * 128 + (b & 0x7f)
    if (b < 0x80) {
      text += `.${arc}`
      arc = 0
      arcs++
    }
  }
  return text
}
