/**
 * The demonstration plant as a sensor: its bytes go to a capture file, so that evidence leads back to packets, and through
 * the pipeline into its site. The first time the whole story is played at once, then the plant goes on in real time.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Observation } from '@isthmus/model'
import { playPlant, STORY_SECONDS } from '@isthmus/plant'
import { createPipeline, type Pipeline, PROTOCOLS, type ScanFile } from '@isthmus/protocols'
import { CaptureReader } from '@isthmus/wire'
import type { Database } from '../database/connect.ts'
import { CaptureFile } from './capture-file.ts'
import type { Fold } from './fold.ts'
import { type PlantRun, saveHistoryDone, savePlantProgress, startPlantRun } from './plant.store.ts'

/** As many as the sensor puts in a batch: while the story is replayed after a crash, the same batches come again. */
const MAX_BATCH = 2000
const PROGRESS_MS = 2000
/** A capture file of the live plant; then the next one begins. */
const MAX_FILE_BYTES = 200e6

export type Following = {
  readonly database: Database
  readonly fold: Fold
  readonly folder: string
  readonly signal: AbortSignal
  readonly nowUs: () => number
  /** What looks into files on the wire, asked when a capture file begins. */
  readonly scanFile?: () => Promise<ScanFile | undefined>
  /** Runs until done, however often the database goes away meanwhile. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>
  readonly told: (capture: string) => void
}

export async function followPlant(following: Following): Promise<void> {
  while (!following.signal.aborted) {
    const { run, gone } = await following.patiently(() =>
      startPlantRun(following.database, following.fold.site, following.nowUs(), STORY_SECONDS),
    )
    for (const file of gone) await rm(join(following.folder, file), { force: true })
    await followRun(following, run)
  }
}

async function followRun(following: Following, run: PlantRun): Promise<void> {
  const { database, fold, folder, signal, patiently, told } = following
  const { capture, startAt } = run
  const site = fold.site
  const sensor = `plant ${capture}`
  const scanFile = following.scanFile && (await patiently(following.scanFile))
  const pipeline = createPipeline({ site, sensor, capture, protocols: PROTOCOLS, scanFile })
  const reader = new CaptureReader(pipeline)
  const file = new CaptureFile(join(folder, capture))
  const historyEnd = startAt + (run.isStory ? STORY_SECONDS * 1e6 : 0)
  let isLive = !run.isStory
  let held: Observation[] = []
  let number = 1
  let toldAt = 0
  const send = async (observations: Observation[]) => {
    const batch = { site, sensor, number: number++, observations }
    await patiently(() => fold.apply(batch, false))
  }
  const stop = new AbortController()
  const options = {
    startAt,
    quiet: !run.isStory,
    live: { history: run.isStory ? STORY_SECONDS : 0 },
    signal: AbortSignal.any([signal, stop.signal]),
  }
  const saveProgress = async () => {
    await patiently(() => savePlantProgress(database, site, capture, progressOf(pipeline, file, startAt)))
    told(capture)
  }
  try {
    for await (const chunk of playPlant(options)) {
      await patiently(() => file.write(chunk))
      reader.push(chunk)
      held = held.concat(pipeline.take())
      while (held.length >= MAX_BATCH) await send(held.splice(0, MAX_BATCH))
      const isDue = performance.now() - toldAt > PROGRESS_MS
      if (!isLive && pipeline.engine.moment.atUs >= historyEnd - 1e6) {
        await patiently(() => saveHistoryDone(database, site))
        isLive = true
      }
      // Live, what was seen is told within seconds; in the story only whole batches go, so that a replay cuts alike.
      if (isLive && isDue && held.length > 0) await send(held.splice(0))
      if (isDue) {
        toldAt = performance.now()
        await saveProgress()
      }
      if (file.bytes > MAX_FILE_BYTES) stop.abort()
    }
    // This file is over, and with it what is still open in it. A story cut short is told again from its start instead.
    if (!isLive) return
    pipeline.finish()
    held = held.concat(pipeline.take())
    while (held.length > 0) await send(held.splice(0, MAX_BATCH))
    await saveProgress()
  } finally {
    await file.close()
  }
}

function progressOf(
  pipeline: Pipeline,
  file: CaptureFile,
  startAt: number,
): { bytes: number; packets: number; firstAt: number; lastAt: number } {
  return {
    bytes: file.bytes,
    packets: pipeline.engine.packets,
    firstAt: startAt,
    lastAt: Math.max(startAt, pipeline.engine.moment.atUs),
  }
}
