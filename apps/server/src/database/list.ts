/** The first page of any list in one index walk a site: keyset pagination over rows that several sites share. */
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './connect.ts'

export type Order = {
  /** Columns of the list's index after `site`, most significant first; the last one is unique. All in one direction. */
  readonly columns: readonly (readonly [name: string, type: 'text' | 'bigint' | 'double precision'])[]
  readonly down: boolean
}

export type Listing = {
  readonly table: string
  /** What a row is made of; the row's table is `r`. */
  readonly select: RawBuilder<unknown>
  readonly sites: readonly string[]
  readonly where: readonly RawBuilder<unknown>[]
  readonly order: Order
  readonly cursor: string | undefined
  readonly limit: number
}

export type Page<T> = { readonly items: T[]; readonly next: string | null }

type Key = readonly (string | number)[]
type Row<T> = { row: T; site: string; key: Key }

/** Each site walks its own index for one page; the union of those few rows is sorted. */
export async function pageOf<T>(tx: Tx, { table, select, sites, where, order, cursor, limit }: Listing): Promise<Page<T>> {
  const columns = order.columns.map(([name]) => sql.ref(`r.${name}`))
  const direction = order.down ? sql`desc` : sql`asc`
  const after = cursor === undefined ? undefined : readCursor(cursor, order)
  const conditions = [sql`r.site = scope.site`, ...where]
  if (after) {
    const past = order.down ? sql`<` : sql`>`
    conditions.push(
      sql`(${sql.join(columns)}) ${past} (${sql.join(after.map((value, i) => sql`${value}::${sql.raw(order.columns[i]?.[1] ?? 'text')}`))})`,
    )
  }
  const { rows } = await sql<Row<T>>`
    select p.row, p.site, p.key
    from unnest(${[...sites]}::text[]) as scope(site)
    cross join lateral (
      select ${select} as row, r.site, jsonb_build_array(${sql.join(columns)}) as key, ${sql.join(columns.map((column, i) => sql`${column} as ${sql.id(`k${i}`)}`))}
      from ${sql.table(table)} as r
      where ${sql.join(conditions, sql` and `)}
      order by ${sql.join(columns.map((column) => sql`${column} ${direction}`))}
      limit ${limit + 1}
    ) as p
    order by ${sql.join(columns.map((_, i) => sql`${sql.ref(`p.k${i}`)} ${direction}`))}
    limit ${limit + 1}`.execute(tx)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map((row) => row.row), next: last ? writeCursor(last.key) : null }
}

export function writeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** A cursor that is not ours starts from the beginning rather than failing: it is only a position. */
export function readCursor(text: string, order: Order): Key | undefined {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    const isKey =
      Array.isArray(key) &&
      key.length === order.columns.length &&
      order.columns.every(([, type], i) => (type === 'text' ? typeof key[i] === 'string' : Number.isFinite(key[i])))
    return isKey ? (key as Key) : undefined
  } catch {
    return undefined
  }
}
