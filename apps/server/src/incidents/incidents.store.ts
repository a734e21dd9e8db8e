import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { alertRow, personOf, workEvents } from '../alerts/alerts.store.ts'
import type { AlertRow } from '../alerts/alerts.wire.ts'
import { assetRows } from '../assets/assets.store.ts'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { IncidentPage, IncidentQuery, IncidentRow } from './incidents.wire.ts'

type Row = z.output<typeof IncidentRow>

const work = sql`jsonb_build_object('state', r.state, 'assignee', ${personOf('r.assignee')})`
export const incidentRow = sql`(r.doc - 'steps' - 'alerts') || ${work} || jsonb_build_object('alertCount', jsonb_array_length(r.doc -> 'alerts'))`

export function listIncidents(tx: Tx, sites: readonly string[], query: z.output<typeof IncidentQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = [sql`not r.is_merged`]
  if (query.state !== undefined) where.push(sql`r.state = ${query.state}`)
  if (query.asset !== undefined) where.push(sql`${query.asset} = any (r.assets)`)
  return pageOf<Row>(tx, {
    table: 'incidents',
    select: incidentRow,
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

export async function findIncident(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof IncidentPage> | undefined> {
  const { rows } = await sql<{ row: z.output<typeof IncidentPage> }>`
    select r.doc || ${work} as row from incidents r where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  const incident = rows[0]?.row
  if (!incident) return undefined
  const alerts = await sql<{ row: z.output<typeof AlertRow> }>`
    select ${alertRow} as row from alerts r where r.site = ${incident.site} and r.incident = ${id} order by (r.doc -> 'firstAt')::bigint, r.id limit 200`.execute(
    tx,
  )
  return {
    ...incident,
    events: await workEvents(tx, incident.site, 'incident', id),
    alertRows: alerts.rows.map((row) => row.row),
    assetCards: await assetRows(
      tx,
      incident.assets.slice(0, 100).map((asset) => ({ site: incident.site, id: asset })),
    ),
  }
}

export type IncidentWork = { site: string; state: 'open' | 'contained' | 'closed'; assignee: string | null }

export async function lockIncident(tx: Tx, sites: readonly string[], id: string): Promise<IncidentWork | undefined> {
  const { rows } = await sql<IncidentWork>`
    select site, state, assignee from incidents where site = any (${[...sites]}::text[]) and id = ${id} for update`.execute(tx)
  return rows[0]
}

export async function saveIncidentWork(tx: Tx, id: string, { site, state, assignee }: IncidentWork): Promise<void> {
  await sql`update incidents set state = ${state}, assignee = ${assignee} where site = ${site} and id = ${id}`.execute(tx)
}
