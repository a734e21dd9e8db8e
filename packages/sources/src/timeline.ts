/** What lies in time, earliest first: taken out up to a moment or between two, each for the cost of what is taken. */
import type { Micros } from '@isthmus/model'

export type Timed = { readonly at: Micros; readonly order: number }

/** Entries of one piece: whatever the order of times, no more are moved for one. */
const MAX_PIECE = 512

export class Timeline<T extends Timed> {
  /** None is empty; each lies before the next. */
  #pieces: T[][] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  put(one: T): void {
    this.#size++
    const pieces = this.#pieces
    const last = pieces.at(-1)
    // Most come in order.
    if (last === undefined || (last.length >= MAX_PIECE && byTime(last.at(-1)!, one) < 0)) return void pieces.push([one])
    const at = Math.min(this.#pieceOf(one), pieces.length - 1)
    const piece = pieces[at]!
    piece.splice(placeIn(piece, one), 0, one)
    if (piece.length > MAX_PIECE) pieces.splice(at + 1, 0, piece.splice(MAX_PIECE / 2))
  }

  /** Those of `from` to `to`, both included. */
  take(from: Micros, to: Micros): T[] {
    const first = { at: from, order: Number.NEGATIVE_INFINITY }
    const behind = { at: to, order: Number.POSITIVE_INFINITY }
    const begin = this.#pieceOf(first)
    const left: T[][] = []
    const taken: T[] = []
    let end = begin
    for (; end < this.#pieces.length && byTime(this.#pieces[end]![0]!, behind) < 0; end++) {
      const piece = this.#pieces[end]!
      const place = placeIn(piece, first)
      for (const one of piece.splice(place, placeIn(piece, behind) - place)) taken.push(one)
      if (piece.length > 0) left.push(piece)
    }
    if (end > begin) this.#pieces.splice(begin, end - begin, ...left)
    this.#size -= taken.length
    return taken
  }

  takeUntil(to: Micros): T[] {
    return this.take(Number.NEGATIVE_INFINITY, to)
  }

  takeAll(): T[] {
    const all = this.#pieces.flat()
    this.#pieces = []
    this.#size = 0
    return all
  }

  /** The first piece that does not end before it. */
  #pieceOf(one: Timed): number {
    let from = 0
    let to = this.#pieces.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (byTime(this.#pieces[middle]!.at(-1)!, one) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
}

/** How many stand before it. */
function placeIn(piece: readonly Timed[], one: Timed): number {
  let from = 0
  let to = piece.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (byTime(piece[middle]!, one) < 0) from = middle + 1
    else to = middle
  }
  return from
}

export function byTime(a: Timed, b: Timed): number {
  return a.at - b.at || a.order - b.order
}
