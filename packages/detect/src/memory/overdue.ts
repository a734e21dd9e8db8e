/**
 * `overdue`: fires when what a group did at an even pace does not come: a backup that was not taken, a value that nobody
 * reports. Time in which the whole site was silent (the sensor was away) is nobody's fault and does not count.
 */
import type { Micros } from '@isthmus/model'
import type { Sighting } from '../sighting.ts'
import type { Slots } from '../state.ts'

/** Silence of the whole site beyond which it was not listened to. */
export const DEAF_US: Micros = 600e6
/** Who comes at pauses of which one is more than so many times another keeps no pace. A nightly backup rests at weekends. */
const UNEVEN = 4

/** What a group is known by. Its pauses are those of event time; how long it is away counts only time listened to. Plain data. */
export type Pace = {
  at: Micros
  listened: Micros
  /** The shortest and the longest pause; 0 before the second time. */
  shortest: Micros
  longest: Micros
  times: number
  isTold: boolean
  seen: Sighting
}

/** Time listened to: event time less the silences of the whole site. Plain data. */
export type Listened = { heardAt: Micros; deaf: Micros }

export type OverdueSpec = {
  /** Times a group must have come before it can be missed. */
  readonly times: number
  /** How many times its longest pause it may stay away. */
  readonly patience: number
  /** Never missed before this has passed. */
  readonly leastUs: Micros
  /** What comes again sooner than this belongs to the time before: a backup reads many parts. */
  readonly apartUs: Micros
  /** A group is counted once in so long, in the first TURN_US of it; 0: whenever it comes. What is read every second need not be looked at every second. */
  readonly everyUs: Micros
}

/** Long enough for what is told once a minute. */
export const TURN_US: Micros = 70e6

/** Moves the clock of what is listened to; goes on where time was set back. */
export function listen({ heardAt, deaf }: Listened, at: Micros): Listened {
  const silence = at - heardAt
  if (silence < 0) return silence < -DEAF_US ? { heardAt: at, deaf: deaf + silence } : { heardAt, deaf }
  return { heardAt: at, deaf: silence > DEAF_US ? deaf + silence : deaf }
}

/** Whether groups are counted at `at`: most readings of a tag end here. */
export function isTurn({ everyUs }: OverdueSpec, at: Micros): boolean {
  return everyUs === 0 || at % everyUs < TURN_US
}

/** Whether the group was counted already in the turn of `at`. */
export function isCounted(known: Slots<Pace>, { everyUs }: OverdueSpec, group: string, at: Micros): boolean {
  const before = everyUs === 0 ? undefined : known.peek(group)?.at
  return before !== undefined && Math.floor(before / everyUs) === Math.floor(at / everyUs)
}

/** The group came, at `listened` of the time listened to. */
export function came(known: Slots<Pace>, spec: OverdueSpec, group: string, listened: Micros, seen: Sighting): void {
  const { at } = seen
  const pace = known.get(group)
  if (pace === undefined) return known.put(group, { at, listened, shortest: 0, longest: 0, times: 1, isTold: false, seen })
  const pause = at - pace.at
  if (pause < 0) return
  if (pause > spec.apartUs) {
    pace.times++
    // What ended in an alarm is no pace to get used to.
    if (!pace.isTold) {
      pace.shortest = pace.shortest === 0 ? pause : Math.min(pace.shortest, pause)
      pace.longest = Math.max(pace.longest, pause)
    }
  }
  Object.assign(pace, { at, listened: Math.max(listened, pace.listened), isTold: false, seen })
  known.put(group, pace)
}

/** Groups that should have come by `now` of the time listened to; each is told once until it comes again. */
export function* overdue(known: Slots<Pace>, spec: OverdueSpec, now: Micros): Generator<readonly [group: string, pace: Pace]> {
  const isDue = (pace: Pace) =>
    !(pace.isTold || pace.times < spec.times || pace.longest > UNEVEN * pace.shortest) &&
    now - pace.listened > Math.max(spec.leastUs, spec.patience * pace.longest)
  for (const [group] of known.entries(isDue)) {
    const pace = known.get(group)!
    pace.isTold = true
    known.put(group, pace)
    yield [group, pace]
  }
}
