/** Asks the thread that looks into packs, within bounds of time, memory and number. */
import { Worker } from 'node:worker_threads'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { PackAnswer, PackQuestion } from './inspect-pack.ts'

const LONGEST_MS = 120_000
const HEAP_MB = 1024
let isBusy = false

export async function askInspect(question: PackQuestion): Promise<PackAnswer | Refusal> {
  if (isBusy) return { ...refuse('too-many', 'Another pack is being looked into. Try again in a few seconds.'), retryAfterS: 5 }
  isBusy = true
  try {
    return await ask(question)
  } finally {
    isBusy = false
  }
}

function ask(question: PackQuestion): Promise<PackAnswer | Refusal> {
  return new Promise((answer) => {
    const worker = new Worker(new URL('./inspect-worker.ts', import.meta.url), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    const tooMuch = () => answer(refuse('not-valid', 'The pack is too large to be looked into.'))
    const timer = setTimeout(() => void worker.terminate(), LONGEST_MS)
    worker.once('message', answer)
    worker.once('error', tooMuch)
    worker.once('exit', () => {
      clearTimeout(timer)
      tooMuch()
    })
  })
}
