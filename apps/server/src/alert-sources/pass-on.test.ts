/** The way from the inbox to the fold, cut off at its joints. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ReceivedAlert } from '@isthmus/sources'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { session } from '../testing/observations.ts'
import { beginBatch, beginSource, dueAlerts, type Intake, loadPosition, saveIntake } from './alert-sources.store.ts'
import { passOn, WAITS } from './pass-on.ts'

const SITE = 'works'
const PLACE = '/var/log/suricata/eve.json'
const SENSOR = `suricata ${PLACE}`
const AT = 1_700_000_000_000_000
const source = { site: SITE, place: PLACE }

const alert = (rule: string, at: number, port = 4000): ReceivedAlert => ({
  product: 'Suricata',
  rule,
  title: `Rule ${rule}`,
  category: '',
  level: 'high',
  attack: [],
  action: '',
  at,
  transport: 'tcp',
  client: { ip: '10.0.0.2', port: 502 },
  server: { ip: '10.0.0.1', port },
  directionKnown: false,
  protocol: '',
  communityId: undefined,
  packet: undefined,
})

describe('alerts on their way to the fold', { timeout: 60_000 }, () => {
  let test: TestDatabase
  let fold: Fold
  const options = loadFoldOptions()
  const newFold = () => new Fold(SITE, test.database, new Partitions(test.database.owner), options, () => undefined)

  before(async () => {
    test = await freshDatabase()
    await sql`insert into sites (id, name) values (${SITE}, 'The works')`.execute(test.database.owner)
    await test.database.scoped([SITE], (tx) => beginSource(tx, { ...source, kind: 'file' }))
    fold = newFold()
    await fold.apply({ site: SITE, sensor: 'tap', number: 1, observations: [session(SITE, 'a', AT)] }, false)
  })
  after(() => test.drop())

  const save = (alerts: readonly ReceivedAlert[], more: Partial<Intake> = {}) =>
    test.database.scoped([SITE], (tx) =>
      saveIntake(tx, source, { position: undefined, events: alerts.length, alerts, dropped: 0, refused: {}, ...more }),
    )
  const step = () => passOn({ database: test.database, fold, source, waits: WAITS, nowUs: () => AT + 3600e6 })
  const state = async () => {
    const { rows } = await test.database.scoped([SITE], (tx) =>
      sql<{
        tied: number
        untied: number
        waiting: number
        told: number
      }>`select tied, untied, (select count(*) from alert_inbox) as waiting,
        (select coalesce(sum((doc -> 'count')::bigint), 0)::bigint from findings where rule = 'alert-received') as told from alert_sources`.execute(
        tx,
      ),
    )
    return rows[0]
  }

  it('a batch that was begun when the server died is told once, whether the fold had it or not', async () => {
    await save([alert('1', AT)])
    const begin = () =>
      test.database.scoped([SITE], async (tx) => {
        const due = await dueAlerts(tx, source, 10)
        return beginBatch(
          tx,
          source,
          SENSOR,
          due.map(({ seq }) => seq),
        )
      })
    assert.equal(await begin(), 1)
    // Died before the fold had it.
    fold = newFold()
    assert.equal(await step(), 'some')
    assert.deepEqual(await state(), { tied: 1, untied: 0, waiting: 0, told: 1 })

    await save([alert('2', AT)])
    assert.equal(await begin(), 2)
    await fold.apply({ site: SITE, sensor: SENSOR, number: 2, observations: [] }, false)
    // Died before its rows left the inbox.
    fold = newFold()
    await step()
    assert.deepEqual(await state(), { tied: 2, untied: 0, waiting: 0, told: 1 })
  })

  it('what is ahead of the wire waits; a conversation that had ended is taken a minute later', async () => {
    await save([alert('3', AT + 30e6), alert('4', AT, 4001)])
    assert.equal(await step(), 'nothing')
    assert.equal((await state())?.waiting, 2)
    await fold.apply({ site: SITE, sensor: 'tap', number: 2, observations: [session(SITE, 'b', AT + 90e6, '10.0.0.7')] }, false)
    await test.database.scoped([SITE], (tx) => sql`update alert_inbox set look_at = now()`.execute(tx))
    assert.equal(await step(), 'some')
    assert.deepEqual(await state(), { tied: 3, untied: 0, waiting: 1, told: 2 })
  })

  it('what no conversation fits is told when event time has come ten minutes further, and not before', async () => {
    const heard = async (number: number, at: number) => {
      await fold.apply({ site: SITE, sensor: 'tap', number, observations: [session(SITE, `c${number}`, at, '10.0.0.8')] }, false)
      await test.database.scoped([SITE], (tx) => sql`update alert_inbox set look_at = now()`.execute(tx))
      return step()
    }
    await save([alert('5', AT + 100e6, 4002)])
    assert.equal(await heard(3, AT + 599e6), 'nothing')
    // Alert 4 waits since the beginning.
    assert.equal(await heard(4, AT + 600e6), 'some')
    assert.deepEqual(await state(), { tied: 3, untied: 1, waiting: 1, told: 3 })
    assert.equal(await heard(5, AT + 700e6 - 1), 'nothing')
    assert.equal(await heard(6, AT + 700e6), 'some')
    assert.deepEqual(await state(), { tied: 3, untied: 2, waiting: 0, told: 4 })
  })

  it('where nothing is seen on the wire, the clock ends the wait', async () => {
    await save([alert('6', AT + 710e6, 4003)])
    assert.equal(await step(), 'nothing')
    await test.database.scoped([SITE], (tx) =>
      sql`update alert_inbox set look_at = now(), received_at = now() - interval '11 minutes'`.execute(tx),
    )
    await step()
    assert.deepEqual(await state(), { tied: 3, untied: 3, waiting: 0, told: 5 })
  })

  it('more than one look holds are told in batches, each once', async () => {
    await save(Array.from({ length: 1200 }, (_, i) => alert(`many-${i % 3}`, AT)))
    assert.deepEqual([await step(), await step(), await step(), await step()], ['more', 'more', 'some', 'nothing'])
    const { waiting, tied } = (await state())!
    assert.deepEqual([waiting, tied], [0, 1203])
  })

  it('text that a hostile rule holds is stored, and a failed transaction leaves position and alerts as they were', async () => {
    const position = { offset: 10, head: 'x', headBytes: 10 }
    await save([{ ...alert('7', AT), communityId: 'a\u0000\ud800' }], { position, refused: { 'not JSON': 2 } })
    const bad = { ...alert('8', AT), level: undefined, at: Number.NaN } as unknown as ReceivedAlert
    await assert.rejects(
      test.database.scoped([SITE], async (tx) => {
        await saveIntake(tx, source, {
          position: { ...position, offset: 20 },
          events: 1,
          alerts: [bad],
          dropped: 0,
          refused: {},
        })
        throw new Error('cut off')
      }),
      /cut off/,
    )
    assert.deepEqual(await test.database.scoped([SITE], (tx) => loadPosition(tx, source)), position)
    assert.equal((await state())?.waiting, 1)
  })
})
