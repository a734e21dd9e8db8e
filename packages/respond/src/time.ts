/** Event time in sentences: to the second or the minute. */
import { isoTime, type Micros } from '@isthmus/model'

/** `2026-03-02 08:10:05 UTC`. */
export function showTime(at: Micros): string {
  const iso = isoTime(at)
  return iso === undefined ? 'an unknown time' : `${iso.slice(0, iso.indexOf('.')).replace('T', ' ')} UTC`
}

/** `08:10`. */
export function showMinute(at: Micros): string {
  const iso = isoTime(at)
  return iso === undefined ? '--:--' : iso.slice(iso.indexOf('T') + 1, -11)
}
