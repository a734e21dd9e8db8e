/**
 * ASN.1 values as OSI's application layer writes them (X.690 §8): tag numbers above 30 and indefinite lengths occur. Read through the
 * cursor of the conversation; total: what does not fit leaves the reader `short`.
 */
import type { Reader } from '@isthmus/wire'

/** Values inside each other while the end of an indefinite one is looked for. */
const MAX_DEPTH = 24
/** Octets of a length that a message of ours may need. */
export const MAX_LENGTH_OCTETS = 4

/** Identifier of the value at the cursor: one octet, or `octet << 8 | number` where the number does not fit it; 0 at the end. */
export function tlvTag(r: Reader): number {
  if (r.left === 0) return 0
  const first = r.peek(0)
  return (first & 31) === 31 ? (first << 8) | r.peek(1) : first
}

/** Bytes of the value at the cursor with identifier and length; 0 when too few are there to say, -1 when it is none. */
export function tlvSize(r: Reader): number {
  return sizeAt(r.bytes, r.at, r.end)
}

/** The content of the value at the cursor. Its reader is a wall: nothing reads past the value. */
export function tlvOpen(r: Reader, label: string): Reader {
  const size = tlvSize(r)
  const inner = r.sub(size > 0 ? size : r.left, label)
  if (size <= 0) r.short = inner.short = true
  const head = headSize(inner.bytes, inner.at, inner.end)
  const isIndefinite = head > 1 && inner.bytes[lengthAt(inner.bytes, inner.at, inner.end)] === 0x80
  inner.skip(head, 'tag and length')
  if (isIndefinite && inner.left >= 2) inner.end -= 2
  return inner
}

/** The content of the value at the cursor as bytes. Borrowed. */
export function tlvBytes(r: Reader, label: string): Uint8Array {
  const inner = tlvOpen(r, label)
  return inner.view(inner.left, 'value')
}

export function tlvSkip(r: Reader, label = 'skipped'): void {
  const size = tlvSize(r)
  if (size <= 0) r.short = true
  r.skip(size > 0 ? size : r.left, label)
}

/** Offset of the first length octet. */
function lengthAt(bytes: Uint8Array, at: number, end: number): number {
  let here = at + 1
  if (at >= end || (bytes[at]! & 31) !== 31) return here
  // Tag numbers of several octets: the high bit says that more follow.
  while (here < end && bytes[here]! >= 0x80) here++
  return here + 1
}

/** Identifier and length octets; 0 when too few. */
export function headSize(bytes: Uint8Array, at: number, end: number): number {
  const here = lengthAt(bytes, at, end)
  if (here >= end) return 0
  const first = bytes[here]!
  return here - at + 1 + (first > 0x80 ? first & 0x7f : 0)
}

/** As `tlvSize`, of the value at `at`. */
export function sizeAt(bytes: Uint8Array, at: number, end: number, depth = 0): number {
  const head = headSize(bytes, at, end)
  if (head === 0) return 0
  const from = lengthAt(bytes, at, end)
  const first = bytes[from]!
  if (first < 0x80) return head + first
  if (first === 0x80) return indefinite(bytes, at, head, end, depth)
  if ((first & 0x7f) > MAX_LENGTH_OCTETS) return -1
  if (at + head > end) return 0
  let length = 0
  for (let i = from + 1; i < at + head; i++) length = length * 256 + bytes[i]!
  return head + length
}

/** Up to and with the end-of-contents octets (§8.1.5). Only constructed values may be written so. */
function indefinite(bytes: Uint8Array, at: number, head: number, end: number, depth: number): number {
  if ((bytes[at]! & 0x20) === 0 || depth >= MAX_DEPTH) return -1
  let here = at + head
  while (here + 2 <= end) {
    if (bytes[here] === 0 && bytes[here + 1] === 0) return here + 2 - at
    const size = sizeAt(bytes, here, end, depth + 1)
    if (size <= 0) return size
    here += size
  }
  return 0
}
