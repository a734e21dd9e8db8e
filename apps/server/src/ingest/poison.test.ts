/** Captures that no reader survives, and captures of other sites behind them. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { insertCapture, nextCapture } from '../captures/captures.store.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, startTestServer, type TestServer } from '../testing/server.ts'

const BYTES = { 'content-type': 'application/octet-stream' }
/** Enough for the worker at rest, not for a hundred thousand hosts. */
const HEAP_MB = 100
const HOSTS = 150_000

describe('a capture that kills whoever reads it', { timeout: 180_000 }, () => {
  let server: TestServer
  let admin: Client
  before(async () => {
    server = await startTestServer()
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    for (const id of ['a-site', 'b-site']) await admin.post('/sites', { id, name: id })
  })
  after(() => server.close())

  it('is given up with the reason, and meanwhile the others are read', async () => {
    const poison = await admin.post('/captures?site=a-site&name=poison.pcap', scan(HOSTS), BYTES)
    const good = await admin.post('/captures?site=b-site&name=good.pcap', scan(20), BYTES)
    const ingest = startTestIngest(server, { heapMb: HEAP_MB })
    await ingest.idle()
    await ingest.stop()
    const read = (await admin.get(`/captures/${good.body.id}`)).body
    assert.equal(read.state, 'done', JSON.stringify(read))
    const failed = (await admin.get(`/captures/${poison.body.id}`)).body
    assert.equal(failed.state, 'failed', JSON.stringify(failed))
    assert.match(failed.error, /^reading failed: .*memory/)
  })

  it('is counted when the whole server dies with it', async () => {
    writeFileSync(join(server.services.captures.folder, 'deadly'), scan(3))
    await server.test.database.scoped(['b-site'], (tx) =>
      insertCapture(tx, {
        id: 'deadly',
        site: 'b-site',
        name: 'deadly',
        sha256: 'd',
        bytesTotal: 1,
        file: 'deadly',
        source: 'upload',
        by: null,
      }),
    )
    await server.test.database.scoped(['b-site'], (tx) => sql`update captures set starts = 50 where id = 'deadly'`.execute(tx))
    const ingest = startTestIngest(server)
    await ingest.idle()
    await ingest.stop()
    assert.match((await admin.get('/captures/deadly')).body.error, /the server ended 50 times/)
  })

  it('does not come before those of other sites: the sites take turns, the failed ones come last', async () => {
    const { database } = server.test
    const both = ['a-site', 'b-site']
    for (const [id, site, failures] of [
      ['a1', 'a-site', 0],
      ['a2', 'a-site', 0],
      ['b1', 'b-site', 0],
      ['b0', 'b-site', 1],
    ] as const) {
      await database.scoped(both, async (tx) => {
        await insertCapture(tx, { id, site, name: id, sha256: id, bytesTotal: 1, file: id, source: 'upload', by: null })
        await sql`update captures set failures = ${failures} where id = ${id}`.execute(tx)
      })
    }
    const order: string[] = []
    let last = ''
    for (let i = 0; i < 4; i++) {
      const next = await database.scoped(both, (tx) => nextCapture(tx, last))
      order.push(next?.id ?? '')
      last = next?.site ?? ''
      await database.scoped(both, (tx) => sql`update captures set state = 'done' where id = ${next?.id ?? ''}`.execute(tx))
    }
    assert.deepEqual(order, ['a1', 'b1', 'a2', 'b0'])
  })
})

/** A pcap of one UDP datagram to each of so many hosts: each becomes an asset and a session. */
function scan(hosts: number): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65_535, 16)
  header.writeUInt32LE(1, 20)
  const frame = Buffer.from(
    '020000000002020000000001080045000020000000004011000001020304010203040fa0000900 0c0000 61626364'.replaceAll(' ', ''),
    'hex',
  )
  const records = Array.from({ length: hosts }, (_, i) => {
    const record = Buffer.alloc(16 + frame.length)
    record.writeUInt32LE(1_700_000_000 + Math.floor(i / 1000), 0)
    record.writeUInt32LE((i % 1000) * 1000, 4)
    record.writeUInt32LE(frame.length, 8)
    record.writeUInt32LE(frame.length, 12)
    frame.copy(record, 16)
    record.writeUInt32BE(0x0a000000 + 1, 16 + 26)
    record.writeUInt32BE(0x0a010000 + i, 16 + 30)
    return record
  })
  return Buffer.concat([header, ...records])
}
