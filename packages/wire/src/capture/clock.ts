/**
 * Event time of a capture. A packet dated outside 1970 to 2100, or not dated at all, happened when the packet before it
 * did: what follows reckons with these numbers, and stores them.
 */
import type { Problem } from './capture-reader.ts'

/** 2100-01-01, µs. */
const LATEST = 4_102_444_800_000_000

export class Clock {
  #last = 0
  #isNamed = false

  /** The packet's time, µs; `problems` names the first impossible one. */
  read(atUs: number, offset: number, problems: Problem[]): number {
    if (atUs >= 0 && atUs < LATEST) {
      this.#last = atUs
      return atUs
    }
    if (!this.#isNamed)
      problems.push({ offset, reason: 'a packet is dated outside 1970 to 2100: it is given the time of the one before it' })
    this.#isNamed = true
    return this.#last
  }

  /** For a packet without a time of its own. */
  get last(): number {
    return this.#last
  }
}
