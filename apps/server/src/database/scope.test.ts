import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { SMALL, seed } from '../testing/seed.ts'
import { startTestServer, type TestServer } from '../testing/server.ts'

const TINY = { ...SMALL, assets: 20, sessions: 50, operations: 20, tags: 10, samples: 5, alerts: 10, incidents: 2 }

describe('site scope', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
    await seed(server.test.database, 'north', TINY)
    await seed(server.test.database, 'south', { ...TINY, assets: 30 })
  })
  after(() => server.close())

  it('is held by the database itself for every table with a site, whatever a query forgets', async () => {
    const { database } = server.test
    const { rows: tables } = await sql<{
      name: string
    }>`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'site'
      where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and not c.relispartition and c.relname not in ('grants', 'audit')`.execute(
      database.owner,
    )
    assert.ok(tables.length >= 16, `only ${tables.length} tables with a site`)
    for (const { name } of tables) {
      const seen = (sites: string[]) =>
        database.scoped(sites, async (tx) =>
          (await sql<{ site: string }>`select distinct site from ${sql.table(name)}`.execute(tx)).rows.map((row) => row.site),
        )
      assert.deepEqual(await seen([]), [], `${name} without a scope`)
      assert.ok(!(await seen(['north'])).includes('south'), `${name} of another site`)
    }
  })

  it('cannot be stepped around by reading or writing a partition, or by another site in a row', async () => {
    const { database } = server.test
    const { rows } = await sql<{
      name: string
    }>`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'sessions'::regclass`.execute(database.owner)
    assert.ok(rows.length > 1)
    for (const { name } of rows) {
      const count = await database
        .scoped(['north', 'south'], async (tx) => (await sql`select 1 from ${sql.table(name)} limit 1`.execute(tx)).rows.length)
        .catch(() => 0)
      assert.equal(count, 0, name)
    }
    await assert.rejects(
      database.scoped(['north'], (tx) => sql`insert into coverage (site, protocol, doc) values ('south', 'x', '{}')`.execute(tx)),
      /row-level security/,
    )
    const moved = await database.scoped(
      ['north'],
      async (tx) => (await sql`delete from assets where site = 'south' returning 1`.execute(tx)).rows.length,
    )
    assert.equal(moved, 0)
  })

  it('shows a person the sites of their grants and nothing of the others', async () => {
    const nora = await server.person('nora', [{ role: 'analyst', site: 'north' }])
    const { body } = await nora.get('/assets?limit=1000')
    assert.equal(body.items.length, 20)
    assert.ok(body.items.every((item: { site: string }) => item.site === 'north'))
    assert.deepEqual(
      (await nora.get('/sites')).body.items.map((site: { id: string }) => site.id),
      ['north'],
    )
    assert.equal((await nora.get('/assets?site=south')).status, 404)
    const both = await server.person('both', [{ role: 'viewer', site: null }])
    assert.equal((await both.get('/assets?limit=1000')).body.items.length, 50)
    assert.equal((await both.get('/assets?site=south&limit=1000')).body.items.length, 30)
  })

  it('lets a person work only where the role allows it, though reading reaches further', async () => {
    const sam = await server.person('sam', [
      { role: 'viewer', site: null },
      { role: 'analyst', site: 'north' },
    ])
    await seed(server.test.database, 'east', { ...TINY, alerts: 1 })
    const alerts = (await sam.get('/alerts?site=east')).body.items
    assert.equal(alerts.length, 1)
    // The seed gives alerts of the same number the same id in every site: only north's may move.
    const answer = await sam.post(`/alerts/${alerts[0].id}/moves`, { to: 'in-progress' })
    assert.equal(answer.body.site, 'north')
  })

  it('gives platform rights only with a grant for all sites', async () => {
    const local = await server.person('local', [{ role: 'administrator', site: 'north' }])
    assert.equal((await local.get('/users')).status, 403)
    assert.equal((await local.get('/audit')).status, 403)
  })
})
