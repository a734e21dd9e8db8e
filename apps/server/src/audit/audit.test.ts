import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { type Json, PASSWORD, startTestServer, type TestServer } from '../testing/server.ts'
import { entryHash } from './audit.store.ts'

describe('the audit trail', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.close())

  it('tells who did what, refused attempts included, without what was secret', async () => {
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    const viewer = await server.person('viewer', [{ role: 'viewer', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    await admin.post('/sites', { id: 'works', name: 'Again' })
    await viewer.post('/sites', { id: 'other', name: 'Other' })
    await server.nobody().post('/sign-ins', { name: 'viewer', password: 'a wrong guess' })
    const { body } = await admin.get('/audit?limit=20')
    const told = body.items.map((entry: Json) => [entry.what, entry.by?.name ?? null, entry.outcome, entry.target])
    assert.deepEqual(told.slice(0, 4), [
      ['sign-in', null, 'wrong-credentials', null],
      ['site.added', 'viewer', 'not-allowed', null],
      ['site.added', 'admin', 'conflict', 'works'],
      ['site.added', 'admin', 'done', 'works'],
    ])
    assert.ok(!JSON.stringify(body).includes(PASSWORD))
    assert.ok(!JSON.stringify(body).includes('a wrong guess'))
  })

  it('is whole after many people acted at once', async () => {
    const admin = await server.person('busy', [{ role: 'administrator', site: null }])
    await Promise.all(Array.from({ length: 20 }, (_, i) => admin.post('/sites', { id: `s${i}`, name: `Site ${i}` })))
    const { body } = await admin.get('/audit/check')
    assert.equal(body.isWhole, true)
    assert.ok(body.entries >= 20)
  })

  it('cannot be changed by the application, nor by the owner without it showing', async () => {
    const { database } = server.test
    const admin = await server.person('checker', [{ role: 'administrator', site: null }])
    await assert.rejects(
      database.scoped([], (tx) => sql`update audit set outcome = 'done' where number = 1`.execute(tx)),
      /permission denied/,
    )
    await assert.rejects(sql`delete from audit where number = 2`.execute(database.owner), /never changed/)
    await sql`alter table audit disable trigger audit_is_append_only`.execute(database.owner)
    await sql`update audit set target = 'forged' where number = 2`.execute(database.owner)
    assert.deepEqual((({ isWhole, brokenAt }) => ({ isWhole, brokenAt }))((await admin.get('/audit/check')).body), {
      isWhole: false,
      brokenAt: 2,
    })
  })
})

describe('the chain of the audit trail', () => {
  it('is not whole when its owner made it anew, or cut its end', async () => {
    const server = await startTestServer()
    const { owner } = server.test.database
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (let i = 0; i < 4; i++) await admin.post('/sites', { id: `s${i}`, name: 'S' })
    const check = async (query = '') => (await admin.get(`/audit/check${query}`)).body
    const { entries, head, isWhole } = await check()
    assert.deepEqual([entries, isWhole], [5, true])
    assert.equal((await check(`?number=${entries}&hash=${head}`)).isWhole, true)
    assert.equal((await admin.get(`/audit/check?number=${entries}`)).body.details[0].field, 'hash')

    await sql`alter table audit disable trigger audit_is_append_only`.execute(owner)
    const old = (await sql<Json>`select value from settings where key = 'audit.head'`.execute(owner)).rows[0].value
    await sql`create table aside as select * from audit where number = 5`.execute(owner)
    await sql`delete from audit where number = 5`.execute(owner)
    assert.deepEqual((({ isWhole, brokenAt }) => [isWhole, brokenAt])(await check()), [false, 5], 'an end cut off')
    await sql`delete from settings where key = 'audit.head'`.execute(owner)
    assert.equal((await check()).isWhole, false, 'nor without any head')
    const fourth = (await sql<Json>`select hash from audit where number = 4`.execute(owner)).rows[0].hash
    const forged = (seal: string) =>
      sql`insert into settings (key, value) values ('audit.head',
      ${JSON.stringify({ number: 4, hash: fourth, seal })}::jsonb) on conflict (key) do update set value = excluded.value`.execute(owner)
    await forged(old.seal)
    assert.equal((await check()).isWhole, false, 'nor with a head of somebody else')

    await sql`insert into audit select * from aside`.execute(owner)
    await sql`update settings set value = ${JSON.stringify(old)}::jsonb where key = 'audit.head'`.execute(owner)
    assert.equal((await check()).isWhole, true)
    await admin.post('/sites', { id: 'last', name: 'S' })
    const later = await check()
    await sql`delete from audit where number = 6`.execute(owner)
    await sql`update settings set value = ${JSON.stringify(old)}::jsonb where key = 'audit.head'`.execute(owner)
    assert.equal((await check()).isWhole, true, 'an older head put back is seen only from outside')
    assert.equal((await check(`?number=${later.entries}&hash=${later.head}`)).isWhole, false)

    const { rows } = await sql<Json>`select number, us(at) as at, what, by_user as by, address, site, target, outcome, detail,
      previous_hash as "previousHash" from audit where number = 5`.execute(owner)
    const anew = entryHash(new Uint8Array(), { ...rows[0], target: 'forged' })
    await sql`update audit set target = 'forged', hash = ${anew} where number = 5`.execute(owner)
    assert.deepEqual((({ isWhole, brokenAt }) => [isWhole, brokenAt])(await check()), [false, 5], 'a hash made without the key')
    await server.close()
    assert.match(server.logged(), new RegExp(`"number":5,"hash":"${old.hash}","msg":"audit head"`))
  })
})
