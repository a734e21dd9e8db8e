import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import { connect } from '../database/connect.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { runDatabase } from './database.ts'

describe('the claim of a server on its database', () => {
  let test: TestDatabase
  before(async () => {
    test = await freshDatabase()
  })
  after(() => test.drop())

  it('is found lost when another server took it while the connection was away', { timeout: 30_000 }, async () => {
    const said: string[] = []
    let taken = 0
    const log = pino({ level: 'silent' })
    const running = await runDatabase(
      '',
      test.url,
      log,
      (line) => said.push(line),
      () => taken++,
    )
    const other = connect({ url: test.url, poolSize: 1 })
    try {
      assert.equal(await running.claim(), true)
      await sleep(2500)
      assert.equal(taken, 0, 'a claim that holds is not lost')
      await other.owner.connection().execute(async (held) => {
        const { rows } = await sql<{ pid: number }>`select pid from pg_locks
          where locktype = 'advisory' and granted and objid = 7302014 and database = (select oid from pg_database where datname = current_database())`.execute(
          held,
        )
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(held)
        for (let mine = false; !mine; )
          mine = (await sql<{ mine: boolean }>`select pg_try_advisory_lock(7302014) as mine`.execute(held)).rows[0]?.mine === true
        for (let i = 0; i < 100 && taken === 0; i++) await sleep(100)
      })
      assert.equal(taken, 1)
      assert.match(said.join(' '), /Another Isthmus works on this database now/)
    } finally {
      await running.stop()
      await other.close()
    }
  })
})
