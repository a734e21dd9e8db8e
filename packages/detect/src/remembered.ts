/** What a finding rests on besides its observation, to be kept with it: what a memory knows changes afterwards. */
import type { Micros } from '@isthmus/model'
import type { Learned } from './learning/learned.ts'
import type { StateRow } from './state.ts'

/** Of the group that a finding is of, when it was told first. Plain data. */
export type Remembered = {
  /** Of the detector's state, with this group alone. */
  readonly rows: readonly (readonly [key: string, row: StateRow])[]
  readonly learned: readonly Learned[]
  /** Of what did not come, when it came last and when it was missed: event time, and how much of it had been listened to. */
  readonly heard: readonly Heard[]
}

export type Heard = readonly [at: Micros, listened: Micros]

/**
 * Time listened to, where only these moments of it are known: what was not listened to between two of them is taken to be
 * the first part, so that nobody is missed sooner than he was.
 */
export function listenedBy(heard: readonly Heard[]): (at: Micros) => Micros {
  const known = heard.toSorted((a, b) => a[0] - b[0])
  return (at) => {
    const before = known.findLast((one) => one[0] <= at)
    const next = known.find((one) => one[0] > at)
    if (next === undefined) return before === undefined ? at : before[1] + at - before[0]
    const least = next[1] - (next[0] - at)
    return before === undefined ? least : Math.max(before[1], least)
  }
}
