/** The plant as a sensor: a full disk under its capture file, and an end in the middle of everything. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '@isthmus/model'
import { analyzeCaptures } from '@isthmus/sensor'
import { createSite, isBatchRefusal } from '@isthmus/site'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { loadFoldOptions } from './content.ts'
import { Fold } from './fold.ts'
import { type Following, followPlant } from './follow-plant.ts'
import { patiently } from './patience.ts'

const SITE = 'works'
const NOW_US = 1_773_144_000_000_000

describe('the plant as a sensor', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-follow-'))
  const options = loadFoldOptions()
  const troubles: string[] = []
  const told: string[] = []
  let test: TestDatabase

  before(async () => {
    test = await freshDatabase()
    await sql`insert into sites (id, name) values (${SITE}, 'The works')`.execute(test.database.owner)
    // The story has been told: the plant goes on live.
    await sql`insert into settings (key, value) values ('plant', '{"startAt":0,"capture":"plant-0","isStoryDone":true}')`.execute(
      test.database.owner,
    )
  })
  after(async () => {
    await test.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  const following = (nowUs: number, signal: AbortSignal): Following => ({
    database: test.database,
    fold: new Fold(SITE, test.database, new Partitions(test.database.owner), options, () => undefined),
    folder,
    signal,
    nowUs: () => nowUs,
    patiently: (work) => patiently(work, signal, (kind) => troubles.push(kind)),
    told: (capture) => told.push(capture),
  })
  const until = async (isSo: () => boolean) => {
    for (let i = 0; i < 300 && !isSo(); i++) await sleep(100)
    assert.ok(isSo(), `not within 30 s: ${troubles.join(', ')}`)
  }

  it('waits while the disk is full, says so, and goes on once there is room', {
    skip: process.platform !== 'linux' && 'needs /dev/full',
  }, async () => {
    const file = join(folder, `plant-${NOW_US}`)
    symlinkSync('/dev/full', file)
    const stop = new AbortController()
    const over = followPlant(following(NOW_US, stop.signal))
    await until(() => troubles.length > 0)
    assert.deepEqual([...new Set(troubles)], ['disk-full'])
    rmSync(file)
    await until(() => existsSync(file) && statSync(file).size > 1000)
    stop.abort()
    await over
  })

  it('tells at its end what it still held: the rows say of every conversation what its file says', async () => {
    const startAt = NOW_US + 3_600_000_000
    const capture = `plant-${startAt}`
    const stop = new AbortController()
    const over = followPlant(following(startAt, stop.signal))
    await until(() => told.includes(capture))
    await sleep(1200)
    stop.abort()
    await over
    const site = createSite({ ...options, site: SITE })
    const sensor = `plant ${capture}`
    const expected = new Map<string, Session>()
    for await (const batch of analyzeCaptures([join(folder, capture)], { site: SITE, sensor }).batches) {
      const changes = site.apply(batch)
      assert.ok(!isBatchRefusal(changes))
      for (const session of changes.sessions) expected.set(session.id, session)
    }
    const { rows } = await test.database.scoped([SITE], (tx) =>
      sql<{ id: string; packets: number; state: string }>`select id, client_packets + server_packets as packets, state
        from sessions where site = ${SITE} and sensor = ${sensor} order by id`.execute(tx),
    )
    assert.ok(rows.length > 3)
    const shown = [...expected.values()].map((s) => ({ id: s.id, packets: s.clientPackets + s.serverPackets, state: s.state }))
    assert.deepEqual(
      rows,
      shown.sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  })
})
