import { sql } from 'kysely'
import type { Tx } from '../../database/connect.ts'
import { jsonText } from '../../database/json.ts'
import type { StixObject } from './client.ts'

export type Feed = {
  readonly source: string
  readonly site: string | null
  readonly name: string
  readonly url: string
  readonly collection: string
  readonly authentication: 'none' | 'basic' | 'token'
  readonly secret: Uint8Array | null
  readonly authority: string | null
  readonly addedAfter: string | null
}

const feedColumns = sql`f.source, f.site, s.name, f.url, f.collection, f.authentication, f.secret, f.authority, f.added_after as "addedAfter"`

export async function insertFeed(tx: Tx, f: Omit<Feed, 'name' | 'addedAfter'> & { readonly everyMinutes: number }): Promise<void> {
  await sql`insert into threat_feeds (source, site, url, collection, authentication, secret, authority, every_minutes)
    values (${f.source}, ${f.site}, ${f.url}, ${f.collection}, ${f.authentication}, ${f.secret}, ${f.authority}, ${f.everyMinutes})`.execute(
    tx,
  )
}

/** Feeds whose time has come, those longest asked first. */
export async function dueFeeds(tx: Tx): Promise<Feed[]> {
  const { rows } = await sql<Feed>`select ${feedColumns} from threat_feeds f join threat_sources s on s.id = f.source
    where s.is_enabled and (f.asked_at is null or f.asked_at < now() - make_interval(mins => f.every_minutes))
    order by f.asked_at nulls first limit 100`.execute(tx)
  return rows
}

export async function findFeed(tx: Tx, source: string): Promise<Feed | undefined> {
  const { rows } =
    await sql<Feed>`select ${feedColumns} from threat_feeds f join threat_sources s on s.id = f.source where f.source = ${source}`.execute(
      tx,
    )
  return rows[0]
}

/** Told before the question: one that never comes back does not block the others. */
export async function saveAsked(tx: Tx, source: string): Promise<void> {
  await sql`update threat_feeds set asked_at = now() where source = ${source}`.execute(tx)
}

export async function saveTrouble(tx: Tx, source: string, trouble: string): Promise<void> {
  await sql`update threat_feeds set trouble = ${trouble} where source = ${source}`.execute(tx)
}

export async function saveAnswered(tx: Tx, source: string, addedAfter: string | undefined): Promise<void> {
  await sql`update threat_feeds set answered_at = now(), trouble = null, added_after = ${addedAfter ?? null},
    objects = (select count(*) from threat_objects o where o.source = ${source}) where source = ${source}`.execute(tx)
}

/** The latest version of each stays. @returns how many are new or changed */
export async function saveObjects(tx: Tx, feed: Pick<Feed, 'source' | 'site'>, objects: readonly StixObject[]): Promise<number> {
  const latest = new Map<string, { modified: string; doc: StixObject }>()
  for (const doc of objects) {
    const modified = String(doc.modified ?? doc.created ?? '')
    const known = latest.get(doc.id)
    if (known === undefined || known.modified <= modified) latest.set(doc.id, { modified, doc })
  }
  const rows = [...latest].map(([id, { modified, doc }]) => ({ id, modified, doc }))
  let changed = 0
  for (let at = 0; at < rows.length; at += 500) {
    const some = jsonText(rows.slice(at, at + 500))
    const saved = await sql`insert into threat_objects as t (source, site, id, modified, doc)
      select ${feed.source}, ${feed.site}::text, r.id, r.modified, r.doc from jsonb_to_recordset(${some}::jsonb) as r (id text, modified text, doc jsonb)
      on conflict on constraint threat_objects_pk do update set modified = excluded.modified, doc = excluded.doc
        where t.modified < excluded.modified returning 1`.execute(tx)
    changed += saved.rows.length
  }
  return changed
}

export async function bytesOfObjects(tx: Tx, source: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select coalesce(sum(octet_length(doc::text)), 0)::bigint as bytes
    from threat_objects where source = ${source}`.execute(tx)
  return rows[0]?.bytes ?? 0
}

/** All objects of a feed as one bundle. */
export async function bundleOf(tx: Tx, source: string): Promise<string> {
  const { rows } = await sql<{ bundle: string }>`select jsonb_build_object('type', 'bundle', 'id', ${`bundle--${source}`}::text,
    'objects', coalesce(jsonb_agg(doc order by id), '[]'))::text as bundle from threat_objects where source = ${source}`.execute(tx)
  return rows[0]?.bundle ?? '{"type":"bundle","objects":[]}'
}
