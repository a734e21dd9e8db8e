import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { type Page, pageOf } from '../database/list.ts'
import { plausibleTime } from '../database/times.ts'
import type { Capture, CaptureQuery } from './captures.wire.ts'

type Row = z.output<typeof Capture>

const captureRow = sql`jsonb_build_object('id', r.id, 'site', r.site, 'name', r.name, 'sha256', r.sha256, 'state', r.state, 'bytesTotal', r.bytes_total,
  'bytesDone', r.bytes_done, 'packets', r.packets, 'firstAt', r.first_us, 'lastAt', r.last_us, 'problems', r.problems, 'error', r.error,
  'uploadedAt', us(r.uploaded_at), 'finishedAt', us(r.finished_at), 'uploadedBy', (select u.display_name from users u where u.id = r.uploaded_by), 'source', r.source)`

export async function listCaptures(tx: Tx, sites: readonly string[], query: z.output<typeof CaptureQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  return pageOf<Row>(tx, {
    table: 'captures',
    select: captureRow,
    sites,
    where,
    order: {
      columns: [
        ['uploaded_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}

export async function findCapture(tx: Tx, sites: readonly string[], id: string): Promise<(Row & { file: string }) | undefined> {
  const { rows } = await sql<{ row: Row; file: string }>`
    select ${captureRow} as row, r.file from captures r where r.site = any (${[...sites]}::text[]) and r.id = ${id}`.execute(tx)
  return rows[0] ? { ...rows[0].row, file: rows[0].file } : undefined
}

export type NewCapture = {
  id: string
  site: string
  name: string
  sha256: string
  bytesTotal: number
  file: string
  source: 'upload' | 'plant'
  by: string | null
}

/** The id of the capture with these bytes in this site: a new one, or the one that was there. One that failed is read anew. */
export async function insertCapture(tx: Tx, c: NewCapture): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into captures (id, site, name, sha256, bytes_total, file, source, uploaded_by, state)
    values (${c.id}, ${c.site}, ${c.name}, ${c.sha256}, ${c.bytesTotal}, ${c.file}, ${c.source}, ${c.by}, 'waiting')
    on conflict on constraint captures_are_read_once_a_site do update set state = 'waiting', error = null, problems = '[]', bytes_done = 0, packets = 0,
      starts = 0, failures = 0, finished_at = null where captures.state = 'failed' returning id`.execute(tx)
  if (rows[0]) return rows[0].id
  const there = await sql<{ id: string }>`select id from captures where site = ${c.site} and sha256 = ${c.sha256}`.execute(tx)
  return there.rows[0]?.id ?? c.id
}

/** Takes the row away and answers what its file is called; the rows that were read from it stay. */
export async function deleteCapture(tx: Tx, sites: readonly string[], id: string): Promise<string | undefined> {
  const { rows } = await sql<{
    file: string
  }>`delete from captures where site = any (${[...sites]}::text[]) and id = ${id} returning file`.execute(tx)
  return rows[0]?.file
}

/** Uploads read to their end this many days ago leave; answers whose files are to be removed. */
export async function expireCaptures(tx: Tx, days: number): Promise<{ id: string; site: string; file: string }[]> {
  const { rows } = await sql<{ id: string; site: string; file: string }>`delete from captures
    where source = 'upload' and finished_at < now() - make_interval(days => ${days}) returning id, site, file`.execute(tx)
  return rows
}

export type Waiting = { id: string; site: string; name: string; file: string; bytesTotal: number; starts: number }

/** What is read next: the sites in turn, in each the oldest, and after all others what has failed before. */
export async function nextCapture(tx: Tx, lastSite: string): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`select id, site, name, file, bytes_total as "bytesTotal", starts from captures
    where state in ('reading', 'waiting') and source = 'upload' order by failures, site <= ${lastSite}, site, uploaded_at, id limit 1`.execute(
    tx,
  )
  return rows[0]
}

/** Counted before the first byte is read: what kills the server is then known to its next life. */
export async function countStart(tx: Tx, id: string): Promise<void> {
  await sql`update captures set state = 'reading', starts = starts + 1 where id = ${id}`.execute(tx)
}

export async function forgetStarts(tx: Tx, id: string): Promise<void> {
  await sql`update captures set starts = 0 where id = ${id}`.execute(tx)
}

/** @returns how often reading it has failed by now */
export async function countFailure(tx: Tx, id: string): Promise<number> {
  const { rows } = await sql<{ failures: number }>`update captures set failures = failures + 1 where id = ${id} returning failures`.execute(
    tx,
  )
  return rows[0]?.failures ?? 0
}

export type Progress = { bytesDone: number; packets: number; firstAt: number | undefined; lastAt: number | undefined }

/** @returns false when the capture was removed meanwhile */
export async function saveProgress(tx: Tx, id: string, p: Progress, isForward: boolean): Promise<boolean> {
  const { rows } = await sql`update captures set state = 'reading', bytes_done = ${p.bytesDone}, packets = ${p.packets},
    first_us = ${columnTime(p.firstAt)}, last_us = ${columnTime(p.lastAt)}, starts = case when ${isForward} then 0 else starts end where id = ${id} returning 1`.execute(
    tx,
  )
  return rows.length > 0
}

export type Ending = Progress & { problems: readonly { offset: number; why: string }[]; error: string | null }

export async function saveEnding(tx: Tx, id: string, e: Ending): Promise<void> {
  await saveProgress(tx, id, e, true)
  await sql`update captures set state = ${e.error === null ? 'done' : 'failed'}, problems = ${jsonText(e.problems.slice(0, 100))}::jsonb,
    error = ${e.error}, failures = 0, finished_at = now() where id = ${id}`.execute(tx)
}

/** A time the API can show as a date; none where a forged clock shows another. */
const columnTime = (us: number | undefined): number | null => (us === undefined ? null : plausibleTime(us))
