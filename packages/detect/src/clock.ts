/**
 * Where a site stands in event time. Observations come a little late, captures in any order, and some clocks are
 * plainly wrong: 1970 before the time is set, 2099 by a slip. None of that may end learning early or keep it going,
 * nor leave anything open for ever.
 */
import type { Micros } from '@isthmus/model'

export const MINUTE_US = 60e6
export const CLOCK_TABLE = 'clock'
/** Further behind than this is no latecomer: time was set back, or an older capture is read. */
export const SET_BACK_US: Micros = 3600e6
/** A step longer than this, either way, is a wrong clock: nothing was learnt meanwhile. */
const WRONG_US: Micros = 366 * 86_400e6

/** Clocks that may be wrong at once: the latest used are remembered. */
const MAX_EPOCHS = 4

/** One clock's time: what is learnt counts from `startedAt`, `latest` is the furthest it has come, to the minute. */
type Epoch = { readonly startedAt: Micros; readonly latest: Micros }

/** Plain data: kept over restarts. Changes at most once a minute of event time, or with each step back. */
export type Clock = { readonly minute: number; readonly epochs: readonly [now: Epoch, ...others: readonly Epoch[]] }

/** No latecomer. */
export function isLongPast({ minute }: Clock, at: Micros): boolean {
  return at < minute * MINUTE_US - SET_BACK_US
}

/** The clock after an observation: the same object while nothing changes. A new `minute` is the time to sweep. */
export function tick(clock: Clock | undefined, at: Micros): Clock {
  const minute = Math.floor(at / MINUTE_US)
  if (clock === undefined) return { minute, epochs: [{ startedAt: at, latest: at }] }
  const now = clock.epochs[0]
  if (at < (clock.minute + 1) * MINUTE_US && !isLongPast(clock, at)) {
    return at < now.startedAt ? { minute: clock.minute, epochs: [{ ...now, startedAt: at }, ...clock.epochs.slice(1)] } : clock
  }
  const known = clock.epochs.find(({ latest }) => Math.abs(at - latest) <= WRONG_US)
  const epoch =
    known === undefined
      ? { startedAt: at - (now.latest - now.startedAt), latest: at }
      : { startedAt: Math.min(known.startedAt, at), latest: Math.max(known.latest, at) }
  return { minute, epochs: [epoch, ...clock.epochs.filter((other) => other !== known).slice(0, MAX_EPOCHS - 1)] }
}
