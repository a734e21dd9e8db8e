/** AES-128-GCM, opening only (NIST SP 800-38D §7.2), for packets whose keys are public. */
import { Aes128 } from './aes.ts'

const TAG = 16

export class Gcm {
  readonly #aes: Aes128
  readonly #h: Int32Array

  constructor(key: Uint8Array) {
    this.#aes = new Aes128(key)
    this.#h = words(this.#aes.encrypt(new Uint8Array(16)), 0)
  }

  /** The plain text, or undefined when the tag at the end of `sealed` is not the right one. */
  open(nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - TAG
    if (length < 0 || nonce.length !== 12) return undefined
    const tag = this.#tag(nonce, sealed.subarray(0, length), associated)
    for (let i = 0; i < TAG; i++) if (tag[i] !== sealed[length + i]) return undefined
    const plain = new Uint8Array(length)
    for (let at = 0, count = 2; at < length; at += 16, count++) {
      const mask = this.#aes.encrypt(counter(nonce, count))
      for (let i = 0; i < 16 && at + i < length; i++) plain[at + i] = sealed[at + i]! ^ mask[i]!
    }
    return plain
  }

  #tag(nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array {
    const y = new Int32Array(4)
    this.#hash(y, associated)
    this.#hash(y, data)
    const lengths = new Uint8Array(16)
    new DataView(lengths.buffer).setUint32(4, associated.length * 8)
    new DataView(lengths.buffer).setUint32(12, data.length * 8)
    this.#hash(y, lengths)
    const tag = this.#aes.encrypt(counter(nonce, 1))
    for (let i = 0; i < TAG; i++) tag[i] = tag[i]! ^ (y[i >> 2]! >>> (24 - 8 * (i & 3)))
    return tag
  }

  /** §6.4: each block is added and the sum multiplied by H. */
  #hash(y: Int32Array, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += 16) {
      const block = words(data, at)
      for (let i = 0; i < 4; i++) y[i] = y[i]! ^ block[i]!
      this.#multiply(y)
    }
  }

  /** §6.3: bit by bit, most significant first. */
  #multiply(y: Int32Array): void {
    let [a, b, c, d] = [this.#h[0]!, this.#h[1]!, this.#h[2]!, this.#h[3]!]
    let [z0, z1, z2, z3] = [0, 0, 0, 0]
    for (let i = 0; i < 128; i++) {
      const mask = -((y[i >> 5]! >>> (31 - (i & 31))) & 1)
      z0 ^= a & mask
      z1 ^= b & mask
      z2 ^= c & mask
      z3 ^= d & mask
      const low = -(d & 1)
      d = (d >>> 1) | (c << 31)
      c = (c >>> 1) | (b << 31)
      b = (b >>> 1) | (a << 31)
      a = (a >>> 1) ^ (low & 0xe1000000)
    }
    y[0] = z0
    y[1] = z1
    y[2] = z2
    y[3] = z3
  }
}

function counter(nonce: Uint8Array, count: number): Uint8Array {
  const block = new Uint8Array(16)
  block.set(nonce)
  block[14] = count >> 8
  block[15] = count & 255
  return block
}

/** Four words of a block; what is missing at its end is zero. */
function words(data: Uint8Array, at: number): Int32Array {
  const w = new Int32Array(4)
  for (let i = 0; i < 16; i++) w[i >> 2] = (w[i >> 2]! << 8) | (data[at + i] ?? 0)
  return w
}
