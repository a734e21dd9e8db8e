import { sql } from 'kysely'
import type { z } from 'zod'
import type { Db, Tx } from '../database/connect.ts'
import type { NewSite, Site } from './sites.wire.ts'

export type SiteName = { id: string; name: string; timezone: string }

/** Every site there is, for deciding scope; never answered as it is. */
export async function allSites(db: Db): Promise<SiteName[]> {
  const { rows } = await sql<SiteName>`select id, name, timezone from sites order by name, id`.execute(db)
  return rows
}

export async function listSites(tx: Tx, sites: readonly string[]): Promise<z.output<typeof Site>[]> {
  const { rows } = await sql<{ row: z.output<typeof Site> }>`
    select jsonb_build_object('id', s.id, 'name', s.name, 'timezone', s.timezone,
      'assets', (select count(*) from assets a where a.site = s.id),
      'openAlerts', (select count(*) from alerts l where l.site = s.id and l.is_open),
      'openIncidents', (select count(*) from incidents i where i.site = s.id and i.state = 'open'),
      'lastAt', (select max(last_us) from assets a where a.site = s.id)) as row
    from sites s where s.id = any (${[...sites]}::text[]) order by s.name`.execute(tx)
  return rows.map((row) => row.row)
}

export async function insertSite(tx: Tx, { id, name, timezone }: z.output<typeof NewSite>): Promise<boolean> {
  const { rows } =
    await sql`insert into sites (id, name, timezone) values (${id}, ${name}, ${timezone}) on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}
