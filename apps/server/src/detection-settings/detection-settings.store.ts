import type { DetectionSettings } from '@isthmus/detect'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

export type Stored = {
  /** As it was saved; rules may have changed since. */
  readonly doc: unknown
  readonly changedAt: number
  readonly changedBy: { id: string; name: string; displayName: string } | null
}

/** `site` null: for all sites. `forUpdate` holds the row until the transaction ends. */
export async function readStored(tx: Tx, site: string | null, forUpdate = false): Promise<Stored | undefined> {
  const from = site === null ? sql`detection_defaults s` : sql`detection_settings s`
  const where = site === null ? sql`true` : sql`s.site = ${site}`
  const { rows } = await sql<Stored>`
    select s.doc, s.changed_us as "changedAt",
      case when u.id is null then null else jsonb_build_object('id', u.id, 'name', u.name, 'displayName', u.display_name) end as "changedBy"
    from ${from} left join users u on u.id = s.changed_by where ${where} ${forUpdate ? sql`for update of s` : sql``}`.execute(tx)
  return rows[0]
}

/** One at a time, also where there is no row yet. */
export async function lockSettings(tx: Tx, site: string | null): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('detection-settings'), hashtext(${site ?? ''}))`.execute(tx)
}

export async function saveSettings(tx: Tx, site: string | null, doc: DetectionSettings, at: number, by: string): Promise<void> {
  const text = jsonText(doc)
  if (site === null)
    await sql`insert into detection_defaults (doc, changed_us, changed_by) values (${text}::jsonb, ${at}, ${by})
      on conflict on constraint detection_defaults_pk do update set doc = excluded.doc, changed_us = excluded.changed_us, changed_by = excluded.changed_by`.execute(
      tx,
    )
  else
    await sql`insert into detection_settings (site, doc, changed_us, changed_by) values (${site}, ${text}::jsonb, ${at}, ${by})
      on conflict on constraint detection_settings_pk do update set doc = excluded.doc, changed_us = excluded.changed_us, changed_by = excluded.changed_by`.execute(
      tx,
    )
}

/** What was saved for these sites, by site; those that set nothing are not in it. */
export async function storedOf(tx: Tx, sites: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const { rows } = await sql<{
    site: string
    doc: unknown
  }>`select site, doc from detection_settings where site = any (${[...sites]}::text[])`.execute(tx)
  return new Map(rows.map(({ site, doc }) => [site, doc]))
}
