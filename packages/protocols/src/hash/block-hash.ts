/** What MD5, SHA-1 and SHA-256 share: 64-byte blocks, the padding and the length at the end (RFC 1321 §3.1, FIPS 180-4 §5.1). */

/** A digest fed in pieces of any size. One object digests one message. */
export interface Hash {
  update(bytes: Uint8Array): this
  /** Lower-case hex of everything fed so far; the hash takes no more. */
  hex(): string
}

export abstract class BlockHash implements Hash {
  readonly #block = new Uint8Array(64)
  readonly #bigEndian: boolean
  #filled = 0
  #total = 0

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian
  }

  /** Mixes the 64 bytes at `at`. */
  protected abstract mix(bytes: Uint8Array, at: number): void
  protected abstract words(): Uint32Array | Int32Array

  update(bytes: Uint8Array): this {
    this.#total += bytes.length
    let at = 0
    if (this.#filled > 0) {
      at = Math.min(64 - this.#filled, bytes.length)
      this.#block.set(bytes.subarray(0, at), this.#filled)
      this.#filled += at
      if (this.#filled < 64) return this
      this.mix(this.#block, 0)
      this.#filled = 0
    }
    for (; at + 64 <= bytes.length; at += 64) this.mix(bytes, at)
    if (at < bytes.length) {
      this.#block.set(bytes.subarray(at))
      this.#filled = bytes.length - at
    }
    return this
  }

  hex(): string {
    const high = Math.floor(this.#total / 0x2000_0000)
    const low = (this.#total << 3) >>> 0
    const tail = new Uint8Array(this.#filled < 56 ? 64 : 128)
    tail.set(this.#block.subarray(0, this.#filled))
    tail[this.#filled] = 0x80
    const view = new DataView(tail.buffer)
    view.setUint32(tail.length - 8, this.#bigEndian ? high : low, !this.#bigEndian)
    view.setUint32(tail.length - 4, this.#bigEndian ? low : high, !this.#bigEndian)
    for (let at = 0; at < tail.length; at += 64) this.mix(tail, at)
    const words = this.words()
    const out = new DataView(new ArrayBuffer(words.length * 4))
    let text = ''
    for (let i = 0; i < words.length; i++) {
      out.setUint32(0, words[i]!, !this.#bigEndian)
      text += out.getUint32(0).toString(16).padStart(8, '0')
    }
    return text
  }
}
