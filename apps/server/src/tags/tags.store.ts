import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { Sample, Samples, Tag, TagPage, TagQuery } from './tags.wire.ts'

/** Points a chart gets at most: more than a screen is wide. */
const MAX_POINTS = 2000
/** Each interval keeps first, lowest, highest and last; writes are kept besides, up to half of the points. */
const INTERVALS = MAX_POINTS / 8

type Row = z.output<typeof Tag>

export function listTags(tx: Tx, sites: readonly string[], query: z.output<typeof TagQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.asset !== undefined) where.push(sql`r.asset = ${query.asset}`)
  if (query.written === true) where.push(sql`r.is_written`)
  if (query.written === false) where.push(sql`not r.is_written`)
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  return pageOf<Row>(tx, {
    table: 'tags',
    select: sql`r.doc`,
    sites,
    where,
    order: {
      columns: [
        ['tag', 'text'],
        ['id', 'text'],
      ],
      down: false,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}

export async function findTag(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof TagPage> | undefined> {
  const { rows } = await sql<{ row: z.output<typeof TagPage> }>`
    select r.doc || jsonb_strip_nulls(jsonb_build_object('assetLabel', a.label)) as row
    from tags r left join assets a on a.site = r.site and a.id = r.asset
    where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

export async function listSamples(
  tx: Tx,
  tag: Pick<Row, 'site' | 'id'>,
  from: number | undefined,
  to: number | undefined,
): Promise<z.output<typeof Samples>> {
  const inRange = sql`s.site = ${tag.site} and s.tag = ${tag.id} and s.at_us >= ${from ?? 0} and s.at_us <= ${to ?? Number.MAX_SAFE_INTEGER}`
  const doc = sql`jsonb_strip_nulls(jsonb_build_object('tag', s.tag, 'at', s.at_us, 'value', coalesce(to_jsonb(s.number), s.other),
    'quality', s.quality, 'by', case when s.is_write then 'write' else 'read' end, 'writer', s.writer))`
  const counted = await sql<{ n: number; first: number; last: number }>`
    select count(*) as n, coalesce(min(at_us), 0) as first, coalesce(max(at_us), 0) as last from tag_samples s where ${inRange}`.execute(tx)
  const { n: count, first, last } = counted.rows[0] ?? { n: 0, first: 0, last: 0 }
  const isSampled = count > MAX_POINTS
  const width = Math.max(1, Math.ceil((last - first + 1) / INTERVALS))
  const chosen = isSampled
    ? sql`select * from (
        select s.*, row_number() over w as up, row_number() over (partition by (s.at_us - ${first}) / ${width}::bigint order by s.at_us desc) as back,
          row_number() over (partition by (s.at_us - ${first}) / ${width}::bigint order by s.number, s.at_us) as low,
          row_number() over (partition by (s.at_us - ${first}) / ${width}::bigint order by s.number desc nulls last, s.at_us) as high,
          row_number() over (partition by s.is_write order by s.at_us desc) as nth
        from tag_samples s where ${inRange} window w as (partition by (s.at_us - ${first}) / ${width}::bigint order by s.at_us)
      ) s where up = 1 or back = 1 or low = 1 or high = 1 or (is_write and nth <= ${MAX_POINTS / 2})`
    : sql`select s.* from tag_samples s where ${inRange}`
  const { rows } = await sql<{
    row: z.output<typeof Sample>
  }>`select ${doc} as row from (${chosen}) s order by s.at_us limit ${MAX_POINTS}`.execute(tx)
  return { items: rows.map((row) => row.row), sampled: isSampled, count }
}
