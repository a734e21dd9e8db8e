/** Asks the thread that compiles rules. */
import { askThread, atMost } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { Checked } from './check.ts'
import type { CheckQuestion } from './check-worker.ts'

const BOUNDS = { longestMs: 30_000, heapMb: 512 }
const oneOfFew = atMost(2, 'Other rules are being checked')

export function askCheck(question: CheckQuestion): Promise<Checked | Refusal> {
  return oneOfFew(async () => {
    const checked = await askThread<Checked>(new URL('./check-worker.ts', import.meta.url), question, BOUNDS).catch(() => undefined)
    return checked ?? refuse('not-valid', 'The text is too large or too deep to be checked.')
  })
}
