/** What the capture pages show, worked out without a browser. */
import type { Capture } from '../../api/types.ts'
import { plural } from '../../ui/format.ts'

export function isRunning({ state }: Pick<Capture, 'state'>): boolean {
  return state === 'waiting' || state === 'reading'
}

/** How much of the file has been read; undefined before the first byte. */
export function shareOf({ state, bytesDone, bytesTotal }: Pick<Capture, 'state' | 'bytesDone' | 'bytesTotal'>): number | undefined {
  if (state === 'done') return 1
  return state === 'waiting' || bytesTotal === 0 ? undefined : bytesDone / bytesTotal
}

export function stateWords({ state, problems }: Pick<Capture, 'state' | 'problems'>): string {
  if (state === 'waiting') return 'Waiting'
  if (state === 'reading') return 'Reading'
  if (state === 'failed') return 'Could not be read'
  return problems.length === 0 ? 'Read whole' : `Read, with ${plural(problems.length, 'problem')}`
}

/** The time the packets cover, as a time range in the URL; one second wider, because a range ends before its end. */
export function rangeOf({ firstAt, lastAt }: Pick<Capture, 'firstAt' | 'lastAt'>): string | undefined {
  if (firstAt === null || lastAt === null) return undefined
  return `${new Date(Date.parse(firstAt)).toISOString()}..${new Date(Date.parse(lastAt) + 1000).toISOString()}`
}
