import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { RefusalTally, type Refused } from './refusals.ts'

const refused = (address: string, more: Partial<Refused> = {}): Refused => ({ what: 'x', code: 'not-valid', by: null, address, ...more })

describe('refusals in the audit trail', () => {
  it('get a few entries a caller and minute; the others are counted', () => {
    const tally = new RefusalTally()
    const admitted = Array.from({ length: 1000 }, () => tally.admits(refused('10.0.0.1'), 0)).filter(Boolean).length
    assert.equal(admitted, 10)
    assert.deepEqual(
      tally.take().map((folded) => [folded.address, folded.more]),
      [['10.0.0.1', 990]],
    )
    assert.deepEqual(tally.take(), [])
    assert.ok(tally.admits(refused('10.0.0.1'), 60_000_000), 'a minute later it is told again')
  })

  it('stay few however many addresses nobody has, and drown nobody who is signed in', () => {
    const tally = new RefusalTally()
    const admitted = Array.from({ length: 5000 }, (_, i) => tally.admits(refused(`10.0.${i >> 8}.${i & 255}`), 0)).filter(Boolean).length
    assert.ok(tally.admits(refused('10.0.0.1', { by: 'user-1', code: 'not-allowed' }), 0))
    const folded = tally.take()
    assert.equal(admitted, 30)
    assert.ok(folded.length <= 21)
    assert.equal(
      folded.reduce((sum, one) => sum + one.more, 0),
      4970,
    )
  })

  it('tell of a caller that waits once a minute, and of a missing sign-in never', () => {
    const tally = new RefusalTally()
    assert.ok(tally.admits(refused('10.0.0.1', { code: 'too-many' }), 0))
    assert.ok(!tally.admits(refused('10.0.0.1', { code: 'too-many' }), 1))
    assert.ok(!tally.admits(refused('10.0.0.2', { code: 'not-signed-in' }), 1))
  })

  describe('over the API', () => {
    let server: TestServer
    let entries: () => Promise<Json[]>
    before(async () => {
      server = await startTestServer()
      entries = async () => (await sql<Json>`select * from audit order by number`.execute(server.test.database.owner)).rows
    })
    after(() => server.close())

    it('cannot be made without end by somebody who has not signed in', async () => {
      for (let i = 0; i < 50; i++) await server.nobody().post('/users', {})
      for (let i = 0; i < 50; i++) await server.nobody().post('/sign-ins', {})
      assert.equal((await entries()).length, 10)
    })

    it('never hold what was typed as a name, unless it is one', async () => {
      await server.person('lee', [])
      const ask = (name: string) =>
        server.http.inject({
          method: 'POST',
          url: '/api/v1/sign-ins',
          remoteAddress: '10.1.1.1',
          headers: { 'x-isthmus': '1' },
          payload: { name, password: 'wrong' },
        })
      await ask('my-own-password-1')
      await ask('lee')
      const told = (await entries()).filter((entry) => entry.outcome === 'wrong-credentials')
      assert.deepEqual(
        told.map((entry) => entry.detail),
        [{}, { name: 'lee' }],
      )
      const { rows } = await sql<{ text: string }>`select string_agg(a::text, '') as text from sign_in_attempts a`.execute(
        server.test.database.owner,
      )
      assert.ok(rows[0]?.text && !rows[0].text.includes('my-own-password-1'))
    })
  })
})
