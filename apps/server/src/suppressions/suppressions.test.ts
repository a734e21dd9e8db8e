/** Suppressions through HTTP and a fold: what a person decides is what the next findings become. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Observation } from '@isthmus/model'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { isoOf } from '../http/wire.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { readLibrary } from '../rules/read-library.ts'
import { download } from '../testing/observations.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const SITE = 'works'
const NOON_US = 1_773_144_000_000_000
const HOUR_US = 3600e6
const [ENGINEER, PLC, OTHER_PLC] = ['10.1.1.9', '10.1.2.20', '10.1.2.21']
const HASH = 'a'.repeat(64)
const SCOPE = { rule: 'program-downloaded', server: PLC }

describe('suppressions', () => {
  let server: TestServer
  let ann: Client
  let fold: Fold
  let number = 0
  before(async () => {
    server = await startTestServer({}, { library: readLibrary(), now: () => NOON_US + 2 * HOUR_US })
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of [SITE, 'other']) await admin.post('/sites', { id, name: id })
    ann = await server.person('ann', [{ role: 'analyst', site: SITE }])
    const { database } = server.test
    fold = new Fold(SITE, database, new Partitions(database.owner), loadFoldOptions(0), () => undefined)
  })
  after(() => server.close())

  const take = async (...observations: Observation[]) => {
    for (const decision of server.decisions.splice(0)) await fold.decide(decision, NOON_US)
    await fold.apply({ site: SITE, sensor: 'tap', number: ++number, observations }, false)
  }
  const alerts = async (): Promise<Json[]> => (await ann.get(`/alerts?site=${SITE}&sort=last`)).body.items
  const query = (scope: object) => new URLSearchParams({ site: SITE, ...scope }).toString()
  let id = ''

  it('are tried on what is stored before they are made', async () => {
    await take(download(SITE, NOON_US, ENGINEER, PLC, HASH), download(SITE, NOON_US + 1e6, ENGINEER, OTHER_PLC, HASH))
    assert.equal((await alerts()).length, 2)
    const { status, body } = await ann.get(`/suppressions/preview?${query(SCOPE)}`)
    assert.equal(status, 200, JSON.stringify(body))
    assert.deepEqual([body.isWhole, body.hidden], [true, 1])
    const hit = (await alerts()).find((alert) => alert.server.ip === PLC)
    assert.deepEqual(
      body.alerts.map((one: Json) => [one.id, one.before.score, one.after]),
      [[hit.id, hit.score, null]],
    )
    assert.equal((await alerts()).length, 2, 'trying hides nothing')
    assert.equal((await ann.get(`/suppressions/preview?site=${SITE}`)).status, 400)
    assert.equal((await ann.get('/suppressions/preview?site=other&rule=x')).status, 404)
  })

  it('are tried on everything they could be about, and say from when on where that is too much', async () => {
    const { database } = server.test
    const clones = (rule: string, many: number, from: number) =>
      database.scoped([SITE, 'other'], (tx) =>
        sql`insert into findings (site, id, doc) select 'other', ${rule} || n, f.doc || jsonb_build_object('id', ${rule} || n, 'site', 'other', 'rule', ${rule}::text,
            'at', ${from}::bigint + n, 'first', ${from}::bigint + n, 'alert', null)
          from findings f, generate_series(1, ${many}::int) n where f.site = ${SITE} and f.rule = ${SCOPE.rule} and f.doc -> 'server' ->> 'ip' = ${PLC}`.execute(
          tx,
        ),
      )
    await clones(SCOPE.rule, 1, NOON_US)
    await clones('something-else', 3100, NOON_US + HOUR_US)
    const admin = await server.person('olga', [{ role: 'analyst', site: 'other' }])
    const tried = async (scope: object) => (await admin.get(`/suppressions/preview?${query({ ...scope, site: 'other' })}`)).body
    const old = await tried(SCOPE)
    assert.deepEqual([old.isWhole, old.findings, old.hidden, old.since], [true, 3101, 1, null])
    const many = await tried({ server: PLC })
    assert.deepEqual([many.isWhole, many.findings, many.hidden, many.since], [false, 3000, 3000, isoOf(NOON_US + HOUR_US + 101)])
  })

  it('hide what comes from then on, and say how much', async () => {
    const made = await ann.post('/suppressions', {
      site: SITE,
      scope: SCOPE,
      reason: 'test bench',
      from: isoOf(NOON_US + 0.5 * HOUR_US),
      until: isoOf(NOON_US + 3 * HOUR_US),
    })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    id = made.body.id
    assert.deepEqual([made.body.state, made.body.by.name, made.body.hits], ['in-force', 'ann', 0])
    await take(download(SITE, NOON_US + 0.9 * HOUR_US, ENGINEER, PLC, HASH))
    assert.equal((await alerts()).length, 2)
    const [row] = (await ann.get(`/suppressions?site=${SITE}`)).body.items
    assert.deepEqual([row.hits, row.lastAt], [1, isoOf(NOON_US + 0.9 * HOUR_US)])
    const hidden = (await ann.get(`/findings?suppression=${id}`)).body.items
    assert.deepEqual(
      hidden.map((finding: Json) => [finding.rule, finding.suppressedBy]),
      [['program-downloaded', id]],
    )
    for (const [filter, count] of [
      [`rule=${SCOPE.rule}`, 1],
      ['rule=device-restarted', 0],
      [`asset=${hidden[0].serverAsset}`, 1],
      ['asset=x', 0],
      ['state=ended', 0],
    ] as const)
      assert.equal((await ann.get(`/suppressions?${filter}`)).body.items.length, count, filter)
  })

  it('are said on the alert of the same hosts', async () => {
    const hit = (await alerts()).find((alert) => alert.server.ip === PLC)
    const { suppressed } = (await ann.get(`/alerts/${hit.id}`)).body
    assert.deepEqual(suppressed, [{ suppression: id, reason: 'test bench', findings: 1 }])
  })

  it('end at their time and by hand, and are never taken away', async () => {
    await take(download(SITE, NOON_US + 3 * HOUR_US, ENGINEER, PLC, HASH))
    assert.equal((await alerts()).length, 3, 'over in event time')
    const ended = await ann.post(`/suppressions/${id}/endings`, { site: SITE })
    assert.deepEqual([ended.body.state, ended.body.endedBy.name], ['ended', 'ann'])
    assert.equal((await ann.post(`/suppressions/${id}/endings`, { site: SITE })).status, 409)
    await take(download(SITE, NOON_US + 2.5 * HOUR_US, ENGINEER, PLC, HASH))
    assert.equal((await ann.get(`/suppressions?site=${SITE}`)).body.items[0].hits, 1, 'ended two hours after noon')
  })

  it('are refused without a scope, with an end too far, and to who may only look', async () => {
    const body = { site: SITE, scope: SCOPE, reason: 'x', until: isoOf(NOON_US + 500 * 24 * HOUR_US) }
    const far = await ann.post('/suppressions', body)
    assert.deepEqual([far.status, far.body.details[0].field], [400, 'until'])
    assert.equal(
      (await ann.post('/suppressions', { ...body, scope: {}, until: isoOf(NOON_US + 5 * HOUR_US) })).body.details[0].field,
      'scope',
    )
    const viewer = await server.person('vic', [{ role: 'viewer', site: SITE }])
    assert.equal((await viewer.post('/suppressions', body)).status, 403)
    assert.equal((await viewer.get('/suppressions')).body.items.length, 1)
    const stranger = await server.person('sue', [{ role: 'analyst', site: 'other' }])
    assert.deepEqual((await stranger.get('/suppressions')).body.items, [])
    assert.equal((await stranger.post(`/suppressions/${id}/endings`, { site: SITE })).status, 404)
  })

  it('and resolutions: what people said of its alerts is the precision of a rule', async () => {
    const [first, second, third] = await alerts()
    for (const [alert, resolution] of [
      [first, 'true-positive'],
      [second, 'false-positive'],
      [third, 'benign'],
    ] as const)
      assert.equal((await ann.post(`/alerts/${alert.id}/moves`, { to: 'resolved', resolution, note: 'looked' })).status, 200)
    const rule = (await ann.get('/rules')).body.items.find((one: Json) => one.name === SCOPE.rule)
    assert.deepEqual(rule.health.judged, { truePositive: 1, falsePositive: 1, benign: 1, duplicate: 0 })
    assert.equal(rule.health.precision, 0.5)
  })
})
