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
  const admin = await adminUrl()
  const name = `isthmus_test_${randomBytes(6).toString('hex')}`
  await asAdmin(admin, `create database ${name}`)
  const url = withDatabase(admin, name)
  const database = connect({ url, poolSize: 6 })
  await migrate(database)
  return {
    url,
    database,
    drop: async () => {
      await database.close()
      await dropDatabase(admin, name)
    },
  }
}

/** An owner that is no superuser cannot end the server's own vacuum: it is over in a moment. */
async function dropDatabase(admin: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await asAdmin(admin, `drop database if exists ${name} with (force)`)
    } catch (error) {
      if (attempt === 50 || errorCode(error) !== '42501') throw error
      await sleep(200)
    }
  }
}

/** Test files run in processes of their own: the first one starts the server, the others find it. */
async function adminUrl(): Promise<string> {
  const given = process.env.DATABASE_URL
  if (given !== undefined) return given
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
    return (await startEmbedded({ dataFolder: FOLDER, isThrowaway: true })).url
  } finally {
    rmdirSync(lock)
  }
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

export function withDatabase(url: string, name: string): string {
  return url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`)
}
