/**
 * `above_usual`: how much a group carries in a window of event time, against the most that it carried in any window learnt. Only windows
 * that were heard from beginning to end teach anything, and only too much is told: a sensor that starts, stops or is away has seen less.
 */
import { isoTime, type Micros } from '@isthmus/model'
import { isKnown, type Learned } from '../learning/learned.ts'
import type { FirstSeen, Getter } from '../rule.ts'
import { sayTimespan } from '../settings/threshold.ts'
import type { Slots } from '../state.ts'
import { DEAF_US } from './overdue.ts'

export type AboveUsual = FirstSeen & {
  readonly field: Getter
  /** What is added up is bytes, and is said so. */
  readonly isBytes: boolean
  readonly everyUs: Micros
  /** Windows a group must have shown before it is judged. */
  readonly windows: number
  /** How many times the most that was learnt a window may carry. */
  readonly factor: number
  /** What every window may carry, whatever was learnt. */
  readonly least: number
}

/** What a finding says: in words; how much so far, the most and the middle of what was learnt, the windows learnt and since when. */
export const VOLUME_FIELDS = ['excess', 'carried', 'most', 'usual', 'windows', 'since'] as const

/** The window of a group that is open. Plain data. */
export type Volume = {
  /** Which window, counted from 1970. */
  window: number
  sum: number
  /** Beyond this sum what was learnt is asked; null: not in this window. */
  look: number | null
  /** In a replay: what came before is in the sum already. */
  since?: Micros
}

/** Time in which the site was heard without a break. Plain data. */
export type Unbroken = { readonly from: Micros; readonly at: Micros }

/** Further behind than this no window goes on: time was set back. */
const LATE_US: Micros = 3600e6
/** What an observation adds at most: sums stay whole numbers. */
const MOST_ADDED = 1e12
/** The latest windows, of which the middle is what is usual. */
const RECENT = 15
const MINUTE_US = 60e6

/** Told once a minute of event time. */
export function heard(known: Unbroken | undefined, at: Micros): Unbroken {
  if (known === undefined || at - known.at > DEAF_US || known.at - at > LATE_US) return { from: at, at }
  return { from: known.from, at: Math.max(at, known.at) }
}

/** True when the window was heard whole; a break shorter than that of a sensor that is away is none. */
export function isWhole(unbroken: Readonly<Unbroken> | undefined, { window }: Volume, { everyUs }: AboveUsual): boolean {
  const [begin, end] = [window * everyUs, (window + 1) * everyUs]
  return unbroken !== undefined && unbroken.from <= begin + DEAF_US && unbroken.at + MINUTE_US > end
}

/** What an observation adds; 0 where it adds nothing. */
export function addedBy(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, MOST_ADDED) : 0
}

/** True when `at` lies in another window; what is late counts in the open one. */
export function isOver({ window }: Volume, { everyUs }: AboveUsual, at: Micros): boolean {
  return at >= (window + 1) * everyUs || at < window * everyUs - LATE_US
}

/** Nothing came in the window before that of `at`, nor in that. */
export function isIdle({ window }: Volume, { everyUs }: AboveUsual, at: Micros): boolean {
  return Math.abs(Math.floor(at / everyUs) - window) > 1
}

/** The most a window may carry; undefined where nobody can say yet, or a person said that it may carry anything. */
export function limitOf(row: Learned, { windows, factor, least }: AboveUsual, at: Micros): number | undefined {
  if (row.people !== null && isKnown(row, at)) return row.people.max ?? undefined
  return row.values < windows ? undefined : Math.max(least, factor * (row.max ?? 0))
}

/** What a window that is over teaches of the usual. */
export function learnUsual(row: Learned, { everyUs, isBytes }: AboveUsual, sum: number): void {
  const recent = [...(row.volume?.recent ?? []), sum].slice(-RECENT)
  const sorted = recent.toSorted((a, b) => a - b)
  row.volume = { everyUs, isBytes, recent, usual: sorted[Math.floor((sorted.length - 1) / 2)]! }
}

/** The open window of a group as it was before it passed its limit at `at`: whatever comes then passes it again. */
export function beforeExcess(known: Slots<Volume>, group: string, limit: number, at: Micros) {
  const before = ({ window }: Volume): Volume => ({ window, sum: limit, look: limit, since: at })
  return known
    .rowOf(group)
    .map(
      ([key, { kind, entries }]) =>
        [key, { kind, entries: entries.map(([name, value]) => [name, before(value as Volume)] as const) }] as const,
    )
}

/** What a finding says of a sum beyond the limit. */
export function saidOfExcess(row: Learned, { isBytes, everyUs }: AboveUsual, sum: number, at: Micros) {
  const say = isBytes ? bytesInWords : countInWords
  const [most, usual] = [row.max ?? 0, row.volume?.usual ?? 0]
  const since = isoTime(row.firstAt) ?? ''
  const isSet = row.people !== null && isKnown(row, at)
  const learnt = `the most before was ${say(most)}, usual are ${say(usual)} (${row.values} times learnt since ${since.slice(0, 10)})`
  const against = isSet ? `${row.people!.by} set ${say(row.people!.max ?? 0)} as the most` : learnt
  return { excess: `${say(sum)} within ${sayTimespan(everyUs)}; ${against}`, carried: sum, most, usual, windows: row.values, since }
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

function bytesInWords(n: number): string {
  const power = n < 1000 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), UNITS.length - 1)
  return `${countInWords(n / 1000 ** power)} ${UNITS[power]}`
}

/** Three digits: what is told to people. */
function countInWords(n: number): string {
  return String(n < 1000 ? Number(n.toPrecision(3)) : Math.round(n))
}
