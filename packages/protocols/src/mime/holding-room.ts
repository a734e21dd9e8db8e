/**
 * Room for what is kept of things on their way, piece by piece, until they have passed. Bounded for one thing and for all:
 * when all of it is taken, what began first leaves. What counts is the memory that is taken, however small the pieces are.
 */

/** Bytes kept of one thing, and of all on their way. */
export type RoomBounds = { readonly perFile: number; readonly total: number }

/** What a thing counts at least: thousands that are begun with a byte each and never end leave in their turn as well. */
const LEAST_COUNTED = 4096
const LEAST_TAKEN = 256

export class HoldingRoom {
  readonly #bounds: RoomBounds
  /** In the order in which they began. */
  readonly #kept = new Set<Content>()
  #held = 0

  constructor(bounds: RoomBounds) {
    this.#bounds = bounds
  }

  open(): Content {
    return new Content()
  }

  add(content: Content, data: Uint8Array): void {
    const room = this.#bounds.perFile - content.bytes
    if (content.why !== '' || data.length === 0) return
    if (room <= 0) return content.stop(`longer than ${this.#bounds.perFile} bytes`)
    const taken = Math.min(room, data.length)
    this.#kept.add(content)
    this.#held += content.put(data, taken, this.#bounds.perFile)
    if (taken < data.length) content.stop(`longer than ${this.#bounds.perFile} bytes`)
    // The oldest go: what was begun and never ended does not take the room of what follows.
    for (const oldest of this.#kept) {
      if (this.#held <= this.#bounds.total) return
      this.drop(oldest)
      oldest.stop('too many files at once')
    }
  }

  drop(content: Content): void {
    if (this.#kept.delete(content)) this.#held -= content.clear()
  }
}

export class Content {
  bytes = 0
  /** Why it is not kept on; empty while it is. */
  why = ''
  #buffer = new Uint8Array(0)

  get #counted(): number {
    const { length } = this.#buffer
    return length === 0 ? 0 : Math.max(length, LEAST_COUNTED)
  }

  stop(why: string): void {
    if (this.why === '') this.why = why
  }

  /** Takes `length` bytes of the data; the memory that this takes more. */
  put(data: Uint8Array, length: number, most: number): number {
    const [before, counted] = [this.#buffer, this.#counted]
    const needed = this.bytes + length
    if (needed > before.length) {
      this.#buffer = new Uint8Array(Math.max(needed, LEAST_TAKEN, Math.min(2 * before.length, most)))
      this.#buffer.set(before.subarray(0, this.bytes))
    }
    this.#buffer.set(length < data.length ? data.subarray(0, length) : data, this.bytes)
    this.bytes = needed
    return this.#counted - counted
  }

  /** The memory that this gives back. */
  clear(): number {
    const counted = this.#counted
    this.#buffer = new Uint8Array(0)
    this.bytes = 0
    return counted
  }

  joined(): Uint8Array {
    return this.bytes === this.#buffer.length ? this.#buffer : this.#buffer.slice(0, this.bytes)
  }
}
