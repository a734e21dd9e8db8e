import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { TOTP } from 'otpauth'
import { PASSWORD, startTestServer, type TestServer } from '../testing/server.ts'

describe('signing in', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer({ requireTotp: 'administrators' })
  })
  after(() => server.close())

  it('opens nothing to nobody, and says what to do', async () => {
    const answer = await server.nobody().get('/assets')
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.body, { code: 'not-signed-in', message: 'Sign in first.', details: [] })
  })

  it('takes a name and a password, answers who I am, and forgets me on sign-out', async () => {
    const ann = await server.person('ann', [{ role: 'analyst', site: null }])
    const me = await ann.get('/me')
    assert.equal(me.status, 200)
    assert.equal(me.body.user.name, 'ann')
    assert.equal(me.body.state, 'signed-in')
    assert.ok(me.body.permissions.includes('alert.work'))
    assert.ok(!me.body.permissions.includes('user.manage'))
    const cookie = ann.cookie
    assert.equal((await ann.delete('/sign-ins/current')).status, 200)
    ann.cookie = cookie
    assert.equal((await ann.get('/me')).status, 401)
  })

  it('sets a cookie that scripts and other sites cannot use', async () => {
    const bob = await server.person('bob', [{ role: 'viewer', site: null }])
    const answer = await bob.post('/sign-ins', { name: 'bob', password: PASSWORD })
    const cookie = String(answer.headers['set-cookie'])
    assert.match(cookie, /; HttpOnly/)
    assert.match(cookie, /; SameSite=Strict/)
  })

  it('answers a wrong password and an unknown name alike, and about as fast', async () => {
    const nobody = server.nobody()
    const timed = async (name: string): Promise<[number, unknown]> => {
      const from = performance.now()
      const answer = await nobody.post('/sign-ins', { name, password: 'wrong' })
      return [performance.now() - from, [answer.status, answer.body]]
    }
    await timed('no-such-person')
    // The least of several: what else the machine does adds to one of them, not to all.
    const least = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY }
    for (const name of ['cyd', 'eli', 'flo']) {
      await server.person(name, [{ role: 'viewer', site: null }])
      const [known, wrong] = await timed(name)
      const [unknown, missing] = await timed(`no-${name}`)
      assert.deepEqual(wrong, missing)
      least.known = Math.min(least.known, known)
      least.unknown = Math.min(least.unknown, unknown)
    }
    assert.ok(least.unknown > least.known / 4, `an unknown name took ${least.unknown} ms, a known one ${least.known} ms`)
  })

  it('makes guessing wait, for the account from that address', async () => {
    const dee = await server.person('dee', [{ role: 'viewer', site: null }])
    for (let i = 0; i < 6; i++) await server.nobody().post('/sign-ins', { name: 'dee', password: `guess ${i}` })
    const answer = await server.nobody().post('/sign-ins', { name: 'dee', password: PASSWORD })
    assert.equal(answer.status, 429)
    assert.ok(Number(answer.headers['retry-after']) > 0)
    const elsewhere = await server.http.inject({
      method: 'POST',
      url: '/api/v1/sign-ins',
      remoteAddress: '10.9.9.9',
      headers: { 'x-isthmus': '1' },
      payload: { name: 'dee', password: PASSWORD },
    })
    assert.equal(elsewhere.statusCode, 200)
    assert.equal((await dee.get('/me')).status, 200)
    await sql`delete from sign_in_attempts`.execute(server.test.database.owner)
  })

  it('leads a new account through a password of its own, then a second factor, and lets it do nothing before', async () => {
    const admin = await fullAdministrator(server, 'root')
    const added = await admin.post('/users', { name: 'eve', displayName: 'Eve', grants: [{ role: 'administrator', site: null }] })
    assert.equal(added.status, 200)
    const { oneTimePassword } = added.body
    const eve = server.nobody()
    const first = await eve.post('/sign-ins', { name: 'eve', password: oneTimePassword })
    assert.equal(first.body.state, 'password-change')
    assert.equal((await eve.get('/users')).body.code, 'first-login-unfinished')
    const short = await eve.post('/me/password', { current: oneTimePassword, password: 'short' })
    assert.deepEqual(short.body.details, [{ field: 'password', why: 'at least 12 characters' }])
    const changed = await eve.post('/me/password', { current: oneTimePassword, password: 'a long new password' })
    assert.equal(changed.body.state, 'totp-enrol')
    assert.equal((await eve.get('/users')).body.code, 'first-login-unfinished')
    const started = await eve.post('/me/totp', { password: 'a long new password' })
    assert.match(started.body.uri, /^otpauth:\/\/totp\/Isthmus:eve\?/)
    const totp = new TOTP({ secret: started.body.secret })
    const wrong = await eve.post('/me/totp', { password: 'a long new password', code: '000000' })
    assert.equal(wrong.body.details[0].field, 'code')
    const enrolled = await eve.post('/me/totp', { password: 'a long new password', code: totp.generate() })
    assert.equal(enrolled.body.state, 'enrolled')
    assert.equal((await eve.get('/users')).status, 200)

    const again = server.nobody()
    assert.equal((await again.post('/sign-ins', { name: 'eve', password: 'a long new password' })).body.state, 'totp-needed')
    assert.equal((await again.get('/me')).status, 401)
    const replayed = await again.post('/sign-ins', { name: 'eve', password: 'a long new password', totp: totp.generate() })
    assert.equal(replayed.status, 401, 'a code that was used is not taken again')
    const next = totp.generate({ timestamp: Date.now() + 30_000 })
    assert.equal((await again.post('/sign-ins', { name: 'eve', password: 'a long new password', totp: next })).body.state, 'signed-in')
    assert.equal((await again.post('/sign-ins', { name: 'eve', password: oneTimePassword })).status, 401)
  })

  it('ends idle and old sign-ins', async () => {
    const fay = await server.person('fay', [{ role: 'viewer', site: null }])
    await sql`update sign_ins set seen_at = now() - interval '2 hours' where user_id = ${fay.id}`.execute(server.test.database.owner)
    assert.equal((await fay.get('/me')).status, 401)
    const gus = await server.person('gus', [{ role: 'viewer', site: null }])
    await sql`update sign_ins set created_at = now() - interval '11 hours' where user_id = ${gus.id}`.execute(server.test.database.owner)
    assert.equal((await gus.get('/me')).status, 401)
  })

  it('shuts an account out at once', async () => {
    const admin = await fullAdministrator(server, 'root2')
    const hal = await server.person('hal', [{ role: 'viewer', site: null }])
    assert.equal((await admin.post(`/users/${hal.id}/activity`, { isActive: false })).status, 200)
    assert.equal((await hal.get('/me')).status, 401)
    assert.equal((await server.nobody().post('/sign-ins', { name: 'hal', password: PASSWORD })).status, 401)
  })

  it('refuses a change that another site could have caused', async () => {
    const ida = await server.person('ida', [{ role: 'viewer', site: null }])
    assert.equal((await ida.post('/sign-ins', {}, { 'x-isthmus': '' })).body.code, 'foreign-origin')
    assert.equal((await ida.post('/sign-ins', {}, { origin: 'https://evil.example' })).body.code, 'foreign-origin')
    assert.equal((await ida.post('/sign-ins', {}, { 'sec-fetch-site': 'cross-site' })).body.code, 'foreign-origin')
    assert.equal((await ida.post('/sign-ins', {}, { origin: 'http://isthmus.test' })).body.code, 'not-valid')
  })

  it('keeps every secret out of the log and the database', async () => {
    const jim = await server.person('jim', [{ role: 'viewer', site: null }])
    await server.nobody().post('/sign-ins', { name: 'jim', password: 'a guess that is wrong' })
    await server.nobody().post('/sign-ins?password=in-the-address', { name: 'jim', password: 5 })
    server.http.log.info(
      { password: 'planted-1', inner: { totp: 'planted-2', deep: { secret: 'planted-3' } }, req: { headers: { cookie: jim.cookie } } },
      'planted',
    )
    const log = server.logged()
    assert.match(log, /planted/)
    for (const secret of [
      PASSWORD,
      'a guess that is wrong',
      'in-the-address',
      'planted-1',
      'planted-2',
      'planted-3',
      jim.cookie.split('=')[1] ?? '?',
    ]) {
      assert.ok(!log.includes(secret), `the log holds ${secret}`)
    }
    const { rows } = await sql<{
      text: string
    }>`select (select string_agg(u::text, '') from users u) || (select string_agg(s::text, '') from sign_ins s)
      || (select string_agg(a::text, '') from audit a) as text`.execute(server.test.database.owner)
    assert.ok(!rows[0]?.text.includes(PASSWORD))
    assert.ok(!rows[0]?.text.includes(jim.cookie.split('=')[1] ?? '?'))
  })
})

async function fullAdministrator(server: TestServer, name: string) {
  const person = await server.person(name, [{ role: 'viewer', site: null }])
  await server.test.database.everywhere([], (tx) =>
    sql`insert into grants (user_id, role, site) values (${person.id}, 'administrator', null)`.execute(tx),
  )
  return person
}
