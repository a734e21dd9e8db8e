import { createHmac } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Db, Tx } from '../database/connect.ts'
import { type Page, readCursor, writeCursor } from '../database/list.ts'
import type { AuditCheck, AuditEntry, AuditQuery } from './audit.wire.ts'

/** Any fixed number: one entry at a time takes its place in the chain. */
const CHAIN_LOCK = 7_302_012
const GENESIS = '0'.repeat(64)

export type Entry = {
  readonly at: number
  readonly what: string
  readonly by: string | null
  readonly address: string
  readonly site: string | null
  readonly target: string | null
  readonly outcome: string
  readonly detail: Readonly<Record<string, unknown>>
}

type Chained = Entry & { readonly number: number; readonly previousHash: string }

/**
 * Every field, in a fixed order, keys of `detail` sorted as PostgreSQL's jsonb may reorder them; keyed, so that the owner of the
 * database, who may rewrite every row, cannot make them fit each other again.
 */
export function entryHash(
  key: Uint8Array,
  { number, at, what, by, address, site, target, outcome, detail, previousHash }: Chained,
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([previousHash, number, at, what, by, address, site, target, outcome, sorted(detail)]))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}

/** The last entry, kept apart from the entries and sealed: a chain whose end was cut off is whole by itself. */
export type Head = { readonly number: number; readonly hash: string }
const HEAD = 'audit.head'

const sealOf = (key: Uint8Array, { number, hash }: Head): string =>
  createHmac('sha256', key)
    .update(JSON.stringify([HEAD, number, hash]))
    .digest('hex')

/** The head as it was last written; `isOurs` is false when somebody else wrote it. */
export async function readHead(db: Db, key: Uint8Array): Promise<(Head & { readonly isOurs: boolean }) | undefined> {
  const { rows } = await sql<{ value: Head & { seal: string } }>`select value from settings where key = ${HEAD}`.execute(db)
  const value = rows[0]?.value
  return value && { number: value.number, hash: value.hash, isOurs: value.seal === sealOf(key, value) }
}

/** In the transaction of what it tells of: both are durable or neither. */
export async function addEntry(tx: Tx, key: Uint8Array, entry: Entry): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CHAIN_LOCK})`.execute(tx)
  const { rows } = await sql<{ number: number; hash: string }>`select number, hash from audit order by number desc limit 1`.execute(tx)
  const previousHash = rows[0]?.hash ?? GENESIS
  const number = (rows[0]?.number ?? 0) + 1
  const detail = JSON.parse(JSON.stringify(entry.detail)) as Record<string, unknown>
  const hash = entryHash(key, { ...entry, detail, number, previousHash })
  await sql`insert into audit (number, at, what, by_user, address, site, target, outcome, detail, previous_hash, hash)
    values (${number}, to_timestamp(${Math.floor(entry.at / 1e6)}::double precision) + make_interval(secs => ${(entry.at % 1e6) / 1e6}),
      ${entry.what}, ${entry.by}, ${entry.address}, ${entry.site}, ${entry.target}, ${entry.outcome}, ${JSON.stringify(detail)}::jsonb, ${previousHash}, ${hash})`.execute(
    tx,
  )
  const head = JSON.stringify({ number, hash, seal: sealOf(key, { number, hash }) })
  await sql`insert into settings (key, value) values (${HEAD}, ${head}::jsonb)
    on conflict on constraint settings_pk do update set value = excluded.value`.execute(tx)
}

type Row = z.output<typeof AuditEntry>

export async function listEntries(tx: Tx, query: z.output<typeof AuditQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (query.what !== undefined) where.push(sql`r.what = ${query.what}`)
  if (query.by !== undefined) where.push(sql`r.by_user = ${query.by}`)
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor, { columns: [['number', 'bigint']], down: true })
  if (after) where.push(sql`r.number < ${after[0]}`)
  const { rows } = await sql<{ row: Row }>`
    select jsonb_build_object('number', r.number, 'at', us(r.at), 'what', r.what, 'by', ${personOf('r.by_user')}, 'address', r.address,
      'site', r.site, 'target', r.target, 'outcome', r.outcome, 'detail', r.detail, 'hash', r.hash) as row
    from audit r where ${sql.join(where, sql` and `)} order by r.number desc limit ${query.limit + 1}`.execute(tx)
  const items = rows.slice(0, query.limit).map((row) => row.row)
  const last = items.at(-1)
  return { items, next: rows.length > query.limit && last ? writeCursor([last.number]) : null }
}

/**
 * Walks the whole chain in pieces; memory does not grow with it. `expected` is a head that was written down earlier, outside
 * the database: it shows a tail that was cut off together with an older head put back.
 */
export async function checkChain(db: Db, key: Uint8Array, expected?: Head): Promise<z.output<typeof AuditCheck>> {
  // Before the walk: entries that are added meanwhile come after it.
  const kept = await readHead(db, key)
  const due = [...(kept ? [kept] : []), ...(expected ? [expected] : [])]
  let previousHash = GENESIS
  let number = 0
  const broken = (brokenAt: number) => ({ entries: number, isWhole: false, brokenAt, head: previousHash })
  for (;;) {
    const { rows } = await sql<Chained & { hash: string }>`
      select number, us(at) as at, what, by_user as by, address, site, target, outcome, detail, previous_hash as "previousHash", hash
      from audit where number > ${number} order by number limit 1000`.execute(db)
    for (const row of rows) {
      const isNext = row.number === number + 1 && row.previousHash === previousHash && entryHash(key, row) === row.hash
      if (!isNext || due.some((head) => head.number === row.number && head.hash !== row.hash)) return broken(number + 1)
      number = row.number
      previousHash = row.hash
    }
    if (rows.length < 1000) break
  }
  const isCut = due.some((head) => head.number > number) || kept?.isOurs === false || (kept === undefined && number > 0)
  return isCut ? broken(number + 1) : { entries: number, isWhole: true, brokenAt: null, head: previousHash }
}
