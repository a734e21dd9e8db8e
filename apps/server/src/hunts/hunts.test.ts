import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '@isthmus/model'
import { writePlantCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import { pino } from 'pino'
import { loadFoldOptions } from '../ingest/content.ts'
import { type Ingest, startIngest } from '../ingest/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { nextHunt, noteRuleVersions } from './hunts.store.ts'
import { type Hunts, startHunts } from './hunts.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const CUT_AT_S = 1450
/** A rule that nobody has: any reading of a register. */
const OWN_RULE = `name: readings-of-ours
title: A value is read
id: 5f0c1e5e-1111-4c4e-9f5e-0a5d2f1b7c01
status: test
level: low
engine: custom
description: Reads of process values.
logsource: { product: isthmus, category: process_read }
detection:
  reading: { protocol: modbus }
  condition: reading
why:
  what: "{client} read from {server}."
  means: Somebody reads.
  check-first: [Who reads?]
  do-not: [Do nothing rash.]
triage: [Look at the reader.]
`

describe('hunts', () => {
  let server: TestServer
  let ingest: Ingest
  let hunts: Hunts
  let analyst: Client
  let captures: string[]
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-hunts-'))
  const observations = join(folder, 'observations')
  const log = pino({ level: 'silent' })

  before(async () => {
    const file = join(folder, 'plant.pcap')
    await writePlantCapture(file, { seed: 1, seconds: 3000, intrusionAt: 900 })
    server = await startTestServer()
    const { url, database } = server.test
    const where = { url, captures: server.services.captures.folder, observations, maxUnpackedBytes: 1e9 }
    const { notices } = server.services
    ingest = startIngest({
      url,
      folder: where.captures,
      retentionDays: 36_500,
      observations: { folder: observations, days: 36_500, maxBytes: 1e12 },
      notices,
      log,
    })
    hunts = startHunts({ ...where, database, notices, log, pauseMs: 10 })
    const admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
    const short = {
      siteUs: 600e6,
      assetUs: 600e6,
      quietUs: { connections: 60e6, accounts: 60e6, operations: 60e6, values: 60e6 },
      longestUs: 600e6,
    }
    await database.scoped(['works'], (tx) =>
      sql`insert into learning (site, times) values ('works', ${JSON.stringify(short)}::jsonb)`.execute(tx),
    )
    captures = []
    for (const [i, half] of halves(readFileSync(file)).entries()) {
      captures.push((await admin.post(`/captures?site=works&name=half-${i + 1}.pcap`, half, BYTES)).body.id)
      await ingest.idle()
    }
    analyst = await server.person('analyst', [{ role: 'analyst', site: 'works' }])
  })
  after(async () => {
    await hunts.stop()
    await ingest.stop()
    await server.close()
    rmSync(folder, { recursive: true })
  })

  async function hunt(request: Json): Promise<Json> {
    const asked = await analyst.post('/hunts', { site: 'works', ...request })
    assert.equal(asked.status, 200, JSON.stringify(asked.body))
    hunts.wake()
    await hunts.idle()
    return (await analyst.get(`/hunts/${asked.body.id}`)).body
  }

  const docs = async (table: 'findings' | 'hunt_findings', id = ''): Promise<string[]> => {
    const { rows } = await server.test.database.scoped(['works'], (tx) =>
      table === 'findings'
        ? sql<{ doc: Finding }>`select doc from findings order by at_us, id`.execute(tx)
        : sql<{ doc: Finding }>`select doc from hunt_findings where hunt = ${id} order by at_us, id`.execute(tx),
    )
    return rows.map(({ doc }) => JSON.stringify(doc))
  }

  it('find what live found, byte for byte, and nothing else', async () => {
    const live = await docs('findings')
    assert.ok(live.length > 20, `${live.length} findings`)
    assert.ok(
      live.some((doc) => doc.includes('"engine": "policy"') || doc.includes('"engine":"policy"')),
      'nothing of what was learnt is tested',
    )
    const done = await hunt({ rules: 'all' })
    assert.equal(done.state, 'done', JSON.stringify(done))
    assert.deepEqual(await docs('hunt_findings', done.id), live)
    assert.deepEqual([done.outcome.findings, done.outcome.fresh, done.outcome.notes], [live.length, 0, []])
    assert.equal(done.progress.done > 0, true)
    const again = await hunt({ rules: 'all' })
    assert.deepEqual(await docs('hunt_findings', again.id), live)
  })

  it('find the same in the captures as in what was observed', async () => {
    const done = await hunt({ rules: 'all', captures })
    assert.equal(done.state, 'done', JSON.stringify(done))
    assert.deepEqual(await docs('hunt_findings', done.id), await docs('findings'))
  })

  it('tell of the rules and the time that were asked for', async () => {
    const live = (await docs('findings')).map((doc) => JSON.parse(doc) as Finding)
    const { rule } = live[0]!
    const one = await hunt({ rules: [rule] })
    assert.deepEqual(
      (await docs('hunt_findings', one.id)).map((doc) => JSON.parse(doc).id),
      live.filter((finding) => finding.rule === rule).map(({ id }) => id),
    )
    const [from, to] = [live[0]!.at, live[Math.floor(live.length / 2)]!.at]
    const iso = (us: number) => new Date(Math.floor(us / 1000)).toISOString()
    const part = await hunt({ rules: 'all', from: iso(from), to: iso(to) })
    assert.ok(part.outcome.findings > 0 && part.outcome.findings < live.length)
  })

  it('find with rules and indicators of the request what live could not', async () => {
    const own = await hunt({ rules: 'none', source: OWN_RULE })
    assert.equal(own.state, 'done', JSON.stringify(own))
    assert.ok(own.outcome.fresh > 0 && own.outcome.fresh === own.outcome.findings)
    const { body } = await analyst.get(`/hunts/${own.id}/findings?fresh=true`)
    assert.ok(body.items.length > 0)
    for (const { finding, wasRaised } of body.items) assert.deepEqual([finding.rule, wasRaised], ['readings-of-ours', false])
    const { body: sessions } = await analyst.get('/sessions?site=works&limit=1')
    const list = `type,value,name\nip,${sessions.items[0].server.ip},known bad\n`
    const known = await hunt({ rules: 'none', indicators: list })
    assert.ok(known.outcome.fresh > 0, JSON.stringify(known))
  })

  it('know which rules changed', async () => {
    const { database } = server.test
    const { rules } = loadFoldOptions()
    await noteRuleVersions(database, rules)
    await sql`update rule_versions set seen_at = now() - interval '9 days'`.execute(database.owner)
    const { rule } = JSON.parse((await docs('findings'))[0]!) as Finding
    await noteRuleVersions(database, [...rules, { name: rule, version: 'v-other' }])
    const since = new Date(Date.now() - 86_400_000).toISOString()
    const done = await hunt({ rules: 'changed', since })
    const found = (await docs('hunt_findings', done.id)).map((doc) => JSON.parse(doc).rule)
    assert.deepEqual([...new Set(found)], [rule])
    await database.scoped(['works'], (tx) => sql`update observation_segments set day = current_date - 5`.execute(tx))
    const { body } = await analyst.get('/hunting-ground?site=works')
    assert.deepEqual(
      body.changed.map((one: Json) => one.rule),
      [rule],
    )
    assert.ok(body.observations > 1000 && body.missing === 0 && body.bytes > 1000)
  })

  it('are asked by the platform itself when known threats change, once', async () => {
    const { notices } = server.services
    const told = new Promise<void>((done) => {
      const end = notices.listen(({ kind }) => {
        if (kind !== 'hunts') return
        end()
        done()
      })
    })
    const { body: sessions } = await analyst.get('/sessions?site=works&limit=1')
    const admin = await server.person('lister', [{ role: 'administrator', site: null }])
    const list = `type,value,name\nip,${sessions.items[0].server.ip},known bad\n`
    const added = await admin.post('/known-threats?site=works&kind=indicators&name=list.csv', list, BYTES)
    assert.equal(added.status, 200, JSON.stringify(added.body))
    await told
    await hunts.idle()
    notices.tell('works', 'threats', ['again'])
    await new Promise((done) => setTimeout(done, 100))
    await hunts.idle()
    const own = (await analyst.get('/hunts?site=works')).body.items.filter((hunt: Json) => hunt.askedBy === null)
    assert.deepEqual(
      own.map((hunt: Json) => [hunt.rules, hunt.state, hunt.outcome.fresh > 0]),
      [['threats', 'done', true]],
    )
    assert.ok((await analyst.get('/hunting-ground?site=works')).body.threatsAt !== null)
  })

  it('can be cancelled, and are the business of those who may', async () => {
    const { body } = await analyst.post('/hunts', { site: 'works' })
    assert.equal((await analyst.post(`/hunts/${body.id}/cancellations`)).body.state, 'cancelled')
    assert.equal((await analyst.post(`/hunts/${body.id}/cancellations`)).status, 409)
    hunts.wake()
    await hunts.idle()
    assert.equal((await analyst.get(`/hunts/${body.id}`)).body.state, 'cancelled')
    const viewer = await server.person('viewer', [{ role: 'viewer', site: 'works' }])
    assert.equal((await viewer.post('/hunts', { site: 'works' })).status, 403)
    assert.ok((await viewer.get('/hunts?site=works')).body.items.length > 3)
  })

  it('refuse what cannot be looked for, with the reason', async () => {
    for (const request of [
      { rules: 'none' },
      { rules: 'changed' },
      { source: 'name: [broken' },
      { source: 'name: x\nlevel: low\n' },
      { indicators: 'nothing here' },
      { site: 'elsewhere' },
      { rules: [] },
    ]) {
      const { status, body } = await analyst.post('/hunts', { site: 'works', ...request })
      assert.ok(status === 400 || status === 404, `${JSON.stringify(request)}: ${status}`)
      assert.ok(body.message.length > 10)
    }
  })

  it('of one site leave room for the others: neither many at a time nor one without end', async () => {
    const patterns = Array.from({ length: 200 }, (_, n) => `'a.*b.*c${n}'`).join(', ')
    const costly = (n: number) =>
      OWN_RULE.replace('readings-of-ours', `costly-${n}`)
        .replace(/^id: 5f0c1e5e/m, `id: 5f0c1e${10 + n}`)
        .replace('{ protocol: modbus }', `{ 'protocol|re': [${patterns}] }`)
    const source = Array.from({ length: 20 }, (_, n) => costly(n)).join('---\n')
    const { status, body } = await analyst.post('/hunts', { site: 'works', source })
    assert.equal(status, 400)
    assert.match(body.message, /comparisons for each observation/)

    const asked: { status: number; body: Json }[] = []
    for (let n = 0; n < 12; n++) asked.push(await analyst.post('/hunts', { site: 'works' }))
    assert.deepEqual(
      asked.map((one) => one.status),
      [...Array(10).fill(200), 409, 409],
    )
    for (const one of asked.slice(0, 10)) await analyst.post(`/hunts/${one.body.id}/cancellations`)
    const again = await analyst.post('/hunts', { site: 'works' })
    assert.equal(again.status, 200)
    await analyst.post(`/hunts/${again.body.id}/cancellations`)
  })

  it('of several sites take turns, whoever asked for many first', async () => {
    const admin = await server.person('turns', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'mill', name: 'The mill' })
    const waiting: Json[] = []
    for (const site of ['works', 'works', 'works', 'mill', 'mill']) waiting.push((await admin.post('/hunts', { site })).body)
    const order: string[] = []
    for (let n = 0; n < waiting.length; n++) {
      const next = (await server.test.database.scoped(['mill', 'works'], (tx) => nextHunt(tx)))!
      assert.equal(next.id, waiting.find(({ site, id }) => site === next.site && !order.includes(id))?.id, 'the one that waits longest')
      order.push(next.id)
      await admin.post(`/hunts/${next.id}/cancellations`)
    }
    assert.deepEqual(
      order.map((id) => waiting.find((hunt) => hunt.id === id)?.site),
      ['mill', 'works', 'mill', 'works', 'works'],
    )
  })
})

function halves(file: Buffer): [Buffer, Buffer] {
  const from = file.readUInt32LE(24)
  let at = 24
  while (file.readUInt32LE(at) - from < CUT_AT_S) at += 16 + file.readUInt32LE(at + 8)
  return [file.subarray(0, at), Buffer.concat([file.subarray(0, 24), file.subarray(at)])]
}
