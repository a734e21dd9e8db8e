/** Asks a dissector whether bytes are its own, without becoming it. */
import { type Flow, NEED_MORE, NOT_MINE, type Side } from '../dissector.ts'
import { Reader } from '../reader.ts'
import type { FlowRecord } from './flow.ts'
import type { Registered } from './registry.ts'

/**
 * Segments without a recognised protocol after which a side is not tried again: many while some protocol still wants more
 * bytes, few once all have refused.
 */
export const MAX_TRIES = 60
export const REFUSED = 9

const head = new Reader(new Uint8Array(0))

/** Length of the candidate's message at `at`, `NEED_MORE` or `NOT_MINE`. */
export function probe(candidate: Registered, from: Side, buffer: Uint8Array, at: number, end: number, flow: Flow): number {
  const context = { from, asked: undefined, state: candidate.dissector.start?.(), flow }
  try {
    return candidate.frame(head.reset(buffer, at, end), context)
  } catch {
    return NOT_MINE
  }
}

/** After another protocol's opening that nobody reads: the first that may begin here and cannot be mistaken. */
export function lateBeginner(
  candidates: readonly Registered[],
  from: Side,
  buffer: Uint8Array,
  at: number,
  end: number,
  flow: Flow,
): Registered | undefined {
  return candidates.find((candidate) => {
    if (candidate.dissector.opensLate !== true) return false
    const length = probe(candidate, from, buffer, at, end, flow)
    return length > 0 && length <= candidate.maxFrame
  })
}

/** Who a port's or carrier's protocol is found to be, and whether more bytes may tell. */
export type Found = { readonly protocol: Registered | undefined; readonly mayTellLater: boolean }

/**
 * The first of `candidates` whose message begins at `at`. A port's own protocol (`isOwn`) may still lack bytes of it; any other must show
 * it whole.
 */
export function first(
  candidates: readonly Registered[],
  isOwn: boolean,
  from: Side,
  buffer: Uint8Array,
  at: number,
  end: number,
  flow: Flow,
): Found {
  let mayTellLater = false
  for (const protocol of candidates) {
    const length = probe(protocol, from, buffer, at, end, flow)
    const fits = length > 0 && length <= protocol.maxFrame
    if (fits && (isOwn || length <= end - at)) return { protocol, mayTellLater }
    if (length === NEED_MORE || fits) mayTellLater = true
  }
  return { protocol: undefined, mayTellLater }
}

/** The first that knows the start of its first message, which will not become whole. */
export function cutBeginner(candidates: readonly Registered[], kept: Uint8Array): Registered | undefined {
  return candidates.find(({ dissector }) => dissector.tellsEarly?.(head.reset(kept, 0, kept.length)) === true)
}

/** Who speaks was a guess so far, and this message's content says the same. Where it does not, it stays one: nobody changes sides midway. */
export function confirmSide({ dissector }: Registered, from: Side, buffer: Uint8Array, at: number, end: number, flow: FlowRecord): void {
  if (dissector.side?.(head.reset(buffer, at, end)) === from) flow.directionKnown = true
}
