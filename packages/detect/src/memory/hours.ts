/** `outside_hours`: fires when a group acts at an hour of the day, or on a kind of day, at which it never has. Hours are UTC. */
import type { Micros } from '@isthmus/model'
import type { Slots } from '../state.ts'

const HOUR_US = 3600e6
const DAY_US = 24 * HOUR_US
/** 1 January 1970 was a Thursday. */
const THURSDAY = 4
const HOURS = 24

/** Bits of hours on working days and at weekends, when the last one was added, and the days on which the group was heard. Plain data. */
export type Hours = { workdays: number; weekends: number; addedAt: Micros; days: number; lastDay: number }

const noHours = (): Hours => ({ workdays: 0, weekends: 0, addedAt: 0, days: 0, lastDay: -1 })

/**
 * Takes the hour of `at` in and says whether it is one that the group has not shown, `slack` hours before or after
 * included: a shift that begins early and a clock that is put forward in spring are no news.
 */
export function isOutsideHours(known: Slots<Hours>, group: string, at: Micros, minDays: number, slack: number): boolean {
  const { day, hour, part } = placeOf(at)
  const hours = known.get(group) ?? noHours()
  const bit = 1 << hour
  const isDay = day > hours.lastDay
  const isShown = (hours[part] & near(hour, slack)) !== 0
  const isJudged = hours.days >= minDays
  if (isDay || (hours[part] & bit) === 0) {
    if ((hours[part] & bit) === 0) hours.addedAt = at
    hours[part] |= bit
    if (isDay) Object.assign(hours, { days: Math.min(hours.days + 1, minDays), lastDay: day })
    known.put(group, hours)
  }
  return isJudged && !isShown
}

/** Hours as they were before `from`: the one added last is taken back where it was added later. */
export function hoursBefore(hours: Hours, from: Micros): Hours {
  if (hours.addedAt < from) return hours
  const { hour, part } = placeOf(hours.addedAt)
  return { ...hours, [part]: hours[part] & ~(1 << hour) }
}

function placeOf(at: Micros): { day: number; hour: number; part: 'workdays' | 'weekends' } {
  const day = Math.floor(at / DAY_US)
  return { day, hour: Math.floor((at - day * DAY_US) / HOUR_US), part: isWeekend(day) ? 'weekends' : 'workdays' }
}

function isWeekend(day: number): boolean {
  const weekday = (((day + THURSDAY) % 7) + 7) % 7
  return weekday === 0 || weekday === 6
}

/** The bits of an hour and of those within `slack` of it, round midnight. */
function near(hour: number, slack: number): number {
  let bits = 0
  for (let by = -slack; by <= slack; by++) bits |= 1 << ((((hour + by) % HOURS) + HOURS) % HOURS)
  return bits
}
