/** Text in pieces of any size → whole lines of a bounded length. */

/** Characters a line may have: records of an alert with its payload stay far below. */
export const MAX_LINE = 1 << 20

export class LineCutter {
  #held = ''
  #isTooLong = false
  readonly #most: number

  constructor(most: number = MAX_LINE) {
    this.#most = most
  }

  /** The lines that this piece ends; undefined stands for one that was too long and is gone. */
  *push(text: string): Generator<string | undefined> {
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield this.#take(text.slice(from, end))
      from = end + 1
    }
    this.#hold(text.slice(from))
  }

  /** What stood behind the last line end. */
  *end(): Generator<string | undefined> {
    if (this.#held !== '' || this.#isTooLong) yield this.#take('')
  }

  #take(rest: string): string | undefined {
    this.#hold(rest)
    const line = this.#isTooLong ? undefined : this.#held
    this.#held = ''
    this.#isTooLong = false
    return line
  }

  #hold(text: string): void {
    if (this.#isTooLong || this.#held.length + text.length > this.#most) {
      this.#isTooLong = true
      this.#held = ''
    } else this.#held += text
  }
}
