/** Asks the thread that reads what a request brings with it. */
import { askThread, atMost } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'

export type GivenQuestion = { readonly source: string | undefined; readonly indicators: string | undefined }
export type GivenAnswer = {
  readonly rules: number
  /** Comparisons that these rules cost for each observation. */
  readonly cost: number
  readonly indicators: number
  readonly errors: readonly string[]
}

const BOUNDS = { longestMs: 30_000, heapMb: 512 }
const oneOfFew = atMost(2, 'Other hunts are being checked')

export function askGiven(question: GivenQuestion): Promise<GivenAnswer | Refusal> {
  return oneOfFew(async () => {
    const answer = await askThread<GivenAnswer>(new URL('./given-worker.ts', import.meta.url), question, BOUNDS).catch(() => undefined)
    return answer ?? refuse('not-valid', 'What was given is too large or too deep to be checked.')
  })
}
