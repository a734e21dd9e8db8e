/** Tries the way from packets to an alert at the start and every few hours: a scanner that finds nothing looks like a plant that is clean. */
import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import type { Outcome } from './self-test-alert.ts'

export type SelfTestResult = { readonly ok: boolean; readonly says: string; readonly at: number }

const EVERY_MS = 6 * 3_600_000
/** The start has enough to do. */
const FIRST_MS = 5000
const LONGEST_MS = 60_000

export type SelfTests = { last(): SelfTestResult | undefined; stop(): void }

export function startSelfTest({ log, now, firstMs = FIRST_MS }: { log: Logger; now: () => number; firstMs?: number }): SelfTests {
  let last: SelfTestResult | undefined
  const run = async () => {
    const { ok, says } = await runSelfTest()
    if (!ok) log.error({ says }, 'the self-test of known threats failed: files on the wire may not be found')
    last = { ok, says, at: now() }
  }
  const first = setTimeout(() => void run(), firstMs).unref()
  const timer = setInterval(() => void run(), EVERY_MS).unref()
  return {
    last: () => last,
    stop: () => {
      clearTimeout(first)
      clearInterval(timer)
    },
  }
}

function runSelfTest(): Promise<Outcome> {
  return new Promise((done) => {
    const failed = (says: string) => done({ ok: false, says })
    const worker = new Worker(new URL('./self-test-worker.ts', import.meta.url))
    const timer = setTimeout(() => {
      failed(`not done after ${LONGEST_MS / 1000} s`)
      void worker.terminate()
    }, LONGEST_MS)
    worker.once('message', done)
    worker.once('error', (error) => failed(error instanceof Error ? error.message : String(error)))
    worker.once('exit', () => {
      clearTimeout(timer)
      failed('the test ended without an answer')
    })
  })
}
