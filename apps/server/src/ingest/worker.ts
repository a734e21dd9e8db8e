/** The ingest worker: reads captures, follows the plant and folds batches, all off the server's event loop. */
import { parentPort, workerData } from 'node:worker_threads'
import { nextCapture, saveEnding, type Waiting } from '../captures/captures.store.ts'
import { connect, type Database } from '../database/connect.ts'
import { Partitions } from '../database/partitions.ts'
import type { Noun } from '../events/notices.ts'
import type { Decision } from '../services.ts'
import { allSites } from '../sites/sites.store.ts'
import { loadFoldOptions } from './content.ts'
import { Fold } from './fold.ts'
import { followPlant } from './follow-plant.ts'
import { kindOf, patiently, reasonOf, type TroubleKind } from './patience.ts'
import { readCapture } from './read-capture.ts'
import { toldNouns } from './told.ts'

export type WorkerData = {
  readonly url: string
  readonly folder: string
  readonly retentionDays: number
  readonly plantSite?: string | undefined
}
export type ToWorker =
  | { readonly kind: 'wake'; readonly asked?: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'decided'; readonly decision: Decision }
export type FromWorker =
  | { readonly kind: 'notice'; readonly site: string; readonly noun: Noun; readonly ids: readonly string[] }
  | { readonly kind: 'trouble'; readonly what: TroubleKind; readonly why: string }
  | { readonly kind: 'fine' }
  /** Nothing waits to be read; answers every question up to this one. */
  | { readonly kind: 'idle'; readonly asked: number }

const RETRY_MS = 2000
const HOUR_MS = 3_600_000
/** A capture whose reading fails this often for a reason of its own is given up, and says why. */
const MAX_TRIES = 3

class IngestWork {
  readonly #data: WorkerData
  readonly #tell: (message: FromWorker) => void
  readonly #database: Database
  readonly #partitions: Partitions
  readonly #options = loadFoldOptions()
  readonly #folds = new Map<string, Fold>()
  readonly #abort = new AbortController()
  readonly #decisions: Decision[] = []
  readonly #tries = new Map<string, number>()
  #wake: () => void = () => undefined
  #expiredAt = -HOUR_MS
  #asked = 0

  constructor(data: WorkerData, tell: (message: FromWorker) => void) {
    this.#data = data
    this.#tell = tell
    this.#database = connect({ url: data.url, poolSize: 4 })
    this.#partitions = new Partitions(this.#database.owner)
  }

  take(message: ToWorker): void {
    if (message.kind === 'wake' && message.asked !== undefined) this.#asked = message.asked
    if (message.kind === 'stop') this.#abort.abort()
    if (message.kind === 'decided') this.#decisions.push(message.decision)
    this.#wake()
  }

  async run(): Promise<void> {
    const plant = this.#data.plantSite === undefined ? undefined : this.#follow(this.#data.plantSite)
    while (!this.#abort.signal.aborted) {
      try {
        await this.#round()
      } catch (error) {
        this.#tell({ kind: 'trouble', what: kindOf(error), why: reasonOf(error) })
        await this.#pause(RETRY_MS)
      }
    }
    await plant
    await this.#database.close().catch(() => undefined)
  }

  async #round(): Promise<void> {
    // What is asked while we look is answered by the next round.
    const asked = this.#asked
    for (let decision = this.#decisions.shift(); decision; decision = this.#decisions.shift()) {
      await this.#foldOf(decision.site).decide(decision, Date.now() * 1000)
    }
    if (performance.now() - this.#expiredAt > HOUR_MS) {
      this.#expiredAt = performance.now()
      await this.#partitions.mark()
      await this.#partitions.expire(this.#data.retentionDays)
    }
    const sites = (await allSites(this.#database.app)).map((site) => site.id)
    const capture = await this.#database.scoped(sites, (tx) => nextCapture(tx), 'read only')
    if (capture) return this.#read(capture)
    this.#tell({ kind: 'idle', asked })
    if (asked === this.#asked) await this.#pause(60_000)
  }

  async #read(capture: Waiting): Promise<void> {
    const { site, id } = capture
    const progress = () => this.#tell({ kind: 'notice', site, noun: 'captures', ids: [id] })
    try {
      await readCapture({
        database: this.#database,
        fold: this.#foldOf(site),
        folder: this.#data.folder,
        capture,
        signal: this.#abort.signal,
        progress,
      })
    } catch (error) {
      if (kindOf(error) === 'failed') await this.#giveUp(capture, error)
      throw error
    }
    await this.#partitions.mark()
    this.#tries.delete(id)
    this.#tell({ kind: 'fine' })
  }

  async #giveUp(capture: Waiting, error: unknown): Promise<void> {
    const count = (this.#tries.get(capture.id) ?? 0) + 1
    this.#tries.set(capture.id, count)
    if (count < MAX_TRIES) return
    const why = error instanceof Error ? error.message : String(error)
    const ending = { bytesDone: 0, packets: 0, firstAt: undefined, lastAt: undefined, problems: [], error: `reading failed: ${why}` }
    await this.#database.scoped([capture.site], (tx) => saveEnding(tx, capture.id, ending)).catch(() => undefined)
  }

  async #follow(site: string): Promise<void> {
    const { signal } = this.#abort
    const trouble = (what: TroubleKind, why: string) => this.#tell({ kind: 'trouble', what, why })
    while (!signal.aborted) {
      try {
        await followPlant({
          database: this.#database,
          fold: this.#foldOf(site),
          folder: this.#data.folder,
          signal,
          nowUs: () => Date.now() * 1000,
          patiently: (work) => patiently(work, signal, trouble),
          told: (capture) => {
            this.#tell({ kind: 'fine' })
            this.#tell({ kind: 'notice', site, noun: 'captures', ids: [capture] })
          },
        })
      } catch (error) {
        if (signal.aborted) return
        trouble(kindOf(error), reasonOf(error))
        await new Promise((done) => setTimeout(done, RETRY_MS))
      }
    }
  }

  #foldOf(site: string): Fold {
    const told = (where: string, changes: Parameters<typeof toldNouns>[0]) => {
      for (const [noun, ids] of toldNouns(changes)) this.#tell({ kind: 'notice', site: where, noun, ids })
    }
    const fold = this.#folds.get(site) ?? new Fold(site, this.#database, this.#partitions, this.#options, told)
    this.#folds.set(site, fold)
    return fold
  }

  #pause(ms: number): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, ms)
      this.#wake = () => {
        clearTimeout(timer)
        done()
      }
      if (this.#abort.signal.aborted || this.#decisions.length > 0) this.#wake()
    })
  }
}

if (parentPort) {
  const port = parentPort
  const work = new IngestWork(workerData as WorkerData, (message) => port.postMessage(message))
  port.on('message', (message: ToWorker) => work.take(message))
  await work.run()
  port.close()
}
