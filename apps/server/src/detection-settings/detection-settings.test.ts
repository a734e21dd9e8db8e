import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Observation } from '@isthmus/model'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { readLibrary } from '../rules/read-library.ts'
import { session } from '../testing/observations.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { rulesInForce } from './in-force.ts'

const NOON_US = 1_773_144_000_000_000

describe('settings of detection', () => {
  let server: TestServer
  let admin: Client
  let northern: Client
  let analyst: Client
  before(async () => {
    server = await startTestServer({}, { library: readLibrary() })
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of ['north', 'south']) await admin.post('/sites', { id, name: id })
    northern = await server.person('northern', [{ role: 'administrator', site: 'north' }])
    analyst = await server.person('analyst', [{ role: 'analyst', site: null }])
  })
  after(() => server.close())

  const set = (who: Client, site: string | undefined, rules: object, engines: object = {}, more: object = {}) =>
    who.put(`/detection-settings${site === undefined ? '' : `?site=${site}`}`, { engines, rules, ...more })
  const ruleOf = async (name: string, query = '') =>
    (await analyst.get(`/rules${query}`)).body.items.find((rule: Json) => rule.name === name).inForce

  it('are as published until somebody sets them', async () => {
    const { status, body } = await analyst.get('/detection-settings?site=north')
    assert.equal(status, 200)
    const nothing = { engines: {}, rules: {} }
    assert.deepEqual(body, { site: 'north', own: nothing, all: nothing, inForce: nothing, unusable: [], changedAt: null, changedBy: null })
    const rule = await ruleOf('port-scan')
    assert.deepEqual([rule.offIn, rule.changedIn], [[], []])
    assert.deepEqual(
      rule.thresholds.map(({ key, of, default: usual, value, least, most }: Json) => [key, of, usual, value, least, most]),
      [
        ['count', 'different server.port', 25, 25, 1, 1024],
        ['timespan', 'time', '2m', '2m', 1e6, 31 * 86_400e6],
      ],
    )
  })

  it('of a site count over those for all, key by key, and lists say where', async () => {
    assert.equal(
      (await set(admin, undefined, { 'port-scan': { count: 40, level: 'high' }, 'ping-flood': { on: false } }, { anomaly: false })).status,
      200,
    )
    const { body } = await set(admin, 'north', { 'port-scan': { count: 30 } }, { anomaly: true })
    assert.deepEqual(body.inForce, {
      engines: { anomaly: true },
      rules: { 'port-scan': { count: 30, level: 'high' }, 'ping-flood': { on: false } },
    })
    assert.equal(body.changedBy.name, 'admin')
    const scan = await ruleOf('port-scan')
    assert.deepEqual(scan.changedIn, ['north', 'south'])
    assert.equal(scan.thresholds[0].value, null, 'sites differ')
    assert.equal((await ruleOf('port-scan', '?site=south')).thresholds[0].value, 40)
    assert.deepEqual((await ruleOf('ping-flood')).offIn, ['north', 'south'])
    assert.deepEqual((await ruleOf('exceptions-burst')).offIn, ['south'])
    assert.deepEqual((await analyst.get('/rules/exceptions-burst')).body.inForce.offIn, ['south'])
  })

  it('what no rule can take is named, and nothing of it is saved', async () => {
    const { status, body } = await set(admin, 'south', {
      'port-scan': { count: 0, level: 'low' },
      nothing: { on: false },
      'address-scan': { timespan: 'soon' },
    })
    assert.equal(status, 400)
    assert.deepEqual(
      body.details.map((one: Json) => one.field),
      ['rules.port-scan.count', 'rules.nothing', 'rules.address-scan.timespan'],
    )
    assert.deepEqual((await admin.get('/detection-settings?site=south')).body.own, { engines: {}, rules: {} })
    assert.equal((await set(admin, 'south', {}, { magic: true })).status, 400)
    assert.equal((await set(admin, 'south', { 'port-scan': [] })).status, 400)
  })

  it('are for administrators, each of their own sites; those for all sites need a grant for all', async () => {
    assert.equal((await set(analyst, 'north', {})).status, 403)
    assert.equal((await set(northern, 'south', {})).status, 404)
    assert.equal((await set(northern, undefined, {})).status, 403)
    assert.equal((await set(northern, 'north', { 'port-scan': { count: 30 } }, { anomaly: true })).status, 200)
    assert.equal((await server.nobody().get('/detection-settings')).status, 401)
  })

  it('are not written over unseen', async () => {
    const { changedAt } = (await admin.get('/detection-settings?site=north')).body
    assert.equal((await set(admin, 'north', { 'port-scan': { count: 31 } }, {}, { seen: changedAt })).status, 200)
    const late = await set(northern, 'north', { 'port-scan': { count: 32 } }, {}, { seen: changedAt })
    assert.equal(late.status, 409)
    assert.deepEqual((await admin.get('/detection-settings?site=north')).body.own.rules, { 'port-scan': { count: 31 } })
  })

  it('leave in the audit trail what changed, and reach the fold of every site they touch', async () => {
    server.decisions.length = 0
    await set(admin, 'north', { 'port-scan': { timespan: '5m' }, 'address-scan': { on: false } }, { policy: false })
    assert.deepEqual(server.decisions, [{ kind: 'controls', site: 'north' }])
    const { body } = await admin.get('/audit?what=detection.set&limit=1')
    assert.deepEqual(body.items[0].detail, {
      changes: [
        'engines.policy: as published (on) → off',
        'rules.address-scan.on: as published (on) → off',
        'rules.port-scan.count: 31 → as published (25)',
        'rules.port-scan.timespan: as published (2m) → 5m',
      ],
    })
    assert.equal(body.items[0].site, 'north')
    server.decisions.length = 0
    await set(admin, undefined, {})
    assert.deepEqual(new Set(server.decisions.map((one) => one.site)), new Set(['north', 'south']))
  })

  it('a setting of a rule that is no more is told, and the rest holds', async () => {
    const doc = { engines: {}, rules: { 'was-a-rule': { on: false }, 'port-scan': { count: 26 } } }
    await server.test.database.scoped(['south'], (tx) =>
      sql`insert into detection_settings (site, doc, changed_us) values ('south', ${JSON.stringify(doc)}::jsonb, 1)`.execute(tx),
    )
    const { body } = await admin.get('/detection-settings?site=south')
    assert.deepEqual(body.unusable, [{ path: 'rules.was-a-rule', reason: 'no rule of this name' }])
    assert.deepEqual(body.inForce.rules, { 'port-scan': { count: 26 } })
  })

  it('a rule that people wrote is off where its engine is', async () => {
    await set(admin, 'north', {}, { custom: false })
    const catalogue = server.services.library.catalogue
    const own = await server.test.database.scoped(['north', 'south'], async (tx) => {
      const inForce = await rulesInForce(tx, ['north', 'south'], catalogue)
      return inForce({ name: 'ours', engine: 'custom' })
    })
    assert.deepEqual(own, { canSet: false, sites: 2, offIn: ['north'], changedIn: [], thresholds: [] })
  })

  it('are what the fold works with from the next batch on', async () => {
    const { database } = server.test
    const fold = new Fold('north', database, new Partitions(database.owner), loadFoldOptions(0), () => undefined)
    let number = 0
    /** A scan of so many ports by one host of its own; how many findings it makes, and of which version. */
    const scan = async (ports: number): Promise<{ level: string; version: string }[]> => {
      number++
      const ip = `10.9.1.${number}`
      const at = NOON_US + number * 3600e6
      const observations = Array.from({ length: ports }, (_, i) => knock(ip, i, at + i * 1e6))
      await fold.apply({ site: 'north', sensor: 'tap', number, observations }, true)
      const { rows } = await database.scoped(['north'], (tx) =>
        sql<{ level: string; version: string }>`select doc ->> 'level' as level, doc ->> 'ruleVersion' as version from findings
          where rule = 'port-scan' and doc -> 'client' ->> 'ip' = ${ip}`.execute(tx),
      )
      return rows
    }
    const controls = () => fold.decide({ kind: 'controls', site: 'north' }, 0)
    await set(admin, 'north', {})
    assert.equal((await scan(24)).length, 0)
    const [usual] = await scan(25)
    await set(admin, 'north', { 'port-scan': { count: 10, level: 'critical' } })
    await controls()
    assert.equal((await scan(9)).length, 0)
    const [fewer] = await scan(10)
    assert.equal(fewer?.level, 'critical')
    assert.notEqual(fewer?.version, usual?.version)
    await set(admin, 'north', {}, { threat: false })
    await controls()
    assert.equal((await scan(100)).length, 0)
    await set(admin, 'north', {})
    await controls()
    assert.deepEqual(await scan(25), [usual])
  })
})

function knock(ip: string, port: number, at: number): Observation {
  const base = session('north', `${ip}-${port}`, at)
  return {
    ...base,
    client: { ...base.client, ip },
    server: { ip: '10.1.1.9', mac: undefined, port },
    transport: 'tcp',
    state: 'tried',
    history: 'S',
  } as Observation
}
