/** Questions to threads of their own: what takes a core for seconds, or reads what somebody sent, is kept off the event loop and within bounds. */
import { Worker } from 'node:worker_threads'
import { type Refusal, refuse } from './http/refusal.ts'

export type ThreadBounds = { readonly longestMs: number; readonly heapMb: number }

/** The time for an answer was over. */
export class OutOfTime extends Error {}

/**
 * The first message of the thread at `url`, which finds the question in its `workerData`. Fails as the thread fails, and when the
 * time is over; undefined where it ends without an answer.
 */
export function askThread<A>(url: URL, question: unknown, { longestMs, heapMb }: ThreadBounds): Promise<A | undefined> {
  return new Promise((answer, fail) => {
    const worker = new Worker(url, { workerData: question, resourceLimits: { maxOldGenerationSizeMb: heapMb } })
    const timer = setTimeout(() => {
      void worker.terminate()
      fail(new OutOfTime(`no answer within ${longestMs / 1000} s`))
    }, longestMs)
    worker.once('message', answer)
    worker.once('error', fail)
    worker.once('exit', () => {
      clearTimeout(timer)
      answer(undefined)
    })
  })
}

/** Lets so many work at a time; the others are told to come again. `what` is who is before them: `Other previews are being worked out`. */
export function atMost(most: number, what: string, retryAfterS = 2): <T>(work: () => Promise<T>) => Promise<T | Refusal> {
  let running = 0
  return async (work) => {
    if (running >= most) return { ...refuse('too-many', `${what}. Try again in a few seconds.`), retryAfterS }
    running++
    try {
      return await work()
    } finally {
      running--
    }
  }
}
