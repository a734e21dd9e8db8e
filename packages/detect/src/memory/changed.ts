/** `changed`: fires when a field of a group takes another value than the one it had last: another program, another firmware. */
import type { Micros } from '@isthmus/model'
import type { Slots } from '../state.ts'

/** Of a longer value only the beginning is compared and told. */
const MAX_TEXT = 128

/** What a group showed and since when, the latest first. Plain data. */
export type Shown = readonly (readonly [value: string, since: Micros])[]
/** How far back it can be told what was shown before a moment. */
const MAX_SHOWN = 8

/** What it was before; undefined where nothing changed, or nothing was known. */
export function changeOf(known: Slots<Shown>, group: string, value: unknown, at: Micros): { previous: string } | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = String(value).slice(0, MAX_TEXT)
  const earlier = known.get(group) ?? []
  const [before] = earlier
  // A latecomer says what was, not what is; of a version told shortly and in full the full one stays.
  if (before !== undefined && (before[0] === text || at < before[1] || saysMore(before[0], text))) return undefined
  known.put(group, [[text, at], ...earlier.slice(0, MAX_SHOWN - 1)])
  return before === undefined || saysMore(text, before[0]) ? undefined : { previous: before[0] }
}

/** `V4.2.1` says more of the same than `V4.2`; `V4.21` says something else. */
function saysMore(long: string, short: string): boolean {
  return long.startsWith(short) && /^[^a-z0-9]/i.test(long.slice(short.length))
}

/** What a group had shown before `from`; empty where nothing is known of that. */
export function shownBefore(shown: Shown, from: Micros): Shown {
  return shown.filter(([, since]) => since < from)
}
