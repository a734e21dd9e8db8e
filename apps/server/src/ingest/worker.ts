/** The ingest worker: reads captures and folds batches off the server's event loop. One at a time, one site's fold each. */
import { parentPort, workerData } from 'node:worker_threads'
import { nextCapture, saveEnding, type Waiting } from '../captures/captures.store.ts'
import { type Database, connect, isDiskFull, isLost } from '../database/connect.ts'
import { Partitions } from '../database/partitions.ts'
import type { Noun } from '../events/notices.ts'
import type { Decision } from '../services.ts'
import { allSites } from '../sites/sites.store.ts'
import { loadFoldOptions } from './content.ts'
import { Fold } from './fold.ts'
import { readCapture } from './read-capture.ts'
import { toldNouns } from './told.ts'
import { OutOfTurn } from './write.ts'

export type WorkerData = { readonly url: string; readonly folder: string; readonly retentionDays: number }
export type ToWorker = { readonly kind: 'wake' } | { readonly kind: 'stop' } | { readonly kind: 'decided'; readonly decision: Decision }
export type FromWorker =
  | { readonly kind: 'notice'; readonly site: string; readonly noun: Noun; readonly ids: readonly string[] }
  | { readonly kind: 'trouble'; readonly what: 'database-lost' | 'disk-full' | 'failed'; readonly why: string }
  | { readonly kind: 'fine' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'stopped' }

const RETRY_MS = 2000
const HOUR_MS = 3_600_000
/** A capture that fails this often without a new batch being applied is given up, and says why. */
const MAX_TRIES = 3

if (parentPort) await work(workerData as WorkerData, (message: FromWorker) => parentPort?.postMessage(message))

async function work({ url, folder, retentionDays }: WorkerData, tell: (message: FromWorker) => void): Promise<void> {
  const database = connect({ url, poolSize: 3 })
  const partitions = new Partitions(database.owner)
  const options = loadFoldOptions()
  const folds = new Map<string, Fold>()
  const abort = new AbortController()
  const decisions: Decision[] = []
  const tries = new Map<string, number>()
  let wake: () => void = () => undefined
  let expiredAt = -HOUR_MS

  parentPort?.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') abort.abort()
    if (message.kind === 'decided') decisions.push(message.decision)
    wake()
  })
  const foldOf = (site: string): Fold => {
    const fold = folds.get(site) ?? new Fold(site, database, partitions, options, (where, changes) => {
      for (const [noun, ids] of toldNouns(changes)) tell({ kind: 'notice', site: where, noun, ids })
    })
    folds.set(site, fold)
    return fold
  }
  const pause = (ms: number) =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, ms)
      wake = () => {
        clearTimeout(timer)
        done()
      }
      if (abort.signal.aborted || decisions.length > 0) wake()
    })

  while (!abort.signal.aborted) {
    let capture: Waiting | undefined
    try {
      for (let decision = decisions.shift(); decision; decision = decisions.shift()) await foldOf(decision.site).decide(decision, Date.now() * 1000)
      if (performance.now() - expiredAt > HOUR_MS) {
        expiredAt = performance.now()
        await partitions.mark()
        await partitions.expire(retentionDays)
      }
      capture = await waitingCapture(database)
      if (!capture) {
        tell({ kind: 'idle' })
        await pause(60_000)
        continue
      }
      const { site, id } = capture
      await readCapture({ database, fold: foldOf(site), folder, capture, signal: abort.signal, progress: () => tell({ kind: 'notice', site, noun: 'captures', ids: [id] }) })
      await partitions.mark()
      tries.delete(id)
      tell({ kind: 'fine' })
    } catch (error) {
      const what = isLost(error) ? 'database-lost' : isDiskFull(error) ? 'disk-full' : 'failed'
      tell({ kind: 'trouble', what, why: error instanceof Error ? (error.stack ?? error.message) : String(error) })
      if (capture && what === 'failed' && !(error instanceof OutOfTurn)) await giveUp(database, capture, tries, error)
      await pause(RETRY_MS)
    }
  }
  await database.close().catch(() => undefined)
  tell({ kind: 'stopped' })
  parentPort?.close()
}

async function waitingCapture(database: Database): Promise<Waiting | undefined> {
  const sites = (await allSites(database.app)).map((site) => site.id)
  return database.scoped(sites, (tx) => nextCapture(tx), 'read only')
}

async function giveUp(database: Database, capture: Waiting, tries: Map<string, number>, error: unknown): Promise<void> {
  const count = (tries.get(capture.id) ?? 0) + 1
  tries.set(capture.id, count)
  if (count < MAX_TRIES) return
  const why = error instanceof Error ? error.message : String(error)
  const ending = { bytesDone: 0, packets: 0, firstAt: undefined, lastAt: undefined, problems: [], error: `reading failed: ${why}` }
  await database.scoped([capture.site], (tx) => saveEnding(tx, capture.id, ending)).catch(() => undefined)
}
