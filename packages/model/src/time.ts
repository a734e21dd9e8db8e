/** Event time as text: UTC, without a clock or a locale. */
import type { Micros } from './endpoint.ts'

let secondShown = Number.NaN
let secondText = ''

/** ISO 8601 with six decimals, as every interface gives times; undefined beyond the year 275760. */
export function isoTime(us: Micros): string | undefined {
  const second = Math.floor(us / 1_000_000)
  if (!Number.isFinite(second) || Math.abs(second) > 8.64e12) return undefined
  // Rows lie close together: most share their second with the one before.
  if (second !== secondShown) {
    secondText = new Date(second * 1000).toISOString().slice(0, -4)
    secondShown = second
  }
  return `${secondText}${String(us - second * 1_000_000).padStart(6, '0')}Z`
}
