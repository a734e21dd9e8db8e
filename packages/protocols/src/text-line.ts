/** Lines of text protocols: ended by LF, usually CR LF. */
import { NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from './byte-text.ts'

const LF = 10
const CR = 13

/** Bytes up to and with the line's end; `NEED_MORE` while it has none, `NOT_MINE` once it is longer than `most`. */
export function lineLength(r: Reader, most: number): number {
  const { bytes, at, end } = r
  const stop = bytes.indexOf(LF, at)
  if (stop >= 0 && stop < end) return stop + 1 - at > most ? NOT_MINE : stop + 1 - at
  return end - at >= most ? NOT_MINE : NEED_MORE
}

/** The same of a conversation that is known for what it is: a longer line comes in pieces of `most`. */
export function linePiece(r: Reader, most: number): number {
  const length = lineLength(r, most)
  return length === NOT_MINE ? most : length
}

/** The next line without its end, one character a byte. */
export function takeLine(r: Reader, label: string): string {
  const { bytes, at, end } = r
  const found = bytes.indexOf(LF, at)
  const isWhole = found >= 0 && found < end
  let stop = isWhole ? found : end
  if (stop > at && bytes[stop - 1] === CR) stop--
  const text = byteText(r.view(stop - at, label))
  r.at = isWhole ? found + 1 : end
  return text
}

/** True when the bytes at the cursor are `text`, whatever the case of its letters; undefined while too few to say. */
export function beginsWith(r: Reader, text: string): boolean | undefined {
  const { bytes, at } = r
  const n = Math.min(text.length, r.left)
  for (let i = 0; i < n; i++) {
    const c = bytes[at + i]!
    const upper = c >= 0x61 && c <= 0x7a ? c - 32 : c
    if (upper !== text.charCodeAt(i)) return false
  }
  return n === text.length ? true : undefined
}

/** Printable, blanks, or above ASCII. */
export function isTextUpTo(r: Reader, length: number): boolean {
  const to = Math.min(r.at + length, r.end)
  for (let i = r.at; i < to; i++) {
    const c = r.bytes[i]!
    if (c < 0x20 && c !== 9 && c !== LF && c !== CR) return false
    if (c === 0x7f) return false
  }
  return true
}
