/** What a site's detector learnt, in its rows. */
import type { Learned } from '@isthmus/detect'
import type { SiteChanges } from '@isthmus/site'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

/** What people decided of a row is in a column of its own, which this leaves alone once the row is there. */
export async function putLearned(tx: Tx, site: string, { learned }: Pick<SiteChanges, 'learned'>): Promise<void> {
  if (learned.length === 0) return
  const rows = learned.flatMap(([, row]) => (row === null ? [] : [row]))
  const gone = learned.flatMap(([id, row]) => (row === null ? [id] : []))
  await sql`insert into baseline (site, id, doc, people)
    select ${site}, d ->> 'id', d - 'people', nullif(d -> 'people', 'null') from jsonb_array_elements(${jsonText(rows)}::jsonb) as d
    on conflict on constraint baseline_pk do update set doc = excluded.doc`.execute(tx)
  await sql`delete from baseline where site = ${site} and id = any (${gone}::text[])`.execute(tx)
}

export async function loadLearned(tx: Tx, site: string): Promise<Learned[]> {
  const { rows } = await sql<{
    doc: Learned
  }>`select doc || jsonb_build_object('people', people) as doc from baseline where site = ${site} order by id`.execute(tx)
  return rows.map((row) => row.doc)
}
