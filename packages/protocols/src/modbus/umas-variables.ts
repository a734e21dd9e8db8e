/**
 * Variables by place, UMAS functions 0x22 and 0x23, as publicly analysed: `crc u32 (project) | count u8 | references`.
 *
 *   read:  | array u4 size u4 | block u16 | 01 | base u16 | offset u8  | length u16 where array |
 *   write: | array u4 size u4 | block u16 |      base u16 | offset u16 | length u16 where array | value |
 *
 * The tag is the variable's name where the data dictionary was read in this conversation, else its place: `block 43 offset 12`.
 */
import { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { type Names, nameAt } from './umas-dictionary.ts'

/** Bytes by size index. */
const WIDTHS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 8 }

export type Variable = { readonly tag: string; readonly width: number; readonly value: Uint8Array }

const EMPTY = new Uint8Array(0)

export function readVariables(data: Uint8Array, isWrite: boolean, names?: Names): Variable[] {
  const r = new Reader(data)
  r.skip(4)
  const count = r.u8()
  const variables: Variable[] = []
  for (let i = 0; i < count && r.left > 0; i++) {
    const kind = r.u8()
    const block = r.u16le()
    if (!isWrite) r.skip(1)
    const base = r.u16le()
    const offset = base + (isWrite ? r.u16le() : r.u8())
    const length = kind >> 4 === 0 ? 1 : r.u16le()
    const width = (WIDTHS[kind & 0x0f] ?? 1) * length
    const value = isWrite ? r.view(width) : EMPTY
    if (r.short) break
    variables.push({ tag: nameAt(names, block, offset), width, value })
  }
  return variables
}

/** @param answer values of the variables asked for, one after the other */
export function tellRead(asked: Uint8Array, answer: Uint8Array, names: Names | undefined, sink: Sink): void {
  let at = 0
  for (const { tag, width } of readVariables(asked, false, names)) {
    if (at + width > answer.length) return
    sink.read(tag, toValue(answer.subarray(at, at + width)), typeOf(width))
    at += width
  }
}

export function tellWritten(asked: Uint8Array, ok: boolean | undefined, names: Names | undefined, sink: Sink): void {
  for (const { tag, width, value } of readVariables(asked, true, names)) sink.wrote(tag, toValue(value), typeOf(width), ok)
}

const typeOf = (width: number): string => (width === 1 || width === 2 || width === 4 ? `uint${width * 8}` : 'bytes')

function toValue(bytes: Uint8Array): number | string {
  if (typeOf(bytes.length) === 'bytes') return hexText(bytes, 64)
  let value = 0
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i]!
  return value
}
