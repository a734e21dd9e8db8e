import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Notice } from '../events/notices.ts'
import { SMALL, seed } from '../testing/seed.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

describe('alerts and incidents', () => {
  let server: TestServer
  let ann: Client
  const notices: Notice[] = []
  before(async () => {
    server = await startTestServer()
    await seed(server.test.database, 'north', { ...SMALL, assets: 50, sessions: 100, alerts: 120, incidents: 4 })
    ann = await server.person('ann', [{ role: 'analyst', site: 'north' }])
    server.services.notices.listen((notice) => notices.push(notice))
  })
  after(() => server.close())

  it('are listed by score or by time, page after page, each once', async () => {
    for (const sort of ['score', 'last']) {
      const seen: { id: string; score: number; lastAt: string }[] = []
      let cursor = ''
      do {
        const { body } = await ann.get(`/alerts?sort=${sort}&limit=17${cursor}`)
        seen.push(...body.items)
        cursor = body.next === null ? '' : `&cursor=${body.next}`
      } while (cursor !== '')
      assert.equal(seen.length, 120)
      assert.equal(new Set(seen.map((alert) => alert.id)).size, 120)
      const key = (alert: (typeof seen)[number]) => (sort === 'score' ? alert.score : Date.parse(alert.lastAt))
      for (let i = 1; i < seen.length; i++) assert.ok(key(seen[i - 1]!) >= key(seen[i]!), `${sort} at ${i}`)
    }
  })

  it('are filtered by state, level, words, host and owner', async () => {
    const all = (await ann.get('/alerts?limit=1000')).body.items
    const ids = async (query: string) => (await ann.get(`/alerts?limit=1000&${query}`)).body.items.map((alert: Json) => alert.id).sort()
    const expected = (keep: (alert: Json) => boolean) =>
      all
        .filter(keep)
        .map((alert: Json) => alert.id)
        .sort()
    assert.deepEqual(
      await ids('state=open'),
      expected((alert) => alert.state !== 'resolved'),
    )
    assert.deepEqual(
      await ids('state=resolved'),
      expected((alert) => alert.state === 'resolved'),
    )
    assert.deepEqual(
      await ids('level=critical'),
      expected((alert) => alert.level === 'critical'),
    )
    assert.deepEqual(
      await ids('q=STOPPED'),
      expected((alert) => /stopped/i.test(alert.title)),
    )
    const asset = all[0].serverAsset
    assert.deepEqual(
      await ids(`asset=${asset}`),
      expected((alert) => alert.serverAsset === asset || alert.clientAsset === asset),
    )
    assert.deepEqual(
      await ids('assignee=none'),
      expected(() => true),
    )
    assert.ok((await ids('level=critical')).length > 0 && (await ids(`asset=${asset}`)).length < 120)
  })

  it('move only forward in words: how it ended is asked for, and kept with who said it', async () => {
    const { id } = (await ann.get('/alerts?state=new&limit=1')).body.items[0]
    const moved = await ann.post(`/alerts/${id}/moves`, { to: 'in-progress', note: 'calling the shift' })
    assert.equal(moved.body.state, 'in-progress')
    const again = await ann.post(`/alerts/${id}/moves`, { to: 'in-progress' })
    assert.equal(again.status, 409)
    const resolved = await ann.post(`/alerts/${id}/moves`, { to: 'resolved', resolution: 'benign' })
    assert.equal(resolved.body.resolution, 'benign')
    assert.deepEqual(
      resolved.body.events.map((event: Json) => [event.by.name, event.kind, event.from, event.to, event.text]),
      [
        ['ann', 'moved', 'in-progress', 'resolved: benign', undefined],
        ['ann', 'moved', 'new', 'in-progress', 'calling the shift'],
      ],
    )
    assert.deepEqual(server.decisions.at(-1), { kind: 'settled', site: 'north', alert: id })
    assert.deepEqual(notices.at(-1), { kind: 'alerts', site: 'north', ids: [id] })
    assert.equal((await ann.post(`/alerts/${id}/moves`, { to: 'in-progress', note: 'it came back' })).body.state, 'in-progress')
    assert.deepEqual(server.decisions.at(-1), { kind: 'reopened', site: 'north', alert: id })
  })

  it('are given only to people who may work on them there', async () => {
    const { id } = (await ann.get('/alerts?state=new&limit=1')).body.items[0]
    const viewer = await server.person('vic', [{ role: 'viewer', site: 'north' }])
    const stranger = await server.person('sue', [{ role: 'analyst', site: null }])
    assert.equal((await ann.post(`/alerts/${id}/assignments`, { user: viewer.id })).body.details[0].field, 'user')
    assert.equal((await ann.post(`/alerts/${id}/assignments`, { user: 'nobody' })).status, 400)
    const given = await ann.post(`/alerts/${id}/assignments`, { user: stranger.id })
    assert.equal(given.body.assignee.name, 'sue')
    assert.deepEqual(
      (await stranger.get('/alerts?assignee=me')).body.items.map((alert: Json) => alert.id),
      [id],
    )
    assert.equal((await ann.post(`/alerts/${id}/assignments`, { user: null })).body.assignee, null)
    assert.equal((await viewer.post(`/alerts/${id}/moves`, { to: 'acknowledged' })).status, 403)
  })

  it('show evidence, cards of both ends and how alike ones ended', async () => {
    const { id } = (await ann.get('/alerts?limit=1')).body.items[0]
    const { body } = await ann.get(`/alerts/${id}`)
    assert.equal(body.latestFindings.length, 1)
    assert.equal(body.clientCard.id, body.clientAsset)
    assert.equal(body.serverCard.id, body.serverAsset)
    assert.ok(body.similar.length > 0 && body.similar.every((one: Json) => one.id !== id))
    assert.equal((await ann.get(`/findings?alert=${id}`)).body.items[0].id, body.findings[0])
    assert.equal((await ann.get('/alerts/no-such')).status, 404)
  })

  it('gather in incidents that people move, take and write on', async () => {
    const open = (await ann.get('/incidents?state=open')).body.items
    assert.ok(open.length > 0)
    const { id } = open[0]
    const page = (await ann.get(`/incidents/${id}`)).body
    assert.ok(page.steps.length > 0 && page.alertRows.length > 0 && page.assetCards.length > 0)
    assert.equal((await ann.post(`/incidents/${id}/notes`, { text: 'The operator confirms the values.' })).status, 200)
    await ann.post(`/incidents/${id}/assignments`, { user: ann.id })
    const contained = (await ann.post(`/incidents/${id}/moves`, { to: 'contained', note: 'The jump host is off the network.' })).body
    assert.equal(contained.state, 'contained')
    assert.equal(contained.assignee.name, 'ann')
    assert.deepEqual(
      contained.events.map((event: Json) => event.kind),
      ['moved', 'assigned', 'noted'],
    )
    assert.deepEqual(server.decisions.at(-1), { kind: 'moved', site: 'north', incident: id, to: 'contained' })
    assert.ok(!(await ann.get('/incidents?state=open')).body.items.some((one: Json) => one.id === id))
  })
})
