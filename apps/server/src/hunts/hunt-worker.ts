/** One hunt in a thread of its own: what is kept of a site goes through the rules again, its findings into the database. */
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { Observation } from '@isthmus/model'
import type { ScanFile } from '@isthmus/protocols'
import { analyzeCaptures } from '@isthmus/sensor'
import { unpackLimit } from '../captures/room.ts'
import { connect, type Tx } from '../database/connect.ts'
import { withPlausibleTimes } from '../database/times.ts'
import { loadFoldOptions } from '../ingest/content.ts'
import { sensorOf } from '../ingest/read-capture.ts'
import { isEve } from '../ingest/read-eve.ts'
import { loadSiteOptions } from '../ingest/site-options.ts'
import { Scanners } from '../known-threats/load.ts'
import { givenUp, segmentsOf } from '../observations/observations.store.ts'
import { readKept } from '../observations/segment-file.ts'
import { createHunt, type Hunt, readGiven } from './hunt.ts'
import {
  type CapturePath,
  capturePaths,
  changedRules,
  endHunt,
  type Progress,
  type Request,
  saveProgress,
  startHunt,
} from './hunts.store.ts'

export type HuntQuestion = {
  readonly url: string
  readonly site: string
  readonly hunt: string
  /** Where observations and captures are kept. */
  readonly observations: string
  readonly captures: string
  readonly maxUnpackedBytes: number
  /** After this it ends with what it has found. */
  readonly longestMs: number
}
/** Told now and then: something of the hunt changed. */
export type FromHunt = { readonly kind: 'progress' }

/** How often progress is told, at most. */
const TELL_MS = 500

const question = workerData as HuntQuestion
const { url, site, hunt: id } = question
const database = connect({ url, poolSize: 1 })
const scoped = <T>(work: (tx: Tx) => Promise<T>) => database.scoped([site], work)

class Cancelled extends Error {}
class OutOfTime extends Error {}

const endsAt = performance.now() + question.longestMs

let firstAt: number | undefined
let lastAt: number | undefined
let told = 0
const notes = new Map<string, number>()

function note(text: string): void {
  if (notes.has(text) || notes.size < 50) notes.set(text, (notes.get(text) ?? 0) + 1)
}

function take(hunt: Hunt, observations: readonly Observation[]): void {
  for (const observation of observations) {
    const { at } = observation
    if (firstAt === undefined || at < firstAt) firstAt = at
    if (lastAt === undefined || at > lastAt) lastAt = at
    hunt.take(observation)
  }
}

async function tell(progress: Progress, isLast = false): Promise<void> {
  if (!isLast && performance.now() > endsAt) {
    const { done, total } = progress
    const share = total === 0 ? '' : `, ${Math.floor((100 * done) / total)} % gone through`
    note(`ended after ${Math.round(question.longestMs / 60_000)} minutes${share}: what comes after is not looked through`)
    await scoped((tx) => saveProgress(tx, site, id, progress))
    throw new OutOfTime()
  }
  if (!isLast && performance.now() - told < TELL_MS) return
  told = performance.now()
  if (!(await scoped((tx) => saveProgress(tx, site, id, progress)))) throw new Cancelled()
  parentPort?.postMessage({ kind: 'progress' } satisfies FromHunt)
}

async function throughObservations(hunt: Hunt): Promise<void> {
  const { segments, gone } = await scoped(async (tx) => ({ segments: await segmentsOf(tx, site), gone: await givenUp(tx, site) }))
  if (gone) note(`${gone.observations} earlier observations are no longer kept: what was learnt from them is learnt anew here`)
  const missing = segments.reduce((sum, segment) => sum + segment.missingBatches, 0)
  if (missing > 0) note(`${missing} batches could not be kept when they were applied`)
  const total = segments.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  let observations = 0
  for (const { file, bytes } of segments) {
    for await (const kept of readKept(question.observations, file, bytes)) {
      if ('lost' in kept) note(`not readable: ${kept.lost}`)
      else {
        take(hunt, kept.observations)
        observations += kept.observations.length
        if (kept.isEnd) hunt.end()
      }
      await tell({ done, total, observations })
    }
    done += bytes
  }
  await tell({ done, total, observations }, true)
}

/** Files on the wire are looked into with the YARA rules that are in force now: what live knew of them is not in a capture. */
async function throughCaptures(hunt: Hunt, captures: readonly CapturePath[], wanted: readonly string[]): Promise<void> {
  const scanners = new Scanners()
  try {
    await throughPackets(hunt, captures, wanted, await scanners.of(database, site))
  } finally {
    await scanners.close()
  }
}

async function throughPackets(
  hunt: Hunt,
  captures: readonly CapturePath[],
  wanted: readonly string[],
  scanFile: ScanFile | undefined,
): Promise<void> {
  const there = new Set(captures.map((capture) => capture.id))
  for (const capture of wanted) if (!there.has(capture)) note(`capture ${capture} is not there`)
  const total = captures.reduce((sum, { bytesTotal }) => sum + bytesTotal, 0)
  let before = 0
  let observations = 0
  for (const { id: capture, file, bytesTotal } of captures) {
    let done = 0
    const path = join(question.captures, file)
    if (await isEve(path)) {
      note(`capture ${capture} holds another product's alerts: they are gone through with what is kept of observations`)
      before += bytesTotal
      continue
    }
    const analysis = analyzeCaptures([path], {
      site,
      sensor: sensorOf(capture),
      maxUnpacked: unpackLimit(bytesTotal, question.maxUnpackedBytes),
      scanFile,
      progress: (bytes) => {
        done = bytes
      },
    })
    for await (const batch of analysis.batches) {
      take(hunt, batch.observations.map(withPlausibleTimes))
      observations += batch.observations.length
      await tell({ done: before + done, total, observations })
    }
    hunt.end()
    before += bytesTotal
    for (const { reason } of analysis.outcomes[0]?.problems ?? []) note(`${file}: ${reason}`)
  }
  await tell({ done: before, total, observations }, true)
}

async function wantedRules(tx: Tx, { rules, since }: Request): Promise<(rule: string) => boolean> {
  if (rules === 'all') return () => true
  if (rules === 'none' || rules === 'threats') return () => false
  const names = new Set(rules === 'changed' ? (await changedRules(tx, since ?? 0)).map(({ rule }) => rule) : rules)
  return (rule) => names.has(rule)
}

async function run(): Promise<void> {
  const request = await scoped((tx) => startHunt(tx, site, id))
  if (request === undefined) return
  const given = readGiven(request.source, request.indicators)
  for (const error of given.errors) note(error)
  const { options, wants, captures } = await scoped(async (tx) => ({
    options: await loadSiteOptions(tx, site, loadFoldOptions()),
    wants: await wantedRules(tx, request),
    captures: await capturePaths(tx, site, request.captures ?? []),
  }))
  // What the request's own indicators show is told by the rules that ask of indicators, what patterns find in files by those that name them.
  const asks = new Set(
    options.rules.filter((rule) => rule.asksIndicator || rule.carried.some(({ name }) => name === 'matches')).map(({ name }) => name),
  )
  const isWanted = (rule: string): boolean =>
    wants(rule) || ((given.indicators !== undefined || request.rules === 'threats') && asks.has(rule))
  const [from, to] = [request.from ?? Number.NEGATIVE_INFINITY, request.to ?? Number.POSITIVE_INFINITY]
  const hunt = createHunt({ options, given, wants: isWanted, from, to })
  try {
    if (request.captures === undefined) await throughObservations(hunt)
    else await throughCaptures(hunt, captures, request.captures)
  } catch (error) {
    if (!(error instanceof OutOfTime)) throw error
    hunt.end()
  }
  const findings = hunt.findings()
  if (hunt.more > 0) note(`${hunt.more} findings more than a hunt holds`)
  const said = [...notes].map(([text, count]) => (count === 1 ? text : `${text} (${count} times)`))
  await scoped((tx) => endHunt(tx, site, id, findings, { firstAt: firstAt ?? null, lastAt: lastAt ?? null, notes: said }))
}

try {
  await run()
} catch (error) {
  if (!(error instanceof Cancelled)) throw error
} finally {
  await database.close()
}
