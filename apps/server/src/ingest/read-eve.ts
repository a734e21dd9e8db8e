/**
 * A file of Suricata's alerts beside the captures of a site: each is tied to the conversation it is about, as the site knows it
 * by now, and goes through the fold like everything that was seen.
 */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AlertReceived } from '@isthmus/model'
import { createEveReader, LineCutter, type ReceivedAlert, toObservation } from '@isthmus/sources'
import { conversationsOf } from '../alert-sources/tie-alerts.ts'
import { saveEnding } from '../captures/captures.store.ts'
import { type Reading, sensorOf } from './read-capture.ts'

const LOOK_BYTES = 256
const MAX_ALERTS = 100_000
const MAX_BATCH = 2000

/** True for text that begins as a JSON object: no capture does. */
export async function isEve(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0)
    return /^\ufeff?\s*\{/.test(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

export async function readEve({ database, fold, folder, capture, signal, progress }: Reading): Promise<void> {
  const { id, site } = capture
  const reader = createEveReader()
  const alerts: ReceivedAlert[] = []
  let dropped = 0
  const cutter = new LineCutter()
  const take = (line: string | undefined): void => {
    const alert = reader.line(line)
    if (alert === undefined) return
    if (alerts.length < MAX_ALERTS) alerts.push(alert)
    else dropped++
  }
  for await (const piece of createReadStream(join(folder, capture.file), 'utf8')) {
    if (signal.aborted) return
    for (const line of cutter.push(piece as string)) take(line)
  }
  for (const line of cutter.end()) take(line)
  alerts.sort((a, b) => a.at - b.at)
  const known = await conversationsOf(database, site, alerts, signal)
  if (signal.aborted) return
  const observations = alerts.map((alert, i) => toObservation(alert, known[i], { site, sensor: sensorOf(id) }))
  const untied = known.filter((one) => one === undefined).length
  await applied(observations, { fold, signal }, site, id)
  if (signal.aborted) return
  const { lines, refused, examples } = reader.counts()
  const problems = examples.map(({ line, reason }) => ({ offset: 0, why: `line ${line}: ${reason}` }))
  if (dropped > 0) problems.push({ offset: 0, why: `${dropped} alerts beyond the bound of one file were left out` })
  if (untied > 0) problems.push({ offset: 0, why: `${untied} of ${alerts.length} alerts are about no conversation of this site` })
  const error =
    alerts.length > 0
      ? null
      : `no alert of Suricata among ${lines} lines${Object.keys(refused).length > 0 ? `: ${Object.keys(refused)[0]}` : ''}`
  await database.scoped([site], (tx) =>
    saveEnding(tx, id, {
      bytesDone: capture.bytesTotal,
      packets: 0,
      firstAt: alerts[0]?.at,
      lastAt: alerts.at(-1)?.at,
      problems,
      error,
    }),
  )
  progress(site, id)
}

async function applied(
  observations: readonly AlertReceived[],
  { fold, signal }: Pick<Reading, 'fold' | 'signal'>,
  site: string,
  id: string,
): Promise<void> {
  let number = 1
  for (let at = 0; at < observations.length && !signal.aborted; at += MAX_BATCH) {
    const batch = { site, sensor: sensorOf(id), number: number++, observations: observations.slice(at, at + MAX_BATCH) }
    await fold.apply(batch, at + MAX_BATCH >= observations.length)
  }
}
