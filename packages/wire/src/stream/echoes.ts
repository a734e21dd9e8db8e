/**
 * The first bytes of the latest segment of the sides that spoke last: a segment sent again is held against them, for a forged one takes the
 * place of the true one, which still comes.
 */
import type { Half } from './half.ts'

/** Where control protocols have said what they want. */
const KEPT = 32
const PLACES = 16_384

export class Echoes {
  readonly #bytes = new Uint8Array(KEPT * PLACES)
  readonly #owners: (Half | undefined)[] = new Array<Half | undefined>(PLACES).fill(undefined)
  #next = 0

  keep(half: Half, seq: number, bytes: Uint8Array, at: number, end: number): void {
    if (half.echo < 0) {
      half.echo = this.#next
      this.#next = (this.#next + 1) % PLACES
    }
    if (this.#owners[half.echo] !== half) this.#owners[half.echo] = half
    half.echoSeq = seq | 0
    const length = end - at < KEPT ? end - at : KEPT
    half.echoLength = length
    const kept = this.#bytes
    for (let i = 0, to = half.echo * KEPT; i < length; i++) kept[to + i] = bytes[at + i]!
  }

  /** Where both have bytes, they are not the same. */
  differs(half: Half, seq: number, bytes: Uint8Array, at: number, end: number): boolean {
    if (half.echo < 0 || this.#owners[half.echo] !== half) return false
    // How much further on the segment begins than what is kept.
    const later = (seq - half.echoSeq) | 0
    const stop = Math.min(half.echoLength, later + end - at)
    const to = half.echo * KEPT
    for (let i = Math.max(later, 0); i < stop; i++) if (this.#bytes[to + i] !== bytes[at + i - later]) return true
    return false
  }
}
