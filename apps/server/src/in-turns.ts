/** Work that is dear, so much of it at a time; whose it is take turns, so that who asks for much keeps nobody else waiting. */
import { type Refusal, refuse } from './http/refusal.ts'

export type TurnBounds = {
  readonly atOnce: number
  /** That one may have waiting; what is beyond is told to come again. */
  readonly waitingEach: number
  /** Who is before them: `Other evidence is being cut`. */
  readonly what: string
}

type Party = { running: number /** Which turn was its last. */; last: number; readonly waiting: (() => void)[] }

export function inTurns({ atOnce, waitingEach, what }: TurnBounds): <T>(whose: string, work: () => Promise<T>) => Promise<T | Refusal> {
  /** Those who have something running or waiting. */
  const parties = new Map<string, Party>()
  let running = 0
  let turns = 0

  function begin(party: Party): void {
    running++
    party.running++
    party.last = ++turns
  }

  /** Whose work is least under way, and of those whose turn was longest ago. */
  function next(): Party | undefined {
    const waiting = [...parties.values()].filter((party) => party.waiting.length > 0)
    return waiting.sort((a, b) => a.running - b.running || a.last - b.last)[0]
  }

  function end(whose: string, party: Party): void {
    running--
    party.running--
    const turn = next()
    if (turn !== undefined) {
      begin(turn)
      turn.waiting.shift()!()
    }
    if (party.running === 0 && party.waiting.length === 0) parties.delete(whose)
  }

  return async (whose, work) => {
    const party = parties.get(whose) ?? { running: 0, last: 0, waiting: [] }
    parties.set(whose, party)
    if (running < atOnce) begin(party)
    else if (party.waiting.length >= waitingEach) return { ...refuse('too-many', `${what}. Try again in a few seconds.`), retryAfterS: 5 }
    else await new Promise<void>((turn) => party.waiting.push(turn))
    try {
      return await work()
    } finally {
      end(whose, party)
    }
  }
}
