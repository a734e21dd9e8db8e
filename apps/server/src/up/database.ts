/** The database of a running server: the embedded one, supervised, or the one that DATABASE_URL names. */
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { connect, type Database } from '../database/connect.ts'
import { startEmbedded } from '../database/embedded.ts'

const WATCH_MS = 2000
/** Held by the server that works on a database: a second one would fold the same sites. */
const SERVER_LOCK = 7_302_014

export type RunningDatabase = {
  readonly database: Database
  readonly url: string
  readonly about: string
  readonly isThere: () => boolean
  /** Claims the database for this server; false when another one has it. */
  claim(): Promise<boolean>
  stop(): Promise<void>
}

/** @param onTaken called once when another server took the database while the connection was away: two would fold the same sites */
export async function runDatabase(
  dataFolder: string,
  databaseUrl: string | undefined,
  log: Logger,
  say: (line: string) => void,
  onTaken: () => void = () => undefined,
): Promise<RunningDatabase> {
  const embedded = databaseUrl === undefined ? await startEmbedded({ dataFolder, say }) : undefined
  const url = embedded?.url ?? databaseUrl ?? ''
  const onLost = (error: Error) => log.warn({ why: error.message }, 'a database connection broke')
  const database = connect({ url, onLost })
  let isThere = true
  let isStopping = false
  let isClaimed = false
  const lock = connect({ url, poolSize: 1, onLost })

  const claim = async (): Promise<boolean> => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_lock(${SERVER_LOCK}) as mine`.execute(lock.app)
    return rows[0]?.mine === true
  }
  const watch = async (): Promise<void> => {
    try {
      await sql`select 1`.execute(database.app)
      if (!isThere) {
        log.info('the database is back')
        say('The database is back; Isthmus goes on.')
      }
      isThere = true
      // The lock went with the old connection.
      if (isClaimed && !(await claim())) {
        isClaimed = false
        log.error('another server works on this database now')
        say('Another Isthmus works on this database now: this one reads no more captures. Stop one of them.')
        onTaken()
      }
    } catch (error) {
      if (isStopping) return
      const why = error instanceof Error ? error.message : String(error)
      if (isThere) {
        log.error({ why }, 'the database is away')
        say(`The database is away (${why}). Isthmus keeps what it has and tries again.`)
      }
      isThere = false
      await embedded?.ensure().catch((cause: unknown) => log.error({ err: cause }, 'the embedded database does not start'))
    }
  }
  let timer: NodeJS.Timeout | undefined
  const again = () => {
    timer = setTimeout(() => void watch().finally(() => isStopping || again()), WATCH_MS)
  }
  return {
    database,
    url,
    about: embedded ? `PostgreSQL ${embedded.version}, embedded` : `PostgreSQL at ${hostOf(url)}`,
    isThere: () => isThere,
    claim: async () => {
      isClaimed = await claim()
      // Not before: a database without its schema is there, and looks away to the app.
      if (isClaimed) again()
      return isClaimed
    },
    stop: async () => {
      isStopping = true
      clearTimeout(timer)
      await lock.close().catch(() => undefined)
      await database.close().catch(() => undefined)
      // One that another server works on is not ours to stop.
      if (embedded && (isClaimed || embedded.isOurs)) await embedded.stop()
    },
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'a local socket' : 'DATABASE_URL'
}
