/** What lies in time, earliest first: taken out up to a moment or between two, each for the cost of what is taken. */
import type { Micros } from '@isthmus/model'

export type Timed = { readonly at: Micros; readonly order: number }

export class Timeline<T extends Timed> {
  readonly #all: T[] = []

  get size(): number {
    return this.#all.length
  }

  put(one: T): void {
    const last = this.#all.at(-1)
    // Most come in order.
    if (last === undefined || byTime(last, one) < 0) this.#all.push(one)
    else this.#all.splice(this.#placeOf(one), 0, one)
  }

  /** Those of `from` to `to`, both included. */
  take(from: Micros, to: Micros): T[] {
    const first = this.#placeOf({ at: from, order: Number.NEGATIVE_INFINITY })
    const behind = this.#placeOf({ at: to, order: Number.POSITIVE_INFINITY })
    return behind > first ? this.#all.splice(first, behind - first) : []
  }

  takeUntil(to: Micros): T[] {
    return this.take(Number.NEGATIVE_INFINITY, to)
  }

  takeAll(): T[] {
    return this.#all.splice(0)
  }

  /** How many stand before it. */
  #placeOf(one: Timed): number {
    let from = 0
    let to = this.#all.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (byTime(this.#all[middle]!, one) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
}

export function byTime(a: Timed, b: Timed): number {
  return a.at - b.at || a.order - b.order
}
