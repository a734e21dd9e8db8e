/** A bounded number of things at one time: of one person, and of all together. */
export class Places {
  readonly #each: number
  readonly #all: number
  readonly #taken = new Map<string, number>()
  #sum = 0

  constructor(each: number, all: number) {
    this.#each = each
    this.#all = all
  }

  /** What gives the place back, once; undefined when there is none. */
  take(person: string): (() => void) | undefined {
    const mine = this.#taken.get(person) ?? 0
    if (mine >= this.#each || this.#sum >= this.#all) return undefined
    this.#taken.set(person, mine + 1)
    this.#sum++
    let isGiven = false
    return () => {
      if (isGiven) return
      isGiven = true
      this.#sum--
      const left = (this.#taken.get(person) ?? 1) - 1
      if (left > 0) this.#taken.set(person, left)
      else this.#taken.delete(person)
    }
  }
}
