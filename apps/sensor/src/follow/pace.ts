/** How much may be read, by the second of the clock: captures are read by the same thread. */
export class Pace {
  readonly #most: number
  #second = 0
  #used = 0

  constructor(bytesASecond: number) {
    this.#most = bytesASecond
  }

  /** Bytes that may still be read in this second. */
  get left(): number {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#second) this.#used = 0
    this.#second = second
    return Math.max(0, this.#most - this.#used)
  }

  took(bytes: number): void {
    this.#used += bytes
  }

  /** Until the next second begins. */
  get waitMs(): number {
    return 1000 - (performance.now() % 1000)
  }
}
