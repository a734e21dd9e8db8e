/** kill -9 at random moments while a file of alerts is written, followed and rotated: afterwards each alert was told once. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { session } from '../testing/observations.ts'

const SITE = 'works'
const AT = 1_700_000_000_000_000
const KILLS = 5
/** Together fewer than a rule may open as findings of their own within the hour. */
const ALERTS_A_RUN = 16

describe('a followed file under kill -9', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'isthmus-eve-kill-'))
  const file = join(folder, 'eve.json')
  let test: TestDatabase

  before(async () => {
    test = await freshDatabase()
    await sql`insert into sites (id, name) values (${SITE}, 'The works')`.execute(test.database.owner)
    const fold = new Fold(SITE, test.database, new Partitions(test.database.owner), loadFoldOptions(), () => undefined)
    await fold.apply({ site: SITE, sensor: 'tap', number: 1, observations: [session(SITE, 'a', AT)] }, false)
  })
  after(async () => {
    await test.drop()
    rmSync(folder, { recursive: true })
  })

  const alert = (id: number): string =>
    `${JSON.stringify({
      timestamp: new Date(AT / 1000).toISOString(),
      flow_id: id,
      event_type: 'alert',
      src_ip: '10.0.0.1',
      src_port: 4000,
      dest_ip: '10.0.0.2',
      dest_port: 502,
      proto: 'TCP',
      alert: { signature_id: id, signature: `Rule ${id}`, severity: 1 },
    })}\n`

  async function start() {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-child.ts'), test.url, SITE, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  const told = async () => {
    const { rows } = await test.database.scoped([SITE], (tx) =>
      sql<{ title: string; count: number }>`select doc ->> 'ruleTitle' as title, (doc -> 'count')::bigint as count from findings
        where rule = 'alert-received'`.execute(tx),
    )
    return rows
  }

  it('loses nothing and doubles nothing', async (t) => {
    const moments: number[] = []
    const met: number[] = []
    let written = 0
    for (let run = 0; run < KILLS; run++) {
      const kill = await start()
      const text = Array.from({ length: ALERTS_A_RUN }, () => alert(++written)).join('')
      // The writer stops in the middle of a line as often as not.
      appendFileSync(file, text.slice(0, 700))
      // A file that was rotated before any of it was saved is not known.
      for (let i = 0; run === 0 && i < 300 && (await told()).length === 0; i++) await sleep(20)
      moments.push(Math.round(Math.random() * 2500))
      await sleep(moments.at(-1))
      await kill()
      appendFileSync(file, text.slice(700))
      if (run === 2) renameSync(file, `${file}.1`)
      met.push((await told()).length)
    }
    const kill = await start()
    for (let i = 0; i < 300 && (await told()).length < written; i++) await sleep(100)
    await kill()
    t.diagnostic(`killed after ${moments.join(', ')} ms, with ${met.join(', ')} of ${written} told`)
    const all = await told()
    assert.deepEqual(all.map(({ title }) => title).sort(), Array.from({ length: written }, (_, i) => `Rule ${i + 1}`).sort())
    assert.deepEqual(
      all.filter(({ count }) => count !== 1),
      [],
    )
  })
})
