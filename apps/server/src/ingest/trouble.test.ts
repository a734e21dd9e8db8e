/** A full disk while a capture loads, as PostgreSQL and the operating system report it. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writePlantCapture } from '@isthmus/plant'
import { sql } from 'kysely'
import { startTestIngest } from '../testing/ingest.ts'
import { startTestServer } from '../testing/server.ts'
import { kindOf } from './patience.ts'

describe('a full disk', () => {
  it('is told from other failures, as the operating system reports it', { skip: process.platform !== 'linux' && 'needs /dev/full' }, () => {
    let error: unknown
    try {
      writeFileSync('/dev/full', 'one byte')
    } catch (caught) {
      error = caught
    }
    assert.equal(kindOf(error), 'disk-full')
    assert.equal(kindOf(new Error('disk full')), 'failed')
  })

  it('stops a capture where it is; it goes on by itself once there is room, and nothing is lost or doubled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-full-'))
    const file = join(folder, 'plant.pcap')
    await writePlantCapture(file, { seconds: 900 })
    const server = await startTestServer()
    const { owner } = server.test.database
    const ingest = startTestIngest(server)
    try {
      const admin = await server.person('admin', [{ role: 'administrator', site: null }])
      for (const id of ['works', 'calm']) await admin.post('/sites', { id, name: id })
      const send = (site: string) =>
        admin.post(`/captures?site=${site}&name=a.pcap`, readFileSync(file), { 'content-type': 'application/octet-stream' })
      await send('calm')
      await ingest.idle()
      // PostgreSQL's own error for a full disk, from the second batch on.
      await sql`create function full_disk() returns trigger language plpgsql as $$ begin
        if new.site = 'works' and new.last_number >= 2 then raise exception 'could not extend file: No space left on device' using errcode = '53100'; end if;
        return new; end $$`.execute(owner)
      await sql`create trigger full_disk before insert or update on sensors for each row execute function full_disk()`.execute(owner)
      const { body: capture } = await send('works')
      ingest.wake()
      for (let i = 0; i < 100 && ingest.trouble() !== 'disk-full'; i++) await sleep(100)
      assert.equal(ingest.trouble(), 'disk-full')
      assert.equal((await admin.get(`/captures/${capture.id}`)).body.state, 'reading')
      await sql`drop trigger full_disk on sensors`.execute(owner)
      await ingest.idle()
      assert.equal(ingest.trouble(), undefined)
      assert.equal((await admin.get(`/captures/${capture.id}`)).body.state, 'done')
      const counted = async (site: string) => {
        const { body } = await admin.get(`/overview?site=${site}`)
        return body.counts
      }
      assert.deepEqual(await counted('works'), await counted('calm'))
    } finally {
      await ingest.stop()
      await server.close()
      rmSync(folder, { recursive: true })
    }
  })
})
