/** One capture from its file to the rows of its site: read from the start each time, batches already applied are passed over. */
import { join } from 'node:path'
import type { Batch } from '@isthmus/model'
import type { ScanFile } from '@isthmus/protocols'
import { analyzeCaptures } from '@isthmus/sensor'
import { type Progress, saveEnding, saveProgress, type Waiting } from '../captures/captures.store.ts'
import { unpackLimit } from '../captures/room.ts'
import type { Database } from '../database/connect.ts'
import type { Fold } from './fold.ts'

/** How often progress is told, at most. */
const PROGRESS_MS = 300

export type Reading = {
  readonly database: Database
  readonly fold: Fold
  readonly folder: string
  readonly capture: Waiting
  readonly maxUnpackedBytes: number
  /** Looks into files on the wire; undefined where the site has no rules for that. */
  readonly scanFile?: ScanFile | undefined
  readonly signal: AbortSignal
  readonly progress: (site: string, capture: string) => void
}

/** Each capture is a sensor of its own: its batches are numbered from one, the same in every run. */
export const sensorOf = (capture: string): string => `file ${capture}`

export async function readCapture({
  database,
  fold,
  folder,
  capture,
  maxUnpackedBytes,
  scanFile,
  signal,
  progress,
}: Reading): Promise<void> {
  const { id, site } = capture
  const at: Progress = { bytesDone: 0, packets: 0, firstAt: undefined, lastAt: undefined }
  let toldAt = 0
  let isForward = false
  /** @returns false when the capture was removed: then there is nothing to read it for */
  const tell = async (): Promise<boolean> => {
    if (performance.now() - toldAt < PROGRESS_MS) return true
    toldAt = performance.now()
    const isThere = await database.scoped([site], (tx) => saveProgress(tx, id, at, isForward))
    progress(site, id)
    return isThere
  }
  const analysis = analyzeCaptures([join(folder, capture.file)], {
    site,
    sensor: sensorOf(id),
    maxUnpacked: unpackLimit(capture.bytesTotal, maxUnpackedBytes),
    signal,
    scanFile,
    progress: (bytesDone, _total, packets) => Object.assign(at, { bytesDone, packets }),
  })
  // One batch is held back, so that the last one is known as the last.
  let held: Batch | undefined
  for await (const batch of analysis.batches) {
    if (held && (await fold.apply(held, false))) isForward = true
    held = batch
    if (!(await tell())) return
  }
  if (signal.aborted) return
  if (held) await fold.apply(held, true)
  const outcome = analysis.outcomes[0]
  const problems = (outcome?.problems ?? []).map(({ offset, reason }) => ({ offset, why: reason }))
  const hasNothing = (outcome?.packets ?? 0) === 0
  await database.scoped([site], (tx) =>
    saveEnding(tx, id, {
      bytesDone: hasNothing ? at.bytesDone : capture.bytesTotal,
      packets: outcome?.packets ?? at.packets,
      firstAt: outcome?.firstAt,
      lastAt: outcome?.lastAt,
      problems,
      error: hasNothing ? (problems[0]?.why ?? 'the file holds no packet') : null,
    }),
  )
  progress(site, id)
}
