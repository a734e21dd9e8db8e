/**
 * The parts of an S7 block as it is loaded, so that a difference can be named. As publicly analysed (Snap7's compact block
 * information and footer); big-endian:
 *
 *    0 | 70 70 | 1 version | 1 attributes | 1 language | 1 block type | 2 number | 4 length of all | 4 protection |
 *   16 | code time: 4 ms, 2 days | interface time: 4 ms, 2 days | 2 interface length | 2 segment table length |
 *   32 | 2 local data | 2 code length | code … | interface … | segment table … | author 8 | family 8 | name 8 | 1 version | 1 | 2 checksum | 8
 */
import type { ContentPart } from '@isthmus/model'

const HEADER = 36
const FOOTER = 36

/** A block says how long it is. */
export function isWholeBlock(content: Uint8Array): boolean {
  return content.length >= HEADER && u16(content, 0) === 0x7070 && u16(content, 8) * 0x1_0000 + u16(content, 10) === content.length
}

export function blockParts(content: Uint8Array): readonly ContentPart[] {
  if (!isWholeBlock(content)) return []
  const code = u16(content, 34)
  const footer = content.length - FOOTER
  if (HEADER + code + u16(content, 28) + u16(content, 30) !== footer) return []
  const isData = content[5] === 0x0a || content[5] === 0x0b
  const parts = HEAD.map(([name, at, length]) => ({ name, at, length }))
  let at = HEADER
  for (const [name, length] of [
    [isData ? 'data' : 'code', code],
    ['interface', u16(content, 28)],
    ['segment table', u16(content, 30)],
  ] as const) {
    parts.push({ name, at, length })
    at += length
  }
  return [...parts, ...FOOT.map(([name, from, length]) => ({ name, at: footer + from, length }))]
}

const HEAD: readonly (readonly [name: string, at: number, length: number])[] = [
  ['header (kind)', 0, 8],
  ['header (length)', 8, 4],
  ['header (protection)', 12, 4],
  ['header (code time)', 16, 6],
  ['header (interface time)', 22, 6],
  ['header (sizes)', 28, 8],
]
const FOOT: readonly (readonly [name: string, at: number, length: number])[] = [
  ['footer (author, family, name)', 0, 24],
  ['footer (version)', 24, 2],
  ['footer (checksum)', 26, 2],
  ['footer', 28, 8],
]

const u16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
