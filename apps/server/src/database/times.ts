/** Event times a column can hold and the API can show: forged clocks say anything. */

/** 2100-01-01 UTC, in microseconds. */
const LATEST_US = 4_102_444_800_000_000

/** The time itself, or the nearest one between 1970 and 2100; 0 for what is no number. */
export function plausibleTime(us: number): number {
  if (Number.isNaN(us)) return 0
  return Math.min(Math.max(Math.round(us), 0), LATEST_US)
}

/** `one` with plausible times; itself where they are so already. */
export function withPlausibleTimes<T extends { readonly at: number }>(one: T): T {
  const { at, startedAt, first } = one as { at: number; startedAt?: number; first?: number }
  const isSound = (us: number | undefined) => us === undefined || us === plausibleTime(us)
  if (isSound(at) && isSound(startedAt) && isSound(first)) return one
  return {
    ...one,
    at: plausibleTime(at),
    ...(startedAt === undefined ? {} : { startedAt: plausibleTime(startedAt) }),
    ...(first === undefined ? {} : { first: plausibleTime(first) }),
  }
}
