/** Event times a column can hold and the API can show: forged clocks say anything. */

/** 2100-01-01 UTC, in microseconds. */
const LATEST_US = 4_102_444_800_000_000

/** The time itself, or the nearest one between 1970 and 2100; 0 for what is no number. */
export function plausibleTime(us: number): number {
  if (Number.isNaN(us)) return 0
  return Math.min(Math.max(Math.round(us), 0), LATEST_US)
}
