/** What is common to memories of a point of the process: when two of its values are the same, and what is said with the packets behind it. */
import type { Evidence } from '@isthmus/model'
import { type News, PLAIN_NEWS, type Said } from '../baseline.ts'

/** The range that a point has shown. */
export type Span = { readonly low: number; readonly high: number }

/** A value that went through a format of 32 bits comes back a little different. */
const ROUNDED = 1e-6

/** True when the two values differ by no more than a share of the range, or by what formats do to them. */
export function isSame({ low, high }: Span, tolerance: number, a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.max(tolerance * (high - low), ROUNDED * Math.max(Math.abs(a), Math.abs(b)))
}

/** News that rests on what was seen earlier as well. */
export function newsOver(said: Said, earlier: Evidence): News {
  return { ...PLAIN_NEWS, said, earlier }
}
