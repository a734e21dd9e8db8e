/**
 * Blocks of an S7 program as they are transferred: header, code, interface, segment table, footer, with lengths that agree.
 * The code stands for any code: its bytes come from the seed.
 */
import type { Random } from '../random.ts'

const HEADER = 36
const FOOTER = 36
const INTERFACE = 28
const SEGMENTS = 20
/** Times count milliseconds within the day, and days from 1984. */
const EPOCH_DAYS = Date.UTC(1984, 0, 1) / 86_400_000

/** By their place in a file name: `08` is an organization block. */
export type BlockKind = 'OB' | 'DB' | 'FC' | 'FB'
const KINDS: Readonly<Record<BlockKind, number>> = { OB: 0x08, DB: 0x0a, FC: 0x0c, FB: 0x0e }

export type BlockName = { readonly kind: BlockKind; readonly number: number }

/** `0C00003P`: FC3 on its way into the load memory. */
export function blockFile({ kind, number }: BlockName): string {
  return `${KINDS[kind].toString(16).toUpperCase().padStart(2, '0')}${String(number).padStart(5, '0')}P`
}

/** @param madeAt when its code was made, in microseconds since 1970 */
export function s7Block(name: BlockName, code: Uint8Array, madeAt: number): Buffer {
  const block = Buffer.alloc(HEADER + code.length + INTERFACE + SEGMENTS + FOOTER)
  // Version 1, attributes, language 1 (statement list).
  block.set([0x70, 0x70, 1, 1, 1, KINDS[name.kind]])
  block.writeUInt16BE(name.number, 6)
  block.writeUInt32BE(block.length, 8)
  writeTime(block, 16, madeAt)
  block.writeUInt16BE(INTERFACE, 28)
  block.writeUInt16BE(SEGMENTS, 30)
  block.writeUInt16BE(20, 32)
  block.writeUInt16BE(code.length, 34)
  block.set(code, HEADER)
  const footer = block.length - FOOTER
  block.write('ews1    ', footer, 'latin1')
  block[footer + 24] = 0x10
  block.writeUInt16BE(sumOf(code), footer + 26)
  return block
}

export function blockCode(random: Random, length: number): Buffer {
  return Buffer.from(random.bytes(length))
}

/** One network of the code becomes another: these bytes stand at `at` instead of what was there. */
export function withNetwork(code: Uint8Array, at: number, network: Uint8Array): Buffer {
  const changed = Buffer.from(code)
  changed.set(network, at)
  return changed
}

function writeTime(block: Buffer, at: number, madeAt: number): void {
  const ms = Math.floor(madeAt / 1000)
  block.writeUInt32BE(ms % 86_400_000, at)
  block.writeUInt16BE(Math.floor(ms / 86_400_000) - EPOCH_DAYS, at + 4)
}

function sumOf(code: Uint8Array): number {
  let sum = 0
  for (const byte of code) sum = (sum * 31 + byte) & 0xffff
  return sum
}
