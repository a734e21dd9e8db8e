/** Authorised changes through HTTP and a fold, as a work-order system and a person use them. */
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
const [ENGINEER, PLC] = ['10.1.1.9', '10.1.2.20']
const [GOOD, BAD] = ['a'.repeat(64), 'b'.repeat(64)]
const ORDER = {
  site: SITE,
  kind: 'work-order',
  reference: 'WO-4711',
  title: 'New dosing logic',
  assets: [PLC],
  hosts: [ENGINEER],
  activities: ['program-download'],
  from: isoOf(NOON_US),
  until: isoOf(NOON_US + 4 * HOUR_US),
  expectedHashes: [GOOD],
}

describe('authorised changes', () => {
  let server: TestServer
  let leader: Client
  let number = 0
  before(async () => {
    server = await startTestServer({}, { library: readLibrary(), now: () => NOON_US + 2 * HOUR_US })
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of [SITE, 'other']) await admin.post('/sites', { id, name: id })
    leader = await server.person('lea', [{ role: 'site-leader', site: SITE }])
  })
  after(() => server.close())

  /** A fold of its own each time: what it knows is in the rows. */
  const take = async (...observations: Observation[]) => {
    const { database } = server.test
    const fold = new Fold(SITE, database, new Partitions(database.owner), loadFoldOptions(0), () => undefined)
    await fold.apply({ site: SITE, sensor: 'tap', number: ++number, observations }, false)
  }
  const alerts = async (): Promise<Json[]> => (await leader.get(`/alerts?site=${SITE}`)).body.items
  const change = async (id = 'WO-4711'): Promise<Json> => (await leader.get(`/authorised-changes/${id}?site=${SITE}`)).body

  it('are put under an id of who orders them; the same again changes nothing', async () => {
    const made = await leader.put('/authorised-changes/WO-4711', ORDER)
    assert.equal(made.status, 200, JSON.stringify(made.body))
    assert.deepEqual([made.body.state, made.body.by.name, made.body.users, made.body.explained], ['in-force', 'lea', [], 0])
    assert.equal(server.decisions.length, 1)
    assert.deepEqual((await leader.put('/authorised-changes/WO-4711', ORDER)).body, made.body)
    assert.equal(server.decisions.length, 1, 'nothing to tell')
    assert.equal((await leader.put('/authorised-changes/WO-4711', { ...ORDER, title: 'Dosing logic 2.1' })).body.title, 'Dosing logic 2.1')
    assert.deepEqual(server.decisions.at(-1), { kind: 'controls', site: SITE })
    // Widened and put back, it would look as it was: the audit trail says what it allowed meanwhile.
    await leader.put('/authorised-changes/WO-4711', { ...ORDER, assets: ['10.1.0.0/16'], until: isoOf(NOON_US + 40 * HOUR_US) })
    await leader.put('/authorised-changes/WO-4711', { ...ORDER, title: 'Dosing logic 2.1' })
    const { rows } = await sql<{
      outcome: string
      detail: Json
    }>`select outcome, detail from audit where what = 'change.put' order by number`.execute(server.test.database.owner)
    assert.deepEqual(
      rows.map(({ outcome, detail }) => [outcome, detail.assets, detail.until - detail.from]),
      [
        ['made', [PLC], 4 * HOUR_US],
        ['same', undefined, Number.NaN],
        ['changed', [PLC], 4 * HOUR_US],
        ['changed', ['10.1.0.0/16'], 40 * HOUR_US],
        ['changed', [PLC], 4 * HOUR_US],
      ],
    )
  })

  it('make ordered work an informational alert that says by what', async () => {
    await take(download(SITE, NOON_US + 60e6, ENGINEER, PLC, GOOD))
    const all = await alerts()
    const [alert] = all
    assert.ok(alert && all.every(({ authorised }) => authorised !== undefined))
    assert.deepEqual([alert.level, alert.authorised.reference], ['informational', 'WO-4711'])
    assert.ok((await change()).explained >= 1)
    assert.deepEqual((await change()).deviations, [])
    assert.equal((await leader.get('/findings?change=WO-4711')).body.items[0].authorisedBy, 'WO-4711')
  })

  it('and work beyond it a critical one that says what exceeded it', async () => {
    await take(download(SITE, NOON_US + 2 * 60e6, ENGINEER, PLC, BAD))
    const [alert] = await alerts()
    assert.equal(alert.level, 'critical')
    assert.deepEqual(
      alert.exceeds.map((one: Json) => [one.change, one.exceeds]),
      [['WO-4711', ['hash']]],
    )
    const { deviations } = await change()
    assert.deepEqual(
      deviations.map((one: Json) => [one.exceeds, one.alert, one.count]),
      [[['hash'], alert.id, 1]],
    )
    assert.equal((await leader.get('/incidents')).body.items.length, 1)
    assert.equal((await leader.get(`/rules/${alert.rules[0]}`)).body.title, 'Authorised change exceeded')
    const { rules } = (await leader.get(`/alerts/${alert.id}/evidence`)).body
    assert.ok(rules[0].version !== '' && rules[0].version === rules[0].versionNow)
  })

  it('follow remote sessions as they open and close', async () => {
    const { section: _, ...seen } = download(SITE, NOON_US + HOUR_US, '10.9.9.9', PLC, GOOD) as Json
    await take(
      { ...seen, kind: 'access.opened', user: 'm.meier', grant: 'g-7' },
      { ...seen, kind: 'access.closed', at: NOON_US + 2 * HOUR_US, user: 'm.meier', grant: 'g-7' },
    )
    const session = (await leader.get('/authorised-changes')).body.items.find((one: Json) => one.reference === 'g-7')
    assert.deepEqual(
      [session.kind, session.isPlanned, session.state, session.closedAt],
      ['remote-session', false, 'over', isoOf(NOON_US + 2 * HOUR_US)],
    )
    assert.equal((await leader.post(`/authorised-changes/${session.id}/endings`, { site: SITE })).status, 409)
  })

  it('end, are kept, and are not taken up again', async () => {
    const ended = await leader.post('/authorised-changes/WO-4711/endings', { site: SITE })
    assert.deepEqual([ended.status, ended.body.state, ended.body.endedBy.name], [200, 'ended', 'lea'])
    assert.equal((await leader.put('/authorised-changes/WO-4711', ORDER)).status, 409)
    await take(download(SITE, NOON_US + 2.5 * HOUR_US, ENGINEER, PLC, GOOD))
    assert.deepEqual((await change()).deviations.at(-1).exceeds, ['time'])
  })

  it('are refused by field, and to who may not order work', async () => {
    const bad = await leader.put('/authorised-changes/WO-9', { ...ORDER, assets: [], hosts: ['10.1.2.0/99'], expectedHashes: ['abc'] })
    assert.deepEqual(
      bad.body.details.map((one: Json) => one.field),
      ['assets', 'hosts.0', 'expectedHashes.0'],
    )
    assert.equal((await leader.put('/authorised-changes/a b', ORDER)).status, 400)
    assert.equal((await leader.put('/authorised-changes/WO-9', { ...ORDER, site: 'other' })).status, 404)
    const analyst = await server.person('ann', [{ role: 'analyst', site: SITE }])
    assert.equal((await analyst.put('/authorised-changes/WO-9', ORDER)).status, 403)
    assert.equal((await analyst.get(`/authorised-changes/WO-4711?site=${SITE}`)).status, 200)
    const stranger = await server.person('sue', [{ role: 'viewer', site: 'other' }])
    assert.deepEqual((await stranger.get('/authorised-changes')).body.items, [])
  })
})
