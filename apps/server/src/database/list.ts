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
type Row<T> = { row: T; key: Key }

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
  const keys = order.columns.map((_, i) => sql.ref(`p.k${i}`))
  const sorted = sql`order by ${sql.join(keys.map((key) => sql`${key} ${direction}`))} limit ${limit + 1}`
  // Keys first, out of the index alone where it covers the filter; documents only for the rows of the page.
  const { rows } = await sql<Row<T>>`
    select ${select} as row, jsonb_build_array(${sql.join(keys)}) as key
    from (
      select p.* from unnest(${[...sites]}::text[]) as scope(site)
      cross join lateral (
        select r.site, ${sql.join(columns.map((column, i) => sql`${column} as ${sql.id(`k${i}`)}`))}
        from ${sql.table(table)} as r where ${sql.join(conditions, sql` and `)}
        order by ${sql.join(columns.map((column) => sql`${column} ${direction}`))} limit ${limit + 1}
      ) as p ${sorted}
    ) as p
    join ${sql.table(table)} as r on r.site = p.site and ${sql.join(
      columns.map((column, i) => sql`${column} = ${sql.ref(`p.k${i}`)}`),
      sql` and `,
    )}
    ${sorted}`.execute(tx)
  const last = rows.length > limit ? rows[limit - 1] : undefined
  return { items: rows.slice(0, limit).map((row) => row.row), next: last ? writeCursor(last.key) : null }
}

export function writeCursor(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** A cursor this list did not write: the request is not valid, the list did not fail. */
export class BadCursor extends Error {}

/** Throws BadCursor for anything but a position in this order that PostgreSQL can compare with. */
export function readCursor(text: string, order: Order): Key {
  const key = parsed(text)
  if (!Array.isArray(key) || key.length !== order.columns.length) throw new BadCursor()
  if (!order.columns.every(([, type], i) => FITS[type](key[i]))) throw new BadCursor()
  return key as Key
}

const FITS: Readonly<Record<Order['columns'][number][1], (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string' && !/\0|\p{Cs}/u.test(value),
  bigint: Number.isSafeInteger,
  'double precision': Number.isFinite,
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
