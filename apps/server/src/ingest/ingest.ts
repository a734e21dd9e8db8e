/** The server's side of the ingest worker: starts it again when it dies, passes notices on, knows whether it is in trouble. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Notices } from '../events/notices.ts'
import type { Decision } from '../services.ts'
import type { TroubleKind } from './patience.ts'
import type { FromWorker, ToWorker, WorkerData } from './worker.ts'

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

export type IngestOptions = WorkerData & { readonly notices: Notices; readonly log: Logger }

export function startIngest({ notices, log, ...data }: IngestOptions): Ingest {
  let trouble: TroubleKind | undefined
  let isStopping = false
  let asked = 0
  let waiting: { readonly asked: number; readonly done: () => void }[] = []
  let worker = launch()

  function launch(): Worker {
    const started = new Worker(new URL('./worker.ts', import.meta.url), { workerData: data, stdout: false, stderr: false })
    started.on('message', (message: FromWorker) => {
      if (message.kind === 'notice') notices.tell(message.site, message.noun, message.ids)
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
    started.on('error', (err) => log.error({ err }, 'the ingest worker died'))
    started.on('exit', () => {
      if (!isStopping) setTimeout(() => (worker = launch()), RESTART_MS)
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
      const ended = new Promise<void>((done) => worker.once('exit', () => done()))
      send({ kind: 'stop' })
      const timer = setTimeout(() => void worker.terminate(), STOP_MS)
      await ended
      clearTimeout(timer)
    },
  }
}
