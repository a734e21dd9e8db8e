/** A file on its way: counted, typed and hashed in pieces, never held. */
import type { Hash } from '../hash/block-hash.ts'
import { newSha256 } from '../hash/lent.ts'
import { SNIFF_BYTES, sniffType } from './sniff.ts'

const EMPTY = new Uint8Array(0)
/** Bytes up to which a file is hashed: bounds the time one transfer may cost. */
const MAX_HASHED = 64 << 20

export class PassingFile {
  bytes = 0
  /** Bytes the capture lacks: the hash of such a file would be another file's. */
  missing = 0
  #start: Uint8Array = EMPTY
  #started = 0
  #sha256: Hash | undefined = undefined
  #hashes = true
  #type: string | undefined = undefined
  #typed = false

  update(data: Uint8Array): void {
    if (this.#started < SNIFF_BYTES && !this.#typed) this.#begin(data)
    this.bytes += data.length
    if (this.bytes > MAX_HASHED) this.#giveUp()
    if (!this.#hashes) return
    this.#sha256 ??= newSha256()
    this.#sha256.update(data)
  }

  lost(length: number): void {
    this.missing += length
    this.#giveUp()
  }

  /** Its first bytes, as far as they are kept. */
  get start(): Uint8Array {
    return this.#start.subarray(0, this.#started)
  }

  get type(): string | undefined {
    if (!this.#typed) {
      this.#type = sniffType(this.#start.subarray(0, this.#started))
      if (this.#started >= SNIFF_BYTES) {
        this.#typed = true
      }
    }
    return this.#type
  }

  /** Keeps the first bytes, in room that grows by doubling: most files are small. */
  #begin(data: Uint8Array): void {
    const more = Math.min(data.length, SNIFF_BYTES - this.#started)
    const needed = this.#started + more
    if (needed > this.#start.length) {
      const room = new Uint8Array(Math.min(SNIFF_BYTES, Math.max(needed, this.#start.length * 2, 128)))
      room.set(this.#start.subarray(0, this.#started))
      this.#start = room
    }
    this.#start.set(data.subarray(0, more), this.#started)
    this.#started = needed
  }

  /** SHA-256, hex; undefined unless every byte was seen. Ends the file. */
  hash(): string | undefined {
    const hash = this.bytes === 0 ? undefined : this.#sha256?.hex()
    this.#giveUp()
    return hash
  }

  #giveUp(): void {
    this.#hashes = false
    this.#sha256 = undefined
  }
}
