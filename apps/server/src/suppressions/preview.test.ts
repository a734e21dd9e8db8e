/** What a preview reads of a site whose alerts have grown into one incident, as those of a scan do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { freshDatabase } from '../testing/database.ts'
import { readForPreview } from './preview.ts'

const FROM_US = 1_700_000_000_000_000

test('an incident of many alerts is read once, not once for each of its alerts', { timeout: 60_000 }, async (t) => {
  const { database, drop } = await freshDatabase()
  t.after(drop)
  await sql`insert into sites (id, name) values ('works', 'The works')`.execute(database.owner)
  await database.scoped(['works'], async (tx) => {
    await sql`insert into findings (site, id, alert, doc) select 'works', 'f' || n, 'a' || n / 2, jsonb_build_object('id', 'f' || n, 'site', 'works',
      'rule', case when n <= 4000 then 'scan' else 'other' end, 'at', ${FROM_US}::bigint + n) from generate_series(1, 60000) n`.execute(tx)
    await sql`insert into alerts (site, id, doc) select 'works', 'a' || n, jsonb_build_object('id', 'a' || n, 'title', 'Scan', 'level', 'low', 'score', 1,
      'lastAt', ${FROM_US}::bigint + n, 'incident', 'one', 'rules', '["scan"]'::jsonb, 'clientName', '', 'serverName', '', 'what', '')
    from generate_series(0, 30000) n`.execute(tx)
  })
  await sql`analyze`.execute(database.owner)
  // Beyond 30 seconds the database gives up.
  const { question, looked } = await database.scoped(['works'], (tx) => readForPreview(tx, 'works', { rule: 'scan' }), 'read only')
  assert.deepEqual(looked, { isWhole: false, findings: 3000, since: FROM_US + 1001 })
  const of = (rule: string) => question.findings.filter((finding) => finding.rule === rule).length
  assert.deepEqual([question.findings.length, of('scan'), of('other')], [6000, 3000, 3000])
})
