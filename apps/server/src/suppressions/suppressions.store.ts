import type { Suppression } from '@isthmus/model'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { SuppressionQuery, SuppressionRow } from './suppressions.wire.ts'

type Row = z.output<typeof SuppressionRow>

/** A list is for people: there are few, and what more there is is found by its rule or asset. */
const MAX_LISTED = 500
/** What a fold works with: those that ended long ago leave first. */
const MAX_IN_FORCE = 2000

export async function listSuppressions(
  tx: Tx,
  sites: readonly string[],
  query: z.output<typeof SuppressionQuery>,
  nowUs: number,
): Promise<Row[]> {
  const where: RawBuilder<unknown>[] = [sql`r.site = any (${[...sites]}::text[])`]
  const hides = (condition: RawBuilder<unknown>) =>
    sql`exists (select 1 from findings f where f.site = r.site and f.suppressed_by = r.id and ${condition})`
  if (query.state !== undefined) where.push(sql`${stateAt(nowUs)} = ${query.state}`)
  if (query.rule !== undefined) where.push(sql`(r.scope ->> 'rule' = ${query.rule} or ${hides(sql`f.rule = ${query.rule}`)})`)
  if (query.asset !== undefined) where.push(hides(sql`(f.client_asset = ${query.asset} or f.server_asset = ${query.asset})`))
  const { rows } = await sql<{ row: Row }>`
    select ${suppressionRow(nowUs)} as row from suppressions r where ${sql.join(where, sql` and `)}
    order by r.made_at desc, r.id limit ${MAX_LISTED}`.execute(tx)
  return rows.map(({ row }) => row)
}

export async function findSuppression(tx: Tx, site: string, id: string, nowUs: number): Promise<Row | undefined> {
  const { rows } = await sql<{ row: Row }>`
    select ${suppressionRow(nowUs)} as row from suppressions r where r.site = ${site} and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

export type SuppressionEntry = Suppression & { readonly by: string }

export async function insertSuppression(tx: Tx, { id, site, scope, reason, by, from, until }: SuppressionEntry): Promise<void> {
  await sql`insert into suppressions (site, id, scope, reason, from_us, until_us, made_by)
    values (${site}, ${id}, ${jsonText(scope)}::jsonb, ${reason}, ${from}, ${until}, ${by})`.execute(tx)
}

/** True when it was in force or planned until now. */
export async function endSuppression(tx: Tx, site: string, id: string, by: string, nowUs: number): Promise<boolean> {
  const { rows } = await sql`update suppressions r set ended_us = ${nowUs}, ended_by = ${by}
    where r.site = ${site} and r.id = ${id} and ${stateAt(nowUs)} in ('planned', 'in-force') returning 1`.execute(tx)
  return rows.length > 0
}

/** What the fold of a site is to know, by event time: also what has ended, because a capture may show what was before. */
export async function loadSuppressions(tx: Tx, site: string): Promise<Suppression[]> {
  const { rows } = await sql<{ doc: Suppression }>`
    select jsonb_build_object('id', id, 'site', site, 'scope', scope, 'reason', reason, 'by', coalesce(made_by, ''), 'from', from_us,
      'until', least(until_us, ended_us)) as doc
    from suppressions where site = ${site} order by least(until_us, ended_us) desc, id limit ${MAX_IN_FORCE}`.execute(tx)
  return rows.map(({ doc }) => doc)
}

/** Findings hidden around the time of an alert between the same two hosts. */
export async function hiddenAround(
  tx: Tx,
  site: string,
  alert: {
    readonly firstAt: number
    readonly lastAt: number
    readonly clientAsset?: string | undefined
    readonly serverAsset?: string | undefined
  },
): Promise<{ suppression: string; reason: string; findings: number }[]> {
  const { rows } = await sql<{ suppression: string; reason: string; findings: number }>`
    select f.suppressed_by as suppression, s.reason, count(*) as findings
    from findings f join suppressions s on s.site = f.site and s.id = f.suppressed_by
    where f.site = ${site} and f.suppressed_by is not null and f.at_us between ${alert.firstAt - HOUR_US} and ${alert.lastAt + HOUR_US}
      and f.client_asset = ${alert.clientAsset ?? null} and f.server_asset = ${alert.serverAsset ?? null}
    group by f.suppressed_by, s.reason order by findings desc limit 20`.execute(tx)
  return rows
}

const HOUR_US = 3600e6

function stateAt(nowUs: number): RawBuilder<unknown> {
  return sql`case when r.ended_us is not null then 'ended' when r.until_us <= ${nowUs} then 'expired' when r.from_us > ${nowUs} then 'planned' else 'in-force' end`
}

function suppressionRow(nowUs: number): RawBuilder<unknown> {
  return sql`jsonb_build_object('id', r.id, 'site', r.site, 'scope', r.scope, 'reason', r.reason, 'from', r.from_us, 'until', r.until_us,
    'by', ${personOf('r.made_by')}, 'madeAt', us(r.made_at), 'state', ${stateAt(nowUs)},
    'hits', (select count(*) from findings f where f.site = r.site and f.suppressed_by = r.id))
    || jsonb_strip_nulls(jsonb_build_object('endedAt', r.ended_us, 'endedBy', ${personOf('r.ended_by')},
      'lastAt', (select max(f.at_us) from findings f where f.site = r.site and f.suppressed_by = r.id)))`
}
