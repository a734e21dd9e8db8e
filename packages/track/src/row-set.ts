/** The tracker's own rows: which changed, which are gone. Rows are plain values, replaced or changed in place by their owner. */
import type { TrackRow } from './row.ts'

export class RowSet {
  readonly #changed = new Map<string, TrackRow | null>()

  put(key: string, row: TrackRow): void {
    this.#changed.set(key, row)
  }

  remove(key: string): void {
    this.#changed.set(key, null)
  }

  take(): [string, TrackRow | null][] {
    const taken = [...this.#changed].map(([key, row]): [string, TrackRow | null] => [key, row === null ? null : { ...row }])
    this.#changed.clear()
    return taken
  }
}

/** Counts what caps refuse; each count is a row, because an operator asks about it after a restart too. */
export class Refusals {
  readonly #counts = new Map<string, number>()
  readonly #rows: RowSet

  constructor(rows: RowSet) {
    this.#rows = rows
  }

  add(what: string): void {
    const count = (this.#counts.get(what) ?? 0) + 1
    this.load(what, count)
    this.#rows.put(`refused:${what}`, { kind: 'refused', what, count })
  }

  load(what: string, count: number): void {
    this.#counts.set(what, count)
  }

  all(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
