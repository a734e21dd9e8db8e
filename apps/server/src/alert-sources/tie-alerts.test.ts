/** Alerts beside a busy pair of hosts: what is looked up is bounded, whatever a flood repeats. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ReceivedAlert } from '@isthmus/sources'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { session } from '../testing/observations.ts'
import { beginSource, saveIntake } from './alert-sources.store.ts'
import { followAlerts } from './follow-alerts.ts'
import { WAITS } from './pass-on.ts'
import { conversationsOf } from './tie-alerts.ts'

const AT = 1_700_000_000_000_000
const BUSY = '10.0.0.1'
const QUIET = '10.0.0.9'

const alert = (client: string, at: number, ports: { port: number | undefined; transport?: 'tcp' | 'ip' }): ReceivedAlert => ({
  product: 'Suricata',
  rule: '1:1:1',
  title: 'Odd',
  category: '',
  level: 'high',
  attack: [],
  action: '',
  at,
  transport: ports.transport ?? 'tcp',
  client: { ip: client, port: ports.port },
  server: { ip: '10.0.0.2', port: ports.port === undefined ? undefined : 502 },
  directionKnown: false,
  protocol: '',
  communityId: undefined,
  packet: undefined,
})

describe('a flood of alerts', { timeout: 120_000 }, () => {
  let test: TestDatabase
  let foldOf: (site: string) => Fold

  before(async () => {
    test = await freshDatabase()
    const partitions = new Partitions(test.database.owner)
    const options = loadFoldOptions()
    const folds = new Map<string, Fold>()
    foldOf = (site) => {
      const fold = folds.get(site) ?? new Fold(site, test.database, partitions, options, () => undefined)
      folds.set(site, fold)
      return fold
    }
    await sql`insert into sites (id, name) values ('mill', 'The mill'), ('works', 'The works')`.execute(test.database.owner)
    for (const site of ['mill', 'works']) {
      const observations = [session(site, 'a', AT, BUSY), session(site, 'q', AT, QUIET)]
      await foldOf(site).apply({ site, sensor: 'tap', number: 1, observations }, false)
    }
    // One connection's ends, used again and again.
    const { rows } = await sql<{ columns: string }>`select string_agg(quote_ident(column_name), ',') as columns
      from information_schema.columns where table_name = 'sessions' and column_name not in ('id', 'started_us', 'last_us')`.execute(
      test.database.owner,
    )
    const columns = sql.raw(rows[0]!.columns)
    await test.database.scoped(['mill'], (tx) =>
      sql`insert into sessions (id, started_us, last_us, ${columns}) select 'a' || n, started_us - n, last_us - n, ${columns}
      from sessions, generate_series(1, 60000) n where site = 'mill' and id = 'a'`.execute(tx),
    )
    await sql`analyze sessions`.execute(test.database.owner)
  })
  after(() => test.drop())

  it('about the busiest ends there are finds its conversations in one reading of them, and takes none from others', async () => {
    const floods = [
      Array.from({ length: 499 }, (_, i) => alert(BUSY, AT + i, { port: 4000 })),
      Array.from({ length: 499 }, (_, i) => alert(BUSY, AT + i, { port: undefined })),
      Array.from({ length: 499 }, (_, i) => alert(BUSY, AT + i, { port: 10_000 + i })),
      Array.from({ length: 499 }, (_, i) => alert(BUSY, AT + i, { port: undefined, transport: 'ip' })),
    ]
    for (const [i, flood] of floods.entries()) {
      const began = performance.now()
      const known = await conversationsOf(test.database, 'mill', [...flood, alert(QUIET, AT, { port: 4000 })])
      const ms = performance.now() - began
      assert.deepEqual([known.at(-1)?.id, known[0]?.id], ['q', i === 0 ? 'a' : undefined], `flood ${i}`)
      assert.ok(ms < 10_000, `flood ${i}: ${Math.round(ms)} ms`)
    }
  })

  it('with forged times is told apart by day, in the order in which it came', async () => {
    const times = [AT, AT - 400 * 86_400e6, AT - 1000, 0, AT + 86_400e6]
    const known = await conversationsOf(
      test.database,
      'mill',
      times.map((at) => alert(BUSY, at, { port: 4000 })),
    )
    assert.deepEqual(
      known.map((one) => one?.id),
      ['a', undefined, 'a', undefined, undefined],
    )
  })

  it('of one site makes no other wait', async () => {
    const place = '/var/log/eve.json'
    const save = async (site: string, alerts: readonly ReceivedAlert[]) =>
      test.database.scoped([site], async (tx) => {
        await beginSource(tx, { site, place, kind: 'file' })
        await saveIntake(tx, { site, place }, { position: undefined, events: alerts.length, alerts, dropped: 0, refused: {} })
      })
    await save(
      'mill',
      Array.from({ length: 5000 }, (_, i) => alert('10.0.0.77', AT + i, { port: 1000 + i })),
    )
    await save('works', [alert(BUSY, AT, { port: 4000 })])
    const neverLooked = async () => {
      const asked = sql<{ n: number }>`select count(*) as n from alert_inbox where site = 'mill' and look_at <= received_at`
      return (await test.database.scoped(['mill'], (tx) => asked.execute(tx))).rows[0]!.n
    }
    const stop = new AbortController()
    let left: Promise<number> | undefined
    await followAlerts({
      database: test.database,
      sources: [],
      foldOf,
      signal: stop.signal,
      nowUs: () => AT,
      patiently: (work) => work(),
      told: (site) => {
        if (site !== 'works') return
        left ??= neverLooked()
        stop.abort()
      },
      warn: () => undefined,
      waits: WAITS,
    })
    assert.ok((await left)! >= 4000, `${await left} of 5000 are not looked for yet`)
  })
})
