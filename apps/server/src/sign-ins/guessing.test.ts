import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { sql } from 'kysely'
import { PASSWORD, startTestServer, type TestServer } from '../testing/server.ts'
import { Busy, hashPassword, isPassword, newTotpSecret, seal } from './secrets.ts'

describe('guessing', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  beforeEach(() => sql`delete from sign_in_attempts`.execute(server.test.database.owner))
  after(() => server.close())

  const attempt = (name: string, password: string, remoteAddress: string, totp?: string) =>
    server.http.inject({
      method: 'POST',
      url: '/api/v1/sign-ins',
      remoteAddress,
      headers: { 'x-isthmus': '1' },
      payload: { name, password, ...(totp === undefined ? {} : { totp }) },
    })

  it('at once is as slow as guessing in turn', async () => {
    await server.person('amy', [])
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => attempt('amy', `guess ${i}`, '10.0.0.1')))
    const checked = answers.filter((answer) => answer.statusCode === 401).length
    assert.ok(checked > 0 && checked <= 6, `${checked} guesses were checked`)
    assert.ok(answers.every((answer) => answer.statusCode === 401 || answer.statusCode === 429))
  })

  it('from the many addresses of one IPv6 network is guessing from one', async () => {
    await server.person('ben', [])
    const answers = []
    for (let i = 1; i <= 8; i++) answers.push((await attempt('ben', `guess ${i}`, `2001:db8:0:7::${i}`)).statusCode)
    assert.ok(answers.filter((status) => status === 401).length <= 6 && answers.at(-1) === 429, `${answers}`)
    assert.equal((await attempt('ben', PASSWORD, '2001:db8:0:8::1')).statusCode, 200)
  })

  it('from everywhere makes an account wait a little, and holds nobody up who is signed in from there', async () => {
    await server.person('cai', [])
    await Promise.all(Array.from({ length: 30 }, (_, i) => attempt('cai', 'guess', `10.1.0.${i}`)))
    const next = await attempt('cai', PASSWORD, '10.2.0.1')
    assert.equal(next.statusCode, 429)
    assert.ok(Number(next.headers['retry-after']) <= 30)
    assert.equal((await attempt('cai', PASSWORD, '127.0.0.1')).statusCode, 200)
    // However much was guessed, the account is never shut for longer than this.
    await sql`update sign_in_attempts set failures = 100000, last_at = now() - interval '31 seconds' where key like 'account %'`.execute(
      server.test.database.owner,
    )
    assert.equal((await attempt('cai', PASSWORD, '10.2.0.2')).statusCode, 200)
  })

  it('codes is not forgiven by the password alone', async () => {
    const { id } = await server.person('dot', [])
    const secret = seal(server.services.guard.key, newTotpSecret())
    await sql`update users set totp_secret = ${secret} where id = ${id}`.execute(server.test.database.owner)
    const statuses = []
    for (let i = 0; i < 8; i++) {
      await attempt('dot', PASSWORD, '10.3.0.1')
      statuses.push((await attempt('dot', PASSWORD, '10.3.0.1', '000000')).statusCode)
    }
    assert.equal(statuses.at(-1), 429, `${statuses}`)
    const { rows } = await sql<{ outcome: string; why: string }>`select outcome, detail ->> 'why' as why from audit
      where target = ${id} and outcome <> 'done' limit 1`.execute(server.test.database.owner)
    assert.deepEqual(rows, [{ outcome: 'totp-needed', why: 'password accepted, second factor asked' }])
  })

  it('of many at once leaves the server its memory and cores', async () => {
    const results = await Promise.allSettled(Array.from({ length: 45 }, () => hashPassword('x')))
    const refused = results.filter((result) => result.status === 'rejected')
    assert.equal(refused.length, 5)
    assert.ok(refused.every((result) => result.reason instanceof Busy))
    assert.ok(await isPassword(await hashPassword('y'), 'y'), 'the places are free again')
  })

  it('one’s own password takes no connection while it works', { timeout: 60_000 }, async () => {
    const eli = await server.person('eli', [{ role: 'viewer', site: null }])
    const own = { current: 'not the password', password: 'another long one' }
    const from = performance.now()
    const answers = await Promise.all(Array.from({ length: 16 }, () => eli.post('/me/password', own)))
    assert.deepEqual(
      answers.map((answer) => answer.status).filter((status) => status !== 400 && status !== 429),
      [],
    )
    const right = await Promise.all(Array.from({ length: 4 }, () => eli.post('/me/totp', { password: PASSWORD })))
    assert.ok(right.every((answer) => answer.status !== 503))
    assert.ok(performance.now() - from < 9000, 'nobody waited for a connection that did not come')
  })
})
