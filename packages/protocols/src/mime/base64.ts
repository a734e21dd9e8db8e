/** Base 64 (RFC 4648 §4), in pieces of any length; what is no digit is passed over, as RFC 2045 §6.8 asks. */
import { textBytes } from '../byte-text.ts'

const DIGITS = (() => {
  const table = new Int8Array(256).fill(-1)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0; i < 64; i++) table[alphabet.charCodeAt(i)] = i
  return table
})()
const PAD = 0x3d

export class Base64 {
  #held = 0
  #bits = 0
  #isOver = false

  decode(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil((bytes.length * 3) / 4) + 1)
    let n = 0
    for (const b of bytes) {
      if (b === PAD) this.#isOver = true
      const digit = DIGITS[b]!
      if (digit < 0 || this.#isOver) continue
      this.#held = ((this.#held << 6) | digit) & 0xffff
      this.#bits += 6
      if (this.#bits < 8) continue
      this.#bits -= 8
      out[n++] = this.#held >> this.#bits
    }
    return out.subarray(0, n)
  }
}

/** One whole value, one character a byte; bounded by the caller. */
export function fromBase64(text: string): string {
  const bytes = new Base64().decode(textBytes(text))
  let decoded = ''
  for (const b of bytes) decoded += String.fromCharCode(b)
  return decoded
}
