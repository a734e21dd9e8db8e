/** Lines of one source → alerts that wait in the database: bounded in memory and there, everything left out counted. */
import type { FilePosition } from '@isthmus/sensor'
import { createEveReader, type EveReader, type ReceivedAlert } from '@isthmus/sources'
import type { Intake as Gathered } from './alert-sources.store.ts'

/** Alerts held until they are saved. */
const MAX_HELD = 10_000
/** Alerts of one source that wait for their conversations. */
export const MAX_WAITING = 100_000
/** Nobody's clock is wrong by more without somebody meaning it: one alert from the future would be the site's newest time. */
const AHEAD_US = 3600e6
const AHEAD = 'a time that has not come'

export class Intake {
  readonly #nowUs: () => number
  #reader: EveReader = createEveReader()
  #alerts: ReceivedAlert[] = []
  #position: FilePosition | undefined
  #dropped = 0
  #ahead = 0
  #trouble: string | undefined
  #isNoted = false
  /** As the database said last. */
  waiting = 0

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs
  }

  /** Time to save: whoever can wait, waits for that. */
  get isFull(): boolean {
    return this.#alerts.length >= MAX_HELD || this.waiting + this.#alerts.length >= MAX_WAITING
  }

  /** @param position of a file, whose reader waits while this is full: nothing of it is left out */
  take(lines: readonly (string | undefined)[], position?: FilePosition): void {
    for (const line of lines) {
      const alert = this.#reader.line(line)
      if (alert === undefined) continue
      if (alert.at > this.#nowUs() + AHEAD_US) this.#ahead++
      else if (position === undefined && this.isFull) this.#dropped++
      else this.#alerts.push(alert)
    }
    this.#position = position ?? this.#position
  }

  dropped(lines: number): void {
    this.#dropped += lines
  }

  /** Why nothing comes. @returns whether that is another reason than before */
  note(why: string | undefined): boolean {
    const isOther = why !== this.#trouble
    this.#trouble = why
    this.#isNoted ||= isOther
    return isOther
  }

  /** What was noted since the last call; undefined where that is nothing. */
  noted(): { readonly why: string | undefined } | undefined {
    const isNoted = this.#isNoted
    this.#isNoted = false
    return isNoted ? { why: this.#trouble } : undefined
  }

  /** What was gathered since the last call; undefined where that is nothing. */
  gathered(): Gathered | undefined {
    const { lines, refused } = this.#reader.counts()
    if (lines === 0 && this.#dropped === 0 && this.#position === undefined) return undefined
    const gathered: Gathered = {
      position: this.#position,
      events: lines,
      alerts: this.#alerts,
      dropped: this.#dropped,
      refused: this.#ahead > 0 ? { ...refused, [AHEAD]: this.#ahead } : refused,
    }
    this.#reader = createEveReader()
    this.#alerts = []
    this.#position = undefined
    this.#dropped = this.#ahead = 0
    return gathered
  }
}
