/** Keeps each applied batch of a site on disk. Which bytes count is committed with the batch: kept exactly if applied. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Batch, withoutContent } from '@isthmus/model'
import type { Database, Tx } from '../database/connect.ts'
import { type Counted, countBatch, giveUp, lastSegment, segmentsOf } from './observations.store.ts'
import { MAX_FILE_BYTES, recordsOf, writeAt } from './segment-file.ts'

type Open = Pick<Counted, 'number' | 'day' | 'file' | 'bytes'>

export class ObservationKeeper {
  readonly #folder: string
  readonly #site: string
  readonly #database: Database
  #open: Open | undefined

  constructor(folder: string, site: string, database: Database) {
    this.#folder = folder
    this.#site = site
    this.#database = database
  }

  /** Writes the batch behind what counts. A disk that does not take it costs the record, not the batch: `count` says so. */
  async keep(batch: Batch, isEnd: boolean): Promise<Counted> {
    // Bytes of programs are kept once, by their hash; no rule asks for them.
    const records = recordsOf({ ...batch, observations: batch.observations.map(withoutContent) }, isEnd)
    const at = await this.#place(records.length)
    const [firstAt, lastAt] = spanOf(batch)
    const counted = { observations: batch.observations.length, firstAt, lastAt }
    // A file that somebody took away is not written on; the next one may do.
    for (const place of at.bytes === 0 ? [at] : [at, this.#after(at)]) {
      try {
        await writeAt(this.#folder, place.file, place.bytes, records)
        return { ...place, ...counted, bytes: place.bytes + records.length, isKept: true }
      } catch {}
    }
    return { ...at, ...counted, isKept: false }
  }

  /** In the batch's transaction. */
  count(tx: Tx, counted: Counted): Promise<void> {
    return countBatch(tx, this.#site, counted)
  }

  /** The transaction is durable. */
  counted({ number, day, file, bytes }: Counted): void {
    this.#open = { number, day, file, bytes }
  }

  /** Nobody knows whether the last transaction is durable: the rows say. */
  forget(): void {
    this.#open = undefined
  }

  async #place(size: number): Promise<Open> {
    const open = this.#open ?? (await this.#database.scoped([this.#site], (tx) => lastSegment(tx, this.#site), 'read only'))
    if (open !== undefined && open.day === today() && open.bytes + size <= MAX_FILE_BYTES) return open
    return this.#after(open)
  }

  #after(open: Open | undefined): Open {
    const day = today()
    const number = (open?.number ?? 0) + 1
    return { number, day, file: join(encodeURIComponent(this.#site), `${day}-${String(number).padStart(6, '0')}`), bytes: 0 }
  }
}

export type KeepFor = { readonly days: number; readonly maxBytes: number }

/** Oldest first, until age and size of all sites together are within what people chose. The newest of a site stays: it is being written. */
export async function expireObservations(
  database: Database,
  folder: string,
  sites: readonly string[],
  { days, maxBytes }: KeepFor,
): Promise<void> {
  const all = await database.scoped(
    sites,
    async (tx) => {
      const found: { site: string; number: number; day: string; bytes: number; isLast: boolean }[] = []
      for (const site of sites) {
        const segments = await segmentsOf(tx, site)
        for (const [i, { number, day, bytes }] of segments.entries())
          found.push({ site, number, day, bytes, isLast: i === segments.length - 1 })
      }
      return found
    },
    'read only',
  )
  const oldest = new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  let bytes = all.reduce((sum, one) => sum + one.bytes, 0)
  const gone = new Map<string, number[]>()
  for (const one of all.toSorted((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : a.number - b.number))) {
    if (one.isLast || (one.day >= oldest && bytes <= maxBytes)) continue
    gone.set(one.site, [...(gone.get(one.site) ?? []), one.number])
    bytes -= one.bytes
  }
  for (const [site, numbers] of gone) {
    const files = await database.scoped([site], (tx) => giveUp(tx, site, numbers))
    for (const file of files) await rm(join(folder, file), { force: true })
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}

function spanOf({ observations }: Batch): [number | undefined, number | undefined] {
  let first: number | undefined
  let last: number | undefined
  for (const { at } of observations) {
    if (first === undefined || at < first) first = at
    if (last === undefined || at > last) last = at
  }
  return [first, last]
}
