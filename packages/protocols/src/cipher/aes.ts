/** AES-128 in one direction (FIPS 197 §5.1): what counter modes and header protection need. */

const SBOX = new Uint8Array(256)
const ROUNDS = 10

/** FIPS 197 §5.1.1: inverse in GF(2^8), then an affine map. Walks the field by a generator and its inverse at once. */
function fillSbox(): void {
  let p = 1
  let q = 1
  do {
    p = (p ^ (p << 1) ^ (p & 0x80 ? 0x11b : 0)) & 255
    q ^= q << 1
    q ^= q << 2
    q ^= q << 4
    q &= 255
    if (q & 0x80) q ^= 9
    SBOX[p] = q ^ turn(q, 1) ^ turn(q, 2) ^ turn(q, 3) ^ turn(q, 4) ^ 0x63
  } while (p !== 1)
  SBOX[0] = 0x63
}

function turn(byte: number, by: number): number {
  return ((byte << by) | (byte >> (8 - by))) & 255
}

fillSbox()

const double = (b: number): number => ((b << 1) ^ (b & 0x80 ? 0x1b : 0)) & 255

export class Aes128 {
  readonly #keys = new Uint8Array(16 * (ROUNDS + 1))

  constructor(key: Uint8Array) {
    const w = this.#keys
    w.set(key.subarray(0, 16))
    let constant = 1
    for (let i = 16; i < w.length; i += 4) {
      let [a, b, c, d] = [w[i - 4]!, w[i - 3]!, w[i - 2]!, w[i - 1]!]
      if (i % 16 === 0) {
        ;[a, b, c, d] = [SBOX[b]! ^ constant, SBOX[c]!, SBOX[d]!, SBOX[a]!]
        constant = double(constant)
      }
      w[i] = w[i - 16]! ^ a
      w[i + 1] = w[i - 15]! ^ b
      w[i + 2] = w[i - 14]! ^ c
      w[i + 3] = w[i - 13]! ^ d
    }
  }

  /** Encrypts the 16 bytes of `block` in place. */
  encrypt(block: Uint8Array): Uint8Array {
    const w = this.#keys
    const s = block
    const t = new Uint8Array(16)
    for (let i = 0; i < 16; i++) s[i] = s[i]! ^ w[i]!
    for (let round = 1; round <= ROUNDS; round++) {
      // Columns stand one after another; row r moves r columns to the left.
      for (let i = 0; i < 16; i++) t[i] = SBOX[s[(i + 4 * (i & 3)) & 15]!]!
      for (let c = 0; c < 16; c += 4) {
        const [a, b, d, e] = [t[c]!, t[c + 1]!, t[c + 2]!, t[c + 3]!]
        const k = round * 16 + c
        if (round === ROUNDS) {
          s[c] = a ^ w[k]!
          s[c + 1] = b ^ w[k + 1]!
          s[c + 2] = d ^ w[k + 2]!
          s[c + 3] = e ^ w[k + 3]!
          continue
        }
        const all = a ^ b ^ d ^ e
        s[c] = a ^ all ^ double(a ^ b) ^ w[k]!
        s[c + 1] = b ^ all ^ double(b ^ d) ^ w[k + 1]!
        s[c + 2] = d ^ all ^ double(d ^ e) ^ w[k + 2]!
        s[c + 3] = e ^ all ^ double(e ^ a) ^ w[k + 3]!
      }
    }
    return block
  }
}
