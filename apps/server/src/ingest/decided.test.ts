/** What people decide while a capture is read. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { pcap, type TestFrame, tcpTalk } from '../../../../packages/wire/src/testing/pcap-builder.ts'
import { isoOf } from '../http/wire.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, startTestServer, type TestServer } from '../testing/server.ts'
import type { Ingest } from './ingest.ts'

/** Midnight. The day holds 2160 talks: the first batch of 2000 and part of the second; the third comes after it. */
const START = 1_700_006_400_000_000
const TALKS = 4500
const EVERY_US = 40e6
const BYTES = { 'content-type': 'application/octet-stream' }
const RULE = `title: Somebody talks to the scale
name: scale-spoken-to
level: low
engine: threat
logsource: { product: isthmus, category: session_updated }
detection: { scale: { server.ip: 10.9.9.9 }, condition: scale }
`
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('what is decided while a capture is read', () => {
  let server: TestServer
  let ingest: Ingest
  let admin: Client
  before(async () => {
    server = await startTestServer()
    ingest = startTestIngest(server)
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
  })
  after(async () => {
    await ingest.stop()
    await server.close()
  })

  const talk = (n: number) =>
    tcpTalk({ from: `10.1.${n >> 8}.${n & 255}`, to: '10.9.9.9', fromPort: 40_000, toPort: 80 }, START + n * EVERY_US, [
      ['client', bytes('x')],
    ])
  const read = async (frames: TestFrame[]) => {
    const answer = await admin.post('/captures?site=works&name=x.pcap', Buffer.from(pcap(frames)), BYTES)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    ingest.wake()
    await ingest.idle()
  }

  it('counts from the next batch of it on', { timeout: 110_000 }, async () => {
    assert.equal((await admin.post('/own-rules', { site: 'works', text: RULE, isOn: true })).status, 200)
    await read(talk(0))
    server.decisions.length = 0
    const made = await admin.post('/suppressions', {
      site: 'works',
      scope: { rule: 'scale-spoken-to' },
      reason: 'known',
      from: isoOf(START - 1e6),
      until: isoOf(START + TALKS * EVERY_US),
    })
    assert.equal(made.status, 200, JSON.stringify(made.body))
    // The capture's second day cannot be made until this lock is free, so that some of it is read after the decision.
    let reading: Promise<void> | undefined
    await server.test.database.owner.transaction().execute(async (held) => {
      await sql`select pg_advisory_xact_lock(7302013)`.execute(held)
      // The fold is open: it hears of the decision once the first batch of the capture has found something.
      const heard = new Promise<void>((resolve) => {
        server.services.notices.listen(({ kind }) => {
          if (kind !== 'findings') return
          for (const decision of server.decisions.splice(0)) ingest.decided(decision)
          resolve()
        })
      })
      reading = read(Array.from({ length: TALKS - 1 }, (_, n) => talk(n + 1)).flat())
      await heard
    })
    await reading
    const { hits } = (await admin.get('/suppressions')).body.items[0]
    assert.ok(hits > 0 && hits < TALKS, `${hits} of ${TALKS} findings are hidden`)
  })
})
