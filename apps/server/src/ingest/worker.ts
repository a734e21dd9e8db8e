/** The ingest worker: reads captures, follows the plant and folds batches, all off the server's event loop. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { SourceSetting } from '../alert-sources/alert-sources.store.ts'
import { followAlerts } from '../alert-sources/follow-alerts.ts'
import {
  countFailure,
  countStart,
  expireCaptures,
  forgetStarts,
  nextCapture,
  saveEnding,
  type Waiting,
} from '../captures/captures.store.ts'
import { connect, type Database } from '../database/connect.ts'
import { Partitions } from '../database/partitions.ts'
import type { Noun } from '../events/notices.ts'
import { Scanners } from '../known-threats/load.ts'
import { expireObservations, type KeepFor, ObservationKeeper } from '../observations/observation-keeper.ts'
import type { Decision } from '../services.ts'
import { allSites } from '../sites/sites.store.ts'
import { loadFoldOptions } from './content.ts'
import { Fold } from './fold.ts'
import { followPlant } from './follow-plant.ts'
import { kindOf, patiently, reasonOf, type TroubleKind } from './patience.ts'
import { readCapture } from './read-capture.ts'
import { isEve, readEve } from './read-eve.ts'
import { toldNouns } from './told.ts'

export type WorkerData = {
  readonly url: string
  readonly folder: string
  readonly retentionDays: number
  /** As long as everything else where it is not given. */
  readonly captureDays?: number
  readonly maxUnpackedBytes?: number
  /** Where applied batches are kept, to hunt through; nowhere without it. */
  readonly observations?: KeepFor & { readonly folder: string }
  readonly plantSite?: string | undefined
  /** Where alerts of Suricata come from while they are raised. */
  readonly alertSources?: readonly SourceSetting[]
  /** The capture during which the worker before this one died. */
  readonly fallen?: Fallen | undefined
}
export type Fallen = { readonly id: string; readonly site: string; readonly why: string }
export type ToWorker =
  | { readonly kind: 'wake'; readonly asked?: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'decided'; readonly decision: Decision }
export type FromWorker =
  | { readonly kind: 'notice'; readonly site: string; readonly noun: Noun; readonly ids: readonly string[] }
  | { readonly kind: 'trouble'; readonly what: TroubleKind; readonly why: string }
  | { readonly kind: 'fine' }
  /** For the operator's log. */
  | { readonly kind: 'warning'; readonly text: string }
  /** What is being read, so that the server knows should it kill the worker. */
  | { readonly kind: 'reading'; readonly capture: Omit<Fallen, 'why'> | undefined }
  /** Nothing waits to be read; answers every question up to this one. */
  | { readonly kind: 'idle'; readonly asked: number }

const RETRY_MS = 2000
const MAX_UNPACKED_BYTES = 100e9
const HOUR_MS = 3_600_000
/** A capture whose reading fails or kills the worker this often is given up, and says why. */
const MAX_FAILURES = 3
/** Beginnings that lead nowhere: many, because whoever kills a server need not mean the capture. */
const MAX_STARTS = 50

class IngestWork {
  readonly #data: WorkerData
  readonly #tell: (message: FromWorker) => void
  readonly #database: Database
  readonly #partitions: Partitions
  readonly #options = loadFoldOptions()
  readonly #folds = new Map<string, Fold>()
  readonly #abort = new AbortController()
  /** What was decided so far has reached the folds. */
  #decided: Promise<void> = Promise.resolve()
  readonly #scanners = new Scanners()
  #fallen: Fallen | undefined
  #lastSite = ''
  #wake: () => void = () => undefined
  #expiredAt = -HOUR_MS
  #asked = 0

  constructor(data: WorkerData, tell: (message: FromWorker) => void) {
    this.#data = data
    this.#tell = tell
    this.#fallen = data.fallen
    this.#database = connect({ url: data.url, poolSize: 4 })
    this.#partitions = new Partitions(this.#database.owner)
  }

  take(message: ToWorker): void {
    if (message.kind === 'wake' && message.asked !== undefined) this.#asked = message.asked
    if (message.kind === 'stop') this.#abort.abort()
    if (message.kind === 'decided') this.#decide(message.decision)
    this.#wake()
  }

  async run(): Promise<void> {
    const plant = this.#data.plantSite === undefined ? undefined : this.#follow(this.#data.plantSite)
    const alerts = this.#takeAlerts()
    while (!this.#abort.signal.aborted) {
      try {
        await this.#round()
      } catch (error) {
        this.#tell({ kind: 'trouble', what: kindOf(error), why: reasonOf(error) })
        await this.#pause(RETRY_MS)
      }
    }
    await plant
    await alerts
    await this.#scanners.close()
    await this.#database.close().catch(() => undefined)
  }

  async #round(): Promise<void> {
    // What is asked while we look is answered by the next round.
    const asked = this.#asked
    await this.#decided
    if (this.#fallen) await this.#failed(this.#fallen, this.#fallen.why)
    this.#fallen = undefined
    const sites = (await allSites(this.#database.app)).map((site) => site.id)
    if (performance.now() - this.#expiredAt > HOUR_MS) {
      this.#expiredAt = performance.now()
      await this.#expire(sites)
    }
    const capture = await this.#database.scoped(sites, (tx) => nextCapture(tx, this.#lastSite), 'read only')
    if (capture) {
      // What was decided before the capture came counts for it, also where both came while we looked.
      await this.#decided
      return this.#read(capture)
    }
    this.#tell({ kind: 'idle', asked })
    if (asked === this.#asked) await this.#pause(60_000)
  }

  /** At once: a fold takes it between two batches, also of a capture that is being read. One that fails begins again from its rows. */
  #decide(decision: Decision): void {
    const taken = this.#foldOf(decision.site).decide(decision, Date.now() * 1000)
    const told = taken.catch((error: unknown) => this.#tell({ kind: 'trouble', what: kindOf(error), why: reasonOf(error) }))
    this.#decided = this.#decided.then(() => told)
  }

  /** What is older than people chose to keep. */
  async #expire(sites: readonly string[]): Promise<void> {
    const { retentionDays, captureDays = retentionDays, folder, observations } = this.#data
    await this.#partitions.mark()
    await this.#partitions.expire(retentionDays)
    if (observations) await expireObservations(this.#database, observations.folder, sites, observations)
    for (const { id, site, file } of await this.#database.scoped(sites, (tx) => expireCaptures(tx, captureDays))) {
      await rm(join(folder, file), { force: true })
      this.#tell({ kind: 'notice', site, noun: 'captures', ids: [id] })
    }
  }

  async #read(capture: Waiting): Promise<void> {
    const { site, id, starts } = capture
    const { signal } = this.#abort
    this.#lastSite = site
    if (starts >= MAX_STARTS) return this.#giveUp(capture, `the server ended ${starts} times while it read this capture`)
    const progress = () => this.#tell({ kind: 'notice', site, noun: 'captures', ids: [id] })
    await this.#database.scoped([site], (tx) => countStart(tx, id))
    this.#tell({ kind: 'reading', capture: { id, site } })
    try {
      const path = join(this.#data.folder, capture.file)
      await ((await isEve(path)) ? readEve : readCapture)({
        database: this.#database,
        fold: this.#foldOf(site),
        folder: this.#data.folder,
        capture,
        maxUnpackedBytes: this.#data.maxUnpackedBytes ?? MAX_UNPACKED_BYTES,
        scanFile: await this.#scanners.of(this.#database, site),
        signal,
        progress,
      })
    } catch (error) {
      if (kindOf(error) === 'failed') await this.#failed(capture, error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      this.#tell({ kind: 'reading', capture: undefined })
    }
    if (signal.aborted) await this.#database.scoped([site], (tx) => forgetStarts(tx, id))
    await this.#partitions.mark()
    this.#tell({ kind: 'fine' })
  }

  /** Counted in its row, so that a capture that takes the worker with it is not first in line for ever. */
  async #failed(capture: Omit<Fallen, 'why'>, why: string): Promise<void> {
    const failures = await this.#database.scoped([capture.site], (tx) => countFailure(tx, capture.id))
    if (failures >= MAX_FAILURES) await this.#giveUp(capture, why)
  }

  async #giveUp({ id, site }: Omit<Fallen, 'why'>, why: string): Promise<void> {
    const ending = { bytesDone: 0, packets: 0, firstAt: undefined, lastAt: undefined, problems: [], error: `reading failed: ${why}` }
    await this.#database.scoped([site], (tx) => saveEnding(tx, id, ending))
    this.#tell({ kind: 'notice', site, noun: 'captures', ids: [id] })
  }

  #follow(site: string): Promise<void> {
    const { signal } = this.#abort
    return this.#whileAlive((patiently) =>
      followPlant({
        database: this.#database,
        fold: this.#foldOf(site),
        folder: this.#data.folder,
        signal,
        nowUs: () => Date.now() * 1000,
        scanFile: () => this.#scanners.of(this.#database, site),
        patiently,
        told: (capture) => {
          this.#tell({ kind: 'fine' })
          this.#tell({ kind: 'notice', site, noun: 'captures', ids: [capture] })
        },
      }),
    )
  }

  #takeAlerts(): Promise<void> {
    const { signal } = this.#abort
    return this.#whileAlive((patiently) =>
      followAlerts({
        database: this.#database,
        sources: this.#data.alertSources ?? [],
        foldOf: (site) => this.#foldOf(site),
        signal,
        nowUs: () => Date.now() * 1000,
        patiently,
        told: (site) => this.#tell({ kind: 'notice', site, noun: 'coverage', ids: [] }),
        warn: (text) => this.#tell({ kind: 'warning', text }),
      }),
    )
  }

  /** Begins anew what failed, until it ends by itself or the worker is told to stop. */
  async #whileAlive(work: (patiently: <T>(step: () => Promise<T>) => Promise<T>) => Promise<void>): Promise<void> {
    const { signal } = this.#abort
    const trouble = (what: TroubleKind, why: string) => this.#tell({ kind: 'trouble', what, why })
    while (!signal.aborted) {
      try {
        return await work((step) => patiently(step, signal, trouble))
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
    const { observations } = this.#data
    const keeper = observations && new ObservationKeeper(observations.folder, site, this.#database)
    const fold = this.#folds.get(site) ?? new Fold(site, this.#database, this.#partitions, this.#options, told, keeper)
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
      if (this.#abort.signal.aborted) this.#wake()
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
