/**
 * What was learnt, as rows that a person can read and change: who did what with whom, since when, how often. The same
 * rows are what rules judge by, so the table a person edits is the one that counts.
 */
import { derivedId, type Micros } from '@isthmus/model'
import type { LearningPhase } from './times.ts'

const HOUR_US: Micros = 3600e6

/** Rows a rule keeps: what it knows, what it told and nobody approved, and what people decided. Plants have more tags than pairs of hosts. */
const MAX_KNOWN = { group: 16_384, range: 32_768, habit: 4_096, volume: 16_384 } as const
const MAX_NEWS = 4_096
/** A tag that was not heard of for so long makes room for another. */
export const IDLE_US: Micros = 24 * HOUR_US
export const MAX_DECIDED = 8_192
/** Text of a group's field that a row shows. */
const MAX_TEXT = 256
/** A longer key is told apart by its hash. */
const MAX_KEY = 512

/** What a person decided on a row. Plain data. */
export type Decided = {
  readonly by: string
  readonly at: Micros
  /** Event time from which the row counts for nothing more and the same behaviour is new again; null: for good. */
  readonly until: Micros | null
  /** Limits that take the place of those learnt; null: those learnt. */
  readonly min: number | null
  readonly max: number | null
}

/** When it was last told, how often it came again since, and how far it went. */
export type ToldNews = { at: Micros; again: number; min?: number; max?: number; habit?: string; distance?: number }

/** One row. Plain data, kept over restarts. */
export type Learned = {
  readonly id: string
  readonly rule: string
  /** By which fields the rule remembers: a row made by other fields is of no use to it. */
  readonly memory: string
  readonly kind: 'group' | 'range' | 'habit' | 'volume'
  readonly key: string
  /** The group's fields by name, as a person reads them. */
  readonly group: Readonly<Record<string, string>>
  /** Hosts of the observation that brought it. */
  readonly client: string
  readonly server: string
  /** `new`: told and not approved by anybody. */
  state: 'known' | 'new'
  /** In which it was met; a row that a person added was not met. */
  phase: LearningPhase | 'added'
  firstAt: Micros
  lastAt: Micros
  /** Hours of event time in which it was seen. */
  hours: number
  /** Order of use within its rule. */
  place: number
  min: number | null
  max: number | null
  /** Numbers seen, as far as a judgement needs them. */
  values: number
  told: ToldNews | null
  /** The limits before a client widened them within the hour, should it turn out to be an intruder. */
  before: { by: string; at: Micros; min: number; max: number } | null
  people: Decided | null
  /** Of a volume: windows of this length, whether what is added up is bytes, what the latest of them carried, and the middle of that. */
  volume?: { readonly everyUs: Micros; readonly isBytes: boolean; readonly recent: readonly number[]; readonly usual: number }
}

/** The rows of one rule. */
export type Shelf = {
  readonly known: Map<string, Learned>
  readonly news: Map<string, Learned>
  readonly decided: Map<string, Learned>
  place: number
}

/** The row of a group, by its bounded key. */
export function rowIn({ known, news, decided }: Shelf, key: string): Learned | undefined {
  return known.get(key) ?? news.get(key) ?? decided.get(key)
}

/** A new row, as it is before anything was seen of it. */
export function emptyRow(
  of: Pick<Learned, 'rule' | 'memory' | 'kind' | 'key' | 'group' | 'client' | 'server' | 'phase'>,
  at: Micros,
): Learned {
  const group: Record<string, string> = {}
  for (const name in of.group) group[name] = of.group[name]!.slice(0, MAX_TEXT)
  const key = boundedKey(of.key)
  return {
    id: derivedId('lrn', of.rule, of.memory, key),
    ...of,
    key,
    group,
    state: 'known',
    firstAt: at,
    lastAt: at,
    hours: 1,
    place: 0,
    min: null,
    max: null,
    values: 0,
    told: null,
    before: null,
    people: null,
  }
}

/** A row that can go on by itself. What is read-only stays shared. */
function copyRow(row: Learned): Learned {
  const { told, before, people } = row
  return { ...row, told: told && { ...told }, before: before && { ...before }, people: people && { ...people } }
}

export function boundedKey(key: string): string {
  return key.length <= MAX_KEY ? key : `${key.slice(0, MAX_KEY - 40)}${derivedId('k', key)}`
}

/** True when the row makes its behaviour a known one at that time. */
export function isKnown({ people, state }: Learned, at: Micros): boolean {
  return people === null ? state === 'known' : people.until === null || at < people.until
}

/** Every change is a row to write; null deletes. */
export class LearnedTable {
  /** Rows that left because there were too many, and readings of tags that found no room. */
  evicted = 0
  /** By rule and memory. */
  readonly #shelves = new Map<string, Map<string, Shelf>>()
  readonly #rows = new Map<string, Learned>()
  readonly #byClient = new Map<string, Set<Learned>>()
  readonly #clientsOf = new Map<Learned, readonly string[]>()
  readonly #dirty = new Set<string>()

  get size(): number {
    return this.#rows.size
  }

  rows(): IterableIterator<Learned> {
    return this.#rows.values()
  }

  row(id: string): Learned | undefined {
    return this.#rows.get(id)
  }

  /** Where the rows of a rule's memory lie: the same for good. */
  shelf(rule: string, memory: string): Shelf {
    let ofRule = this.#shelves.get(rule)
    if (ofRule === undefined) this.#shelves.set(rule, (ofRule = new Map()))
    let shelf = ofRule.get(memory)
    if (shelf === undefined) ofRule.set(memory, (shelf = { known: new Map(), news: new Map(), decided: new Map(), place: 0 }))
    return shelf
  }

  /** False where all that is known was used within a day: who brings thousands of tags does not push out those that are watched. */
  admits({ known }: Shelf, kind: Learned['kind'], at: Micros): boolean {
    if (known.size < MAX_KNOWN[kind]) return true
    const oldest = known.values().next().value
    if (oldest === undefined || Math.abs(at - oldest.lastAt) > IDLE_US) return true
    this.evicted++
    return false
  }

  /** Puts a row, new or changed in place, as the one used last. */
  put(row: Learned): void {
    const shelf = this.shelf(row.rule, row.memory)
    this.#take(shelf, row)
    row.place = ++shelf.place
    this.#place(shelf, row)
    this.#limit(shelf.known, MAX_KNOWN[row.kind])
    this.#limit(shelf.news, MAX_NEWS)
    this.#dirty.add(row.id)
  }

  /** What is known was seen: told to the row once an hour, so that traffic does not rewrite the table. */
  touch(row: Learned, at: Micros): void {
    const hour = Math.floor(at / HOUR_US)
    const last = Math.floor(row.lastAt / HOUR_US)
    if (hour === last || (at < row.lastAt && at >= row.firstAt)) return
    row.firstAt = Math.min(row.firstAt, at)
    row.lastAt = Math.max(row.lastAt, at)
    row.hours++
    this.put(row)
  }

  delete(id: string): boolean {
    const row = this.#rows.get(id)
    if (row === undefined) return false
    this.#take(this.shelf(row.rule, row.memory), row)
    this.#unname(row)
    this.#rows.delete(id)
    this.#dirty.add(id)
    return true
  }

  /** Rows that a client taught, or whose limits it widened: those among which an attack is looked for. */
  taughtBy(client: string): readonly Learned[] {
    return [...(this.#byClient.get(client) ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** A person's word on a row, which may be one that nothing was seen of. False when a rule has too many of those. */
  decide(row: Learned): boolean {
    const known = this.#rows.get(row.id)
    if (known === undefined && this.shelf(row.rule, row.memory).decided.size >= MAX_DECIDED) return false
    this.put(Object.assign(known ?? copyRow(row), { people: row.people }))
    return true
  }

  takeChanges(): [string, Learned | null][] {
    const changes = [...this.#dirty].map((id): [string, Learned | null] => {
      const row = this.#rows.get(id)
      return [id, row === undefined ? null : copyRow(row)]
    })
    this.#dirty.clear()
    return changes
  }

  load(rows: Iterable<Learned>): void {
    for (const row of [...rows].sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1))) {
      const own = copyRow(row)
      const shelf = this.shelf(own.rule, own.memory)
      shelf.place = Math.max(shelf.place, own.place)
      this.#take(shelf, own)
      this.#place(shelf, own)
    }
  }

  #take(shelf: Shelf, { key }: Learned): void {
    if (!shelf.known.delete(key) && !shelf.news.delete(key)) shelf.decided.delete(key)
  }

  /** The least recently used leaves. */
  #limit(rows: ReadonlyMap<string, Learned>, cap: number): void {
    const oldest = rows.size > cap ? rows.values().next().value : undefined
    if (oldest === undefined) return
    this.delete(oldest.id)
    this.evicted++
  }

  #unname(row: Learned): void {
    for (const client of this.#clientsOf.get(row) ?? []) {
      const rows = this.#byClient.get(client)
      rows?.delete(row)
      if (rows?.size === 0) this.#byClient.delete(client)
    }
    this.#clientsOf.delete(row)
  }

  #name(row: Learned): void {
    const { client, before } = row
    const other = before === null || before.by === client ? undefined : before.by
    const known = this.#clientsOf.get(row)
    if (known !== undefined && known[1] === other) return
    this.#unname(row)
    const clients = other === undefined ? [client] : [client, other]
    this.#clientsOf.set(row, clients)
    for (const name of clients) {
      const rows = this.#byClient.get(name)
      if (rows === undefined) this.#byClient.set(name, new Set([row]))
      else rows.add(row)
    }
  }

  #place(shelf: Shelf, row: Learned): void {
    const known = this.#rows.get(row.id)
    if (known !== undefined && known !== row) this.#unname(known)
    this.#name(row)
    this.#rows.set(row.id, row)
    if (row.people !== null) shelf.decided.set(row.key, row)
    else if (row.state === 'new') shelf.news.set(row.key, row)
    else shelf.known.set(row.key, row)
  }
}
