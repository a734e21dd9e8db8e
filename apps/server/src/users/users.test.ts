import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { TOTP } from 'otpauth'
import { PASSWORD, startTestServer, type TestServer } from '../testing/server.ts'
import { lockAdministrators } from './users.store.ts'

const ALL = { role: 'administrator', site: null } as const
const VIEWER = { role: 'viewer', site: null } as const

describe('accounts', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.close())

  it('of two administrators who demote each other at once, one stays', { timeout: 20_000 }, async () => {
    const [one, two] = [await server.person('one', [ALL]), await server.person('two', [ALL])]
    let answers: Promise<{ status: number }[]> | undefined
    await server.test.database.scoped([], async (tx) => {
      await lockAdministrators(tx)
      answers = Promise.all([
        one.post(`/users/${two.id}/grants`, { grants: [VIEWER] }),
        two.post(`/users/${one.id}/grants`, { grants: [VIEWER] }),
      ])
      const isWaiting = async () =>
        (
          await sql<{ n: number }>`select count(*) as n from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`.execute(tx)
        ).rows[0]?.n === 2
      while (!(await isWaiting())) await sleep(20)
    })
    assert.deepEqual((await answers)?.map((answer) => answer.status).sort(), [200, 409])
  })

  it('of new roles sign in anew, with what the role asks for', async () => {
    const strict = await startTestServer({ requireTotp: 'administrators' })
    const boss = await strict.person('boss', [VIEWER])
    await strict.test.database.everywhere([], (tx) =>
      sql`insert into grants (user_id, role, site) values (${boss.id}, 'administrator', null)`.execute(tx),
    )
    const kim = await strict.person('kim', [VIEWER])
    assert.equal((await boss.post(`/users/${kim.id}/grants`, { grants: [ALL] })).status, 200)
    assert.equal((await kim.get('/users')).status, 401)
    assert.equal((await kim.post('/sign-ins', { name: 'kim', password: PASSWORD })).body.state, 'totp-enrol')
    assert.equal((await kim.get('/users')).body.code, 'first-login-unfinished')
    await strict.close()
  })

  it('cannot be opened with a one-time password of long ago', async () => {
    const admin = await server.person('adder', [ALL])
    const { body } = await admin.post('/users', { name: 'late', displayName: 'Late', grants: [VIEWER] })
    const credentials = { name: 'late', password: body.oneTimePassword }
    assert.equal((await server.nobody().post('/sign-ins', credentials)).body.state, 'password-change')
    await sql`update users set one_time_until = one_time_until - interval '7 days' where name = 'late'`.execute(server.test.database.owner)
    assert.equal((await server.nobody().post('/sign-ins', credentials)).body.code, 'one-time-password-old')
    const renewed = (await admin.post(`/users/${body.user.id}/resets`)).body.oneTimePassword
    assert.equal((await server.nobody().post('/sign-ins', { name: 'late', password: renewed })).body.state, 'password-change')
  })

  it('change a second factor only with a code of the present one, and end their other sign-ins', async () => {
    const sam = await server.person('sam', [VIEWER])
    const { secret } = (await sam.post('/me/totp', { password: PASSWORD })).body
    const totp = new TOTP({ secret })
    const at = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 })
    await sam.post('/me/totp', { password: PASSWORD, code: at(-1) })
    const other = server.nobody()
    assert.equal((await other.post('/sign-ins', { name: 'sam', password: PASSWORD, totp: at(0) })).body.state, 'signed-in')
    assert.equal((await sam.post('/me/totp', { password: PASSWORD })).body.details[0].field, 'present')
    assert.equal((await sam.post('/me/totp', { password: PASSWORD, present: '000000' })).body.details[0].field, 'present')
    const begun = await sam.post('/me/totp', { password: PASSWORD, present: at(1) })
    assert.equal(begun.body.state, 'confirm', JSON.stringify(begun.body))
    const code = new TOTP({ secret: begun.body.secret }).generate()
    assert.equal((await sam.post('/me/totp', { password: PASSWORD, code })).body.state, 'enrolled')
    assert.equal((await other.get('/me')).status, 401)
    assert.equal((await sam.get('/me')).status, 200)
  })

  it('are not signed in when the audit trail cannot tell of it', async () => {
    const { owner } = server.test.database
    await server.person('una', [VIEWER])
    const count = async () => (await sql<{ n: number }>`select count(*) as n from sign_ins`.execute(owner)).rows[0]?.n
    const there = await count()
    await sql`alter table audit add constraint broken check (what <> 'sign-in') not valid`.execute(owner)
    const answer = await server.nobody().post('/sign-ins', { name: 'una', password: PASSWORD })
    await sql`alter table audit drop constraint broken`.execute(owner)
    assert.equal(answer.status, 500)
    assert.equal(answer.headers['set-cookie'], undefined)
    assert.equal(await count(), there)
  })
})
