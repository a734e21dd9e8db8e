/** What was learnt, as a person sees and changes it; and the fold that goes by it. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Batch, Observation } from '@isthmus/model'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const SITE = 'north'
const START = 1_773_144_000_000_000
const HOUR = 3_600e6
const DAY = 24 * HOUR
const iso = (us: number) => new Date(us / 1000).toISOString().replace('Z', '000Z')

let packet = 0
/** A write into a controller of which no more is known than its protocol. */
function write(from: string, at: number, value = 5): Observation {
  packet++
  return {
    kind: 'process.write',
    site: SITE,
    sensor: 'one',
    at: START + at,
    client: { ip: from, mac: undefined, port: 40_000 },
    server: { ip: '10.1.2.20', mac: undefined, port: 502 },
    directionKnown: true,
    protocol: 'modbus',
    evidence: { capture: 'c', packets: [packet, packet], bytes: [0, 60] },
    part: undefined,
    tag: 'HR 7',
    value,
    previous: undefined,
    dataType: 'number',
    unit: undefined,
    quality: undefined,
    ok: true,
    count: 1,
    first: START + at,
    user: '',
  } as unknown as Observation
}

describe('the baseline', { timeout: 120_000 }, () => {
  let server: TestServer
  let fold: Fold
  let ann: Client
  let vic: Client
  let number = 0
  before(async () => {
    server = await startTestServer()
    await sql`insert into sites (id, name) values (${SITE}, 'North'), ('south', 'South')`.execute(server.test.database.owner)
    fold = openFold()
    ann = await server.person('ann', [{ role: 'site-leader', site: SITE }])
    vic = await server.person('vic', [{ role: 'viewer', site: SITE }])
  })
  after(() => server.close())

  const openFold = () =>
    new Fold(SITE, server.test.database, new Partitions(server.test.database.owner), loadFoldOptions(), () => undefined)
  const apply = async (...observations: Observation[]) => {
    const batch: Batch = { site: SITE, sensor: 'one', number: ++number, observations }
    await fold.apply(batch, false)
  }
  /** What the ingest worker does with what routes tell it. */
  const settle = async () => {
    for (const decision of server.decisions.splice(0)) await fold.decide(decision, START)
  }
  const rows = async (query = '') => (await ann.get(`/baseline?limit=1000${query}`)).body.items as Json[]
  const findings = async (rule: string) => {
    const { rows: found } = await server.test.database.scoped([SITE], (tx) =>
      sql<{ client: string; level: string }>`select doc -> 'client' ->> 'ip' as client, doc ->> 'level' as level from findings
        where site = ${SITE} and doc ->> 'rule' = ${rule} order by (doc -> 'at')::bigint, id`.execute(tx),
    )
    return found.map(({ client, level }) => `${client} ${level}`)
  }
  /** So that the controller is known for one. */
  const polls = (at: number) =>
    ['10.1.1.4', '10.1.1.5'].flatMap((from) => [
      {
        ...write(from, at),
        kind: 'operation.done',
        operation: 'write register',
        object: 'HR 7',
        access: 'write',
      } as unknown as Observation,
      write(from, at + 1e6),
    ])

  it('is empty before anything was seen, and says how long is learnt', async () => {
    const { body } = await ann.get(`/sites/${SITE}/learning`)
    assert.deepEqual(
      [body.standing, body.now, body.isDefault, body.times.site, body.times.asset],
      [null, null, true, 14 * 86_400, 7 * 86_400],
    )
    assert.deepEqual(await rows(), [])
    assert.equal((await ann.get('/sites/south/learning')).status, 404)
  })

  it('fills while the site learns, in rows that say who did what with whom', async () => {
    await apply(...polls(0), ...polls(HOUR), write('10.1.1.4', 2 * HOUR), write('10.1.1.4', 3 * HOUR, 40))
    const learnt = await rows('&rule=new-writer')
    assert.deepEqual(learnt.map((row) => [row.group.client, row.group.server, row.state, row.phase]).sort(), [
      ['10.1.1.4', '10.1.2.20', 'known', 'learning'],
      ['10.1.1.5', '10.1.2.20', 'known', 'learning'],
    ])
    assert.equal(learnt[0].serverAsset.label, '10.1.2.20')
    assert.ok((await rows('&rule=setpoint-outside-range')).some((row) => row.kind === 'range' && row.min === 5 && row.max === 40))
    const { body } = await ann.get(`/sites/${SITE}/learning`)
    assert.deepEqual([body.standing.phase, body.standing.until], ['learning', iso(START + 14 * DAY)])
    assert.ok(body.assets.learning >= 3 && body.rows.known >= 4)
    const asset = learnt[0].serverAsset.id
    const { body: one } = await ann.get(`/assets/${asset}/learning`)
    assert.deepEqual([one.learning.phase, one.rows.known >= 2], ['learning', true])
    assert.equal((await rows(`&asset=${asset}`)).length, one.rows.known)
  })

  it('is listed page by page, each row once', async () => {
    const all = (await rows()).map((row) => row.id)
    const paged: string[] = []
    let cursor = ''
    do {
      const { body } = await ann.get(`/baseline?limit=2${cursor}`)
      paged.push(...body.items.map((row: Json) => row.id))
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    assert.deepEqual(paged, all)
    assert.ok(all.length > 3)
    assert.deepEqual(
      (await rows('&q=10.1.1.5')).map((row) => row.client),
      (await rows()).map((row) => row.client).filter((ip) => ip === '10.1.1.5'),
    )
  })

  it('takes what a person says: approved until a time, it is silent, and then told again', async () => {
    await apply(...polls(60 * DAY), write('10.1.1.9', 60 * DAY + HOUR))
    assert.deepEqual(await findings('new-writer'), ['10.1.1.9 high'])
    const [row] = await rows('&rule=new-writer&state=new')
    assert.deepEqual([row.client, row.told.again], ['10.1.1.9', 0])
    const at = `/sites/${SITE}/baseline/${row.id}`
    assert.equal((await ann.post(`${at}/approvals`, { until: iso(START) })).status, 400, 'over already')
    assert.equal((await vic.post(`${at}/approvals`, {})).status, 403)
    const { status, body } = await ann.post(`${at}/approvals`, { until: iso(START + 63 * DAY) })
    assert.deepEqual([status, body.state, body.people.by], [200, 'decided', 'ann'])
    await settle()
    await apply(write('10.1.1.9', 62 * DAY))
    assert.equal((await findings('new-writer')).length, 1)
    fold = openFold()
    await apply(write('10.1.1.9', 63 * DAY + HOUR))
    assert.equal((await findings('new-writer')).length, 2)
    assert.equal((await rows('&rule=new-writer')).find((one) => one.id === row.id).state, 'expired')
  })

  it('forgets a row, and takes one that has not come yet', async () => {
    const known = (await rows('&rule=new-writer')).find((row) => row.client === '10.1.1.5')
    assert.equal((await ann.delete(`/sites/${SITE}/baseline/${known.id}`)).status, 200)
    assert.equal((await ann.delete(`/sites/${SITE}/baseline/${known.id}`)).status, 404)
    const { body: memories } = await ann.get('/baseline/rules')
    assert.deepEqual(memories.items.find((one: Json) => one.rule === 'new-writer').fields, ['client', 'server'])
    const group = { client: '10.1.1.7', server: '10.1.2.20' }
    assert.equal((await ann.post(`/sites/${SITE}/baseline`, { rule: 'new-writer', group: { client: '10.1.1.7' } })).status, 400)
    assert.equal((await ann.post(`/sites/${SITE}/baseline`, { rule: 'new-writer', group })).status, 200)
    assert.equal((await ann.post(`/sites/${SITE}/baseline`, { rule: 'new-writer', group })).status, 409)
    await settle()
    const before = (await findings('new-writer')).length
    await apply(write('10.1.1.7', 64 * DAY), write('10.1.1.5', 64 * DAY + HOUR))
    assert.deepEqual((await findings('new-writer')).slice(before), ['10.1.1.5 high'])
  })

  it('has ranges whose ends a person sets', async () => {
    const [range] = await rows('&rule=setpoint-outside-range')
    const at = `/sites/${SITE}/baseline/${range.id}/limits`
    assert.equal((await ann.post(at, { min: 9, max: 1 })).status, 400)
    const { body } = await ann.post(at, { min: 0, max: 60 })
    assert.deepEqual([body.people.min, body.people.max, body.min], [0, 60, 5])
    await settle()
    await apply(write('10.1.1.4', 65 * DAY, 60), write('10.1.1.4', 65 * DAY + HOUR, 61))
    assert.equal((await findings('setpoint-outside-range')).length, 1)
    assert.deepEqual(
      (await rows('&kind=range&state=new')).map((row) => row.id),
      [],
      'decided',
    )
    await ann.delete(`/sites/${SITE}/baseline/${range.id}`)
    await settle()
    await apply(...[1, 2, 3, 4, 5, 90].map((value, n) => write('10.1.1.4', 65 * DAY + (5 + n) * HOUR, value)))
    assert.deepEqual(
      (await rows('&rule=setpoint-outside-range&state=new')).map((row) => [row.state, row.max, row.told.max]),
      [['new', 5, 90]],
    )
    assert.deepEqual(await rows('&rule=setpoint-outside-range&state=known'), [])
  })

  it('is audited, and learning can be set and begun again', async () => {
    const { body: audit } = await (await server.person('ada', [{ role: 'administrator', site: null }])).get('/audit?limit=100')
    const acts = new Set(audit.items.map((entry: Json) => entry.what))
    for (const act of ['baseline.approved', 'baseline.forgotten', 'baseline.added', 'baseline.range-set']) assert.ok(acts.has(act), act)
    const { body } = await ann.get(`/sites/${SITE}/learning`)
    assert.equal((await server.nobody().get(`/sites/${SITE}/learning`)).status, 401)
    const times = { ...body.times, site: 66 * 86_400 }
    const set = await ann.put(`/sites/${SITE}/learning`, { times })
    assert.deepEqual([set.body.standing.phase, set.body.isDefault], ['learning', false])
    assert.equal((await ann.put(`/sites/${SITE}/learning`, { times: { ...times, site: 91 * 86_400 } })).status, 400)
    const back = await ann.put(`/sites/${SITE}/learning`, { times: null })
    assert.deepEqual([back.body.isDefault, back.body.standing.phase], [true, 'operational'])
    const again = await ann.post(`/sites/${SITE}/learning/restarts`, { asset: null })
    assert.deepEqual([again.body.standing.phase, again.body.standing.since], ['learning', again.body.now])
    await settle()
    const before = (await findings('new-writer')).length
    await apply(write('10.1.1.8', 66 * DAY))
    assert.equal((await findings('new-writer')).length, before)
  })
})
