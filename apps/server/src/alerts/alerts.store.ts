import type { AlertState, Resolution } from '@isthmus/model'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { assetRows } from '../assets/assets.store.ts'
import type { Tx } from '../database/connect.ts'
import { type Order, type Page, pageOf } from '../database/list.ts'
import { listFindings } from '../findings/findings.store.ts'
import { hiddenAround } from '../suppressions/suppressions.store.ts'
import type { AlertPage, AlertQuery, AlertRow, WorkEvent } from './alerts.wire.ts'

type Row = z.output<typeof AlertRow>

export const personOf = (column: string): RawBuilder<unknown> =>
  sql`(select jsonb_build_object('id', u.id, 'name', u.name, 'displayName', u.display_name) from users u where u.id = ${sql.ref(column)})`

const labelOf = (column: string): RawBuilder<unknown> =>
  sql`(select a.label from assets a where a.site = r.site and a.id = ${sql.ref(column)})`

/** What people did and what a card shows besides the document. */
const work = sql`jsonb_build_object('state', r.state, 'resolution', r.resolution, 'assignee', ${personOf('r.assignee')})
  || jsonb_strip_nulls(jsonb_build_object('clientLabel', ${labelOf('r.client_asset')}, 'serverLabel', ${labelOf('r.server_asset')}))`

export const alertRow = sql`(r.doc - 'means' - 'checkFirst' - 'doNot' - 'scoreParts' - 'findings' - 'evidence') || ${work}`

const ORDERS: Readonly<Record<'score' | 'last', Order>> = {
  score: {
    columns: [
      ['score', 'double precision'],
      ['last_us', 'bigint'],
      ['id', 'text'],
    ],
    down: true,
  },
  last: {
    columns: [
      ['last_us', 'bigint'],
      ['id', 'text'],
    ],
    down: true,
  },
}

export function listAlerts(tx: Tx, sites: readonly string[], query: z.output<typeof AlertQuery>, me: string): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.state === 'open') where.push(sql`r.is_open`)
  else if (query.state !== undefined) where.push(sql`r.state = ${query.state}`)
  if (query.level !== undefined) where.push(sql`r.level = ${query.level}`)
  if (query.asset !== undefined) where.push(sql`(r.client_asset = ${query.asset} or r.server_asset = ${query.asset})`)
  if (query.incident !== undefined) where.push(sql`r.incident = ${query.incident}`)
  if (query.assignee === 'none') where.push(sql`r.assignee is null`)
  else if (query.assignee !== undefined) where.push(sql`r.assignee = ${query.assignee === 'me' ? me : query.assignee}`)
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  return pageOf<Row>(tx, {
    table: 'alerts',
    select: alertRow,
    sites,
    where,
    order: ORDERS[query.sort],
    cursor: query.cursor,
    limit: query.limit,
  })
}

export async function findAlert(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof AlertPage> | undefined> {
  const { rows } = await sql<{ row: z.output<typeof AlertPage> }>`
    select r.doc || ${work} as row from alerts r where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  const alert = rows[0]?.row
  if (!alert) return undefined
  const [client, server] = [alert.clientAsset, alert.serverAsset]
  const present = [client, server].filter((asset) => asset !== undefined)
  const cards = await assetRows(
    tx,
    present.map((asset) => ({ site: alert.site, id: asset })),
  )
  const findings = await listFindings(tx, [alert.site], { alert: id, limit: 50 })
  return {
    ...alert,
    events: await workEvents(tx, alert.site, 'alert', id),
    latestFindings: findings.items,
    clientCard: cards.find((card) => card.id === client) ?? null,
    serverCard: cards.find((card) => card.id === server) ?? null,
    suppressed: await hiddenAround(tx, alert.site, alert),
    similar: await similarAlerts(tx, alert.site, id, alert.rules[0]),
  }
}

async function similarAlerts(tx: Tx, site: string, id: string, rule: string | undefined): Promise<z.output<typeof AlertPage>['similar']> {
  if (rule === undefined) return []
  const { rows } = await sql<{ row: z.output<typeof AlertPage>['similar'][number] }>`
    select jsonb_build_object('id', r.id, 'title', r.doc -> 'title', 'lastAt', r.last_us, 'state', r.state, 'resolution', r.resolution) as row
    from alerts r where r.site = ${site} and r.rule = ${rule} and r.id <> ${id} order by r.last_us desc limit 5`.execute(tx)
  return rows.map((row) => row.row)
}

export async function workEvents(tx: Tx, site: string, noun: 'alert' | 'incident', id: string): Promise<z.output<typeof WorkEvent>[]> {
  const { rows } = await sql<{ row: z.output<typeof WorkEvent> }>`
    select jsonb_build_object('by', ${personOf('e.by_user')}) || jsonb_strip_nulls(jsonb_build_object(
      'at', us(e.at), 'kind', e.kind, 'from', e.from_value, 'to', e.to_value, 'text', e.text)) as row
    from work_events e where e.site = ${site} and e.noun = ${noun} and e.id = ${id} order by e.number desc limit 500`.execute(tx)
  return rows.map((row) => row.row)
}

export type WorkEntry = {
  readonly site: string
  readonly noun: 'alert' | 'incident'
  readonly id: string
  readonly by: string | null
  readonly kind: 'moved' | 'assigned' | 'noted' | 'reopened'
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly text?: string | undefined
}

export async function addWorkEvent(tx: Tx, e: WorkEntry): Promise<void> {
  await sql`insert into work_events (site, noun, id, by_user, kind, from_value, to_value, text)
    values (${e.site}, ${e.noun}, ${e.id}, ${e.by}, ${e.kind}, ${e.from ?? null}, ${e.to ?? null}, ${e.text ?? null})`.execute(tx)
}

export type AlertWork = { site: string; state: AlertState; resolution: Resolution | null; assignee: string | null }

export async function lockAlert(tx: Tx, sites: readonly string[], id: string): Promise<AlertWork | undefined> {
  const { rows } = await sql<AlertWork>`
    select site, state, resolution, assignee from alerts where site = any (${[...sites]}::text[]) and id = ${id} for update`.execute(tx)
  return rows[0]
}

export async function saveAlertWork(tx: Tx, id: string, { site, state, resolution, assignee }: AlertWork): Promise<void> {
  await sql`update alerts set state = ${state}, resolution = ${resolution}, assignee = ${assignee} where site = ${site} and id = ${id}`.execute(
    tx,
  )
}
