import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Finding } from '@isthmus/model'
import { EICAR_RULE, eicar } from '@isthmus/scanner'
import { sql } from 'kysely'
import { pino } from 'pino'
import { pcap, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import type { Ingest } from '../ingest/ingest.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, type Json, startTestServer, type TestServer } from '../testing/server.ts'
import { type Hunts, startHunts } from './hunts.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
const START = 1_700_000_000_000_000
const text = (words: string): Uint8Array => new TextEncoder().encode(words)

/** A download of a file that antivirus products find by agreement. */
function download(): Buffer {
  const head = text('HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=a.com\r\nContent-Length: 68\r\n\r\n')
  const ends = { from: '10.1.2.20', to: '203.0.113.9', fromPort: 49_152, toPort: 80 }
  const talk = tcpTalk(ends, START, [
    ['client', text('GET /a.com HTTP/1.1\r\nHost: files.example\r\n\r\n')],
    ['server', Uint8Array.from([...head, ...eicar()])],
  ])
  return Buffer.from(pcap(talk))
}

describe('hunts through kept captures', () => {
  let server: TestServer
  let ingest: Ingest
  let hunts: Hunts
  let admin: Client
  const capture = new Map<string, string>()
  const observations = mkdtempSync(join(tmpdir(), 'isthmus-hunts-'))
  const log = pino({ level: 'silent' })
  const began = (longestMs?: number): Hunts => {
    const { url, database } = server.test
    const { notices, captures } = server.services
    const where = { url, captures: captures.folder, observations, maxUnpackedBytes: 1e9 }
    const started = startHunts({ ...where, database, notices, log, isAutomatic: false, longestMs })
    Object.assign(server.services.hunts, { cancelled: started.cancelled })
    return started
  }

  before(async () => {
    server = await startTestServer()
    ingest = startTestIngest(server)
    hunts = began()
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    // The same traffic where the rules come before it, and where they come afterwards.
    for (const site of ['early', 'late']) await admin.post('/sites', { id: site, name: site })
    assert.equal((await admin.post('/known-threats?site=early&kind=yara&name=e.yar', Buffer.from(EICAR_RULE), BYTES)).status, 200)
    for (const site of ['early', 'late']) {
      capture.set(site, (await admin.post(`/captures?site=${site}&name=x.pcap`, download(), BYTES)).body.id)
      await ingest.idle()
    }
    assert.equal((await admin.post('/known-threats?site=late&kind=yara&name=e.yar', Buffer.from(EICAR_RULE), BYTES)).status, 200)
  })
  after(async () => {
    await hunts.stop()
    await ingest.stop()
    await server.close()
    rmSync(observations, { recursive: true })
  })

  async function hunt(site: string, rules: Json): Promise<Json> {
    const asked = await admin.post('/hunts', { site, rules, captures: [capture.get(site)] })
    assert.equal(asked.status, 200, JSON.stringify(asked.body))
    hunts.wake()
    await hunts.idle()
    return (await admin.get(`/hunts/${asked.body.id}`)).body
  }

  const found = async (site: string, table: 'findings' | 'hunt_findings'): Promise<Finding[]> => {
    const { rows } = await server.test.database.scoped([site], (tx) =>
      sql<{ doc: Finding }>`select doc from ${sql.table(table)} where site = ${site} order by at_us, id`.execute(tx),
    )
    return rows.map(({ doc }) => doc)
  }

  it('look into files again: what rules that came later would have found, and no more than live where they were there', async () => {
    const live = await found('early', 'findings')
    assert.ok(live.some(({ rule, fields }) => rule === 'malware-in-file' && fields.matches === 'EICAR_test_file'))
    const again = await hunt('early', 'all')
    assert.deepEqual([again.state, again.outcome.fresh], ['done', 0], JSON.stringify(again))
    assert.deepEqual(await found('early', 'hunt_findings'), live)

    assert.ok((await found('late', 'findings')).every(({ rule }) => rule !== 'malware-in-file'))
    const fresh = await hunt('late', 'threats')
    assert.deepEqual([fresh.outcome.findings, fresh.outcome.fresh], [1, 1], JSON.stringify(fresh))
    // As live told it at the other site: same time, ends, file and version of the rule.
    const bare = ({ id, site, evidence, clientAsset, serverAsset, ...finding }: Finding) => finding
    const [first] = live.filter(({ rule }) => rule === 'malware-in-file')
    assert.deepEqual((await found('late', 'hunt_findings')).map(bare), [bare(first!)])
  })

  it('what a file matched is in the evidence: its alert is raised again where the rules are not', async () => {
    const { items } = (await admin.get('/alerts?site=early&limit=50')).body
    const alert = items.find(({ rules }: Json) => rules.includes('malware-in-file'))
    const cut = await admin.post(`/alerts/${alert.id}/evidence`)
    assert.deepEqual([cut.status, cut.body.same, cut.body.differences], [200, true, []], JSON.stringify(cut.body))
  })

  it('end in time with what they have found, and say so', async () => {
    await hunts.stop()
    hunts = began(0.000_001)
    const short = await hunt('early', 'all')
    assert.equal(short.state, 'done', JSON.stringify(short))
    assert.match(short.outcome.notes.join(), /ended after 0 minutes/)
    const { body } = await admin.get('/hunting-ground?site=early')
    assert.deepEqual([body.captures.map((one: Json) => one.id), body.longestMinutes], [[capture.get('early')], 60])
  })

  it('are over at once when somebody cancels them, whatever they are at', async () => {
    await hunts.stop()
    hunts = began()
    const { body } = await admin.post('/hunts', { site: 'early', captures: [capture.get('early')] })
    const running = new Promise<void>((done) => {
      const end = setInterval(async () => {
        if ((await admin.get(`/hunts/${body.id}`)).body.state !== 'running') return
        clearInterval(end)
        done()
      }, 5)
    })
    // A hunt that waits for this lock cannot notice by itself.
    await server.test.database.owner.transaction().execute(async (tx) => {
      await sql`lock table threat_sources in access exclusive mode`.execute(tx)
      hunts.wake()
      await running
      const cancelled = await admin.post(`/hunts/${body.id}/cancellations`)
      assert.equal(cancelled.body.state, 'cancelled')
      await hunts.idle()
    })
    assert.equal((await admin.get(`/hunts/${body.id}`)).body.state, 'cancelled')
  })
})
