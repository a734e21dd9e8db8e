import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { connect, isLost, isTooSlow } from './connect.ts'

describe('a database that is away', () => {
  let test: TestDatabase
  before(async () => {
    test = await freshDatabase()
  })
  after(() => test.drop())

  const failure = async (work: () => unknown): Promise<unknown> => {
    try {
      await work()
    } catch (error) {
      return error
    }
    return assert.fail('nothing failed')
  }

  it('is told from a missing file and from a browser that hangs up', async () => {
    assert.ok(!isLost(await failure(() => readFileSync('/no/such/capture'))))
    for (const code of ['ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT']) {
      assert.ok(!isLost(Object.assign(new Error('aborted'), { code })), code)
      assert.ok(!isLost(Object.assign(new Error(`read ${code}`), { code, syscall: 'read' })), code)
    }
  })

  it('is seen where nobody listens, over TCP and at a socket that is not there', async () => {
    for (const url of ['postgresql://a@127.0.0.1:1/a', 'postgresql://a@/a?host=/no/such/folder']) {
      const away = connect({ url })
      const error = await failure(() => sql`select 1`.execute(away.owner))
      assert.ok(isLost(error), String(error))
      await away.close()
    }
  })

  it('is seen when the connection is cut in the middle of a statement', async () => {
    const one = connect({ url: test.url, poolSize: 1 })
    const cut = failure(() =>
      one.owner.connection().execute(async (held) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(held)
        const slow = sql`select pg_sleep(20)`.execute(held)
        // It may end before anybody waits for it.
        slow.catch(() => undefined)
        await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(test.database.owner)
        await slow
      }),
    )
    assert.ok(isLost(await cut))
    await one.close()
  })

  it('is not a statement that takes too long, which has a name of its own', async () => {
    const error = await failure(() =>
      test.database.scoped([], async (tx) => {
        await sql`set local statement_timeout = 50`.execute(tx)
        await sql`select pg_sleep(5)`.execute(tx)
      }),
    )
    assert.ok(isTooSlow(error) && !isLost(error))
  })
})
