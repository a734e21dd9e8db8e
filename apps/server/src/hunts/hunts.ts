/** Hunts, one after the other, each in a thread of its own; one that a server's end cut off begins again. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Database } from '../database/connect.ts'
import type { Notices } from '../events/notices.ts'
import { segmentsOf } from '../observations/observations.store.ts'
import { allSites } from '../sites/sites.store.ts'
import type { HuntQuestion } from './hunt-worker.ts'
import { addHunt, failHunt, hasAskedLately, nextHunt } from './hunts.store.ts'

export type Hunts = {
  /** A hunt waits. */
  wake(): void
  /** A hunt was cancelled: if it is under way, it ends now, whatever it is at. */
  cancelled(hunt: string): void
  /** Each ends after this at the latest, with what it has found. */
  readonly longestMs: number
  /** Resolves when none waits or runs. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export type HuntsOptions = Omit<HuntQuestion, 'site' | 'hunt' | 'longestMs'> & {
  /** How long one may take. Default: six hours. */
  readonly longestMs?: number | undefined
  readonly database: Database
  readonly notices: Notices
  readonly log: Logger
  /** Lists of known threats that change are hunted for by themselves, where that is cheap; once an hour at most. Default: true. */
  readonly isAutomatic?: boolean
  /** Changes come in bursts. */
  readonly pauseMs?: number
}

const RETRY_MS = 5000
const HEAP_MB = 2048
const LONGEST_MS = 6 * 3_600_000
/** Beyond its time, a hunt that does not end by itself is ended. */
const GRACE_MS = 60_000
/** Bytes of kept observations that are gone through within a minute or two: of more, a person decides. */
const CHEAP_BYTES = 100e6

export function startHunts(options: HuntsOptions): Hunts {
  const { database, notices, log, isAutomatic = true, pauseMs = 10_000, longestMs = LONGEST_MS, ...where } = options
  let running: Promise<void> | undefined
  let worker: { readonly hunt: string; readonly thread: Worker } | undefined
  let isStopping = false
  let timer: NodeJS.Timeout | undefined

  async function next(): Promise<boolean> {
    const sites = (await allSites(database.app)).map(({ id }) => id)
    const hunt = await database.scoped(sites, (tx) => nextHunt(tx), 'read only')
    if (hunt === undefined || isStopping) return false
    const tell = () => notices.tell(hunt.site, 'hunts', [hunt.id])
    const failed = await run({ ...where, longestMs, site: hunt.site, hunt: hunt.id }, tell)
    if (failed !== undefined && !isStopping) {
      log.error({ hunt: hunt.id, why: failed }, 'a hunt failed')
      await database.scoped([hunt.site], (tx) => failHunt(tx, hunt.site, hunt.id, failed))
    }
    tell()
    return true
  }

  function run(question: HuntQuestion, tell: () => void): Promise<string | undefined> {
    return new Promise((done) => {
      const started = new Worker(new URL('./hunt-worker.ts', import.meta.url), {
        workerData: question,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      })
      worker = { hunt: question.hunt, thread: started }
      let why: string | undefined
      const timer = setTimeout(() => {
        why = `It did not end within ${Math.round(longestMs / 60_000)} minutes and was stopped.`
        void started.terminate()
      }, longestMs + GRACE_MS).unref()
      started.on('message', tell)
      started.on('error', (error) => {
        why = error instanceof Error ? error.message : String(error)
      })
      started.on('exit', () => {
        clearTimeout(timer)
        worker = undefined
        done(why)
      })
    })
  }

  async function all(): Promise<void> {
    while (!isStopping && (await next())) {}
  }

  function wake(): void {
    if (isStopping) return
    const before = running ?? Promise.resolve()
    const own = before.then(all).catch((error: unknown) => {
      log.error({ err: error }, 'hunts wait')
      timer ??= setTimeout(() => {
        timer = undefined
        wake()
      }, RETRY_MS).unref()
    })
    running = own
  }

  const waiting = new Map<string, NodeJS.Timeout>()
  const unlisten = notices.listen(({ kind, site }) => {
    if (kind !== 'threats' || !isAutomatic || waiting.has(site)) return
    const later = setTimeout(() => {
      waiting.delete(site)
      askByItself(site).catch((error: unknown) => log.error({ err: error }, 'no hunt for changed known threats'))
    }, pauseMs)
    waiting.set(site, later.unref())
  })

  async function askByItself(site: string): Promise<void> {
    const id = await database.scoped([site], async (tx) => {
      const bytes = (await segmentsOf(tx, site)).reduce((sum, segment) => sum + segment.bytes, 0)
      if (bytes === 0 || bytes > CHEAP_BYTES || (await hasAskedLately(tx, site))) return undefined
      return addHunt(tx, { site, rules: 'threats' }, null, Date.now() * 1000)
    })
    if (id === undefined) return
    notices.tell(site, 'hunts', [id])
    wake()
  }

  return {
    wake,
    longestMs,
    cancelled(hunt) {
      if (worker?.hunt === hunt) void worker.thread.terminate()
    },
    idle: async () => {
      await running
    },
    stop: async () => {
      isStopping = true
      unlisten()
      for (const later of waiting.values()) clearTimeout(later)
      clearTimeout(timer)
      // What was found so far is not kept: the hunt begins again with the next start.
      await worker?.thread.terminate()
      await running
    },
  }
}
