/** Suricata's alerts while they are raised: files that grow and sockets, for as long as the server runs. */
import { setTimeout as sleep } from 'node:timers/promises'
import { followFile } from '@isthmus/sensor'
import type { Database } from '../database/connect.ts'
import type { Fold } from '../ingest/fold.ts'
import { allSites } from '../sites/sites.store.ts'
import {
  beginSource,
  endSources,
  loadPosition,
  type SourceSetting,
  saveIntake,
  saveTrouble,
  sourcesWaiting,
} from './alert-sources.store.ts'
import { Intake } from './intake.ts'
import { listenForLines } from './listen.ts'
import { passOn, WAITS, type Waits } from './pass-on.ts'

export type FollowingAlerts = {
  readonly database: Database
  readonly sources: readonly SourceSetting[]
  readonly foldOf: (site: string) => Fold
  readonly signal: AbortSignal
  readonly nowUs: () => number
  /** Runs until done, however often the database goes away meanwhile. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>
  /** The counts of a site's sources have changed. */
  readonly told: (site: string) => void
  /** For the operator's log. */
  readonly warn: (text: string) => void
  readonly waits?: Waits
  readonly saveMs?: number
}

const SAVE_MS = 1000
const AGAIN_MS = 5000

/** Ends when the signal does, with everything saved that was read; throws where saving fails: then a start from the rows loses nothing. */
export async function followAlerts(following: FollowingAlerts): Promise<void> {
  const { database, sources, patiently, signal } = following
  const sites = await sitesThere(following)
  await patiently(() => database.scoped(sites, (tx) => endSources(tx, sites)))
  await allOrNone(signal, (until) => {
    const together = { ...following, signal: until }
    return [passOnAll(together), ...sources.map((source) => followOne(together, source))]
  })
}

async function followOne(following: FollowingAlerts, source: SourceSetting): Promise<void> {
  const { database, signal, nowUs, patiently, warn } = following
  const { site, place } = source
  for (let isSaid = false; !(await sitesThere(following)).includes(site); isSaid = true) {
    if (!isSaid) warn(`alerts of ${place} wait for their site ${site}, which is not there`)
    if (signal.aborted) return
    await pause(AGAIN_MS, signal)
  }
  await patiently(() => database.scoped([site], (tx) => beginSource(tx, source)))
  const intake = new Intake(nowUs)
  await allOrNone(signal, (until) => [
    (source.kind === 'file' ? readFile : listenOn)({ ...following, signal: until }, source, intake),
    saveEvery({ ...following, signal: until }, source, intake),
  ])
}

async function readFile(
  { database, patiently, signal, saveMs = SAVE_MS }: FollowingAlerts,
  source: SourceSetting,
  intake: Intake,
): Promise<void> {
  const from = await patiently(() => database.scoped([source.site], (tx) => loadPosition(tx, source), 'read only'))
  const trouble = (why: string | undefined) => void intake.note(why)
  for await (const { lines, position } of followFile(source.place, { from, signal, trouble })) {
    intake.take(lines, position)
    // A file waits for us.
    while (intake.isFull && !signal.aborted) await pause(saveMs, signal)
  }
}

/** Tries again where it cannot listen, and says why meanwhile. */
async function listenOn({ signal, warn }: FollowingAlerts, { place }: SourceSetting, intake: Intake): Promise<void> {
  const take = (lines: readonly (string | undefined)[]) => intake.take(lines)
  const dropped = (lines: number) => intake.dropped(lines)
  const trouble = (why: string | undefined) => void intake.note(why)
  while (!signal.aborted) {
    try {
      await listenForLines(place, { signal, take, dropped, trouble })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      if (intake.note(why)) warn(`alerts of ${place}: ${why}`)
      await pause(AGAIN_MS, signal)
    }
  }
}

async function saveEvery(following: FollowingAlerts, source: SourceSetting, intake: Intake): Promise<void> {
  const { database, signal, patiently, told, saveMs = SAVE_MS } = following
  for (let isOver = false; !isOver; ) {
    await pause(saveMs, signal)
    isOver = signal.aborted
    const gathered = intake.gathered()
    const noted = intake.noted()
    if (gathered === undefined && noted === undefined) continue
    await patiently(() =>
      database.scoped([source.site], async (tx) => {
        if (noted) await saveTrouble(tx, source, noted.why)
        intake.waiting = gathered ? await saveIntake(tx, source, gathered) : intake.waiting
      }),
    )
    told(source.site)
  }
}

/** Also what waits of sources that nobody follows by now. One step each in turn: a flood of one source makes no other wait. */
async function passOnAll(following: FollowingAlerts): Promise<void> {
  const { database, signal, patiently, foldOf, nowUs, told, sources, waits = WAITS } = following
  while (!signal.aborted) {
    const sites = await sitesThere(following)
    const waiting = await patiently(() => database.scoped(sites, (tx) => sourcesWaiting(tx, sites), 'read only'))
    if (waiting.length === 0 && sources.length === 0) return
    let isMore = false
    for (const source of waiting) {
      if (signal.aborted) return
      const passing = { database, fold: foldOf(source.site), source, waits, nowUs }
      const step = await patiently(() => passOn(passing))
      if (step !== 'nothing') told(source.site)
      isMore ||= step === 'more'
    }
    if (!isMore) await pause(waits.lookMs / 2, signal)
  }
}

async function sitesThere({ database, patiently }: FollowingAlerts): Promise<string[]> {
  return (await patiently(() => allSites(database.app))).map(({ id }) => id)
}

/** Runs together what belongs together: where one part fails the others end, and then the failure is thrown. */
async function allOrNone(signal: AbortSignal, begin: (until: AbortSignal) => Promise<void>[]): Promise<void> {
  const stop = new AbortController()
  const parts = begin(AbortSignal.any([signal, stop.signal]))
  try {
    await Promise.all(parts)
  } finally {
    stop.abort()
    await Promise.allSettled(parts)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
