import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Batch, Observation } from '@isthmus/model'
import { sql } from 'kysely'
import { Partitions } from '../database/partitions.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { Fold } from '../ingest/fold.ts'
import { freshDatabase, type TestDatabase } from '../testing/database.ts'
import { session } from '../testing/observations.ts'
import { expireObservations, ObservationKeeper } from './observation-keeper.ts'
import { givenUp, segmentsOf } from './observations.store.ts'
import { readKept } from './segment-file.ts'

const SITE = 'works'
const NOON_US = 1_773_144_000_000_000
const at = (i: number): Observation => session(SITE, `s${i}`, NOON_US + i * 1e6)
const batch = (number: number, observations: Observation[] = [at(number)]): Batch => ({ site: SITE, sensor: 'tap', number, observations })

describe('what is kept of observations', () => {
  let test: TestDatabase
  let folder: string
  const folders: string[] = []
  before(async () => {
    test = await freshDatabase()
  })
  after(async () => {
    await test.drop()
    for (const one of folders) rmSync(one, { recursive: true, force: true })
  })
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'isthmus-kept-'))
    folders.push(folder)
    await sql`delete from sites`.execute(test.database.owner)
    await sql`insert into sites (id, name) values (${SITE}, 'The works')`.execute(test.database.owner)
  })

  const fold = (where = folder) =>
    new Fold(SITE, test.database, new Partitions(test.database.owner), loadFoldOptions(), () => undefined, keeper(where))
  const keeper = (where = folder) => new ObservationKeeper(where, SITE, test.database)
  const segments = () => test.database.scoped([SITE], (tx) => segmentsOf(tx, SITE))
  async function kept(): Promise<string[]> {
    const found: string[] = []
    for (const { file, bytes } of await segments())
      for await (const one of readKept(folder, file, bytes))
        found.push(
          'lost' in one
            ? `lost ${one.lost.replace(/^[^,:]*/, 'file')}`
            : one.isEnd
              ? 'end'
              : one.observations.map((o) => (o as { id?: string }).id).join(),
        )
    return found
  }

  it('is each applied batch once, and where an input ended', async () => {
    const one = fold()
    await one.apply(batch(1), false)
    await one.apply(batch(1), false)
    await one.apply(batch(2), true)
    assert.deepEqual(await kept(), ['s1', 's2', 'end'])
    await fold().apply(batch(3), false)
    assert.deepEqual(await kept(), ['s1', 's2', 'end', 's3'])
  })

  it('gives observations back as they were, values that JSON does not know included', async () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, 'text', true]
    const { client, server, evidence } = at(1)
    const reads = values.map(
      (value, i): Observation => ({
        kind: 'process.read',
        site: SITE,
        sensor: 'tap',
        at: NOON_US,
        client,
        server,
        directionKnown: true,
        protocol: 'modbus',
        evidence,
        first: NOON_US,
        count: 1,
        tag: `t${i}`,
        part: undefined,
        value,
        dataType: 'real',
        quality: undefined,
        unit: undefined,
      }),
    )
    await fold().apply(batch(1, reads), false)
    const [segment] = await segments()
    for await (const one of readKept(folder, segment!.file, segment!.bytes))
      assert.deepEqual('lost' in one ? one : one.observations.map((o) => (o as { value?: unknown }).value), values)
  })

  it('is not what a crash kept from being applied', async () => {
    await fold().apply(batch(1), false)
    // Written, and then the process ended before the batch was committed.
    await keeper().keep(batch(2, [at(99)]), false)
    assert.deepEqual(await kept(), ['s1'])
    await fold().apply(batch(2), false)
    assert.deepEqual(await kept(), ['s1', 's2'])
  })

  it('is not what the database refused', async () => {
    const one = fold()
    await one.apply(batch(1), false)
    await assert.rejects(one.apply(batch(3), false))
    await one.apply(batch(2), false)
    assert.deepEqual(await kept(), ['s1', 's2'])
  })

  it('says what a full disk kept from being written; the batch is applied all the same', async () => {
    const blocked = join(folder, 'blocked')
    writeFileSync(blocked, '')
    assert.equal(await fold(blocked).apply(batch(1), false), true)
    await fold().apply(batch(2), false)
    assert.deepEqual(await kept(), ['s2'])
    const [segment] = await segments()
    assert.deepEqual([segment?.batches, segment?.missingBatches, segment?.missingObservations], [1, 1, 1])
  })

  it('says which records are damaged or gone, and gives the others', async () => {
    const one = fold()
    for (const number of [1, 2, 3]) await one.apply(batch(number), false)
    const [segment] = await segments()
    const path = join(folder, segment!.file)
    const whole = readFileSync(path)
    const second = 4 + whole.readUInt32BE(0)
    const damaged = Buffer.from(whole)
    damaged[second + 60]! ^= 1
    writeFileSync(path, damaged)
    assert.deepEqual(await kept(), ['s1', `lost file, byte ${second}: the checksum does not match`, 's3'])
    truncateSync(path, whole.length - 5)
    assert.match((await kept()).at(-1) ?? '', /^lost file: \d+ of \d+ bytes are missing or damaged/)
    rmSync(path)
    assert.deepEqual(await kept(), ['lost file: ENOENT'])
    // What comes then is kept in the next file.
    await one.apply(batch(4), false)
    assert.deepEqual(await kept(), ['lost file: ENOENT', 's4'])
  })

  it('leaves oldest first, by age and for room, and what left is counted', async () => {
    for (const [i, day] of ['2026-01-01', '2026-01-02', '2026-01-03'].entries()) {
      await fold().apply(batch(i + 1), false)
      await test.database.scoped([SITE], (tx) =>
        sql`update observation_segments set day = ${day}::date where number = ${i + 1}`.execute(tx),
      )
    }
    assert.deepEqual(await kept(), ['s1', 's2', 's3'])
    const [, second, third] = await segments()
    await expireObservations(test.database, folder, [SITE], { days: 100_000, maxBytes: second!.bytes + third!.bytes })
    assert.deepEqual(await kept(), ['s2', 's3'])
    await expireObservations(test.database, folder, [SITE], { days: 1, maxBytes: 1e12 })
    assert.deepEqual(await kept(), ['s3'], 'the newest is being written')
    const gone = await test.database.scoped([SITE], (tx) => givenUp(tx, SITE))
    assert.deepEqual(gone, { untilAt: NOON_US + 2e6, segments: 2, batches: 2, observations: 2 })
    await fold().apply(batch(4), false)
    assert.deepEqual(await kept(), ['s3', 's4'])
  })
})
