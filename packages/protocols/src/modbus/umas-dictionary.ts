/**
 * Names of variables, UMAS function 0x26, as publicly analysed: `range u8 | next u16 | u16 | records u16 | records`, each
 * `type u16 | block u16 | offset u32 or u16 | … 10 bytes in all | name, NUL`. Questions name the kind: DD02 asks for variables.
 */
import { Reader } from '@isthmus/wire'

/** Names one conversation may hold: a large project has some tens of thousands, a client watches far fewer. */
const MAX_NAMES = 4096
const MAX_NAME = 256
const VARIABLES = 0xdd02

/** By block and offset. */
export type Names = Map<number, string>

const keyOf = (block: number, offset: number): number => block * 0x1_0000 + (offset & 0xffff)

export function learnNames(asked: Uint8Array, answer: Uint8Array, names: Names): void {
  if (((asked[0] ?? 0) | ((asked[1] ?? 0) << 8)) !== VARIABLES) return
  const r = new Reader(answer)
  r.skip(5)
  const records = r.u16le()
  for (let i = 0; i < records && r.left > 10 && names.size < MAX_NAMES; i++) {
    r.skip(2)
    const block = r.u16le()
    const offset = r.u16le()
    r.skip(4)
    const name = r.cstring(Math.min(MAX_NAME, r.left))
    if (name !== '') names.set(keyOf(block, offset), name)
  }
}

/** The variable's name, or where it lies. */
export function nameAt(names: Names | undefined, block: number, offset: number): string {
  return names?.get(keyOf(block, offset)) ?? `block ${block} offset ${offset}`
}
