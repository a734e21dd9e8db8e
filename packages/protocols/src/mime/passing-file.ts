/** A file on its way: counted, typed and hashed in pieces; its content is kept only while somebody wants to look into it. */
import type { Hash } from '../hash/block-hash.ts'
import { newHash } from '../hash/lent.ts'
import { type ContentRoom, roomAtWork, type Verdict } from './content-room.ts'
import type { Content } from './holding-room.ts'
import { SNIFF_BYTES, sniffType } from './sniff.ts'

const EMPTY = new Uint8Array(0)
/** Bytes up to which a file is hashed: bounds the time one transfer may cost. */
const MAX_HASHED = 64 << 20

/** What can be said of a file once it has passed. Hashes are hex, and undefined unless every byte was seen. */
export type Passed = Verdict & {
  readonly md5: string | undefined
  readonly sha1: string | undefined
  readonly sha256: string | undefined
  readonly whole: boolean
}

const UNSEEN: Verdict = { scanned: 0, matches: [], failed: '' }

export class PassingFile {
  bytes = 0
  /** Bytes the capture lacks: the hash of such a file would be another file's. */
  missing = 0
  #start: Uint8Array = EMPTY
  #started = 0
  #hashes: readonly Hash[] | undefined = undefined
  #isHashed = true
  #whole = true
  readonly #room: ContentRoom | undefined = roomAtWork()
  #content: Content | undefined = undefined
  #passed: Passed | undefined = undefined
  #type: string | undefined = undefined
  #typed = false

  update(data: Uint8Array): void {
    if (this.#started < SNIFF_BYTES && !this.#typed) this.#begin(data)
    this.bytes += data.length
    if (this.#whole) this.#room?.add((this.#content ??= this.#room.open()), data)
    if (this.bytes > MAX_HASHED) this.#giveUp()
    if (!this.#isHashed) return
    this.#hashes ??= [newHash('md5'), newHash('sha1'), newHash('sha256')]
    for (const hash of this.#hashes) hash.update(data)
  }

  /** Bytes are missing here: what follows is still counted, but neither hashed nor looked into. */
  lost(length: number): void {
    this.missing += length
    this.#whole = false
    this.#content?.stop('the capture lacks a part of it')
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

  /** Ends the file. */
  end(): Passed {
    if (this.#passed !== undefined) return this.#passed
    const [md5, sha1, sha256] = this.bytes === 0 ? [] : (this.#hashes?.map((hash) => hash.hex()) ?? [])
    this.#giveUp()
    const verdict = this.#content === undefined ? UNSEEN : this.#room!.close(this.#content, sha256)
    this.#content = undefined
    this.#passed = { md5, sha1, sha256, whole: this.#whole, ...verdict }
    return this.#passed
  }

  #giveUp(): void {
    this.#isHashed = false
    this.#hashes = undefined
  }
}
