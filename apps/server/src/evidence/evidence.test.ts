import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { after, before, describe, it } from 'node:test'
import { writePlantCapture } from '@isthmus/plant'
import { observeSlice, readSlice } from '@isthmus/sensor'
import { createReplay, type Manifest } from '@isthmus/site'
import { sql } from 'kysely'
import { pino } from 'pino'
import { loadFoldOptions } from '../ingest/content.ts'
import { type Ingest, startIngest } from '../ingest/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
/** Between the intruder's scan and what follows it: the story's later alerts rest on both halves. */
const CUT_AT_S = 1450

describe('evidence of an alert', () => {
  let server: TestServer
  let ingest: Ingest
  let analyst: Client
  let alerts: Json[]
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-evidence-'))
  const download = (path: string, client: Client) =>
    server.http.inject({ url: `/api/v1${path}`, headers: { cookie: client.cookie, host: 'isthmus.test' }, remoteAddress: '127.0.0.1' })

  before(async () => {
    const file = join(folder, 'plant.pcap')
    await writePlantCapture(file, { seed: 1, seconds: 3000, intrusionAt: 300 })
    server = await startTestServer()
    ingest = startIngest({
      url: server.test.url,
      folder: server.services.captures.folder,
      retentionDays: 90,
      notices: server.services.notices,
      log: pino({ level: 'silent' }),
    })
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    for (const [i, half] of halves(readFileSync(file)).entries()) {
      await admin.post(`/captures?site=works&name=half-${i + 1}.pcap`, half, BYTES)
      await ingest.idle()
    }
    analyst = await server.person('analyst', [{ role: 'analyst', site: 'works' }])
    alerts = (await analyst.get('/alerts?site=works&limit=1000')).body.items
  })
  after(async () => {
    await ingest.stop()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  it('is told while large rules of people are compiled, and nobody else waits for them', async () => {
    const text = '#\n'.repeat(50_000)
    await server.test.database.scoped(['works'], async (tx) => {
      for (let n = 0; n < 30; n++) {
        const id = `large-${n}`
        await sql`insert into own_rules (id, site, number) values (${id}, 'works', 1)`.execute(tx)
        await sql`insert into own_rule_versions (rule, number, site, text, is_on, done, rules, errors, cost)
          values (${id}, 1, 'works', ${text}, true, 'written', '[]', '[]', 1)`.execute(tx)
      }
    })
    const delay = monitorEventLoopDelay({ resolution: 20 })
    delay.enable()
    const { status, body } = await analyst.get(`/alerts/${alerts[0]!.id}/evidence`)
    delay.disable()
    await server.test.database.scoped(['works'], (tx) => sql`delete from own_rules`.execute(tx))
    assert.deepEqual([status, body.rules[0].version], [200, body.rules[0].versionNow])
    assert.ok(delay.max / 1e6 < 1500, `the event loop stood still for ${Math.round(delay.max / 1e6)} ms`)
  })

  it('names rules as they were, packets, and the parts of the score', async () => {
    assert.ok(alerts.length > 5, `${alerts.length} alerts`)
    for (const { id } of alerts) {
      const { status, body } = await analyst.get(`/alerts/${id}/evidence`)
      assert.equal(status, 200)
      assert.equal(Math.max(0, Math.min(100, body.score.sum)), body.score.score)
      assert.equal(
        body.score.parts.reduce((sum: number, part: { points: number }) => sum + part.points, 0),
        body.score.sum,
      )
      assert.ok(body.packets.length > 0 && body.packets.every((place: Json) => place.isKept))
      assert.ok(body.rules.length > 0)
      for (const rule of body.rules) assert.ok(rule.version !== '' && rule.version === rule.versionNow, `${rule.name} ${rule.version}`)
      assert.equal(body.slice, null)
    }
  })

  it('is a file that raises the same alert, whichever capture its packets are from', async () => {
    const [first, second, third, ...rest] = alerts
    const across: Json[] = []
    for (const alert of rest) if ((await analyst.get(`/alerts/${alert.id}/evidence`)).body.captures.length > 1) across.push(alert)
    assert.ok(across.length > 0, 'no alert rests on both captures')
    for (const { id } of [first, second, third, ...across.slice(0, 2)]) {
      const cut = await analyst.post(`/alerts/${id}/evidence`)
      assert.equal(cut.status, 200, JSON.stringify(cut.body))
      assert.deepEqual([cut.body.same, cut.body.differences], [true, []], id)
      const { body } = await analyst.get(`/alerts/${id}/evidence`)
      assert.deepEqual(body.slice, cut.body)
    }
  })

  it('is given with its hash, to whoever may see packets, and each look is audited', async () => {
    const [{ id }] = alerts
    const { body: cut } = await analyst.post(`/alerts/${id}/evidence`)
    const answer = await download(`/alerts/${id}/evidence.pcapng`, analyst)
    assert.equal(answer.statusCode, 200)
    const sha256 = createHash('sha256').update(answer.rawPayload).digest('hex')
    assert.equal(sha256, cut.sha256)
    assert.equal(answer.headers['repr-digest'], `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`)
    assert.equal(answer.headers['content-disposition'], `attachment; filename="${id}.pcapng"`)
    const path = join(folder, 'down.pcapng')
    writeFileSync(path, answer.rawPayload)
    const { frames, manifest } = await readSlice(path)
    const basis = manifest as Manifest
    const replay = createReplay(basis, loadFoldOptions())
    for (const observations of observeSlice(basis.site, basis.captures, frames)) for (const one of observations) replay.take(one)
    assert.deepEqual(replay.verdict().differences, [])
    const { rows } = await sql<{ what: string }>`select what from audit where target = ${id} and what like 'evidence.%'`.execute(
      server.test.database.owner,
    )
    assert.deepEqual([...new Set(rows.map(({ what }) => what))].sort(), ['evidence.cut', 'evidence.read'])
    const viewer = await server.person('viewer', [{ role: 'viewer', site: 'works' }])
    assert.equal((await viewer.get(`/alerts/${id}/evidence`)).status, 200)
    assert.equal((await download(`/alerts/${id}/evidence.pcapng`, viewer)).statusCode, 403)
    assert.equal((await viewer.post(`/alerts/${id}/evidence`)).status, 403)
    await sql`insert into sites (id, name) values ('elsewhere', 'Elsewhere')`.execute(server.test.database.owner)
    const stranger = await server.person('stranger', [{ role: 'analyst', site: 'elsewhere' }])
    assert.ok((await stranger.get(`/alerts/${id}/evidence`)).status >= 403)
  })

  it('says that the captures are gone when they are', async () => {
    const [{ id }] = alerts
    const { body: captures } = await analyst.get('/captures?site=works')
    const admin = await server.person('admin2', [{ role: 'administrator', site: null }])
    for (const capture of captures.items) await admin.delete(`/captures/${capture.id}`)
    const { body } = await analyst.get(`/alerts/${id}/evidence`)
    assert.ok(body.captures.every((capture: Json) => !capture.isKept) && body.packets.every((place: Json) => !place.isKept))
    const answer = await download(`/alerts/${id}/evidence.pcapng`, analyst)
    assert.equal(answer.statusCode, 409)
    assert.match(answer.json().message, /removed/)
  })
})

/** A capture file in two, each a file of its own. */
function halves(file: Buffer): [Buffer, Buffer] {
  const from = file.readUInt32LE(24)
  let at = 24
  while (file.readUInt32LE(at) - from < CUT_AT_S) at += 16 + file.readUInt32LE(at + 8)
  return [file.subarray(0, at), Buffer.concat([file.subarray(0, 24), file.subarray(at)])]
}
