/** Cuts one alert's slice in a thread of its own: captures are read to their end, and what was cut is played back. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { unpackLimit } from '../captures/room.ts'
import { connect } from '../database/connect.ts'
import { settingsOf } from '../detection-settings/in-force.ts'
import { contentInForce, loadFoldOptions } from '../ingest/content.ts'
import { loadSiteOptions } from '../ingest/site-options.ts'
import { textsInForce } from '../own-rules/own-rules.store.ts'
import { cutSlice, type LookUp, SLICE_ROOM } from './cut.ts'
import { detectorRows, findBasis, learnedRows } from './evidence.store.ts'
import type { SliceFile } from './slices.ts'

export type CutQuestion = {
  readonly url: string
  readonly site: string
  readonly alert: string
  /** Where captures are. */
  readonly folder: string
  readonly maxUnpackedBytes: number
  /** Where the slice goes. */
  readonly path: string
}
export type CutAnswer = Omit<SliceFile, 'path' | 'sha256' | 'bytes'>

const question = workerData as CutQuestion
const { url, site, folder } = question
const database = connect({ url, poolSize: 1 })
try {
  const { basis, options, content } = await database.scoped(
    [site],
    async (tx) => ({
      basis: await findBasis(tx, [site], question.alert),
      options: await loadSiteOptions(tx, site, loadFoldOptions()),
      content: {
        texts: (await textsInForce(tx, site)).map(({ text }) => text),
        settings: (await settingsOf(tx, site, contentInForce)) ?? null,
      },
    }),
    'read only',
  )
  if (basis !== undefined) {
    const captures = basis.captures.map(({ id, name, file, bytesTotal }) => ({
      name: id,
      title: name,
      path: join(folder, file),
      maxUnpacked: unpackLimit(bytesTotal, question.maxUnpackedBytes),
    }))
    const lookUp: LookUp = (keys, learned) =>
      database.scoped(
        [site],
        async (tx) => ({ rows: await detectorRows(tx, site, keys), learned: await learnedRows(tx, site, learned) }),
        'read only',
      )
    const { learningUs, learning = null, restarts = new Map(), controls = {}, indicators } = options
    const settings = { learningUs, learning, restarts: [...restarts], controls }
    const request = { ...basis, captures, settings, content, indicators, room: SLICE_ROOM }
    const { manifest, bytes, packets } = await cutSlice(request, options, lookUp)
    await writeFile(question.path, bytes, { mode: 0o600, flush: true })
    const { checked, reach, left } = manifest
    const answer: CutAnswer = { packets, reach, left, ...checked, differences: [...checked.differences] }
    parentPort?.postMessage(answer)
  }
} finally {
  await database.close()
}
