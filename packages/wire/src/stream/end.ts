/** One direction of a conversation between two segments. */
import type { Budget } from './budget.ts'

/** No offset within a frame is known: bytes were joined or waited. Any other shift may be negative. */
export const NO_SHIFT = -0x8000_0000

/** Bytes one side may leave unfinished: protects memory against a message that never ends. */
export const MAX_KEPT = 1 << 20

export class End {
  readonly #budget: Budget
  #kept: Uint8Array | undefined = undefined
  keptPacket = 0
  /** Bytes of a lost message still to step over. */
  skip = 0
  tries = 0
  /** Lost its place: waits for a message's start. */
  lost = false

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** What the next segment continues. */
  get kept(): Uint8Array | undefined {
    return this.#kept
  }

  set kept(bytes: Uint8Array | undefined) {
    this.#budget.held += (bytes?.length ?? 0) - (this.#kept?.length ?? 0)
    this.#kept = bytes
  }

  takeKept(): Uint8Array | undefined {
    const kept = this.#kept
    if (kept !== undefined) this.kept = undefined
    return kept
  }

  /** Copies what the next segment will continue; false when it is too much, and the place is lost. */
  keep(buffer: Uint8Array, at: number, end: number, packet: number): boolean {
    if (end - at > MAX_KEPT || !this.#budget.allows(end - at)) {
      this.lost = true
      return false
    }
    this.kept = buffer.slice(at, end)
    this.keptPacket = packet
    return true
  }

  /** A hole before anything was recognised: what was kept begins nothing. */
  startAnew(): void {
    this.kept = undefined
    this.tries++
  }

  /** Steps over what is left of a lost message within the next `length` bytes; how many. */
  stepOver(length: number): number {
    const n = Math.min(this.skip, length)
    this.skip -= n
    return n
  }
}

export function join(a: Uint8Array, b: Uint8Array, at: number, end: number): Uint8Array {
  const both = new Uint8Array(a.length + end - at)
  both.set(a)
  both.set(b.subarray(at, end), a.length)
  return both
}
