/** Sigma's time modifiers: one number of a moment, in UTC. `field|hour|gte: 20`. */
import type { Micros } from '@isthmus/model'

const DAY_MS = 86_400_000

const PARTS: Readonly<Record<string, { readonly of: (date: Date) => number; readonly least: number; readonly most: number }>> = {
  minute: { of: (date) => date.getUTCMinutes(), least: 0, most: 59 },
  hour: { of: (date) => date.getUTCHours(), least: 0, most: 23 },
  day: { of: (date) => date.getUTCDate(), least: 1, most: 31 },
  week: { of: weekOf, least: 1, most: 53 },
  month: { of: (date) => date.getUTCMonth() + 1, least: 1, most: 12 },
  year: { of: (date) => date.getUTCFullYear(), least: 1970, most: 9999 },
}

export function isTimePart(name: string): boolean {
  return Object.hasOwn(PARTS, name)
}

/** A moment beyond what a date can hold has no parts. */
export function timePart(name: string, at: Micros): number | undefined {
  const date = new Date(Math.floor(at / 1000))
  return Number.isNaN(date.getTime()) ? undefined : PARTS[name]!.of(date)
}

/** Undefined, or why no moment has this part. */
export function impossiblePart(name: string, value: unknown): string | undefined {
  const { least, most } = PARTS[name]!
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return undefined
  return `${name} is a whole number from ${least} to ${most}`
}

/** ISO 8601: weeks begin on Monday, the first has the year's first Thursday. */
function weekOf(date: Date): number {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
  const thursday = midnight + (4 - (date.getUTCDay() || 7)) * DAY_MS
  return Math.floor((thursday - Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)) / (7 * DAY_MS)) + 1
}
