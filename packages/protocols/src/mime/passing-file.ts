/** A file on its way: counted, typed and hashed in pieces, never held. */
import { Sha256 } from '../hash/sha256.ts'
import { SNIFF_BYTES, sniffType } from './sniff.ts'

/** Bytes up to which a file is hashed: bounds the time one transfer may cost. */
const MAX_HASHED = 64 << 20

export class PassingFile {
  bytes = 0
  /** Bytes the capture lacks: the hash of such a file would be another file's. */
  missing = 0
  #start = new Uint8Array(0)
  #sha256: Sha256 | undefined = new Sha256()
  #type: string | undefined = undefined
  #typed = false

  update(data: Uint8Array): void {
    if (this.#start.length < SNIFF_BYTES && !this.#typed) {
      const more = data.subarray(0, SNIFF_BYTES - this.#start.length)
      const start = new Uint8Array(this.#start.length + more.length)
      start.set(this.#start)
      start.set(more, this.#start.length)
      this.#start = start
    }
    this.bytes += data.length
    if (this.bytes > MAX_HASHED) this.#sha256 = undefined
    this.#sha256?.update(data)
  }

  lost(length: number): void {
    this.missing += length
    this.#sha256 = undefined
  }

  get type(): string | undefined {
    if (!this.#typed) {
      this.#type = sniffType(this.#start)
      if (this.#start.length >= SNIFF_BYTES) this.#typed = true
    }
    return this.#type
  }

  /** SHA-256, hex; undefined unless every byte was seen. Ends the file. */
  hash(): string | undefined {
    const hash = this.bytes === 0 ? undefined : this.#sha256?.hex()
    this.#sha256 = undefined
    return hash
  }
}
