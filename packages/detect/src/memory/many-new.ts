/**
 * `many_new`: fires when a group takes many values within a time that it never took: a client that walks through the points of a
 * server. What a group took is kept as bits, one a value by its hash, so that a group is small however many it took; a new value
 * that falls on the bit of another passes for known.
 */
import type { Micros } from '@isthmus/model'
import type { Slots } from '../state.ts'

export type ManyNewSpec = {
  /** New values within the time, that it takes. */
  readonly count: number
  readonly timespanUs: Micros
}

/** What a finding says: how many new values came within the time, and how many were known before them. */
export const MANY_NEW_FIELDS = ['newly', 'known'] as const
type ManyNew = { readonly newly: number; readonly known: number }

/** What a group took. Plain data. */
export type Taken = {
  readonly since: Micros
  /** When it was last heard, to the day. */
  heardAt: Micros
  readonly bits: number[]
  /** Bits that are set. */
  size: number
  /** The bit set last. */
  last: number
  /** When the latest new values came, the oldest first, `count` of them at most. */
  times: number[]
  /** These were told: what comes next is counted anew. */
  isTold: boolean
}

/** New values that a rule may wait for: the times of as many are remembered. */
export const MOST_NEW = 1000
const WORDS = 512
const BITS = WORDS * 32
export const NO_TEXT = 0x811c9dc5
const PRIME = 0x01000193
/** A group is learnt as long as its site, within these: a client that reads for minutes has no habits, and one that comes later no two weeks. */
const LEAST_LEARNT_US: Micros = 3600e6
const DAY_US: Micros = 86_400e6
const MOST_LEARNT_US: Micros = 7 * DAY_US

/** A copy that may be changed where the other stays. */
export function copyTaken(taken: Taken): Taken {
  return { ...taken, bits: taken.bits.slice(), times: taken.times.slice() }
}

/** FNV-1a, going on from `hash`; a separator closes the text. */
export function hashOn(hash: number, text: string): number {
  let h = hash
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME)
  return Math.imul(h ^ 0x1f, PRIME)
}

const bitOf = (hash: number): number => ((hash ^ (hash >>> 15)) >>> 0) % BITS
/** Most values were taken before. A group that takes nothing new says once a day that it is there. */
export function isTaken(groups: Slots<Taken>, group: string, { hash, at }: Pick<Taking, 'hash' | 'at'>): boolean {
  const taken = groups.peek(group)
  if (taken === undefined) return false
  if (!(Math.abs(at - taken.heardAt) < DAY_US)) {
    const own = groups.get(group)!
    own.heardAt = at
    groups.put(group, own)
  }
  const bit = bitOf(hash)
  return (taken.bits[bit >>> 5]! & (1 << (bit & 31))) !== 0
}

/** One value of a group: its hash, when it came, and whether all of the site is being learnt then. */
export type Taking = { readonly hash: number; readonly at: Micros; readonly isLearning: boolean }

/** Takes a value in that is not taken; what to say where it makes the group's new ones too many. `learningUs`: how long a site learns. */
export function manyNew(groups: Slots<Taken>, group: string, spec: ManyNewSpec, value: Taking, learningUs: Micros): ManyNew | undefined {
  const { count, timespanUs } = spec
  const { at, isLearning } = value
  const bit = bitOf(value.hash)
  // Groups that come by the thousand do not push out those that are watched.
  if (!groups.admits(group, (oldest) => Math.abs(at - oldest.heardAt) > 2 * DAY_US)) return undefined
  const taken = groups.get(group) ?? nothingTaken(at)
  taken.bits[bit >>> 5]! |= 1 << (bit & 31)
  taken.size++
  taken.last = bit
  groups.put(group, taken)
  const learntUs = Math.max(LEAST_LEARNT_US, Math.min(learningUs, MOST_LEARNT_US))
  if (isLearning || at - taken.since < learntUs) return undefined
  if (taken.isTold) taken.times = []
  taken.times.push(at)
  if (taken.times.length > count) taken.times.shift()
  taken.isTold = taken.times.length === count && Math.abs(at - taken.times[0]!) <= timespanUs
  return taken.isTold ? { newly: count, known: taken.size - count } : undefined
}

const nothingTaken = (at: Micros): Taken => ({
  since: at,
  heardAt: at,
  bits: new Array<number>(WORDS).fill(0),
  size: 0,
  last: 0,
  times: [],
  isTold: false,
})

/** As it was before the value that made it told. */
export function untoldTaken(told: Taken): Taken {
  const taken = { ...copyTaken(told), size: told.size - 1, isTold: false }
  taken.bits[told.last >>> 5]! &= ~(1 << (told.last & 31))
  taken.times.pop()
  return taken
}
