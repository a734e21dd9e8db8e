/** Asks a dissector whether bytes are its own, without becoming it. */
import { type Context, NOT_MINE, type Side } from '../dissector.ts'
import { Reader } from '../reader.ts'
import type { Registered } from './registry.ts'

const head = new Reader(new Uint8Array(0))

/** Length of the candidate's message at `at`, `NEED_MORE` or `NOT_MINE`; the context is left as it was. */
export function probe(
  candidate: Registered,
  from: Side,
  buffer: Uint8Array,
  at: number,
  end: number,
  context: Context<unknown, unknown>,
): number {
  const state = context.state
  context.state = candidate.dissector.start?.()
  context.from = from
  context.asked = undefined
  let length: number
  try {
    length = candidate.frame(head.reset(buffer, at, end), context)
  } catch {
    length = NOT_MINE
  }
  context.state = state
  return length
}

/** After another protocol's opening that nobody reads: the first that may begin here and cannot be mistaken. */
export function lateBeginner(
  candidates: readonly Registered[],
  from: Side,
  buffer: Uint8Array,
  at: number,
  end: number,
  context: Context<unknown, unknown>,
): Registered | undefined {
  return candidates.find((candidate) => {
    if (candidate.dissector.opensLate !== true) return false
    const length = probe(candidate, from, buffer, at, end, context)
    return length > 0 && length <= candidate.maxFrame
  })
}
