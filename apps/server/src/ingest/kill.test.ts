/**
 * kill -9 at twenty random moments while a capture loads, the database included every other time: afterwards every table
 * holds what one undisturbed run leaves, row for row.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writePlantCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import { insertCapture } from '../captures/captures.store.ts'
import { connect, type Database } from '../database/connect.ts'
import { startEmbedded } from '../database/embedded.ts'
import { databaseIdentity, placeFor } from '../database/identity.ts'
import { migrate } from '../database/migrate.ts'

const KILLS = 20
/** Plant seconds: some forty batches. */
const STORY_S = 7800
/** What differs between any two runs: clocks, and numbers a sequence gives (rolled back numbers leave gaps). */
const LEFT_OUT: Readonly<Record<string, string>> = {
  sensors: `- 'received_at'`,
  captures: `- 'uploaded_at' - 'uploaded_us' - 'finished_at'`,
  changes: `- 'number'`,
  program_contents: `- 'kept_at'`,
  work_events: `- 'number'`,
}
const TABLES = [
  'assets',
  'links',
  'sessions',
  'operations',
  'tags',
  'tag_samples',
  'programs',
  'program_contents',
  'coverage',
  'findings',
  'alerts',
  'incidents',
  'detector_state',
  'track_state',
  'sensors',
  'changes',
  'captures',
]

type Home = { readonly data: string; readonly captures: string }

describe('ingest under kill -9', () => {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-kill-'))
  const disturbed: Home = { data: join(root, 'disturbed'), captures: join(root, 'disturbed-captures') }
  const calm: Home = { data: join(root, 'calm'), captures: join(root, 'calm-captures') }

  before(async () => {
    const file = join(root, 'story.pcap')
    await writePlantCapture(file, { seconds: STORY_S })
    for (const home of [disturbed, calm]) {
      mkdirSync(home.captures)
      copyFileSync(file, join(home.captures, 'capture-1'))
      await prepare(home, statSync(file).size)
    }
  })
  after(async () => {
    for (const { data } of [disturbed, calm]) {
      await (await startEmbedded({ dataFolder: data })).stop()
      rmSync(placeFor(data, databaseIdentity()), { recursive: true, force: true })
    }
    rmSync(root, { recursive: true, force: true })
  })

  it('loses nothing and doubles nothing', async (t) => {
    const whole = await run(calm)
    assert.ok(whole.isIdle)
    // Moments spread over what is left of the run, so that the last kills still meet a load in progress.
    const moments: number[] = []
    let met = 0
    for (let i = 0; i < KILLS; i++) {
      const delay = Math.random() * Math.max(150, whole.ms * 0.35)
      moments.push(Math.round(delay))
      const withDatabase = i % 2 === 1
      const { isIdle } = await run(disturbed, delay, withDatabase)
      if (!isIdle) met++
    }
    t.diagnostic(
      `an undisturbed run takes ${Math.round(whole.ms)} ms; killed after ${moments.join(', ')} ms; ${met} of ${KILLS} met a load in progress`,
    )
    assert.ok((await run(disturbed)).isIdle)
    const [expected, found] = [await contents(calm), await contents(disturbed)]
    for (const table of TABLES) {
      assert.ok((expected[table] ?? []).length > 0 || table === 'incidents', `${table} is empty`)
      assert.equal(difference(expected[table] ?? [], found[table] ?? []), '', `${table} differs from an undisturbed run`)
    }
    assert.ok(met >= KILLS / 2, `only ${met} of ${KILLS} kills met a load in progress`)
  })
})

/** The first rows that only one side has, short enough to read. */
function difference(expected: readonly string[], found: readonly string[]): string {
  const missing = expected.filter((row) => !found.includes(row))
  const extra = found.filter((row) => !expected.includes(row))
  if (missing.length === 0 && extra.length === 0 && expected.length === found.length) return ''
  const [a = '', b = ''] = [missing[0], extra[0]]
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const around = (text: string) => text.slice(Math.max(0, at - 150), at + 150)
  return `${missing.length} rows missing, ${extra.length} not expected of ${expected.length}; expected …${around(a)}… found …${around(b)}…`
}

async function withDatabase<T>({ data }: Home, work: (database: Database) => Promise<T>): Promise<T> {
  const { url } = await startEmbedded({ dataFolder: data })
  const database = connect({ url })
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

function prepare(home: Home, bytes: number): Promise<void> {
  return withDatabase(home, async (database) => {
    await migrate(database)
    await sql`insert into sites (id, name) values ('works', 'The works')`.execute(database.owner)
    await database.scoped(['works'], async (tx) => {
      await insertCapture(tx, {
        id: 'capture-1',
        site: 'works',
        name: 'story.pcap',
        sha256: 'x',
        bytesTotal: bytes,
        file: 'capture-1',
        source: 'upload',
        by: null,
      })
    })
  })
}

/** One life of the ingest process: to its end, or to its death after `killAfterMs` from its start of reading. */
async function run(home: Home, killAfterMs?: number, isDatabaseKilled = false): Promise<{ isIdle: boolean; ms: number }> {
  const child = spawn(process.execPath, [new URL('./kill-child.ts', import.meta.url).pathname, home.data, home.captures], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  await heard(child, 'started')
  const from = performance.now()
  const idle = heard(child, 'idle')
  if (killAfterMs === undefined) {
    const isIdle = await Promise.race([idle.then(() => true), ended.then(() => false)])
    const ms = performance.now() - from
    await ended
    return { isIdle, ms }
  }
  const isIdle = await Promise.race([idle.then(() => true), sleep(killAfterMs).then(() => false)])
  if (isDatabaseKilled) killPostmaster(home)
  child.kill('SIGKILL')
  await ended
  return { isIdle, ms: performance.now() - from }
}

function heard(child: ChildProcess, word: string): Promise<void> {
  return new Promise((done) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes(`${word}\n`)) done()
    })
  })
}

function killPostmaster({ data }: Home): void {
  const file = join(placeFor(data, databaseIdentity()), 'data', 'postmaster.pid')
  process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL')
}

function contents(home: Home): Promise<Record<string, string[]>> {
  return withDatabase(home, async (database) => {
    const all: Record<string, string[]> = {}
    await database.scoped(['works'], async (tx) => {
      for (const table of TABLES) {
        const { rows } = await sql<{
          row: string
        }>`select (to_jsonb(r) ${sql.raw(LEFT_OUT[table] ?? '')})::text as row from ${sql.table(table)} r order by 1`.execute(tx)
        all[table] = rows.map((row) => row.row)
      }
    })
    return all
  })
}
