import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { type Json, PASSWORD, startTestServer, type TestServer } from '../testing/server.ts'

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
