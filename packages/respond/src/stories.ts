/** Which alerts tell which story, by time: a finding joins the one it falls into, wherever the clock of its capture stands. */
import type { Alert, Micros } from '@isthmus/model'

/** A silence this long, or this much time since its start, ends a story: what comes then is another alert. */
export const ALERT_QUIET_US = 3600e6
export const ALERT_LONGEST_US = 86_400e6

type Entry = { readonly id: string; readonly firstAt: Micros }
type Place = Entry & { readonly key: string }

/** Depends only on the alerts it was given last, not on their order: after a restart it is the same. */
export class Stories {
  /** Per story, by start. */
  readonly #byKey = new Map<string, Entry[]>()
  readonly #places = new Map<string, Place>()

  get size(): number {
    return this.#places.size
  }

  put(key: string, { id, firstAt }: Alert): void {
    const known = this.#places.get(id)
    if (known?.key === key && known.firstAt === firstAt) return
    this.delete(id)
    this.#places.set(id, { key, id, firstAt })
    const entries = this.#byKey.get(key) ?? []
    this.#byKey.set(key, entries)
    entries.splice(after(entries, firstAt, id), 0, { id, firstAt })
  }

  delete(id: string): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    const entries = this.#byKey.get(place.key)!
    entries.splice(after(entries, place.firstAt, id) - 1, 1)
    if (entries.length === 0) this.#byKey.delete(place.key)
  }

  /** The alerts of a story that something at `at` may belong to, the latest first. */
  *around(key: string, at: Micros): Generator<string> {
    const entries = this.#byKey.get(key)
    if (entries === undefined) return
    for (let i = after(entries, at + ALERT_QUIET_US, '\uffff') - 1; i >= 0; i--) {
      const { id, firstAt } = entries[i]!
      if (at - firstAt > ALERT_LONGEST_US) return
      yield id
    }
  }
}

/** Whether something at `at` still belongs to the alert: an hour around what it spans, a day from its start. */
export function isWithin(alert: Alert, at: Micros): boolean {
  return at - alert.lastAt <= ALERT_QUIET_US && alert.firstAt - at <= ALERT_QUIET_US && at - alert.firstAt <= ALERT_LONGEST_US
}

/** How many entries stand at or before this one. */
function after(entries: readonly Entry[], firstAt: Micros, id: string): number {
  let from = 0
  let to = entries.length
  while (from < to) {
    const middle = (from + to) >> 1
    const entry = entries[middle]!
    if (entry.firstAt < firstAt || (entry.firstAt === firstAt && entry.id <= id)) from = middle + 1
    else to = middle
  }
  return from
}
