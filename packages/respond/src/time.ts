/** Event time for people, computed without a clock or a locale. */
import type { Micros } from '@isthmus/model'

const DAY = 86_400

/** `2026-03-02 08:10:05 UTC`. */
export function showTime(at: Micros): string {
  const seconds = Math.floor(at / 1e6)
  const days = Math.floor(seconds / DAY)
  return `${showDate(days)} ${showClock(seconds - days * DAY)} UTC`
}

/** `08:10`. */
export function showMinute(at: Micros): string {
  const seconds = Math.floor(at / 1e6)
  return showClock(seconds - Math.floor(seconds / DAY) * DAY).slice(0, 5)
}

function showClock(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map((n) => String(n).padStart(2, '0')).join(':')
}

/** Proleptic Gregorian date of a day number, counting years from March so that leap days fall at their end. */
function showDate(days: number): string {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const year = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365)
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const m = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * m + 2) / 5) + 1
  const month = m < 10 ? m + 3 : m - 9
  const calendarYear = year + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(calendarYear).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}
