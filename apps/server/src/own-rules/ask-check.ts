/** Asks the thread that compiles rules, within bounds of time, memory and number. */
import { Worker } from 'node:worker_threads'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { Checked } from './check.ts'
import type { CheckQuestion } from './check-worker.ts'

const LONGEST_MS = 30_000
const MAX_AT_ONCE = 2
let running = 0

export async function askCheck(question: CheckQuestion): Promise<Checked | Refusal> {
  if (running >= MAX_AT_ONCE) return { ...refuse('too-many', 'Other rules are being checked. Try again in a few seconds.'), retryAfterS: 2 }
  running++
  try {
    return await ask(question)
  } finally {
    running--
  }
}

function ask(question: CheckQuestion): Promise<Checked | Refusal> {
  return new Promise((answer) => {
    const worker = new Worker(new URL('./check-worker.ts', import.meta.url), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    const tooMuch = () => answer(refuse('not-valid', 'The text is too large or too deep to be checked.'))
    const timer = setTimeout(() => {
      void worker.terminate()
      tooMuch()
    }, LONGEST_MS)
    worker.once('message', answer)
    worker.once('error', tooMuch)
    worker.once('exit', () => {
      clearTimeout(timer)
      tooMuch()
    })
  })
}
