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
/** A step ahead longer than this is a wrong clock. */
const WRONG_US: Micros = 366 * 86_400e6

/** Times in which the site was heard one after the other, and clocks that may be wrong at once: the latest used are remembered. */
const MAX_EPOCHS = 16

/**
 * Time that goes on: what is learnt counts from `startedAt`, `latest` is the furthest it has come, to the minute. Time further back
 * than the first observation, and that of a wrong clock, is another: it begins with the learning that was had, and changes no other.
 */
type Epoch = {
  readonly startedAt: Micros
  readonly latest: Micros
  /** Of older captures: whenever they are gone back to, learning has come at least as far as where they were come from. */
  readonly isOlder?: true | undefined
}

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
  if (at < (clock.minute + 1) * MINUTE_US && !isLongPast(clock, at)) return clock
  const [now] = clock.epochs
  const known = epochOf(clock.epochs, at)
  const epoch = known === undefined ? begun(at, now) : goneOn(known, at, now)
  return { minute, epochs: [epoch, ...clock.epochs.filter((other) => other !== known).slice(0, MAX_EPOCHS - 1)] }
}

function begun(at: Micros, from: Epoch): Epoch {
  const epoch = { startedAt: at - learntIn(from), latest: at }
  return at < from.startedAt && from.latest - at <= WRONG_US ? { ...epoch, isOlder: true } : epoch
}

function goneOn(epoch: Epoch, at: Micros, from: Epoch): Epoch {
  const latest = Math.max(epoch.latest, at)
  if (epoch === from || !epoch.isOlder) return { ...epoch, latest }
  return { ...epoch, startedAt: Math.min(epoch.startedAt, at - learntIn(from)), latest }
}

const learntIn = ({ startedAt, latest }: Epoch): Micros => latest - startedAt

/** The time that goes on with `at`: that in which it lies, else the one that came nearest to it. */
function epochOf(epochs: readonly Epoch[], at: Micros): Epoch | undefined {
  let found: Epoch | undefined
  let least = Number.POSITIVE_INFINITY
  for (const epoch of epochs) {
    const ahead = Math.max(0, at - epoch.latest)
    if (at < epoch.startedAt - SET_BACK_US || ahead > WRONG_US || ahead >= least) continue
    found = epoch
    least = ahead
  }
  return found
}

/** The time that people mean by now: not that of an older capture that was read last. */
export function present({ epochs }: Clock): Epoch {
  return epochs.find(({ isOlder }) => !isOlder) ?? epochs[0]
}
