/**
 * `unheeded`: a value was written and answered without error, and what is read back afterwards says that it did not take. Only of tags
 * that are known to hold what is written to them: several values in a row were read back as written, none of them the last one again.
 * A command that resets itself, a pulse and a handshake never get there; a ramp and a value that the device limits are not told.
 */
import { type Evidence, isoTime, type Micros } from '@isthmus/model'
import type { News } from '../baseline.ts'
import type { Slots } from '../state.ts'
import { isSame, newsOver } from './point.ts'

export type UnheededSpec = {
  /** What is read sooner after the write says nothing: the device may still be at it. */
  readonly settleUs: Micros
  /** Values that a tag must have taken in a row before it is judged. */
  readonly times: number
  /** Reads after that time, all of them of the value before, that it takes. */
  readonly reads: number
  /** Share of the range read so far that is no difference. */
  readonly tolerance: number
}

/** What a finding says: what was written, by whom, when. */
export const UNHEEDED_FIELDS = ['written', 'writer', 'since'] as const

/** A write whose effect is awaited. Plain data. */
type Awaited = {
  readonly value: number
  readonly at: Micros
  readonly writer: string
  /** What was read before it; null where nothing was. */
  readonly before: number | null
  readonly evidence: Evidence
  /** How long after the write it was first read back; null: not yet. */
  took: Micros | null
  /** The value that stands instead, and the reads that said so. */
  stands: number | null
  reads: number
  /** When it was read last. */
  readAt: Micros
  /** Told; nothing more is said of it. */
  isTold: boolean
}

/** A tag that is written to. Plain data. */
export type Written = {
  awaited: Awaited | null
  /** What was read last; null before the first time. */
  reading: number | null
  /** The range of what was read. */
  low: number
  high: number
  /** Values taken in a row, and their range: what lies beyond may be beyond what the device allows. */
  taken: number
  lowest: number
  highest: number
  /** The longest it took. */
  slowest: Micros
}

export type Write = {
  readonly at: Micros
  readonly value: number | undefined
  readonly ok: boolean | undefined
  readonly writer: string
  readonly evidence: Evidence
}
export type Read = { readonly at: Micros; readonly first: Micros; readonly count: number; readonly value: number }

/** Later than this a read says nothing of a write: people on the spot have hands too. */
const LATEST_US: Micros = 3600e6
/** A tag that took long once may take this many times as long. */
const PATIENCE = 2

const NEVER_WRITTEN: Written = {
  awaited: null,
  reading: null,
  low: 0,
  high: 0,
  taken: 0,
  lowest: 0,
  highest: 0,
  slowest: 0,
}

export function wrote(tags: Slots<Written>, tag: string, { tolerance }: UnheededSpec, write: Write): void {
  const { at, value, ok, writer, evidence } = write
  const seen = tags.peek(tag)
  const awaited = seen?.awaited ?? null
  // A refused write leaves all as it was.
  if (ok === false || (awaited !== null && at < awaited.at)) return
  const isOther =
    ok === true && value !== undefined && (seen == null || seen.reading === null || !isSame(seen, tolerance, seen.reading, value))
  // What is written again and again is one write; of what is there already nothing is awaited.
  if (awaited === null ? seen !== undefined && !isOther : isOther && isSame(seen!, tolerance, awaited.value, value)) return
  const row = tags.get(tag) ?? { ...NEVER_WRITTEN }
  if (awaited?.isTold) forget(row)
  row.awaited = isOther
    ? { value, at, writer, before: row.reading, evidence, took: null, stands: null, reads: 0, readAt: at, isTold: false }
    : null
  tags.put(tag, row)
}

/** What to say of a read; only tags that were written to are remembered, and only what changes of them. */
export function readBack(tags: Slots<Written>, tag: string, spec: UnheededSpec, read: Read, isLearning: boolean): News | undefined {
  const seen = tags.peek(tag)
  if (seen === undefined || ((seen.awaited === null || seen.awaited.isTold) && seen.reading === read.value)) return undefined
  if (seen.awaited !== null && (read.at <= seen.awaited.at || read.at < seen.awaited.readAt)) return undefined
  const row = tags.get(tag)!
  if (row.reading === null) Object.assign(row, { low: read.value, high: read.value })
  row.low = Math.min(row.low, read.value)
  row.high = Math.max(row.high, read.value)
  row.reading = read.value
  const news = row.awaited === null ? undefined : judge(row, row.awaited, spec, read, isLearning)
  tags.put(tag, row)
  return news
}

function judge(row: Written, awaited: Awaited, spec: UnheededSpec, read: Read, isLearning: boolean): News | undefined {
  const { value, at, before } = awaited
  awaited.readAt = read.at
  const isNear = (a: number, b: number) => isSame(row, spec.tolerance, a, b)
  const waited = read.at - at
  const wait = Math.max(spec.settleUs, PATIENCE * row.slowest)
  if (awaited.isTold) return isNear(read.value, value) ? forget(row) : undefined
  if (waited > LATEST_US + wait) {
    row.awaited = null
    return undefined
  }
  if (isNear(read.value, value)) {
    awaited.took ??= waited
    if (waited >= spec.settleUs) take(row, awaited, before !== null && !isNear(before, value))
    return undefined
  }
  // It took the value and gave it up again: a command that resets itself, or somebody else's hand.
  if (awaited.took !== null) return forget(row)
  if (waited < wait) return undefined
  if (awaited.stands === null || !isNear(awaited.stands, read.value)) Object.assign(awaited, { stands: read.value, reads: 0 })
  awaited.reads += read.first >= at + wait ? read.count : 1
  if (awaited.reads < spec.reads) return undefined
  const isProven = row.taken >= spec.times && !isNear(row.lowest, row.highest)
  const isAllowed = value >= row.lowest && value <= row.highest
  // What stands elsewhere than before took something of what was written.
  const stays = before !== null && isNear(before, read.value)
  if (!isProven || !isAllowed || !stays || isLearning) return forget(row)
  awaited.isTold = true
  return newsOver({ written: value, writer: awaited.writer, since: isoTime(at) ?? '' }, awaited.evidence)
}

/** The row of a tag as it was before it was told that a write did not take, for its last read, and no earlier one, to tell it again. */
export function untoldWrite(row: Written): Written {
  return row.awaited === null ? row : { ...row, awaited: { ...row.awaited, isTold: false } }
}

export function copyWritten(row: Written): Written {
  return { ...row, awaited: row.awaited === null ? null : { ...row.awaited } }
}

/** The write is over. Only what changed the reading says that the tag takes values. */
function take(row: Written, awaited: Awaited, isChange: boolean): void {
  const { value, took } = awaited
  row.awaited = null
  row.slowest = Math.min(Math.max(row.slowest, took ?? 0), LATEST_US)
  if (!isChange) return
  row.lowest = row.taken === 0 ? value : Math.min(row.lowest, value)
  row.highest = row.taken === 0 ? value : Math.max(row.highest, value)
  row.taken++
}

/** What it took before says no more that it takes what is written: it is to be shown anew. */
function forget(row: Written): undefined {
  row.awaited = null
  row.taken = 0
}
