import { derivedId, type Finding, type Micros } from '@isthmus/model'
import { sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Database, Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { Hunt, HuntFinding, HuntFindingQuery, HuntQuery, HuntRequest } from './hunts.wire.ts'

type Row = z.output<typeof Hunt>
export type Request = z.output<typeof HuntRequest>

const huntRow = sql`jsonb_build_object('id', r.id, 'site', r.site, 'askedBy', ${personOf('r.asked_by')}, 'askedAt', us(r.asked_at), 'finishedAt', us(r.finished_at),
  'state', r.state, 'rules', r.request -> 'rules', 'since', r.request -> 'since', 'hasSource', r.request ? 'source', 'hasIndicators', r.request ? 'indicators',
  'from', r.request -> 'from', 'to', r.request -> 'to', 'captures', coalesce(r.request -> 'captures', '[]'),
  'progress', '{"done":0,"total":0,"observations":0}'::jsonb || r.progress, 'outcome', r.outcome, 'error', r.error)`

export function listHunts(tx: Tx, sites: readonly string[], query: z.output<typeof HuntQuery>): Promise<Page<Row>> {
  return pageOf<Row>(tx, {
    table: 'hunts',
    select: huntRow,
    sites,
    where: [],
    order: {
      columns: [
        ['asked_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}

export async function findHunt(tx: Tx, sites: readonly string[], id: string): Promise<Row | undefined> {
  const { rows } = await sql<{
    row: Row
  }>`select ${huntRow} as row from hunts r where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

export async function countOpen(tx: Tx, site: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*) as n from hunts where site = ${site} and state in ('waiting', 'running')`.execute(tx)
  return rows[0]?.n ?? 0
}

export async function addHunt(tx: Tx, request: Request, by: string | null, nowUs: Micros): Promise<string> {
  const id = derivedId('hunt', request.site, by ?? '', nowUs)
  await sql`insert into hunts (site, id, asked_by, request) values (${request.site}, ${id}, ${by}, ${jsonText(request)}::jsonb)`.execute(tx)
  return id
}

/** @returns false when it had ended before */
export async function cancelHunt(tx: Tx, site: string, id: string): Promise<boolean> {
  const { rows } = await sql`update hunts set state = 'cancelled', finished_at = now()
    where site = ${site} and id = ${id} and state in ('waiting', 'running') returning 1`.execute(tx)
  return rows.length > 0
}

/** Sites take turns: of the one whose last hunt ended longest ago the hunt that waits longest. One that was running when a server ended begins again. */
export async function nextHunt(tx: Tx): Promise<{ site: string; id: string } | undefined> {
  const { rows } = await sql<{
    site: string
    id: string
  }>`select h.site, h.id from hunts h where h.state in ('waiting', 'running')
    order by h.state = 'waiting', (select max(d.finished_at) from hunts d where d.site = h.site) nulls first, h.asked_us, h.id limit 1`.execute(
    tx,
  )
  return rows[0]
}

/** Undefined when somebody cancelled it meanwhile. */
export async function startHunt(tx: Tx, site: string, id: string): Promise<Request | undefined> {
  await sql`delete from hunt_findings where site = ${site} and hunt = ${id}`.execute(tx)
  const { rows } = await sql<{ request: Request }>`update hunts set state = 'running', progress = '{}'
    where site = ${site} and id = ${id} and state in ('waiting', 'running') returning request`.execute(tx)
  return rows[0]?.request
}

export type Progress = { readonly done: number; readonly total: number; readonly observations: number }

/** @returns false when it was cancelled */
export async function saveProgress(tx: Tx, site: string, id: string, progress: Progress): Promise<boolean> {
  const { rows } =
    await sql`update hunts set progress = ${jsonText(progress)}::jsonb where site = ${site} and id = ${id} and state = 'running' returning 1`.execute(
      tx,
    )
  return rows.length > 0
}

export type Outcome = { readonly firstAt: Micros | null; readonly lastAt: Micros | null; readonly notes: readonly string[] }

export async function endHunt(tx: Tx, site: string, id: string, findings: readonly Finding[], outcome: Outcome): Promise<void> {
  await sql`insert into hunt_findings (site, hunt, id, doc, was_raised)
    select ${site}, ${id}, d ->> 'id', d, exists (select 1 from findings f where f.site = ${site} and f.id = d ->> 'id')
    from jsonb_array_elements(${jsonText(findings)}::jsonb) as d on conflict do nothing`.execute(tx)
  await sql`update hunts set state = 'done', finished_at = now(), outcome = ${jsonText(outcome)}::jsonb || (select jsonb_build_object('findings', count(*),
      'fresh', count(*) filter (where not was_raised)) from hunt_findings where site = ${site} and hunt = ${id})
    where site = ${site} and id = ${id} and state = 'running'`.execute(tx)
}

export async function failHunt(tx: Tx, site: string, id: string, error: string): Promise<void> {
  await sql`update hunts set state = 'failed', finished_at = now(), error = ${error.slice(0, 1000)}
    where site = ${site} and id = ${id} and state in ('waiting', 'running')`.execute(tx)
}

export function listHuntFindings(
  tx: Tx,
  site: string,
  hunt: string,
  query: z.output<typeof HuntFindingQuery>,
): Promise<Page<z.output<typeof HuntFinding>>> {
  return pageOf(tx, {
    table: 'hunt_findings',
    select: sql`jsonb_build_object('finding', r.doc, 'wasRaised', r.was_raised)`,
    sites: [site],
    where: [sql`r.hunt = ${hunt}`, ...(query.fresh === undefined ? [] : [sql`r.was_raised = ${!query.fresh}`])],
    order: {
      columns: [
        ['at_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}

/** Notes meanings that were not in force before. Of no site: every site has the same rules to begin with. */
export async function noteRuleVersions(
  database: Database,
  rules: readonly { readonly name: string; readonly version: string }[],
): Promise<void> {
  const rows = jsonText(rules.map(({ name, version }) => ({ name, version })))
  await sql`insert into rule_versions (rule, version) select d ->> 'name', d ->> 'version' from jsonb_array_elements(${rows}::jsonb) as d
    on conflict do nothing`.execute(database.app)
}

/** When the site's lists of known threats last changed; undefined where there are none. */
export async function threatsChangedAt(tx: Tx, site: string): Promise<Micros | undefined> {
  const { rows } = await sql<{ at: Micros | null }>`select max(us(changed_at)) as at from threat_sources
    where (site is null or site = ${site}) and kind = 'indicators' and is_enabled`.execute(tx)
  return rows[0]?.at ?? undefined
}

/** True where the platform itself has asked for one within the hour. */
export async function hasAskedLately(tx: Tx, site: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from hunts where site = ${site} and asked_by is null and asked_at > now() - interval '1 hour' limit 1`.execute(tx)
  return rows.length > 0
}

/** Rules whose latest meaning is newer than a time. */
export async function changedRules(tx: Tx, since: Micros): Promise<{ rule: string; at: Micros }[]> {
  const { rows } = await sql<{ rule: string; at: Micros }>`select rule, max(us(seen_at)) as at from rule_versions group by rule
    having max(us(seen_at)) > ${since} order by at desc, rule`.execute(tx)
  return rows
}

export type CapturePath = { readonly id: string; readonly file: string; readonly bytesTotal: number }

/** As many as one hunt may name, newest first. */
export async function keptCaptures(tx: Tx, site: string): Promise<{ id: string; name: string; bytes: number }[]> {
  const { rows } = await sql<{ id: string; name: string; bytes: number }>`select id, name, bytes_total as bytes from captures
    where site = ${site} and state = 'done' order by uploaded_at desc, id limit 100`.execute(tx)
  return rows
}

/** In the order in which they were taken. */
export async function capturePaths(tx: Tx, site: string, ids: readonly string[]): Promise<CapturePath[]> {
  const { rows } = await sql<CapturePath>`select id, file, bytes_total as "bytesTotal" from captures
    where site = ${site} and id = any (${[...ids]}::text[]) order by uploaded_at, id`.execute(tx)
  return rows
}
