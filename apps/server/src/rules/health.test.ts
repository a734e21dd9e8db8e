/** What caps refuse and how rules behave, from the fold to the API. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { session } from '../testing/observations.ts'
import { type Client, startTestServer, type TestServer } from '../testing/server.ts'
import { readLibrary } from './read-library.ts'

const SITE = 'works'
const NOON_US = 1_773_144_000_000_000

describe('what was left out', () => {
  let server: TestServer
  let admin: Client
  before(async () => {
    server = await startTestServer({}, { library: readLibrary() })
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of [SITE, 'other']) await admin.post('/sites', { id, name: id })
  })
  after(() => server.close())

  it('is counted by the name of the cap, and a restart does not make it less', async () => {
    const { database } = server.test
    const fold = (caps: Record<string, number>) =>
      new Fold(SITE, database, new Partitions(database.owner), { ...loadFoldOptions(0), caps }, () => undefined)
    const many = Array.from({ length: 60 }, (_, i) => ({ ...session(SITE, `s${i}`, NOON_US + i), state: 'open' as const }))
    await fold({ sessions: 10 }).apply({ site: SITE, sensor: 'tap', number: 1, observations: many }, false)
    const refused = async () => (await admin.get(`/coverage?site=${SITE}`)).body.caps
    const before = await refused()
    const sessions = before.find((one: { cap: string }) => one.cap === 'open sessions')
    assert.ok(sessions?.count > 0 && sessions.site === SITE, JSON.stringify(before))
    await fold({}).apply({ site: SITE, sensor: 'tap', number: 2, observations: [session(SITE, 'last', NOON_US)] }, false)
    const after = (await refused()).find((one: { cap: string }) => one.cap === 'open sessions')
    assert.ok(after.count >= sessions.count)
    const stranger = await server.person('stranger', [{ role: 'viewer', site: 'other' }])
    assert.deepEqual((await stranger.get('/coverage')).body.caps, [])
  })

  it('is said of rules: how often each fired, and why one is switched off', async () => {
    const { database } = server.test
    const options = loadFoldOptions(0)
    const [first, second] = options.rules.filter((rule) => rule.correlation === undefined && rule.generates)
    assert.ok(first && second)
    const always = { kinds: ['session.updated' as const], firstSeen: undefined, outsideRange: undefined }
    const boom = () => {
      throw new Error('boom')
    }
    const broken = { ...first, ...always, matches: boom, arms: [{ gates: new Map(), rest: boom }] }
    const loud = { ...second, ...always, matches: () => true, arms: [{ gates: new Map(), rest: undefined }] }
    const fold = new Fold(SITE, database, new Partitions(database.owner), { ...options, rules: [broken, loud] }, () => undefined)
    const seen = Array.from({ length: 30 }, (_, i) => session(SITE, `t${i}`, NOON_US + i))
    await fold.apply({ site: SITE, sensor: 'host', number: 1, observations: seen }, true)
    const { items } = (await admin.get('/rules')).body
    const health = (name: string) => items.find((one: { name: string }) => one.name === name)?.health
    assert.equal(health(first.name).failure, 'boom')
    assert.equal(health(second.name).firings, 30)
    assert.ok(health(second.name).findings >= 1 && health(second.name).failure === null)
  })
})
