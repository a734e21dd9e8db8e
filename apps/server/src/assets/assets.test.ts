import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SMALL, seed } from '../testing/seed.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const SORTS = ['last', 'first', 'name', 'ip', 'vendor', 'type', 'level']

describe('assets, sessions, operations and tags', () => {
  let server: TestServer
  let ann: Client
  before(async () => {
    server = await startTestServer()
    await seed(server.test.database, 'north', { ...SMALL, assets: 130, sessions: 700, operations: 200, tags: 60, samples: 6000 / 60 })
    ann = await server.person('ann', [{ role: 'analyst', site: 'north' }])
  })
  after(() => server.close())

  async function all(path: string): Promise<Json[]> {
    const items: Json[] = []
    let cursor = ''
    do {
      const { status, body } = await ann.get(`${path}${path.includes('?') ? '&' : '?'}limit=37${cursor}`)
      assert.equal(status, 200, JSON.stringify(body))
      items.push(...body.items)
      cursor = body.next === null ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    return items
  }

  it('are paged in every order without losing or repeating one', async () => {
    for (const sort of SORTS.flatMap((name) => [name, `-${name}`])) {
      const ids = (await all(`/assets?sort=${sort}`)).map((asset) => asset.id)
      assert.equal(ids.length, 130, sort)
      assert.equal(new Set(ids).size, 130, sort)
      const back = (await all(`/assets?sort=${sort.startsWith('-') ? sort.slice(1) : `-${sort}`}`)).map((asset) => asset.id)
      assert.deepEqual(back, ids.toReversed(), `${sort} backwards`)
    }
    assert.equal(new Set((await all('/sessions')).map((session) => session.id)).size, 700)
    assert.equal(new Set((await all('/operations')).map((operation) => operation.id)).size, 200)
    assert.equal(new Set((await all('/tags')).map((tag) => tag.id)).size, 60)
  })

  it('sort addresses as numbers', async () => {
    const ips = (await all('/assets?sort=ip')).map((asset) => asset.ips[0].split('.').map(Number))
    const value = ([a, b, c, d]: number[]) => ((a! * 256 + b!) * 256 + c!) * 256 + d!
    for (let i = 1; i < ips.length; i++) assert.ok(value(ips[i - 1]) < value(ips[i]))
  })

  it('are found by what people know of them', async () => {
    const everything = await all('/assets')
    const count = async (query: string) => (await ann.get(`/assets?${query}`)).body.total
    assert.equal(await count('type=plc'), everything.filter((asset) => asset.type === 'plc').length)
    assert.equal(await count('vendor=Siemens'), everything.filter((asset) => asset.vendor === 'Siemens').length)
    assert.equal(await count('level=1'), everything.filter((asset) => asset.purdueLevel === 1).length)
    assert.equal(await count('q=10.0.0.7'), everything.filter((asset) => asset.ips[0].startsWith('10.0.0.7')).length)
    assert.equal(await count('q=00:1B:1B:00:00:0a'), 1)
    assert.equal(await count("q=';drop table assets;--"), 0)
    assert.equal(await count('q=%25'), 0)
  })

  it('take what a person sets over what the wire says, and give it back', async () => {
    const { id } = (await ann.get('/assets?type=hmi&limit=1')).body.items[0]
    const named = await ann.post(`/assets/${id}/overrides`, { attribute: 'name', value: 'Pump room panel' })
    assert.equal(named.body.names[0], 'Pump room panel')
    await ann.post(`/assets/${id}/overrides`, { attribute: 'type', value: 'plc' })
    const set = await ann.post(`/assets/${id}/overrides`, { attribute: 'purdueLevel', value: '1.5' })
    assert.equal(set.body.purdueLevel, 1.5)
    assert.equal(set.body.purdueSource, 'set')
    assert.equal((await ann.get('/assets?q=pump%20room')).body.items[0].id, id)
    assert.equal((await ann.get('/assets?type=plc&level=1.5')).body.items[0].id, id)
    assert.deepEqual(server.decisions.at(-1), { kind: 'override', site: 'north', asset: id, attribute: 'purdueLevel', value: '1.5' })
    const weighed = await ann.post(`/assets/${id}/overrides`, { attribute: 'criticality', value: 'critical' })
    assert.deepEqual([weighed.body.overrides.criticality, 'criticality' in weighed.body], ['critical', false])
    assert.equal((await ann.post(`/assets/${id}/overrides`, { attribute: 'criticality', value: 'enormous' })).status, 400)
    await ann.post(`/assets/${id}/overrides`, { attribute: 'type', value: null })
    assert.equal((await ann.get(`/assets/${id}`)).body.type, 'hmi')
    const viewer = await server.person('vic', [{ role: 'viewer', site: null }])
    assert.equal((await viewer.post(`/assets/${id}/overrides`, { attribute: 'name', value: 'x' })).status, 403)
  })

  it('are narrowed by either side, protocol, state, address and time', async () => {
    const sessions = await all('/sessions')
    const one = sessions[5]
    const ids = async (query: string) => (await all(`/sessions?${query}`)).map((session) => session.id).sort()
    const expected = (keep: (session: Json) => boolean) =>
      sessions
        .filter(keep)
        .map((session) => session.id)
        .sort()
    assert.deepEqual(
      await ids(`asset=${one.serverAsset}`),
      expected((s) => s.serverAsset === one.serverAsset || s.clientAsset === one.serverAsset),
    )
    assert.deepEqual(
      await ids(`q=${one.server.ip}`),
      expected((s) => s.server.ip === one.server.ip || s.client.ip === one.server.ip),
    )
    assert.deepEqual(
      await ids('q=10.0.0.2'),
      expected((s) => s.server.ip === '10.0.0.2' || s.client.ip === '10.0.0.2'),
    )
    assert.deepEqual(
      await ids('protocol=modbus&state=closed'),
      expected((s) => s.protocol === 'modbus' && s.state === 'closed'),
    )
    assert.deepEqual(
      await ids(`from=${one.startedAt}`),
      expected((s) => s.startedAt >= one.startedAt),
    )
    assert.deepEqual(
      await ids(`to=${one.startedAt}`),
      expected((s) => s.startedAt <= one.startedAt),
    )
    assert.ok((await ids('q=10.0.0.2')).length > 0)
  })

  it('refuse a cursor that is not theirs', async () => {
    for (const cursor of ['x', 'bnVsbA', Buffer.from('[1,2,3]').toString('base64url'), Buffer.from('["a","b"]').toString('base64url')]) {
      const { status, body } = await ann.get(`/sessions?limit=3&cursor=${cursor}`)
      assert.equal(status, 400, cursor)
      assert.equal(body.details[0].field, 'cursor')
    }
  })

  it('keep a chart of long history to what a screen shows, its extremes and its writes', async () => {
    const { body: short } = await ann.get('/tags/tag-7/samples')
    assert.deepEqual([short.count, short.sampled, short.items.length], [100, false, 100])
    await seed(server.test.database, 'long', {
      ...SMALL,
      assets: 10,
      sessions: 1,
      operations: 1,
      tags: 10,
      samples: 20_000,
      alerts: 1,
      incidents: 1,
    })
    const bea = await server.person('bea', [{ role: 'viewer', site: 'long' }])
    const { body: long } = await bea.get('/tags/tag-10/samples')
    assert.deepEqual([long.count, long.sampled], [20_000, true])
    assert.ok(long.items.length <= 2000 && long.items.length > 500)
    assert.equal(long.items.filter((item: Json) => item.by === 'write').length > 300, true)
    const values = long.items.map((item: Json) => item.value)
    const whole = Array.from({ length: 20_000 }, (_, n) => 50 + 20 * Math.sin(n / 9 + 10) + (10 % 7))
    assert.equal(Math.max(...values).toFixed(6), Math.max(...whole).toFixed(6))
    assert.equal(Math.min(...values).toFixed(6), Math.min(...whole).toFixed(6))
    const times = long.items.map((item: Json) => item.at)
    assert.deepEqual(times, times.toSorted())
  })
})
