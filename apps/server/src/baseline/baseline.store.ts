/** Rows of what was learnt: lists, and what a person decides on one. */
import type { Learned } from '@isthmus/detect'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { BaselineQuery, BaselineRow } from './baseline.wire.ts'

type Row = z.output<typeof BaselineRow>

/** Event time up to which the site has come, out of the detector's clock. */
const eventNow = sql`(select (c.doc #>> '{entries,0,1,epochs,0,latest}')::bigint from detector_state c where c.site = r.site and c.key = 'clock#0')`

/** The asset that has the address, by the index of first addresses. */
const assetAt = (side: 'client' | 'server') => {
  const order = sql`ip_order(${sql.ref(`r.${side}`)})`
  return sql`case when ${order} = '' then null else (select jsonb_build_object('id', a.id, 'label', a.label)
    from assets a where a.site = r.site and a.ip = ${order} order by a.id limit 1) end`
}

/** A range or a habit keeps what it learnt when it is passed; what was told of it waits for a person like all that is new. */
const isToldOf = sql`(r.people is null and r.doc ->> 'kind' <> 'group' and r.doc -> 'told' <> 'null')`
const stateOf = sql`case when ${isToldOf} then 'new' else r.state end`

const shown = sql`(r.doc - 'key' - 'memory' - 'place' - 'values' - 'before' #- '{volume,recent}') || jsonb_build_object('site', r.site, 'people', r.people,
  'state', case when r.people is null then ${stateOf} when (r.people ->> 'until')::bigint <= ${eventNow} then 'expired' else 'decided' end,
  'clientAsset', ${assetAt('client')}, 'serverAsset', ${assetAt('server')})`

export async function listBaseline(tx: Tx, sites: readonly string[], query: z.output<typeof BaselineQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.rule !== undefined) where.push(sql`r.rule = ${query.rule}`)
  if (query.state === 'new') where.push(sql`(r.state = 'new' or ${isToldOf})`)
  else if (query.state !== undefined) where.push(sql`r.state = ${query.state} and not ${isToldOf}`)
  if (query.kind !== undefined) where.push(sql`r.doc ->> 'kind' = ${query.kind}`)
  if (query.asset !== undefined) {
    const hosts = (await findHosts(tx, sites, query.asset))?.hosts ?? []
    where.push(sql`(r.client = any (${hosts}::text[]) or r.server = any (${hosts}::text[]))`)
  }
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  return pageOf<Row>(tx, {
    table: 'baseline',
    select: shown,
    sites,
    where,
    order: {
      columns: [
        ['last_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}

export async function findRow(tx: Tx, site: string, id: string): Promise<Row | undefined> {
  const { rows } = await sql<{ row: Row }>`select ${shown} as row from baseline r where r.site = ${site} and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

/** The detector's own row, for a person to decide on. */
export async function lockRow(tx: Tx, site: string, id: string): Promise<Learned | undefined> {
  const { rows } = await sql<{
    doc: Learned
  }>`select doc || jsonb_build_object('people', people) as doc from baseline where site = ${site} and id = ${id} for update`.execute(tx)
  return rows[0]?.doc
}

export async function saveDecided(tx: Tx, site: string, { id, people }: Learned): Promise<void> {
  await sql`update baseline set people = ${jsonText(people)}::jsonb where site = ${site} and id = ${id}`.execute(tx)
}

/** False when there is a row for it already. */
export async function insertRow(tx: Tx, site: string, { people, ...doc }: Learned): Promise<boolean> {
  const { rows } = await sql`insert into baseline (site, id, doc, people)
    values (${site}, ${doc.id}, ${jsonText(doc)}::jsonb, ${jsonText(people)}::jsonb) on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}

/** Rows of one rule that people decided: a detector holds so many of them. */
export async function countDecided(tx: Tx, site: string, rule: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from baseline where site = ${site} and rule = ${rule} and people is not null`.execute(tx)
  return rows[0]?.n ?? 0
}

export async function deleteRow(tx: Tx, site: string, id: string): Promise<boolean> {
  const { rows } = await sql`delete from baseline where site = ${site} and id = ${id} returning 1`.execute(tx)
  return rows.length > 0
}

export type Hosts = { readonly site: string; readonly hosts: string[] }

/** An asset's addresses, as rows name their hosts. */
export async function findHosts(tx: Tx, sites: readonly string[], asset: string): Promise<Hosts | undefined> {
  const { rows } = await sql<{ site: string; hosts: string[] }>`select a.site, texts(a.doc -> 'ips') || texts(a.doc -> 'macs') as hosts
    from assets a where a.site = any (${[...sites]}::text[]) and a.id = ${asset}`.execute(tx)
  return rows[0]
}

export type Counts = { known: number; new: number; decided: number }

/** `hosts` undefined: of the whole site. */
export async function countRows(tx: Tx, site: string, hosts: readonly string[] | undefined): Promise<Counts> {
  const of = hosts === undefined ? sql`` : sql`and (r.client = any (${[...hosts]}::text[]) or r.server = any (${[...hosts]}::text[]))`
  const { rows } = await sql<{
    state: keyof Counts
    n: number
  }>`select ${stateOf} as state, count(*) as n from baseline r where r.site = ${site} ${of} group by 1`.execute(tx)
  return { known: 0, new: 0, decided: 0, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) }
}
