/** Asks the thread that reads what a request brings with it, within bounds of time, memory and number. */
import { Worker } from 'node:worker_threads'
import { type Refusal, refuse } from '../http/refusal.ts'

export type GivenQuestion = { readonly source: string | undefined; readonly indicators: string | undefined }
export type GivenAnswer = {
  readonly rules: number
  /** Comparisons that these rules cost for each observation. */
  readonly cost: number
  readonly indicators: number
  readonly errors: readonly string[]
}

const LONGEST_MS = 30_000
const MAX_AT_ONCE = 2
let running = 0

export async function askGiven(question: GivenQuestion): Promise<GivenAnswer | Refusal> {
  if (running >= MAX_AT_ONCE) return { ...refuse('too-many', 'Other hunts are being checked. Try again in a few seconds.'), retryAfterS: 2 }
  running++
  try {
    return await ask(question)
  } finally {
    running--
  }
}

function ask(question: GivenQuestion): Promise<GivenAnswer | Refusal> {
  return new Promise((answer) => {
    const worker = new Worker(new URL('./given-worker.ts', import.meta.url), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    const tooMuch = () => answer(refuse('not-valid', 'What was given is too large or too deep to be checked.'))
    const timer = setTimeout(() => void worker.terminate(), LONGEST_MS)
    worker.once('message', answer)
    worker.once('error', tooMuch)
    worker.once('exit', () => {
      clearTimeout(timer)
      tooMuch()
    })
  })
}
