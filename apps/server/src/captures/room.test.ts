/** What keeps captures from taking the disk, or the reader for hours. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { writePlantCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import type { CaptureRoom } from '../services.ts'
import { startTestIngest } from '../testing/ingest.ts'
import { type Client, startTestServer, type TestServer } from '../testing/server.ts'
import { sweepIncoming, unpackLimit } from './room.ts'
import { receiveUpload } from './upload.ts'

const BYTES = { 'content-type': 'application/octet-stream' }

describe('the captures folder', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-room-'))
  let server: TestServer
  let admin: Client
  let capture: Buffer
  before(async () => {
    await writePlantCapture(join(folder, 'plant.pcap'), { seconds: 240 })
    capture = readFileSync(join(folder, 'plant.pcap'))
    server = await startTestServer()
    admin = await server.person('admin', [{ role: 'administrator', site: null }])
    await admin.post('/sites', { id: 'works', name: 'The works' })
  })
  after(async () => {
    await server.close()
    rmSync(folder, { recursive: true })
  })

  const send = async (bytes: Buffer, limits: Partial<CaptureRoom>) => {
    const room = server.services.captures as { -readonly [K in keyof CaptureRoom]: CaptureRoom[K] }
    const before = { ...room }
    Object.assign(room, limits)
    try {
      return await admin.post('/captures?site=works&name=a.pcap', bytes, BYTES)
    } finally {
      Object.assign(room, before)
    }
  }
  const read = async (more: { captureDays?: number; maxUnpackedBytes?: number } = {}) => {
    const ingest = startTestIngest(server, more)
    await ingest.idle()
    await ingest.stop()
  }

  it('takes no upload past its quota or into the last of the disk, and says which setting is in the way', async () => {
    const full = await send(capture, { maxTotalBytes: capture.length - 1 })
    assert.deepEqual([full.status, full.body.code], [507, 'disk-full'])
    assert.match(full.body.message, /ISTHMUS_CAPTURES_GB/)
    const last = await send(capture, { minFreeBytes: 1e18 })
    assert.equal(last.status, 507)
    assert.match(last.body.message, /ISTHMUS_FREE_GB/)
    // A sender that does not say how much comes is stopped at the byte.
    const room = { ...server.services.captures, maxTotalBytes: 1000 }
    const silent = await receiveUpload(Readable.from([capture.subarray(0, 900), capture]), undefined, room)
    assert.ok('refused' in silent && silent.refused === 'disk-full')
    assert.deepEqual(readdirSync(server.services.captures.folder), [])
  })

  it('loses at the start what uploads left that were cut off by a crash, and nothing else', async () => {
    const { folder: room } = server.services.captures
    for (const name of ['incoming-0123', 'capture-1']) writeFileSync(join(room, name), 'x')
    await sweepIncoming(room)
    assert.deepEqual(readdirSync(room), ['capture-1'])
    rmSync(join(room, 'capture-1'))
  })

  it('unpacks a small file only so far, names the reason, and keeps what was read', async () => {
    const { body } = await send(gzipSync(capture), {})
    const half = Math.floor(capture.length / 2)
    await read({ maxUnpackedBytes: half })
    const bomb = (await admin.get(`/captures/${body.id}`)).body
    assert.equal(bomb.state, 'done')
    assert.ok(bomb.packets > 10)
    assert.match(bomb.problems[0]?.why, new RegExp(`unpacks to more than ${half} bytes`))
    assert.deepEqual([unpackLimit(20e6, 100e9), unpackLimit(20e9, 100e9)], [2.28e9, 100e9])
  })

  it('lets go of what was read longer ago than captures are kept', async () => {
    const { body: old } = await send(capture, {})
    const { body: young } = await send(capture.subarray(0, 20_000), {})
    await read()
    await server.test.database.scoped(['works'], (tx) =>
      sql`update captures set finished_at = now() - interval '11 days' where id = ${old.id}`.execute(tx),
    )
    await read({ captureDays: 10 })
    const { folder: room } = server.services.captures
    assert.deepEqual([existsSync(join(room, old.id)), existsSync(join(room, young.id))], [false, true])
    assert.equal((await admin.get(`/captures/${old.id}`)).status, 404)
    assert.ok((await admin.get('/assets?site=works')).body.total > 0)
  })
})
