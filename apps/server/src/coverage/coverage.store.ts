import type { Coverage } from '@isthmus/model'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'

export async function listCoverage(tx: Tx, sites: readonly string[]): Promise<(Coverage & { site: string })[]> {
  const { rows } = await sql<{ row: Coverage & { site: string } }>`
    select doc || jsonb_build_object('site', site) as row from coverage where site = any (${[...sites]}::text[])
    order by (doc -> 'bytes')::bigint desc, protocol limit 2000`.execute(tx)
  return rows.map((row) => row.row)
}

/** What caps refused, by site and name of the cap. */
export async function listRefused(tx: Tx, sites: readonly string[]): Promise<{ site: string; cap: string; count: number }[]> {
  const { rows } = await sql<{ site: string; cap: string; count: number }>`
    select h.site, r.key as cap, r.value::bigint as count from site_health h, jsonb_each(h.refused) as r
    where h.site = any (${[...sites]}::text[]) order by h.site, r.key limit 2000`.execute(tx)
  return rows
}
