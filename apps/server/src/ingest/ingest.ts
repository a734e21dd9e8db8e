/** The server's side of the ingest worker: starts it again when it dies, passes notices on, knows whether it is in trouble. */
import { totalmem } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Notices } from '../events/notices.ts'
import type { Decision } from '../services.ts'
import type { TroubleKind } from './patience.ts'
import type { Fallen, FromWorker, ToWorker, WorkerData } from './worker.ts'

const RESTART_MS = 1000
/** A worker busy with one large batch still ends within this time; then it is cut off, which a batch survives. */
const STOP_MS = 10_000

export type Ingest = {
  wake(): void
  decided(decision: Decision): void
  readonly trouble: () => TroubleKind | undefined
  /** Resolves when nothing waits to be read. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** What the worker's objects may take: past it the worker ends, not the server. */
const HEAP_MB = Math.round(Math.min(4096, Math.max(1024, totalmem() / 2e6)))

export type IngestOptions = WorkerData & { readonly notices: Notices; readonly log: Logger; readonly heapMb?: number }

export function startIngest({ notices, log, heapMb = HEAP_MB, ...data }: IngestOptions): Ingest {
  let trouble: TroubleKind | undefined
  let isStopping = false
  let reading: Omit<Fallen, 'why'> | undefined
  let fallen: Fallen | undefined
  let asked = 0
  let waiting: { readonly asked: number; readonly done: () => void }[] = []
  let isAlive = false
  let worker = launch()

  function launch(): Worker {
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { ...data, fallen },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stdout: false,
      stderr: false,
    })
    let why = 'the worker ended'
    fallen = undefined
    isAlive = true
    // Who waited for the one before waits for this one.
    if (waiting.length > 0) started.postMessage({ kind: 'wake', asked } satisfies ToWorker)
    started.on('message', (message: FromWorker) => {
      if (message.kind === 'notice') notices.tell(message.site, message.noun, message.ids)
      if (message.kind === 'reading') reading = message.capture
      if (message.kind === 'warning') log.warn(message.text)
      if (message.kind === 'trouble') {
        if (message.what !== trouble)
          log.error({ what: message.what, why: message.why }, 'ingest is in trouble; it keeps what it has and tries again')
        trouble = message.what
      }
      if (message.kind === 'fine' || message.kind === 'idle') {
        if (trouble !== undefined) log.info('ingest goes on')
        trouble = undefined
      }
      if (message.kind === 'idle') {
        for (const one of waiting) if (one.asked <= message.asked) one.done()
        waiting = waiting.filter((one) => one.asked > message.asked)
      }
    })
    started.on('error', (err: unknown) => {
      why = err instanceof Error ? err.message : String(err)
      log.error({ err, reading }, 'the ingest worker died')
    })
    started.on('exit', () => {
      isAlive = false
      fallen = reading && { ...reading, why }
      reading = undefined
      if (!isStopping) setTimeout(() => isStopping || (worker = launch()), RESTART_MS)
    })
    return started
  }

  const send = (message: ToWorker) => worker.postMessage(message)
  return {
    wake: () => send({ kind: 'wake' }),
    decided: (decision) => send({ kind: 'decided', decision }),
    trouble: () => trouble,
    idle: () =>
      new Promise((done) => {
        waiting.push({ asked: ++asked, done })
        send({ kind: 'wake', asked })
      }),
    stop: async () => {
      isStopping = true
      if (!isAlive) return
      const ended = new Promise<void>((done) => worker.once('exit', () => done()))
      send({ kind: 'stop' })
      const timer = setTimeout(() => void worker.terminate(), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
