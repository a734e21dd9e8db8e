import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Batch, Observation } from '@isthmus/model'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { session } from '../testing/observations.ts'
import { loadFoldOptions } from './content.ts'
import { Fold } from './fold.ts'
import { loadSessions } from './load.ts'

const SITE = 'works'
const DAY_US = 86_400_000_000
const NOON_US = 1_773_144_000_000_000

describe('a fold over hostile times and many days', () => {
  let test: TestDatabase
  let fold: Fold
  before(async () => {
    test = await freshDatabase()
    await sql`insert into sites (id, name) values (${SITE}, 'The works')`.execute(test.database.owner)
    fold = new Fold(SITE, test.database, new Partitions(test.database.owner), loadFoldOptions(), () => undefined)
  })
  after(() => test.drop())

  it('takes times that no clock shows and no column holds; the rest of the batch is kept', async () => {
    const times = [NOON_US, 2 ** 64, 1.8e19, -5, 1e300, Number.NaN, Number.POSITIVE_INFINITY]
    const observations = times.map((at, i) => session(SITE, `s${i}`, at))
    assert.equal(await fold.apply(batch(1, observations), true), true)
    const { rows } = await test.database.scoped([SITE], (tx) =>
      sql<{ id: string; at: number }>`select id, started_us as at from sessions order by id`.execute(tx),
    )
    assert.equal(rows.length, times.length)
    assert.equal(rows[0]?.at, NOON_US)
    assert.ok(rows.every(({ at }) => at >= 0 && at <= 4_102_444_800_000_000))
    const assets = await test.database.scoped([SITE], (tx) =>
      sql<{ n: number }>`select count(*) as n from assets where last_us <= 4102444800000000`.execute(tx),
    )
    assert.ok((assets.rows[0]?.n ?? 0) >= 2)
  })

  it('looks for a session it forgot only in the day it began on', async () => {
    await fold.apply(batch(2, [session(SITE, 'early', NOON_US - 3 * DAY_US), session(SITE, 'late', NOON_US + 3 * DAY_US)]), false)
    const { rows } = await test.database.scoped([SITE], (tx) =>
      sql<{ name: string }>`select tableoid::regclass::text as name from sessions where id = 'late'`.execute(tx),
    )
    // A day that somebody holds shut is not asked: else this would wait for the statement's time limit.
    await test.database.owner.transaction().execute(async (held) => {
      await sql`lock table ${sql.table(rows[0]?.name ?? '')} in access exclusive mode`.execute(held)
      const found = await test.database.scoped([SITE], async (tx) => {
        await sql`set local lock_timeout = '2s'`.execute(tx)
        return loadSessions(tx, SITE, new Map([['early', NOON_US - 3 * DAY_US]]))
      })
      assert.deepEqual(
        found.map(({ id }) => id),
        ['early'],
      )
    })
  })
})

const batch = (number: number, observations: Observation[]): Batch => ({ site: SITE, sensor: 'tap', number, observations })
