/** One PostgreSQL for a test run, a fresh database for each test file: `DATABASE_URL` where it is set, else an embedded one. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { connect, type Database, errorCode } from '../database/connect.ts'
import { startEmbedded } from '../database/embedded.ts'
import { shortHash } from '../database/identity.ts'
import { migrate } from '../database/migrate.ts'

/** Shared by the test files of this machine's user, for each PostgreSQL there is; the data in it is worth nothing between runs. */
const FOLDER = join(tmpdir(), `isthmus-tests-${process.getuid?.() ?? 0}-${shortHash(process.env.ISTHMUS_POSTGRES ?? '')}`)
/** A lock left by a killed run. */
const STALE_MS = 60_000

export type TestDatabase = { readonly url: string; readonly database: Database; drop(): Promise<void> }

export async function freshDatabase(): Promise<TestDatabase> {
  const name = `isthmus_test_${randomBytes(6).toString('hex')}`
  const admin = await inTurn(async () => {
    const url = await adminUrl()
    await asAdmin(url, `create database ${name}`)
    return url
  })
  const url = withDatabase(admin, name)
  const database = connect({ url, poolSize: 6 })
  await migrate(database)
  return {
    url,
    database,
    drop: async () => {
      await database.close()
      await inTurn(async () => {
        await dropDatabase(admin, name)
        await stopAfterLast(admin)
      })
    },
  }
}

/** Test files run in processes of their own: the first one starts the server, the others find it, the last one stops it. */
async function adminUrl(): Promise<string> {
  return process.env.DATABASE_URL ?? (await startEmbedded({ dataFolder: FOLDER, isThrowaway: true })).url
}

async function stopAfterLast(admin: string): Promise<void> {
  if (process.env.DATABASE_URL !== undefined) return
  const left = await asAdmin(admin, `select 1 from pg_database where datname like 'isthmus_test_%'`)
  if (left === 0) await (await startEmbedded({ dataFolder: FOLDER, isThrowaway: true })).stop()
}

/** An owner that is no superuser cannot end the server's own vacuum: it is over in a moment. */
async function dropDatabase(admin: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await asAdmin(admin, `drop database if exists ${name} with (force)`)
      return
    } catch (error) {
      if (attempt === 50 || errorCode(error) !== '42501') throw error
      await sleep(200)
    }
  }
}

/** One test file at a time makes or drops its database. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const lock = `${FOLDER}.lock`
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > STALE_MS) rmdirSync(lock)
      await sleep(100)
    }
  }
  try {
    return await work()
  } finally {
    rmdirSync(lock)
  }
}

/** How many rows the statement answered or changed. */
async function asAdmin(url: string, statement: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rowCount ?? 0
  } finally {
    await client.end()
  }
}

export function withDatabase(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`)
}
