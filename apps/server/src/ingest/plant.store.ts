import { plainTimes } from '@isthmus/detect'
import { sql } from 'kysely'
import type { Database, Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

/** The story is told once; after that, and after each restart, the plant goes on quietly from the present. */
export type PlantRun = { readonly capture: string; readonly startAt: number; readonly isStory: boolean }

type State = { startAt: number; capture: string; isStoryDone: boolean }

/** Capture files of the live plant that are kept. */
const MAX_FILES = 4

/** The story shows the plant's habits for an hour before it goes on to the intrusion. */
const STORY_TIMES = plainTimes(3600e6)

export async function ensurePlantSite(database: Database, site: string): Promise<void> {
  await sql`insert into sites (id, name) values (${site}, 'Northmere Water (demonstration)') on conflict do nothing`.execute(database.app)
  await database.scoped([site], (tx) =>
    sql`insert into learning (site, times) values (${site}, ${jsonText(STORY_TIMES)}::jsonb) on conflict do nothing`.execute(tx),
  )
}

/** The run to play: the story from its start where it was never finished, else a quiet one from the present. */
export function startPlantRun(
  database: Database,
  site: string,
  nowUs: number,
  storySeconds: number,
): Promise<{ run: PlantRun; gone: string[] }> {
  return database.scoped([site], async (tx) => {
    const before = await readState(tx)
    const isStory = before === undefined || !before.isStoryDone
    const startAt = isStory ? (before?.startAt ?? Math.floor(nowUs / 1e6 - storySeconds) * 1e6) : nowUs
    const capture = `plant-${startAt}`
    await sql`update captures set state = 'done', bytes_total = bytes_done, finished_at = now() where site = ${site} and source = 'plant' and state = 'reading' and id <> ${capture}`.execute(
      tx,
    )
    await sql`insert into captures (id, site, name, sha256, source, state, bytes_total, file)
      values (${capture}, ${site}, ${isStory ? 'The plant and its intrusion, then live' : 'The plant, live'}, ${capture}, 'plant', 'reading', 0, ${capture}) on conflict do nothing`.execute(
      tx,
    )
    await saveState(tx, { startAt, capture, isStoryDone: !isStory })
    return { run: { capture, startAt, isStory }, gone: await dropOldest(tx, site) }
  })
}

/** The story stays; of the later files only the newest do. */
async function dropOldest(tx: Tx, site: string): Promise<string[]> {
  const { rows } = await sql<{ file: string }>`delete from captures where site = ${site} and source = 'plant' and id in (
    select id from captures where site = ${site} and source = 'plant' and name = 'The plant, live' order by uploaded_at desc offset ${MAX_FILES}) returning file`.execute(
    tx,
  )
  return rows.map((row) => row.file)
}

export async function saveHistoryDone(database: Database, site: string): Promise<void> {
  await database.scoped([site], async (tx) => {
    const state = await readState(tx)
    if (state) await saveState(tx, { ...state, isStoryDone: true })
  })
}

export type PlantProgress = { readonly bytes: number; readonly packets: number; readonly firstAt: number; readonly lastAt: number }

export async function savePlantProgress(database: Database, site: string, capture: string, p: PlantProgress): Promise<void> {
  await database.scoped([site], (tx) =>
    sql`update captures set bytes_total = ${p.bytes}, bytes_done = ${p.bytes}, packets = ${p.packets}, first_us = ${p.firstAt}, last_us = ${p.lastAt}
      where site = ${site} and id = ${capture}`.execute(tx),
  )
}

async function readState(tx: Tx): Promise<State | undefined> {
  const { rows } = await sql<{ value: State }>`select value from settings where key = 'plant'`.execute(tx)
  return rows[0]?.value
}

async function saveState(tx: Tx, state: State): Promise<void> {
  await sql`insert into settings (key, value) values ('plant', ${JSON.stringify(state)}::jsonb) on conflict on constraint settings_pk do update set value = excluded.value`.execute(
    tx,
  )
}
