import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { mayForAll } from '../http/permit.ts'
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

  it('lets nobody of single sites write what counts for all, though everybody reads it', async () => {
    const { everywhere, scoped } = server.test.database
    const admin = await server.person('head', [{ role: 'administrator', site: null }])
    const writes: readonly (readonly [table: string, insert: RawBuilder<unknown>, update: RawBuilder<unknown>])[] = [
      [
        'threat_sources',
        sql`insert into threat_sources (id, site, kind, origin, name, content, sha256, report) values ('t', null, 'yara', 'upload', 'mine', '', '', '{}')`,
        sql`update threat_sources set is_enabled = false`,
      ],
      [
        'threat_feeds',
        sql`insert into threat_feeds (source, site, url, collection, authentication, every_minutes) values ('t', null, 'https://a', 'c', 'none', 60)`,
        sql`update threat_feeds set url = 'https://elsewhere'`,
      ],
      [
        'threat_objects',
        sql`insert into threat_objects (source, site, id, modified, doc) values ('t', null, 'o', '', '{}')`,
        sql`update threat_objects set doc = '{"other": 1}'`,
      ],
      ['own_rules', sql`insert into own_rules (id, site, number) values ('r', null, 1)`, sql`update own_rules set number = 2`],
      [
        'own_rule_versions',
        sql`insert into own_rule_versions (rule, number, site, text, is_on, done, rules, errors, cost) values ('r', 1, null, '', true, '', '[]', '[]', 0)`,
        sql`update own_rule_versions set is_on = false`,
      ],
      [
        'detection_defaults',
        sql`insert into detection_defaults (doc, changed_us) values ('{}', 0)`,
        sql`update detection_defaults set doc = '{"engines": {"threat": false}}'`,
      ],
      [
        'pack_keys',
        sql`insert into pack_keys (fingerprint, name, pem) values ('f', 'mine', 'pem')`,
        sql`update pack_keys set pem = 'another'`,
      ],
      ['packs', sql`insert into packs (name, version) values ('p', 1)`, sql`update packs set version = 2`],
      [
        'pack_versions',
        sql`insert into pack_versions (pack, version, issued, about, key, signer, report) values ('p', 1, '', '', 'f', 'mine', '{}')`,
        sql`update pack_versions set signer = 'another'`,
      ],
      [
        'pack_files',
        sql`insert into pack_files (pack, version, path, kind, text, sha256) values ('p', 1, 'a.yaml', 'rule', 'text', '')`,
        sql`update pack_files set text = ''`,
      ],
      ['pack_names', sql`insert into pack_names (name, key, highest) values ('p', 'f', 1)`, sql`update pack_names set key = 'another'`],
      [
        'grants',
        sql`insert into grants (user_id, role, site) values (${admin.id}, 'viewer', null)`,
        sql`update grants set role = 'administrator'`,
      ],
    ]
    const rowsOf = async (table: string) =>
      (await scoped(['north'], (tx) => sql`select t::text from ${sql.table(table)} t order by 1`.execute(tx))).rows
    for (const [table, insert, update] of writes) {
      await assert.rejects(
        scoped(['north'], (tx) => insert.execute(tx)),
        /row-level security/,
        `${table} in a scope`,
      )
      await everywhere([], (tx) => insert.execute(tx))
      const before = await rowsOf(table)
      assert.ok(before.length > 0, `${table} is read in a scope`)
      await scoped(['north'], (tx) => update.execute(tx))
      await scoped(['north'], (tx) => sql`delete from ${sql.table(table)}`.execute(tx))
      assert.deepEqual(await rowsOf(table), before, table)
    }
    for (const child of [
      sql`insert into threat_objects (source, site, id, modified, doc) values ('t', 'north', 'mine', '', '{}')`,
      sql`insert into own_rule_versions (rule, number, site, text, is_on, done, rules, errors, cost) values ('r', 2, 'north', '', true, '', '[]', '[]', 0)`,
    ])
      await assert.rejects(
        scoped(['north'], (tx) => child.execute(tx)),
        /violates foreign key/,
        'a row of a site under one for all',
      )
    await everywhere([], async (tx) => {
      for (const [table] of writes.toReversed()) if (table !== 'grants') await sql`delete from ${sql.table(table)}`.execute(tx)
    })
    assert.deepEqual(await rowsOf('packs'), [])
  })

  it('of a request reaches as far as its permission, not as far as other roles of the person', () => {
    const grants = [
      { role: 'viewer', site: null },
      { role: 'analyst', site: 'north' },
    ] as const
    assert.deepEqual(
      (['rule.read', 'rule.manage', 'signed-in', 'self', 'anyone'] as const).map((may) => mayForAll(may, grants)),
      [true, false, false, false, false],
    )
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
