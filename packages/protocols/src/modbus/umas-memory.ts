/**
 * Blocks of memory, UMAS functions 0x20 and 0x21, and the state of the application (0x04), as publicly analysed.
 *
 *   asks:    | range u8 | block u16 | offset u16 | u16 | bytes u16 | data when it writes |
 *   answers: | range u8 | bytes u16 | data |   little-endian
 */
import { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'

/** Bytes of a block that a tag's value shows. */
const SHOWN = 64

function tagOf(r: Reader): string {
  r.skip(1)
  const block = r.u16le()
  const offset = r.u16le()
  r.skip(4)
  return `memory block ${block} offset ${offset}`
}

export function tellMemoryRead(asked: Uint8Array, answer: Uint8Array, sink: Sink): void {
  const tag = tagOf(new Reader(asked))
  const data = answer.subarray(3)
  if (data.length > 0 && !sink.sameBytes(tag, data)) sink.read(tag, hexText(data, SHOWN), 'bytes')
}

export function tellMemoryWritten(asked: Uint8Array, ok: boolean | undefined, sink: Sink): void {
  const r = new Reader(asked)
  const tag = tagOf(r)
  if (!r.short) sink.wrote(tag, hexText(r.view(r.left), SHOWN), 'bytes', ok)
}

/** Status, blocks, then their numbers: the second is the signature of the application, equal as long as nobody changes it. */
export function applicationOf(answer: Uint8Array): string | undefined {
  const r = new Reader(answer)
  r.skip(3)
  const blocks = r.u8()
  r.skip(4)
  const signature = r.u32le()
  return r.short || blocks < 2 || signature === 0 ? undefined : `0x${signature.toString(16).padStart(8, '0')}`
}
