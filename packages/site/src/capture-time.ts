/** How far event time has come within the capture at hand: what is told behind that is late. Kept over restarts. */
import type { StateRow } from '@isthmus/detect'
import type { Micros, Observation } from '@isthmus/model'

export const CAPTURE_TIME = 'capture-time#0'

export class CaptureTime {
  #capture = ''
  /** The latest event time heard of it. */
  latest: Micros = 0
  /** That before the observation at hand. */
  before: Micros = 0
  #isChanged = false

  take({ at, evidence: { capture } }: Observation): void {
    this.before = capture === this.#capture ? this.latest : at
    this.#capture = capture
    this.hear(Math.max(this.before, at))
  }

  /** Time passes without an observation. */
  hear(at: Micros): void {
    this.latest = Math.max(this.latest, at)
    this.#isChanged = true
  }

  takeChanges(): [key: string, row: StateRow][] {
    if (!this.#isChanged) return []
    this.#isChanged = false
    return [[CAPTURE_TIME, { kind: 'slot', entries: [[this.#capture, this.latest]] }]]
  }

  load({ entries }: StateRow): void {
    for (const [capture, latest] of entries) {
      this.#capture = capture
      this.latest = latest as Micros
    }
  }
}
