/**
 * Room for what is kept of things on their way, piece by piece, until they have passed. Bounded for one thing and for all:
 * when all of it is taken, what began first leaves.
 */

/** Bytes kept of one thing, and of all on their way. */
export type RoomBounds = { readonly perFile: number; readonly total: number }

export class HoldingRoom {
  readonly #bounds: RoomBounds
  /** In the order in which they began. */
  readonly #kept = new Set<Content>()
  #held = 0

  constructor(bounds: RoomBounds) {
    this.#bounds = bounds
  }

  open(): Content {
    const content = new Content()
    this.#kept.add(content)
    return content
  }

  add(content: Content, data: Uint8Array): void {
    const room = this.#bounds.perFile - content.bytes
    if (content.why !== '' || data.length === 0) return
    if (room <= 0) return content.stop(`longer than ${this.#bounds.perFile} bytes`)
    const taken = Math.min(room, data.length)
    content.pieces.push(data.slice(0, taken))
    content.bytes += taken
    this.#held += taken
    if (taken < data.length) content.stop(`longer than ${this.#bounds.perFile} bytes`)
    // The oldest go: what was begun and never ended does not take the room of what follows.
    for (const oldest of this.#kept) {
      if (this.#held <= this.#bounds.total) return
      this.drop(oldest)
      oldest.stop('too many files at once')
    }
  }

  drop(content: Content): void {
    this.#kept.delete(content)
    this.#held -= content.bytes
    content.pieces = []
    content.bytes = 0
  }
}

export class Content {
  pieces: Uint8Array[] = []
  bytes = 0
  /** Why it is not kept on; empty while it is. */
  why = ''

  stop(why: string): void {
    if (this.why === '') this.why = why
  }

  joined(): Uint8Array {
    if (this.pieces.length === 1) return this.pieces[0]!
    const whole = new Uint8Array(this.bytes)
    let at = 0
    for (const piece of this.pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }
}
