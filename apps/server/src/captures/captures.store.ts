import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Db, Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
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

/** The id of the capture with these bytes in this site: a new one, or the one that was there. */
export async function insertCapture(tx: Tx, c: NewCapture): Promise<{ id: string; isNew: boolean }> {
  const { rows } = await sql<{ id: string }>`
    insert into captures (id, site, name, sha256, bytes_total, file, source, uploaded_by, state)
    values (${c.id}, ${c.site}, ${c.name}, ${c.sha256}, ${c.bytesTotal}, ${c.file}, ${c.source}, ${c.by}, 'waiting')
    on conflict on constraint captures_are_read_once_a_site do nothing returning id`.execute(tx)
  if (rows[0]) return { id: rows[0].id, isNew: true }
  const there = await sql<{ id: string }>`select id from captures where site = ${c.site} and sha256 = ${c.sha256}`.execute(tx)
  return { id: there.rows[0]?.id ?? c.id, isNew: false }
}

export type Waiting = { id: string; site: string; name: string; file: string; bytesTotal: number }

/** The oldest capture not read to its end, whatever its site. */
export async function nextCapture(owner: Db): Promise<Waiting | undefined> {
  const { rows } = await sql<Waiting>`select id, site, name, file, bytes_total as "bytesTotal" from captures
    where state in ('reading', 'waiting') and source = 'upload' order by uploaded_at, id limit 1`.execute(owner)
  return rows[0]
}

export type Progress = { bytesDone: number; packets: number; firstAt: number | undefined; lastAt: number | undefined }

export async function saveProgress(db: Db, id: string, p: Progress): Promise<void> {
  await sql`update captures set state = 'reading', bytes_done = ${p.bytesDone}, packets = ${p.packets}, first_us = ${p.firstAt ?? null}, last_us = ${p.lastAt ?? null} where id = ${id}`.execute(
    db,
  )
}

export type Ending = Progress & { problems: readonly { offset: number; why: string }[]; error: string | null }

export async function saveEnding(db: Db, id: string, e: Ending): Promise<void> {
  await saveProgress(db, id, e)
  await sql`update captures set state = ${e.error === null ? 'done' : 'failed'}, problems = ${JSON.stringify(e.problems.slice(0, 100))}::jsonb,
    error = ${e.error}, finished_at = now() where id = ${id}`.execute(db)
}
