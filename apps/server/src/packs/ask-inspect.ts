/** Asks the thread that looks into packs. */
import { askThread, atMost } from '../ask-thread.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { PackAnswer, PackQuestion } from './inspect-pack.ts'

const BOUNDS = { longestMs: 120_000, heapMb: 1024 }
const alone = atMost(1, 'Another pack is being looked into', 5)

export function askInspect(question: PackQuestion): Promise<PackAnswer | Refusal> {
  return alone(async () => {
    const answer = await askThread<PackAnswer>(new URL('./inspect-worker.ts', import.meta.url), question, BOUNDS).catch(() => undefined)
    return answer ?? refuse('not-valid', 'The pack is too large to be looked into.')
  })
}
