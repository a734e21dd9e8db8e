/** `changed`: fires when a field of a group takes another value than the one it had last: another program, another firmware. */
import type { Micros } from '@isthmus/model'
import type { Slots } from '../state.ts'

/** Of a longer value only the beginning is compared and told. */
const MAX_TEXT = 128

/** What a group showed last, since when, and what before that (null: nothing is known). Plain data. */
export type Shown = { value: string; since: Micros; was: string | null }

/** What it was before; undefined where nothing changed, or nothing was known. */
export function changeOf(known: Slots<Shown>, group: string, value: unknown, at: Micros): { previous: string } | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const text = String(value).slice(0, MAX_TEXT)
  const before = known.get(group)
  if (before?.value === text) return undefined
  // A latecomer says what was, not what is; of a version told shortly and in full the full one stays.
  if (before !== undefined && (at < before.since || saysMore(before.value, text))) return undefined
  known.put(group, { value: text, since: at, was: before?.value ?? null })
  return before === undefined || saysMore(text, before.value) ? undefined : { previous: before.value }
}

/** `V4.2.1` says more of the same than `V4.2`; `V4.21` says something else. */
function saysMore(long: string, short: string): boolean {
  return long.startsWith(short) && /^[^a-z0-9]/i.test(long.slice(short.length))
}

/** What a group showed before `from`; undefined where nothing had been seen. */
export function shownBefore(shown: Shown, from: Micros): Shown | undefined {
  if (shown.since < from) return shown
  return shown.was === null ? undefined : { value: shown.was, since: from - 1, was: null }
}
