/**
 * What the detector must remember over a restart: many small entries, kept in a fixed number of rows. An entry's row
 * is chosen by a hash of its key, a row holds a bounded number of entries, so memory and durable rows are bounded
 * whatever an attacker sends, and an entry that is dropped leaves no row behind.
 */
import { Collection, plainCopy } from '@isthmus/model'

/** One durable row: plain data, safe to serialise. */
export type StateRow = { readonly kind: 'slot'; readonly entries: readonly (readonly [string, unknown])[] }

/** A value that was put, taken over or copied in an earlier turn of its row is somebody else's too: it is copied before it changes. */
type Entry = { readonly key: string; value: unknown; turn: number; used: number; place: number; readonly live: Live }

type Live = {
  readonly kind: 'slot'
  /** In any order; `used` says which was put last. */
  readonly entries: Entry[]
  /** The row's key. */
  readonly row: string
  /** Counts what was put. */
  uses: number
  /** Counts how often the row was taken. */
  turn: number
  isChanged: boolean
}

/** Values are changed in place while a batch is applied, but not those that were taken: a taken change stays as it is. */
class Rows extends Collection<StateRow> {
  override takeChanges(): [string, StateRow][] {
    return super.takeChanges().map(([key, row]) => {
      const live = row as unknown as Live
      live.turn++
      live.isChanged = false
      const entries = live.entries.toSorted((a, b) => a.used - b.used)
      return [key, { kind: live.kind, entries: entries.map((entry) => [entry.key, entry.value] as const) }]
    })
  }
}

const NO_ENTRIES: readonly (readonly [string, never])[] = []

export class DetectorState {
  /** Rows number at most slots × rules: the cap only guards against a mistake in that arithmetic. */
  readonly rows: Collection<StateRow> = new Rows(1_000_000)
  /** Entries that left a full row, and attempts that found no room in one. */
  evicted = 0
  readonly #tables = new Map<string, Slots<unknown>>()
  readonly #loaded = new Map<string, StateRow>()

  /** `copy`: of values that are lists or records; without it they are copied key by key. */
  table<T>(name: string, slots: number, cap: number, copy: (value: T) => T = plainCopy): Slots<T> {
    const known = this.#tables.get(name)
    if (known !== undefined) return known as Slots<T>
    const table = new Slots<T>(this, name, slots, cap, copy)
    this.#tables.set(name, table as unknown as Slots<unknown>)
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
  readonly #copy: (value: T) => T
  readonly #slots: (Live | undefined)[]
  readonly #index = new Map<string, Entry>()
  /** Found last: what is asked for is often put right afterwards. */
  #latest: Entry | undefined

  constructor(state: DetectorState, name: string, slots: number, cap: number, copy: (value: T) => T) {
    this.#state = state
    this.#name = name
    this.#cap = cap
    this.#copy = copy
    this.#slots = new Array<Live | undefined>(slots).fill(undefined)
  }

  /** The value, which may be changed in place when it is put again. */
  get(key: string): T | undefined {
    const entry = this.#find(key)
    if (entry === undefined) return undefined
    const { turn } = entry.live
    if (entry.turn !== turn) {
      if (typeof entry.value === 'object') entry.value = this.#copy(entry.value as T)
      entry.turn = turn
    }
    return entry.value as T
  }

  /** The value as it lies there: for reading only. */
  peek(key: string): Readonly<T> | undefined {
    return this.#find(key)?.value as T | undefined
  }

  /** The value in a row like the one it lies in, for itself. */
  rowOf(key: string): [string, StateRow][] {
    const entry = this.#find(key)
    return entry === undefined ? [] : [[entry.live.row, { kind: 'slot', entries: [[key, plainCopy(entry.value)]] }]]
  }

  /**
   * False for a key that is new to a full row where the entry put longest ago is not idle: thousands of keys that come once do not push
   * out those that are watched.
   */
  admits(key: string, isIdle: (oldest: Readonly<T>) => boolean): boolean {
    if (this.#find(key) !== undefined) return true
    const live = this.#slots[this.#slotOf(key)]
    if (live === undefined || live.entries.length < this.#cap || isIdle(oldestOf(live.entries).value as T)) return true
    this.#state.evicted++
    return false
  }

  /** Puts a value, new or changed in place, and marks its row changed. */
  put(key: string, value: T): void {
    const entry = this.#find(key) ?? this.#add(key)
    const { live } = entry
    entry.value = value
    entry.turn = live.turn
    entry.used = ++live.uses
    this.#note(live)
  }

  delete(key: string): void {
    const entry = this.#find(key)
    if (entry === undefined) return
    this.#remove(entry)
    this.#note(entry.live)
  }

  /** Most tables are empty at most times, and each is asked every minute. */
  get isEmpty(): boolean {
    return this.#index.size === 0
  }

  /** Entries, for reading, sorted by key: an order that does not depend on when rows were loaded. */
  entries(isWanted: (value: T) => boolean = () => true): readonly (readonly [string, T])[] {
    if (this.isEmpty) return NO_ENTRIES
    const wanted: [string, T][] = []
    for (const { key, value } of this.#index.values()) if (isWanted(value as T)) wanted.push([key, value as T])
    return wanted.length < 2 ? wanted : wanted.sort(([a], [b]) => (a < b ? -1 : 1))
  }

  load(row: string, { entries }: StateRow): void {
    const slot = Number(row.slice(row.lastIndexOf('#') + 1))
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.#slots.length) return
    for (const entry of this.#slots[slot]?.entries ?? []) this.#index.delete(entry.key)
    const live: Live = { kind: 'slot', row, entries: [], uses: 0, turn: 1, isChanged: false }
    this.#slots[slot] = live
    this.#latest = undefined
    for (const [key, value] of entries) this.#enter({ key, value, turn: 0, used: ++live.uses, place: live.entries.length, live })
    this.#state.rows.load(row, live as unknown as StateRow)
  }

  #find(key: string): Entry | undefined {
    const latest = this.#latest
    if (latest !== undefined && latest.key === key) return latest
    const entry = this.#index.get(key)
    if (entry !== undefined) this.#latest = entry
    return entry
  }

  #add(key: string): Entry {
    const live = this.#open(this.#slotOf(key))
    if (live.entries.length >= this.#cap) {
      this.#remove(oldestOf(live.entries))
      this.#state.evicted++
    }
    return this.#enter({ key, value: undefined, turn: live.turn, used: 0, place: live.entries.length, live })
  }

  #enter(entry: Entry): Entry {
    entry.live.entries.push(entry)
    this.#index.set(entry.key, entry)
    this.#latest = entry
    return entry
  }

  /** The last of the row takes its place. */
  #remove(entry: Entry): void {
    const { entries } = entry.live
    const last = entries.pop()!
    if (last !== entry) {
      entries[entry.place] = last
      last.place = entry.place
    }
    this.#index.delete(entry.key)
    if (this.#latest === entry) this.#latest = undefined
  }

  #slotOf(key: string): number {
    return this.#slots.length === 1 ? 0 : hashOf(key) % this.#slots.length
  }

  #open(slot: number): Live {
    const live = this.#slots[slot] ?? { kind: 'slot', row: `${this.#name}#${slot}`, entries: [], uses: 0, turn: 0, isChanged: false }
    this.#slots[slot] = live
    return live
  }

  #note(live: Live): void {
    if (live.isChanged) return
    live.isChanged = true
    this.#state.rows.set(live.row, live as unknown as StateRow)
  }
}

/** The one that was put longest ago. */
function oldestOf(entries: readonly Entry[]): Entry {
  let oldest = entries[0]!
  for (let i = 1; i < entries.length; i++) if (entries[i]!.used < oldest.used) oldest = entries[i]!
  return oldest
}

/** FNV-1a. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
