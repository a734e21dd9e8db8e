/**
 * Two ways into the database: the owner (migrations, partitions, tables of no site) and the app, which row-level
 * security holds to the sites of its transaction.
 */
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'

/** Stores speak through the `sql` tag with parameters, so the tables need no second description in TypeScript. */
export type Tables = Record<string, never>
export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

export const APP_ROLE = 'isthmus_app'

export type Scoped = <T>(sites: readonly string[], work: (tx: Tx) => Promise<T>, mode?: 'read only' | 'read write') => Promise<T>

export type Database = {
  readonly owner: Db
  readonly app: Db
  /** Runs `work` in one transaction that sees only `sites`. */
  scoped: Scoped
  /** As `scoped`, and what counts for all sites can be written: for those who may everywhere, and for what the platform does itself. */
  everywhere: Scoped
  close(): Promise<void>
}

// int8 as a number: counters and microseconds stay below 2^53.
pg.types.setTypeParser(20, Number)
// timestamptz as microseconds, the model's time, not as a Date that drops digits.
pg.types.setTypeParser(1184, (text) => Math.round(Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')) * 1000))

export type ConnectOptions = {
  /** A connection string, or the folder of a Unix socket. */
  readonly url: string
  readonly poolSize?: number
  /** Called once a connection breaks while nobody uses it. */
  readonly onLost?: (error: Error) => void
}

export function connect({ url, poolSize = 10, onLost = () => undefined }: ConnectOptions): Database {
  const common = { connectionString: url, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 60_000, application_name: 'isthmus' }
  const ownerPool = new pg.Pool({ ...common, max: 3 })
  const appPool = new pg.Pool({
    ...common,
    max: poolSize,
    // From its first statement on row-level security applies to the connection, also when the login is a superuser's.
    options: `-c role=${APP_ROLE} -c statement_timeout=30000 -c plan_cache_mode=force_custom_plan -c jit=off`,
  })
  for (const pool of [ownerPool, appPool]) {
    pool.on('error', onLost)
    // A connection that breaks between two statements of a transaction has nobody else who listens: it would end the process.
    pool.on('connect', (client) =>
      client.on('error', (error: Error) => {
        broken.add(error)
        onLost(error)
      }),
    )
  }
  const owner = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: ownerPool }) })
  const app = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: appPool }) })
  const within =
    (everywhere: 'on' | 'off'): Scoped =>
    (sites, work, mode = 'read write') =>
      app
        .transaction()
        .setAccessMode(mode)
        .execute(async (tx) => {
          await sql`select set_config('isthmus.sites', ${sites.join(',')}, true), set_config('isthmus.everywhere', ${everywhere}, true)`.execute(
            tx,
          )
          return work(tx)
        })
  return {
    owner,
    app,
    scoped: within('off'),
    everywhere: within('on'),
    close: async () => {
      await app.destroy()
      await owner.destroy()
    },
  }
}

/** The code of a PostgreSQL or socket error, wherever the driver put it. */
export function errorCode(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

/** What broke a connection to the database, whatever its code: every statement on that connection fails with the same object. */
const broken = new WeakSet<object>()

/** The server says that it goes away, or is not there yet (PostgreSQL, appendix A). */
const LOST_STATES = new Set(['57P01', '57P02', '57P03', '08000', '08003', '08006', '08001'])
/** The operating system says so while a connection is made: nothing else in the server connects anywhere. */
const LOST_CONNECTING = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EAGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])
const LOST_CALLS = new Set(['connect', 'getaddrinfo'])

/** True when the database is away, as opposed to a statement being wrong, a file missing or a browser hanging up. */
export function isLost(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const code = errorCode(error)
  if (broken.has(error) || LOST_STATES.has(code)) return true
  if (LOST_CONNECTING.has(code) && 'syscall' in error && LOST_CALLS.has(String(error.syscall))) return true
  return (
    error instanceof Error &&
    /^Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(error.message)
  )
}

/** True when a statement took longer than the app's role may. */
export const isTooSlow = (error: unknown): boolean => errorCode(error) === '57014'

export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === '53100' || code === 'ENOSPC'
}
