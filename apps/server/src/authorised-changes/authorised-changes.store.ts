import type { AuthorisedChange, ChangeUse } from '@isthmus/model'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { ChangeRow } from './authorised-changes.wire.ts'

type Row = z.output<typeof ChangeRow>

const MAX_LISTED = 500
/** What a fold works with: what ended long ago leaves first. */
const MAX_KNOWN = 5000

export async function listChanges(tx: Tx, sites: readonly string[], state: Row['state'] | undefined, nowUs: number): Promise<Row[]> {
  const condition = state === undefined ? sql`true` : sql`r.state = ${state}`
  const { rows } = await sql<{ row: Row }>`
    select ${changeRow} as row from (${allChanges(sites, nowUs)}) r where ${condition} order by r.until_us desc, r.site, r.id limit ${MAX_LISTED}`.execute(
    tx,
  )
  return rows.map(({ row }) => row)
}

export async function findChange(tx: Tx, site: string, id: string, nowUs: number): Promise<Row | undefined> {
  const { rows } = await sql<{ row: Row }>`select ${changeRow} as row from (${allChanges([site], nowUs)}) r where r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

export type Put = 'made' | 'changed' | 'same' | 'ended'

/** The same document again changes nothing; what a person has ended is not taken up again. */
export async function putChange(tx: Tx, change: AuthorisedChange, by: string): Promise<Put> {
  const { site, id } = change
  const doc = jsonText(change)
  const { rows } = await sql<{ isEnded: boolean; isSame: boolean }>`
    select ended_us is not null as "isEnded", doc = ${doc}::jsonb as "isSame" from authorised_changes where site = ${site} and id = ${id} for update`.execute(
    tx,
  )
  const [known] = rows
  if (known?.isEnded) return 'ended'
  if (known?.isSame) return 'same'
  await sql`insert into authorised_changes (site, id, doc, made_by) values (${site}, ${id}, ${doc}::jsonb, ${by})
    on conflict on constraint authorised_changes_pk do update set doc = excluded.doc`.execute(tx)
  return known === undefined ? 'made' : 'changed'
}

/** True when it was in force or planned until now. */
export async function endChange(tx: Tx, site: string, id: string, by: string, nowUs: number): Promise<boolean> {
  const { rows } = await sql`update authorised_changes set ended_us = ${nowUs}, ended_by = ${by}
    where site = ${site} and id = ${id} and ended_us is null and until_us > ${nowUs} returning 1`.execute(tx)
  return rows.length > 0
}

/** What the fold of a site is to know, by event time: also what is over, because a capture may show what was before. */
export async function loadChanges(tx: Tx, site: string): Promise<AuthorisedChange[]> {
  const { rows } = await sql<{ doc: AuthorisedChange }>`
    select doc || jsonb_build_object('until', least(until_us, ended_us)) as doc from authorised_changes where site = ${site}
    order by least(until_us, ended_us) desc, id limit ${MAX_KNOWN}`.execute(tx)
  return rows.map(({ doc }) => doc)
}

/** What was seen of changes, the least recently seen first: those a fold goes on with. */
export async function loadChangeUses(tx: Tx, site: string): Promise<ChangeUse[]> {
  const { rows } = await sql<{ doc: ChangeUse }>`
    select doc from change_uses where site = ${site}
    order by greatest((doc -> 'own' -> 'until')::bigint, (doc -> 'closedAt')::bigint, (doc -> 'deviations' -> -1 -> 'at')::bigint) desc nulls last, id
    limit ${MAX_KNOWN}`.execute(tx)
  return rows.map(({ doc }) => doc).reverse()
}

/** Remote sessions that opened by themselves. */
export async function loadOpened(tx: Tx, site: string): Promise<AuthorisedChange[]> {
  const { rows } = await sql<{ doc: AuthorisedChange }>`
    select doc -> 'own' as doc from change_uses where site = ${site} and doc ? 'own' order by id limit ${MAX_KNOWN}`.execute(tx)
  return rows.map(({ doc }) => doc)
}

/** Planned ones, and remote sessions that opened by themselves. */
function allChanges(sites: readonly string[], nowUs: number): RawBuilder<unknown> {
  const end = sql`least(c.until_us, c.ended_us, (c.use -> 'closedAt')::bigint)`
  return sql`
    select c.*, case when c.ended_us is not null then 'ended' when ${end} <= ${nowUs} then 'over' when c.from_us > ${nowUs} then 'planned' else 'in-force' end as state
    from (
      select p.site, p.id, p.doc, p.from_us, p.until_us, p.made_by, p.made_at, p.ended_us, p.ended_by, u.doc as use
      from authorised_changes p left join change_uses u on u.site = p.site and u.id = p.id
      union all
      select u.site, u.id, u.doc -> 'own', (u.doc -> 'own' -> 'from')::bigint, (u.doc -> 'own' -> 'until')::bigint, null, null, null, null, u.doc
      from change_uses u where u.doc ? 'own'
    ) c where c.site = any (${[...sites]}::text[])`
}

const deviations = sql`coalesce((select jsonb_agg(d.doc || jsonb_strip_nulls(jsonb_build_object('alert', f.alert)) order by d.place)
  from jsonb_array_elements(r.use -> 'deviations') with ordinality as d(doc, place)
  left join findings f on f.site = r.site and f.id = d.doc ->> 'finding'), '[]')`

const changeRow = sql`r.doc || jsonb_build_object('state', r.state, 'by', ${personOf('r.made_by')}, 'isPlanned', r.made_at is not null,
    'explained', (select count(*) from findings f where f.site = r.site and f.authorised_by = r.id),
    'deviations', ${deviations}, 'more', coalesce(r.use -> 'more', '0'))
  || jsonb_strip_nulls(jsonb_build_object('madeAt', us(r.made_at), 'endedAt', r.ended_us, 'endedBy', ${personOf('r.ended_by')}, 'closedAt', r.use -> 'closedAt'))`
