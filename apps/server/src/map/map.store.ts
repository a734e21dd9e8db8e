import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import type { SiteMap } from './map.wire.ts'

type Answer = z.output<typeof SiteMap>
/** What a browser draws fluidly. */
const MAX_NODES = 5000
const MAX_LINKS = 20_000

export async function readMap(tx: Tx, site: string): Promise<Answer> {
  const nodes = await sql<{ row: Answer['nodes'][number] }>`
    select jsonb_strip_nulls(jsonb_build_object('id', a.id, 'label', a.label, 'type', a.type, 'role', a.summary -> 'role',
        'ips', a.summary -> 'ips', 'vendor', nullif(a.vendor, ''), 'alerts', coalesce(o.n, 0)))
      || jsonb_build_object('level', nullif(a.level, -1), 'zone', zone_of(a.summary)) as row
    from assets a
    left join lateral (select count(*) as n from alerts l where l.site = a.site and l.is_open and (l.client_asset = a.id or l.server_asset = a.id)) o on true
    where a.site = ${site} order by a.last_us desc, a.id limit ${MAX_NODES + 1}`.execute(tx)
  const links = await sql<{ row: Answer['links'][number] }>`
    select jsonb_build_object('client', k.client, 'server', k.server, 'bytes', sum(k.bytes), 'sessions', sum(k.sessions),
      'protocols', (select coalesce(jsonb_agg(distinct t), '[]') from unnest(array_agg(k.doc -> 'protocols')) as p, jsonb_array_elements(p) as t),
      'lastAt', max(k.last_us),
      'alerts', (select count(*) from alerts l where l.site = ${site} and l.client_asset = k.client and l.is_open and l.server_asset = k.server)) as row
    from links k where k.site = ${site} group by k.client, k.server order by sum(k.bytes) desc limit ${MAX_LINKS + 1}`.execute(tx)
  const shown = new Set(nodes.rows.slice(0, MAX_NODES).map(({ row }) => row.id))
  return {
    nodes: nodes.rows.slice(0, MAX_NODES).map(({ row }) => row),
    links: links.rows
      .slice(0, MAX_LINKS)
      .map(({ row }) => row)
      .filter((link) => shown.has(link.client) && shown.has(link.server)),
    isCut: nodes.rows.length > MAX_NODES || links.rows.length > MAX_LINKS,
  }
}
