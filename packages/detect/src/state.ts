/**
 * What the detector must remember over a restart: many small entries, kept in a fixed number of rows. An entry's row
 * is chosen by a hash of its key, a row holds a bounded number of entries, so memory and durable rows are bounded
 * whatever an attacker sends, and an entry that is dropped leaves no row behind.
 */
import { Collection } from '@isthmus/model'

/** One durable row: plain data, safe to serialise. */
export type StateRow = { readonly kind: 'slot'; readonly entries: readonly (readonly [string, unknown])[] }

type Live = {
  readonly kind: 'slot'
  readonly entries: Map<string, unknown>
  /** A value whose key is not in here was taken or loaded: it is somebody else's too, and is copied before it changes. */
  readonly own: Set<string>
  /** The row's key. */
  readonly row: string
  /** The entry that was put last. */
  latest: string | undefined
  isChanged: boolean
}

/** Values are changed in place while a batch is applied, but not those that were taken: a taken change stays as it is. */
class Rows extends Collection<StateRow> {
  override takeChanges(): [string, StateRow][] {
    return super.takeChanges().map(([key, row]) => {
      const live = row as unknown as Live
      live.own.clear()
      live.isChanged = false
      return [key, { kind: live.kind, entries: [...live.entries] }]
    })
  }
}

const NO_ENTRIES: readonly (readonly [string, never])[] = []

/** Rows hold numbers, texts, booleans, lists and records, which are copied much faster than by `structuredClone`. */
function plainCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = new Array<unknown>(value.length)
    for (let i = 0; i < value.length; i++) list[i] = plainCopy(value[i])
    return list as T
  }
  const copy: Record<string, unknown> = {}
  for (const key in value) copy[key] = plainCopy(value[key])
  return copy as T
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
  /** The rows there are. */
  #used: Live[] = []
  #size = 0

  constructor(state: DetectorState, name: string, slots: number, cap: number) {
    this.#state = state
    this.#name = name
    this.#cap = cap
    this.#slots = new Array<Live | undefined>(slots).fill(undefined)
  }

  /** The value, which may be changed in place when it is put again. */
  get(key: string): T | undefined {
    const live = this.#slots[this.#slotOf(key)]
    const value = live?.entries.get(key) as T | undefined
    if (typeof value !== 'object' || live!.own.has(key)) return value
    const copy = plainCopy(value)
    live!.entries.set(key, copy)
    live!.own.add(key)
    return copy
  }

  /** The value as it lies there: for reading only. */
  peek(key: string): Readonly<T> | undefined {
    return this.#slots[this.#slotOf(key)]?.entries.get(key) as T | undefined
  }

  /** Puts a value, new or changed in place, and marks its row changed. */
  put(key: string, value: T): void {
    const live = this.#open(this.#slotOf(key))
    // A Map keeps the place of a key it has: only one put anew stands last. The same one again stands there already.
    if (live.latest !== key && !live.entries.delete(key)) {
      if (live.entries.size < this.#cap) this.#size++
      else {
        const oldest = live.entries.keys().next().value!
        live.entries.delete(oldest)
        live.own.delete(oldest)
        this.#state.evicted++
      }
    }
    live.entries.set(key, value)
    live.own.add(key)
    live.latest = key
    this.#note(live)
  }

  delete(key: string): void {
    const live = this.#open(this.#slotOf(key))
    if (!live.entries.delete(key)) return
    live.own.delete(key)
    if (live.latest === key) live.latest = undefined
    this.#size--
    this.#note(live)
  }

  /** Entries, for reading, sorted by key: an order that does not depend on when rows were loaded. */
  entries(isWanted: (value: T) => boolean = () => true): readonly (readonly [string, T])[] {
    // Most tables are empty at most times, and each is asked every minute.
    if (this.#size === 0) return NO_ENTRIES
    const wanted: [string, T][] = []
    for (const live of this.#used) {
      for (const entry of live.entries as Map<string, T>) if (isWanted(entry[1])) wanted.push(entry)
    }
    return wanted.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  load(row: string, { entries }: StateRow): void {
    const slot = Number(row.slice(row.lastIndexOf('#') + 1))
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.#slots.length) return
    const live: Live = { kind: 'slot', row, entries: new Map(entries), own: new Set(), latest: undefined, isChanged: false }
    this.#size += live.entries.size - (this.#slots[slot]?.entries.size ?? 0)
    this.#place(slot, live)
    this.#state.rows.load(row, live as unknown as StateRow)
  }

  #open(slot: number): Live {
    const known = this.#slots[slot]
    return (
      known ??
      this.#place(slot, {
        kind: 'slot',
        row: `${this.#name}#${slot}`,
        entries: new Map(),
        own: new Set(),
        latest: undefined,
        isChanged: false,
      })
    )
  }

  #place(slot: number, live: Live): Live {
    const known = this.#slots[slot]
    if (known !== undefined) this.#used = this.#used.filter((other) => other !== known)
    this.#used.push(live)
    this.#slots[slot] = live
    return live
  }

  #note(live: Live): void {
    if (live.isChanged) return
    live.isChanged = true
    this.#state.rows.set(live.row, live as unknown as StateRow)
  }

  #slotOf(key: string): number {
    return this.#slots.length === 1 ? 0 : hashOf(key) % this.#slots.length
  }
}

/** A key is often put right after it was asked for, and several tables are asked with the same one. */
let hashedKey = ''
let lastHash = 0

/** FNV-1a. */
function hashOf(key: string): number {
  if (key === hashedKey && key !== '') return lastHash
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  hashedKey = key
  lastHash = (hash ^ (hash >>> 15)) >>> 0
  return lastHash
}
