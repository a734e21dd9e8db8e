import type { Coverage } from '@isthmus/model'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'

export async function listCoverage(tx: Tx, sites: readonly string[]): Promise<(Coverage & { site: string })[]> {
  const { rows } = await sql<{ row: Coverage & { site: string } }>`
    select doc || jsonb_build_object('site', site) as row from coverage where site = any (${[...sites]}::text[])
    order by (doc -> 'bytes')::bigint desc, protocol limit 2000`.execute(tx)
  return rows.map((row) => row.row)
}
