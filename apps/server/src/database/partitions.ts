/** Daily partitions: made when a day is first written, dropped whole when nothing was written to them for long. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from './connect.ts'

const DAY_US = 86_400_000_000
/** Days a table may have: a capture with forged times must not make a table per packet. The rest goes to the default partition. */
const MAX_DAYS = 400
/** Days a plausible clock shows: 1990 to 2100. */
const FIRST_DAY = 7305
const LAST_DAY = 47_482

export type Parent = 'sessions' | 'tag_samples'

export class Partitions {
  readonly #owner: Db
  #known: Map<string, Set<number>> | undefined
  /** Days touched since `mark`: their age starts anew. */
  readonly #touched = new Set<string>()

  constructor(owner: Db) {
    this.#owner = owner
  }

  /** Makes the days that these times fall on, where there are none. Outside of the batch's transaction: an empty day hurts nobody. */
  async ensure(parent: Parent, times: Iterable<number>): Promise<void> {
    const known = await this.#days(parent)
    for (const day of new Set([...times].map((us) => Math.floor(us / DAY_US)))) {
      if (day < FIRST_DAY || day > LAST_DAY) continue
      this.#touched.add(nameOf(parent, day))
      if (known.has(day) || known.size >= MAX_DAYS) continue
      await this.#make(parent, day)
      known.add(day)
    }
  }

  /** Notes that the touched days are in use. */
  async mark(): Promise<void> {
    if (this.#touched.size === 0) return
    await sql`update partitions set written_at = now() where name = any (${[...this.#touched]}::text[])`.execute(this.#owner)
    this.#touched.clear()
  }

  /** Drops the days that nothing was written to for `days`; answers their names. */
  async expire(days: number): Promise<string[]> {
    const { rows } = await sql<{
      name: string
    }>`select name from partitions where written_at < now() - make_interval(days => ${days})`.execute(this.#owner)
    for (const { name } of rows) {
      await sql`drop table if exists ${sql.table(name)}`.execute(this.#owner)
      await sql`delete from partitions where name = ${name}`.execute(this.#owner)
    }
    if (rows.length > 0) this.#known = undefined
    return rows.map((row) => row.name)
  }

  async #days(parent: Parent): Promise<Set<number>> {
    if (!this.#known) {
      const { rows } = await sql<{ parent: string; day: number }>`select parent, day from partitions`.execute(this.#owner)
      this.#known = new Map()
      for (const row of rows) this.#of(row.parent).add(row.day)
    }
    return this.#of(parent)
  }

  #of(parent: string): Set<number> {
    const days = this.#known?.get(parent) ?? new Set()
    this.#known?.set(parent, days)
    return days
  }

  async #make(parent: Parent, day: number): Promise<void> {
    const name = nameOf(parent, day)
    const [from, to] = [day * DAY_US, (day + 1) * DAY_US]
    const column = parent === 'sessions' ? sql.ref('started_us') : sql.ref('at_us')
    await this.#owner.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(7302013)`.execute(tx)
      await sql`create table if not exists ${sql.table(name)} (like ${sql.table(parent)} including defaults including constraints)`.execute(
        tx,
      )
      await secure(tx, name)
      const attached = await sql`select 1 from pg_inherits where inhrelid = ${name}::regclass`.execute(tx)
      if (attached.rows.length === 0) {
        await this.#adopt(tx, parent, name, column, from, to)
        await sql`alter table ${sql.table(parent)} attach partition ${sql.table(name)} for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(
          tx,
        )
      }
      await sql`insert into partitions (name, parent, day) values (${name}, ${parent}, ${day}) on conflict do nothing`.execute(tx)
    })
  }

  /** Rows of the day that went to the default partition while the cap was reached move to where they belong. */
  async #adopt(tx: Db, parent: Parent, name: string, column: RawBuilder<unknown>, from: number, to: number): Promise<void> {
    await sql`with moved as (delete from ${sql.table(`${parent}_rest`)} where ${column} >= ${from} and ${column} < ${to} returning *)
      insert into ${sql.table(name)} select * from moved`.execute(tx)
  }
}

/** A partition read directly would not pass its parent's policy: without one of its own it shows nothing. */
async function secure(tx: Db, name: string): Promise<void> {
  await sql`alter table ${sql.table(name)} enable row level security`.execute(tx)
}

const nameOf = (parent: Parent, day: number): string =>
  `${parent}_${new Date((day * DAY_US) / 1000).toISOString().slice(0, 10).replaceAll('-', '')}`
