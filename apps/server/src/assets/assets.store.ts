import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Order, type Page, pageOf } from '../database/list.ts'
import type { AssetPage, AssetPeers, AssetQuery, AssetRow } from './assets.wire.ts'

type Row = z.output<typeof AssetRow>
export type Place = { readonly site: string; readonly id: string }

/** An asset `a` as the list and every card show it. */
export const assetRow = sql`a.summary || jsonb_build_object('moduleCount', a.module_count, 'openAlerts',
  (select count(*) from alerts l where l.site = a.site and l.client_asset = a.id and l.is_open)
  + (select count(*) from alerts l where l.site = a.site and l.server_asset = a.id and l.is_open and l.client_asset is distinct from a.id))`

const ORDERS: Readonly<Record<string, Order['columns'][number]>> = {
  last: ['last_us', 'bigint'],
  first: ['first_us', 'bigint'],
  name: ['label', 'text'],
  ip: ['ip', 'text'],
  vendor: ['vendor', 'text'],
  type: ['type', 'text'],
  level: ['level', 'double precision'],
}

export async function listAssets(
  tx: Tx,
  sites: readonly string[],
  query: z.output<typeof AssetQuery>,
): Promise<Page<Row> & { total: number }> {
  const where: RawBuilder<unknown>[] = []
  if (query.type !== undefined) where.push(sql`r.type = ${query.type}`)
  if (query.vendor !== undefined) where.push(sql`r.vendor = ${query.vendor}`)
  if (query.level !== undefined) where.push(sql`r.level = ${query.level}`)
  if (query.role !== undefined) where.push(sql`${query.role} = any (r.roles)`)
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  const down = query.sort.startsWith('-')
  const column = ORDERS[down ? query.sort.slice(1) : query.sort] ?? ['last_us', 'bigint']
  const found = await pageOf<Place>(tx, {
    table: 'assets',
    select: sql`jsonb_build_object('site', r.site, 'id', r.id)`,
    sites,
    where,
    order: { columns: [column, ['id', 'text']], down },
    cursor: query.cursor,
    limit: query.limit,
  })
  const rows = await assetRows(tx, found.items)
  const counted = await sql<{ n: number }>`select count(*) as n from assets r where r.site = any (${[...sites]}::text[])
    ${where.length > 0 ? sql`and ${sql.join(where, sql` and `)}` : sql``}`.execute(tx)
  return { items: rows, next: found.next, total: counted.rows[0]?.n ?? 0 }
}

/** The cards of these assets, in the order asked. */
export async function assetRows(tx: Tx, places: readonly Place[]): Promise<Row[]> {
  if (places.length === 0) return []
  const { rows } = await sql<{ row: Row }>`
    select ${assetRow} as row from unnest(${places.map((one) => one.site)}::text[], ${places.map((one) => one.id)}::text[]) with ordinality as w(site, id, place)
    join assets a on a.site = w.site and a.id = w.id order by w.place`.execute(tx)
  return rows.map((row) => row.row)
}

export async function findAsset(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof AssetPage> | undefined> {
  const { rows } = await sql<{ row: z.output<typeof AssetPage> }>`
    select overridden(a.doc, a.overrides) || jsonb_build_object(
      'openAlerts', ${assetRow} -> 'openAlerts',
      'changes', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'kind', c.kind, 'at', c.at_us, 'attribute', c.attribute, 'from', c.from_value, 'to', c.to_value, 'evidence', c.evidence)) order by c.number desc), '[]')
        from (select * from changes c where c.site = a.site and c.subject = a.id order by c.at_us desc, c.number desc limit 200) c)
    ) as row from assets a where a.site = any (${[...sites]}::text[]) and a.id = ${id}`.execute(tx)
  return rows[0]?.row
}

/** Sets or takes back one attribute; the asset's site, or undefined when there is no such asset. */
export async function saveOverride(
  tx: Tx,
  sites: readonly string[],
  id: string,
  attribute: string,
  value: string | null,
): Promise<string | undefined> {
  const { rows } = await sql<{ site: string }>`
    update assets set overrides = ${value === null ? sql`overrides - ${attribute}::text` : sql`overrides || jsonb_build_object(${attribute}::text, ${value}::text)`}
    where site = any (${[...sites]}::text[]) and id = ${id} returning site`.execute(tx)
  return rows[0]?.site
}

export async function listPeers(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof AssetPeers>> {
  const { rows } = await sql<{ row: z.output<typeof AssetPeers>['items'][number] }>`
    with mine as (
      select site, server as peer, 'client' as direction, doc, sessions, bytes, last_us from links where site = any (${[...sites]}::text[]) and client = ${id}
      union all
      select site, client, 'server', doc, sessions, bytes, last_us from links where site = any (${[...sites]}::text[]) and server = ${id}),
    summed as (
      select site, peer, direction, (select jsonb_agg(distinct t) from unnest(array_agg(m.doc -> 'protocols')) as p, jsonb_array_elements(p) as t) as protocols,
        sum(sessions)::bigint as sessions, sum(bytes)::bigint as bytes, max(last_us) as last_us
      from mine m group by site, peer, direction order by 6 desc limit 500)
    select jsonb_strip_nulls(jsonb_build_object(
      'asset', case when a.id is null then null else jsonb_build_object('id', a.id, 'label', a.label, 'type', a.type, 'purdueLevel', nullif(a.level, -1)) end,
      'address', coalesce(a.doc -> 'ips' ->> 0, a.doc -> 'macs' ->> 0, s.peer), 'direction', s.direction, 'protocols', coalesce(s.protocols, '[]'),
      'sessions', s.sessions, 'bytes', s.bytes, 'lastAt', s.last_us)) as row
    from summed s left join assets a on a.site = s.site and a.id = s.peer order by s.bytes desc`.execute(tx)
  return { items: rows.map((row) => row.row) }
}
