/** MD5 (RFC 1321): for fingerprints that are defined by it (HASSH) and for file hashes analysts look up. Not for security. */
import { BlockHash } from './block-hash.ts'

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
/** RFC 1321 §3.4: the integer part of 2^32 * abs(sin(i + 1)). */
const SINES = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 0x1_0000_0000))
const ORDER = Uint8Array.from({ length: 64 }, (_, i) => [i, 5 * i + 1, 3 * i + 5, 7 * i][i >> 4]! & 15)

export class Md5 extends BlockHash {
  readonly #state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476)
  readonly #input = new Int32Array(16)

  constructor() {
    super(false)
  }

  protected override words(): Int32Array {
    return this.#state
  }

  protected override mix(bytes: Uint8Array, at: number): void {
    const x = this.#input
    for (let i = 0, p = at; i < 16; i++, p += 4) x[i] = bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16) | (bytes[p + 3]! << 24)
    const s = this.#state
    let a = s[0]!
    let b = s[1]!
    let c = s[2]!
    let d = s[3]!
    for (let i = 0; i < 64; i++) {
      const round = i >> 4
      const f = round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d)
      const sum = (a + f + SINES[i]! + x[ORDER[i]!]!) | 0
      const shift = SHIFTS[(round << 2) | (i & 3)]!
      a = d
      d = c
      c = b
      b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
    }
    s[0] = (s[0]! + a) | 0
    s[1] = (s[1]! + b) | 0
    s[2] = (s[2]! + c) | 0
    s[3] = (s[3]! + d) | 0
  }
}

export function md5(bytes: Uint8Array): string {
  return new Md5().update(bytes).hex()
}
