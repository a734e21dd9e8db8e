/**
 * What the detector must remember over a restart: many small entries, kept in a fixed number of rows. An entry's row
 * is chosen by a hash of its key, a row holds a bounded number of entries, so memory and durable rows are bounded
 * whatever an attacker sends, and an entry that is dropped leaves no row behind.
 */
import { Collection } from '@isthmus/model'

/** One durable row: plain data, safe to serialise. */
export type StateRow = { readonly kind: 'slot'; readonly entries: readonly (readonly [string, unknown])[] }

type Live = { readonly kind: 'slot'; readonly entries: Map<string, unknown> }

/** Rows are changed in place while a batch is applied; a taken change is a copy that later batches do not touch. */
class Rows extends Collection<StateRow> {
  override takeChanges(): [string, StateRow][] {
    return super.takeChanges().map(([key, row]) => [key, structuredClone({ kind: row.kind, entries: [...row.entries] })])
  }
}

export class DetectorState {
  /** Rows number at most slots × rules: the cap only guards against a mistake in that arithmetic. */
  readonly rows: Collection<StateRow> = new Rows(1_000_000)
  /** Entries that left a full row. */
  evicted = 0
  readonly #tables = new Map<string, Slots<unknown>>()
  readonly #loaded = new Map<string, StateRow>()

  table<T>(name: string, slots: number, cap: number): Slots<T> {
    const known = this.#tables.get(name)
    if (known !== undefined) return known as Slots<T>
    const table = new Slots<T>(this, name, slots, cap)
    this.#tables.set(name, table as Slots<unknown>)
    for (const [key, row] of this.#loaded) if (key.startsWith(`${name}#`)) table.load(key, row)
    return table
  }

  load(rows: Iterable<readonly [string, StateRow]>): void {
    for (const [key, row] of rows) {
      const table = this.#tables.get(key.slice(0, key.lastIndexOf('#')))
      if (table === undefined) this.#loaded.set(key, row)
      else table.load(key, row)
    }
  }
}

/** A bounded map from keys to plain values. A full row loses the entry that was put longest ago. */
export class Slots<T> {
  readonly #state: DetectorState
  readonly #name: string
  readonly #cap: number
  readonly #slots: (Live | undefined)[]

  constructor(state: DetectorState, name: string, slots: number, cap: number) {
    this.#state = state
    this.#name = name
    this.#cap = cap
    this.#slots = new Array<Live | undefined>(slots).fill(undefined)
  }

  get(key: string): T | undefined {
    return this.#slots[this.#slotOf(key)]?.entries.get(key) as T | undefined
  }

  /** Puts a value, new or changed in place, and marks its row changed. */
  put(key: string, value: T): void {
    const { live, row } = this.#open(this.#slotOf(key))
    // A Map keeps the place of a key it has: only one put anew stands last.
    if (!live.entries.delete(key) && live.entries.size >= this.#cap) {
      live.entries.delete(live.entries.keys().next().value!)
      this.#state.evicted++
    }
    live.entries.set(key, value)
    this.#state.rows.set(row, live as unknown as StateRow)
  }

  delete(key: string): void {
    const { live, row } = this.#open(this.#slotOf(key))
    if (live.entries.delete(key)) this.#state.rows.set(row, live as unknown as StateRow)
  }

  /** All entries, in an order that does not depend on when rows were loaded. */
  *entries(): Generator<readonly [string, T]> {
    for (const live of this.#slots) if (live !== undefined) yield* [...live.entries] as (readonly [string, T])[]
  }

  load(row: string, { entries }: StateRow): void {
    const slot = Number(row.slice(row.lastIndexOf('#') + 1))
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.#slots.length) return
    const live: Live = { kind: 'slot', entries: new Map(structuredClone(entries) as [string, unknown][]) }
    this.#slots[slot] = live
    this.#state.rows.load(row, live as unknown as StateRow)
  }

  #open(slot: number): { live: Live; row: string } {
    const live = (this.#slots[slot] ??= { kind: 'slot', entries: new Map() })
    return { live, row: `${this.#name}#${slot}` }
  }

  #slotOf(key: string): number {
    if (this.#slots.length === 1) return 0
    let hash = 0x811c9dc5
    for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
    return ((hash ^ (hash >>> 15)) >>> 0) % this.#slots.length
  }
}
