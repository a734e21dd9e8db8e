import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { personOf } from '../alerts/alerts.store.ts'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import type { ThreatSource } from './known-threats.wire.ts'
import type { Report } from './report.ts'

type Row = z.output<typeof ThreatSource>
type Kind = Row['kind']

/** Sources that count for a site: protects its memory. */
export const MAX_SOURCES = 200
/** Problems shown in a list; one source by itself shows all that are kept. */
const SHOWN_PROBLEMS = 20

export async function listSources(tx: Tx, sites: readonly string[], nowUs: number): Promise<Row[]> {
  const { rows } = await sql<{ row: Row }>`select ${sourceRow(nowUs, SHOWN_PROBLEMS)} as row from threat_sources r
    where r.site is null or r.site = any (${[...sites]}::text[]) order by r.kind, r.name, r.id limit 1000`.execute(tx)
  return rows.map(({ row }) => row)
}

export async function findSource(tx: Tx, sites: readonly string[], id: string, nowUs: number): Promise<Row | undefined> {
  const { rows } = await sql<{ row: Row }>`select ${sourceRow(nowUs, 1000)} as row from threat_sources r
    where (r.site is null or r.site = any (${[...sites]}::text[])) and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

export async function countSources(tx: Tx, site: string | null): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from threat_sources where site is null or site = ${site}::text`.execute(tx)
  return rows[0]?.n ?? 0
}

export type SourceEntry = {
  readonly id: string
  readonly site: string | null
  readonly kind: Kind
  readonly origin: 'upload' | 'taxii'
  readonly name: string
  readonly content: string
  readonly report: Report
  readonly by: string | null
}

/** The id of the source: a new one, or the one of this name, which has the new content from here on. Undefined where that is a feed's. */
export async function saveSource(tx: Tx, s: SourceEntry): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    insert into threat_sources as t (id, site, kind, origin, name, content, sha256, report, added_by)
    values (${s.id}, ${s.site}, ${s.kind}, ${s.origin}, ${s.name}, ${s.content}, ${sha256(s.content)}, ${jsonText(s.report)}::jsonb, ${s.by})
    on conflict on constraint threat_sources_have_one_name do update set content = excluded.content, sha256 = excluded.sha256,
      report = excluded.report, changed_at = now() where t.origin = excluded.origin and t.origin = 'upload' returning id`.execute(tx)
  return rows[0]?.id
}

export async function saveContent(tx: Tx, id: string, content: string, report: Report): Promise<void> {
  await sql`update threat_sources set content = ${content}, sha256 = ${sha256(content)}, report = ${jsonText(report)}::jsonb, changed_at = now()
    where id = ${id}`.execute(tx)
}

export async function enableSource(tx: Tx, id: string, isEnabled: boolean): Promise<void> {
  await sql`update threat_sources set is_enabled = ${isEnabled} where id = ${id}`.execute(tx)
}

export async function deleteSource(tx: Tx, id: string): Promise<void> {
  await sql`delete from threat_sources where id = ${id}`.execute(tx)
}

export type SourceContent = { readonly id: string; readonly name: string; readonly sha256: string; readonly content: string }

/** What counts for a site, that of packs too, without the texts of those the reader has: `known` are their hashes. */
export async function enabledSources(tx: Tx, site: string, kind: Kind, known: readonly string[] = []): Promise<SourceContent[]> {
  const { rows } =
    await sql<SourceContent>`select id, name, sha256, case when sha256 = any (${[...known]}::text[]) then '' else content end as content from (
      (select id, name, sha256, content from threat_sources where is_enabled and kind = ${kind} and (site is null or site = ${site})
        order by id limit ${MAX_SOURCES})
      union all (select f.pack || '/' || f.path, f.pack || '/' || f.path, f.sha256, f.text from pack_files_in_force f
        where f.kind = ${kind} order by f.pack, f.path)) as counting`.execute(tx)
  return rows
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function sourceRow(nowUs: number, problems: number): RawBuilder<unknown> {
  return sql`jsonb_build_object('id', r.id, 'site', r.site, 'kind', r.kind, 'origin', r.origin, 'name', r.name, 'isEnabled', r.is_enabled,
    'format', r.report -> 'format', 'read', r.report -> 'read', 'used', r.report -> 'used', 'skipped', r.report -> 'skipped',
    'unusable', r.report -> 'unusable', 'endless', r.report -> 'endless',
    'problems', (select coalesce(jsonb_agg(p order by n), '[]') from jsonb_array_elements(r.report -> 'problems') with ordinality as all_problems (p, n) where n <= ${problems}),
    'expired', (select coalesce(sum((e -> 1)::bigint), 0) from jsonb_array_elements(r.report -> 'ends') as e where (e -> 0)::bigint <= ${nowUs}),
    'nextEnd', (select min((e -> 0)::bigint) from jsonb_array_elements(r.report -> 'ends') as e where (e -> 0)::bigint > ${nowUs}),
    'feed', (select jsonb_build_object('url', f.url, 'collection', f.collection, 'authentication', f.authentication, 'everyMinutes', f.every_minutes,
      'askedAt', us(f.asked_at), 'answeredAt', us(f.answered_at), 'trouble', f.trouble, 'objects', f.objects) from threat_feeds f where f.source = r.id),
    'addedBy', ${personOf('r.added_by')}, 'addedAt', us(r.added_at), 'changedAt', us(r.changed_at))`
}
