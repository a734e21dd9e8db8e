/** Where a site or an asset stands between learning and operational, in words for people who never heard of phases. */
import type { Learning } from '../api/types.ts'

export const PHASE_WORDS = { learning: 'Learning', dynamic: 'Settling', operational: 'In operation' } as const

/** `untilWhen` and `sinceWhen` are times as they are shown. */
export function standingText({ phase }: Pick<Learning, 'phase'>, untilWhen: string, sinceWhen: string): string {
  if (phase === 'learning') return `Learning until ${untilWhen}: new behaviour is not yet told, threats are.`
  if (phase === 'dynamic')
    return `Settling until ${untilWhen} at the earliest: new behaviour is told at a low level and learnt; each puts the end off. Threats are told as always.`
  return `In operation since ${sinceWhen}: new behaviour is told, and stays new until a person approves it.`
}
