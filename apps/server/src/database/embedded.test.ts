import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { allBinaries, findBinaries } from './binaries.ts'
import { connect } from './connect.ts'
import { type Embedded, startEmbedded } from './embedded.ts'
import { databaseIdentity, give, placeFor } from './identity.ts'
import { migrate, migrationNames } from './migrate.ts'

const SOURCES = ['system', 'bundle'] as const
const socketOf = (url: string): string => decodeURIComponent(url.split('?host=')[1] ?? '')

for (const source of SOURCES) {
  const binaries = allBinaries().find((one) => one.source === source)
  // A machine has at least one of the two; what it has is tested.
  if (!binaries) continue

  describe(`the embedded database with the ${source}'s PostgreSQL ${binaries.major}`, { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-embedded-'))
    const files = join(placeFor(folder, databaseIdentity()), 'data')
    const asked = process.env.ISTHMUS_POSTGRES
    let embedded: Embedded
    before(async () => {
      process.env.ISTHMUS_POSTGRES = binaries.folder
      embedded = await startEmbedded({ dataFolder: folder })
    })
    after(async () => {
      await embedded.stop()
      if (asked === undefined) delete process.env.ISTHMUS_POSTGRES
      else process.env.ISTHMUS_POSTGRES = asked
      rmSync(placeFor(folder, databaseIdentity()), { recursive: true, force: true })
      rmSync(folder, { recursive: true, force: true })
    })

    const query = async (statement: string): Promise<unknown[]> => {
      const database = connect({ url: embedded.url, poolSize: 1 })
      try {
        return (await sql.raw(statement).execute(database.owner)).rows
      } finally {
        await database.close()
      }
    }
    const pid = () => Number(readFileSync(join(files, 'postmaster.pid'), 'utf8').split('\n')[0])

    it('listens on a Unix socket only, and syncs what it commits', async () => {
      assert.deepEqual(await query('show listen_addresses'), [{ listen_addresses: '' }])
      assert.deepEqual(await query('show fsync'), [{ fsync: 'on' }])
    })

    it('lets nobody in who only reaches its socket', async () => {
      const anybody = embedded.url.replace(/:[^@/]*@/, '@')
      assert.notEqual(anybody, embedded.url)
      const database = connect({ url: anybody, poolSize: 1 })
      await assert.rejects(sql`select 1`.execute(database.owner), /password/i)
      await database.close()
      const socket = socketOf(embedded.url)
      assert.equal(statSync(socket).mode & 0o077, 0)
    })

    it('makes its schema once, however many servers start at one time', async () => {
      const databases = [0, 1, 2].map(() => connect({ url: embedded.url, poolSize: 1 }))
      const applied = await Promise.all(databases.map((database) => migrate(database)))
      assert.deepEqual(applied.flatMap((one) => one.applied).toSorted(), migrationNames())
      await Promise.all(databases.map((database) => database.close()))
    })

    it('refuses a schema that was edited or is newer than itself', async () => {
      const database = connect({ url: embedded.url, poolSize: 1 })
      const [first = ''] = migrationNames()
      await sql`update migrations set hash = 'x' || hash where name = ${first}`.execute(database.owner)
      await assert.rejects(migrate(database), /differs from the one this database was made with/)
      await sql`update migrations set hash = substr(hash, 2) where name = ${first}`.execute(database.owner)
      await sql`insert into migrations (name, hash) values ('9999-later.sql', 'x')`.execute(database.owner)
      await assert.rejects(migrate(database), /newer Isthmus/)
      await sql`delete from migrations where name = '9999-later.sql'`.execute(database.owner)
      await database.close()
    })

    it('comes back after kill -9 with everything that was committed', async () => {
      await query(`create table kept (n integer)`)
      for (let round = 1; round <= 3; round++) {
        await query(`insert into kept values (${round})`)
        process.kill(pid(), 'SIGKILL')
        await embedded.ensure()
        assert.deepEqual(await query('select count(*)::integer as n from kept'), [{ n: round }])
      }
    })

    it('goes on with a server that an earlier process left running', async () => {
      const before = pid()
      const second = await startEmbedded({ dataFolder: folder })
      assert.equal(pid(), before)
      assert.equal(second.isOurs, false)
    })

    it('is not misled by a pid file whose number belongs to somebody else', async () => {
      await embedded.stop()
      const file = join(files, 'postmaster.pid')
      writeFileSync(file, `${process.pid}\n${files}\n`)
      await embedded.ensure()
      assert.deepEqual(await query('select count(*)::integer as n from kept'), [{ n: 3 }])
    })
  })
}

describe('a folder for the database', () => {
  const root = mkdtempSync(join(tmpdir(), 'isthmus-give-'))
  after(() => rmSync(root, { recursive: true }))

  it('is not taken through a link that somebody put there first', () => {
    const [theirs, trap] = [join(root, 'theirs'), join(root, 'trap')]
    mkdirSync(theirs, { mode: 0o755 })
    symlinkSync(theirs, trap)
    assert.throws(() => give(trap, databaseIdentity(), 0o700), /ELOOP|ENOTDIR/)
    assert.equal(statSync(theirs).mode & 0o777, 0o755)
  })

  it('is not taken from another user', { skip: process.getuid?.() !== 0 && 'needs root to make a folder of another user' }, () => {
    const foreign = join(root, 'foreign')
    mkdirSync(foreign)
    chownSync(foreign, 12_345, 12_345)
    assert.throws(() => give(foreign, databaseIdentity(), 0o700), /belongs to somebody else/)
    assert.equal(statSync(foreign).uid, 12_345)
  })

  it('has a socket with a name nobody can guess where its own path is too long for one', async () => {
    const data = join(root, 'a'.repeat(90))
    mkdirSync(data)
    chmodSync(root, 0o755)
    const embedded = await startEmbedded({ dataFolder: data, isThrowaway: true })
    const socket = socketOf(embedded.url)
    assert.ok(socket.startsWith(join(tmpdir(), 'isthmus-')) && (statSync(socket).mode & 0o777) === 0o700)
    const again = await startEmbedded({ dataFolder: data, isThrowaway: true })
    assert.deepEqual([again.url, again.isOurs], [embedded.url, false])
    await embedded.stop()
    rmSync(socket, { recursive: true })
  })
})

describe('the place of the database', () => {
  it('stays where it was made, whatever became of the mode of the data folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'isthmus-place-'))
    const who = databaseIdentity()
    const first = placeFor(folder, who)
    mkdirSync(join(first, 'data'), { recursive: true })
    chmodSync(folder, 0o755)
    assert.equal(placeFor(folder, who), first)
    chmodSync(folder, 0o700)
    assert.equal(placeFor(folder, who), first)
    rmSync(first, { recursive: true })
    rmSync(folder, { recursive: true, force: true })
  })
})

describe('a data folder made with another PostgreSQL', () => {
  it('is refused with what to do', () => {
    assert.throws(() => findBinaries(9), /PostgreSQL 9, with which the data folder was made, was not found .* set DATABASE_URL/)
  })
})
