/** A broken habit in words, for people who have not learnt the tag by heart. */
import { type Breach, HABIT_WINDOW } from './habit.ts'

export function breachInWords({ kind, measured, limit }: Pick<Breach, 'kind' | 'measured' | 'limit'>): string {
  switch (kind) {
    case 'range':
      return `it is ${measured}, never beyond ${limit} before`
    case 'rate':
      return `it changes by ${measured} a second, never by more than ${limit} before`
    case 'stuck':
      return `it has stood still for ${duration(measured)}, never for more than ${duration(limit)} before`
    case 'flat':
      return `its last ${HABIT_WINDOW} values lie within ${measured}, never within less than ${limit} before`
    case 'oscillating':
      return `it turned ${measured} times within ${HABIT_WINDOW} values, never more than ${limit} times before`
    case 'new-value':
      return `it is ${measured}, which is none of the ${limit} values that it had before`
    case 'bit':
      return `its bit ${measured} is not as it was in all ${limit} readings before, and no other bit changed with it`
  }
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${Number((seconds / 3600).toFixed(1))} hours`
}
