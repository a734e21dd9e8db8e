import type { Alert, KeptContent, Micros, ProgramSection } from '@isthmus/model'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { ProgramPage, ProgramQuery, ProgramSection as Section } from './programs.wire.ts'

type Most = { readonly bytes: number; readonly contents: number }
/** What is kept of one controller, of which the oldest leaves, and of one site, of which it leaves where most is kept. */
type Bounds = { readonly server: Most; readonly site: Most }
const KEPT: Bounds = { server: { bytes: 64e6, contents: 10_000 }, site: { bytes: 512e6, contents: 50_000 } }
/** Sections of one controller that are looked through for an alert. */
const MAX_AROUND = 2000

type Row = z.output<typeof Section>

export function listPrograms(tx: Tx, sites: readonly string[], query: z.output<typeof ProgramQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.asset !== undefined) where.push(sql`r.asset = ${query.asset}`)
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  return pageOf<Row>(tx, {
    table: 'programs',
    select: sql`r.doc`,
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

export async function findProgram(tx: Tx, sites: readonly string[], id: string): Promise<z.output<typeof ProgramPage> | undefined> {
  const { rows } = await sql<{ row: z.output<typeof ProgramPage> }>`
    select r.doc || jsonb_strip_nulls(jsonb_build_object('assetLabel', a.label)) || jsonb_build_object('kept', coalesce((
      select jsonb_agg(distinct c.hash) from program_contents c join jsonb_array_elements(r.doc -> 'versions') v on c.hash = v ->> 'content' where c.site = r.site
    ), '[]')) as row
    from programs r left join assets a on a.site = r.site and a.id = r.asset
    where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  return rows[0]?.row
}

/** Those of these contents that are kept, by hash. */
export async function findContents(tx: Tx, site: string, hashes: readonly string[]): Promise<Map<string, Uint8Array>> {
  const { rows } = await sql<{ hash: string; content: Buffer }>`
    select hash, content from program_contents where site = ${site} and hash = any (${[...hashes]}::text[])`.execute(tx)
  return new Map(rows.map(({ hash, content }) => [hash, new Uint8Array(content)]))
}

export async function findAlert(tx: Tx, sites: readonly string[], id: string): Promise<Alert | undefined> {
  const { rows } = await sql<{ doc: Alert }>`select doc from alerts where site = any (${[...sites]}::text[]) and id = ${id}`.execute(tx)
  return rows[0]?.doc
}

export async function programsOf(tx: Tx, site: string, server: string, from: Micros, to: Micros): Promise<ProgramSection[]> {
  const { rows } = await sql<{ doc: ProgramSection }>`
    select doc from programs where site = ${site} and server = ${server} and last_us >= ${from} and first_us <= ${to}
    order by last_us desc, id limit ${MAX_AROUND}`.execute(tx)
  return rows.map((row) => row.doc)
}

/** In a batch's transaction. What is not what its hash says is not kept. */
export async function keepContents(tx: Tx, site: string, contents: readonly KeptContent[], most = KEPT): Promise<void> {
  if (contents.length === 0) return
  const of = <K extends keyof KeptContent>(key: K): KeptContent[K][] => contents.map((content) => content[key])
  await sql`insert into program_contents as p (site, hash, server, bytes, first_us, content)
    select ${site}, c.hash, c.server, length(c.content), c.at, c.content
    from (select d.hash, d.server, d.at, decode(d.base64, 'base64') as content
      from unnest(${of('hash')}::text[], ${of('server')}::text[], ${of('at')}::bigint[], ${of('base64')}::text[]) as d (hash, server, at, base64)) as c
    where encode(sha256(c.content), 'hex') = c.hash
    on conflict on constraint program_contents_pk do update set kept_at = excluded.kept_at where p.kept_at < excluded.kept_at - interval '1 hour'`.execute(
    tx,
  )
  for (const server of new Set(of('server'))) await leaveBeyond(tx, sql`site = ${site} and server = ${server}`, most.server)
  await leaveBeyond(tx, sql`site = ${site}`, most.site)
}

/** Counted from the latest of each controller: who moves much to one, or to many that are none, does not push out what is kept of the others. */
async function leaveBeyond(tx: Tx, which: RawBuilder<unknown>, most: Most): Promise<void> {
  await sql`delete from program_contents where ${which} and hash in (
    select hash from (
      select hash, sum(bytes) over (order by bytes_before, hash) as total, row_number() over (order by before, hash) as place
      from (
        select hash, bytes, sum(bytes) over w as bytes_before, row_number() over w as before
        from program_contents where ${which} window w as (partition by server order by kept_at desc, hash)
      ) as of_server
    ) as of_all where total > ${most.bytes} or place > ${most.contents})`.execute(tx)
}
