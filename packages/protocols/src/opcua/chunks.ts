/** Messages that come in chunks: their pieces, joined when the last one is there. */
import type { Side } from '@isthmus/wire'

/** What one conversation may keep, over both sides. */
const MAX_BYTES = 1 << 20
const MAX_MESSAGES = 16

type Pieces = { readonly bytes: Uint8Array[]; length: number; size: number }

export class Chunks {
  #open: Map<string, Pieces> | undefined = undefined
  #kept = 0

  has(from: Side, request: number): boolean {
    return this.#open?.has(`${from} ${request}`) === true
  }

  /** Copies the piece; false when there is no room, and the message is given up. */
  add(from: Side, request: number, piece: Uint8Array, size: number): boolean {
    const open = (this.#open ??= new Map<string, Pieces>())
    const key = `${from} ${request}`
    if (this.#kept + piece.length > MAX_BYTES || (open.size >= MAX_MESSAGES && !open.has(key))) {
      this.drop(from, request)
      return false
    }
    let pieces = open.get(key)
    if (pieces === undefined) open.set(key, (pieces = { bytes: [], length: 0, size: 0 }))
    pieces.bytes.push(piece.slice())
    pieces.length += piece.length
    pieces.size += size
    this.#kept += piece.length
    return true
  }

  take(from: Side, request: number, last: Uint8Array, size: number): { bytes: Uint8Array; size: number } {
    const pieces = this.#open!.get(`${from} ${request}`)!
    const bytes = new Uint8Array(pieces.length + last.length)
    let at = 0
    for (const piece of pieces.bytes) {
      bytes.set(piece, at)
      at += piece.length
    }
    bytes.set(last, at)
    this.drop(from, request)
    return { bytes, size: pieces.size + size }
  }

  drop(from: Side, request: number): void {
    const key = `${from} ${request}`
    const pieces = this.#open?.get(key)
    if (pieces === undefined) return
    this.#kept -= pieces.length
    this.#open!.delete(key)
  }
}
