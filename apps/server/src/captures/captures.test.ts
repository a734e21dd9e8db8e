import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { writePlantCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import type { Notice } from '../events/notices.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }

describe('captures', () => {
  let server: TestServer
  let ingest: Ingest
  let admin: Client
  let capture: Buffer
  const notices: Notice[] = []
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-plant-'))

  before(async () => {
    const file = join(folder, 'plant.pcap')
    await writePlantCapture(file, { seconds: 60 })
    capture = readFileSync(file)
    server = await startTestServer()
    ingest = startTestIngest(server)
    server.services.notices.listen((notice) => notices.push(notice))
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
  })
  after(async () => {
    await ingest.stop()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it('go from an upload to a site that people can look at', async () => {
    const added = await admin.post('/captures?site=works&name=span.pcap', capture, BYTES)
    assert.equal(added.status, 200)
    assert.equal(added.body.state, 'waiting')
    assert.equal(added.body.bytesTotal, capture.length)
    await ingest.idle()
    const read = (await admin.get(`/captures/${added.body.id}`)).body
    assert.equal(read.state, 'done', JSON.stringify(read))
    assert.equal(read.bytesDone, capture.length)
    assert.ok(read.packets > 100)
    assert.match(read.firstAt, /^\d{4}-.*Z$/)
    for (const list of ['assets', 'sessions', 'operations', 'tags', 'coverage']) {
      const { body } = await admin.get(`/${list}?site=works`)
      assert.ok(body.items.length > 0, `no ${list}`)
    }
    const { body: assets } = await admin.get('/assets?site=works&type=plc')
    assert.ok(assets.total > 0)
    const { body: asset } = await admin.get(`/assets/${assets.items[0].id}`)
    assert.ok(asset.facts.length > 0)
    assert.equal(asset.facts[0].evidence.capture, added.body.id, 'a fact leads back to the capture it is from')
    assert.ok((await admin.get(`/assets/${asset.id}/peers`)).body.items.length > 0)
    const { body: map } = await admin.get('/map?site=works')
    assert.ok(map.nodes.length > 5 && map.links.length > 3)
    const { body: tags } = await admin.get('/tags?site=works')
    assert.ok((await admin.get(`/tags/${tags.items[0].id}/samples`)).body.items.length > 0)
    const { body: sessions } = await admin.get('/sessions?site=works')
    assert.equal((await admin.get(`/sessions/${sessions.items[0].id}`)).body.id, sessions.items[0].id)
    const kinds = new Set(notices.map((notice) => notice.kind))
    for (const kind of ['captures', 'assets', 'sessions', 'tags']) assert.ok(kinds.has(kind as never), `nobody was told of ${kind}`)
  })

  it('are read once: the same bytes again are the same capture', async () => {
    const before = (await admin.get('/sessions?site=works&limit=1000')).body.items
    const again = await admin.post('/captures?site=works&name=copy.pcap', capture, BYTES)
    assert.equal(again.body.state, 'done')
    await ingest.idle()
    assert.deepEqual((await admin.get('/sessions?site=works&limit=1000')).body.items, before)
    assert.equal((await admin.get('/captures?site=works')).body.items.length, 1)
  })

  it('that are no captures are refused in words, and what is readable of a cut one is kept', async () => {
    const junk = await admin.post('/captures?site=works&name=junk.bin', Buffer.from('this is not a capture at all'), BYTES)
    const cut = await admin.post('/captures?site=works&name=cut.pcap', capture.subarray(0, 20_001), BYTES)
    await ingest.idle()
    const failed = (await admin.get(`/captures/${junk.body.id}`)).body
    assert.equal(failed.state, 'failed')
    assert.ok(failed.error.length > 0)
    const kept = (await admin.get(`/captures/${cut.body.id}`)).body
    assert.equal(kept.state, 'done')
    assert.ok(kept.packets > 10)
    assert.ok(
      kept.problems[0].offset > 0 && kept.problems[0].offset <= 20_001 && kept.problems[0].why.length > 0,
      JSON.stringify(kept.problems),
    )
  })

  it('are refused when empty, when too large, for an unknown site, and to people who may not', async () => {
    assert.equal((await admin.post('/captures?site=works&name=empty.pcap', Buffer.alloc(0), BYTES)).status, 400)
    assert.equal((await admin.post('/captures?site=nowhere&name=a.pcap', capture, BYTES)).status, 404)
    assert.equal((await admin.post('/captures?site=works', capture, BYTES)).body.details[0].field, 'name')
    const viewer = await server.person('viewer', [{ role: 'viewer', site: null }])
    assert.equal((await viewer.post('/captures?site=works&name=a.pcap', capture, BYTES)).status, 403)
    const small = await startTestServer({}, { captures: { ...server.services.captures, maxBytes: 1000 } })
    const person = await small.person('admin', [{ role: 'administrator', site: null }])
    await person.post('/sites', { id: 'works', name: 'The works' })
    assert.equal((await person.post('/captures?site=works&name=a.pcap', capture, BYTES)).status, 413)
    await small.close()
  })

  it('show one packet as every stage reads it', async () => {
    const { body: list } = await admin.get('/captures?site=works')
    const id = list.items.find((item: { name: string }) => item.name === 'span.pcap').id
    const { status, body } = await admin.get(`/captures/${id}/packets/3`)
    assert.equal(status, 200)
    assert.equal(body.number, 3)
    assert.equal(body.hex.length, body.captured * 2)
    assert.ok(body.tree.length > 0)
    assert.equal((await admin.get(`/captures/${id}/packets/99999999`)).status, 404)
  })

  it('show their bytes to those who investigate, and the audit trail tells who looked', async () => {
    const { body: list } = await admin.get('/captures?site=works')
    const id = list.items.find((item: { name: string }) => item.name === 'span.pcap').id
    const watcher = await server.person('watcher', [{ role: 'viewer', site: 'works' }])
    const analyst = await server.person('analyst', [{ role: 'analyst', site: 'works' }])
    assert.equal((await watcher.get(`/captures/${id}`)).status, 200)
    assert.equal((await watcher.get(`/captures/${id}/packets/4`)).status, 403)
    assert.equal((await analyst.get(`/captures/${id}/packets/4`)).status, 200)
    const { body: entries } = await admin.get('/audit?what=packet.read&limit=2')
    assert.deepEqual(
      entries.items.map((entry: Json) => [entry.by.name, entry.outcome, entry.site, entry.target, entry.detail]),
      [
        ['analyst', 'done', 'works', id, { number: 4 }],
        ['watcher', 'not-allowed', null, null, {}],
      ],
    )
  })

  it('are not there when the audit trail cannot tell of them', async () => {
    const { owner } = server.test.database
    await sql`alter table audit add constraint broken check (what <> 'capture.added') not valid`.execute(owner)
    const answer = await admin.post('/captures?site=works&name=quiet.pcap', capture.subarray(0, 9000), BYTES)
    await sql`alter table audit drop constraint broken`.execute(owner)
    assert.equal(answer.status, 500)
    const { body: list } = await admin.get('/captures?site=works')
    assert.ok(!list.items.some((item: Json) => item.name === 'quiet.pcap'))
  })

  it('that failed are read anew when they are sent again', async () => {
    const junk = Buffer.from('a disk that was broken for a while')
    const { body } = await admin.post('/captures?site=works&name=broken.pcap', junk, BYTES)
    await ingest.idle()
    assert.equal((await admin.get(`/captures/${body.id}`)).body.state, 'failed')
    const again = await admin.post('/captures?site=works&name=broken.pcap', junk, BYTES)
    assert.deepEqual([again.body.id, again.body.state, again.body.error, again.body.finishedAt], [body.id, 'waiting', null, null])
    await ingest.idle()
  })

  it('go with their file when an administrator removes them, which the audit says; what was learnt stays', async () => {
    const { body: list } = await admin.get('/captures?site=works')
    const id = list.items.find((item: { name: string }) => item.name === 'cut.pcap').id
    const assets = (await admin.get('/assets?site=works')).body.total
    const file = join(server.services.captures.folder, id)
    assert.ok(existsSync(file))
    const analyst = await server.person('ana', [{ role: 'analyst', site: null }])
    assert.equal((await analyst.delete(`/captures/${id}`)).status, 403)
    assert.equal((await admin.delete(`/captures/${id}`)).status, 200)
    assert.equal((await admin.get(`/captures/${id}`)).status, 404)
    assert.equal((await admin.delete(`/captures/${id}`)).status, 404)
    for (let i = 0; i < 50 && existsSync(file); i++) await new Promise((done) => setTimeout(done, 20))
    assert.ok(!existsSync(file))
    assert.equal((await admin.get('/assets?site=works')).body.total, assets)
    const { body: audit } = await admin.get('/audit')
    const entry = audit.items.find((one: { what: string; outcome: string }) => one.what === 'capture.removed' && one.outcome === 'done')
    assert.deepEqual([entry.target, entry.site, entry.detail.name], [id, 'works', 'cut.pcap'])
  })
})
