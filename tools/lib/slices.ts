/** Every alert of a capture: cut, written, read, played back. Which come again as they were? */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import type { Learned, StateRow } from '@isthmus/detect'
import type { Alert, Asset, Batch, Finding } from '@isthmus/model'
import { analyzeCaptures, filesAgain, observeSlice, readFrames, readSlice, type Scan, scanCapture } from '@isthmus/sensor'
import {
  type AssetChange,
  createReplay,
  createSite,
  followed,
  type GroundRow,
  isBatchRefusal,
  type Manifest,
  type ReplayOptions,
  readManifest,
  type SiteChanges,
  type SiteOptions,
} from '@isthmus/site'
import { type CutCapture, type CutRequest, cutSlice, type LookUp, type Packets, SLICE_ROOM } from '../../apps/server/src/evidence/cut.ts'

const content = loadContent()
const REPLAY: ReplayOptions = { rules: content.rules, content, vendorOf }

/** All that a site's rows would hold of its alerts. */
export type Work = {
  readonly alerts: readonly Alert[]
  readonly findings: ReadonlyMap<string, Finding>
  readonly grounds: ReadonlyMap<string, GroundRow>
  readonly rows: ReadonlyMap<string, StateRow>
  readonly learned: ReadonlyMap<string, Learned>
  readonly assets: readonly Asset[]
  readonly changes: readonly AssetChange[]
}

/** @param batches of observations of one site */
export async function workOf(batches: AsyncIterable<Batch> | Iterable<Batch>, options: SiteOptions): Promise<Work> {
  const site = createSite(options)
  const alerts = new Map<string, Alert>()
  const findings = new Map<string, Finding>()
  const grounds = new Map<string, GroundRow>()
  const rows = new Map<string, StateRow>()
  const learned = new Map<string, Learned>()
  const become: AssetChange[] = []
  const take = (changes: SiteChanges): void => {
    for (const { kind, id, at, attribute = '', from = null, to = null } of changes.changes)
      if (kind === 'asset.new' || kind === 'asset.changed') become.push({ id, at, attribute, from, to })
    for (const alert of changes.alerts) alerts.set(alert.id, alert)
    for (const finding of changes.findings) findings.set(finding.id, finding)
    for (const row of changes.grounds) grounds.set(row.finding, { ...row, first: grounds.get(row.finding)?.first ?? row.first })
    for (const [key, row] of changes.detectorState) if (row !== null) rows.set(key, row)
    for (const [id, row] of changes.learned) row === null ? learned.delete(id) : learned.set(id, row)
  }
  for await (const batch of batches) {
    const changes = site.apply(batch)
    if (!isBatchRefusal(changes)) take(changes)
  }
  site.finish()
  take(site.takeChanges())
  const current = (asset: string): string => site.tracker.current(asset)
  return {
    alerts: [...alerts.values()].map((alert) => followed(alert, current)),
    findings,
    grounds,
    rows,
    learned,
    assets: [...site.tracker.assets.values()],
    changes: become,
  }
}

export type Outcome = {
  readonly alert: Alert
  readonly manifest: Manifest
  readonly packets: number
  readonly bytes: Buffer
  /** Of the slice read back from its file. */
  readonly differences: readonly string[]
}

/** @param choose the alerts to try */
export async function replayAll(
  path: string,
  name: string,
  learningUs: number,
  choose: (alerts: readonly Alert[]) => readonly Alert[] = (alerts) => alerts,
): Promise<Outcome[]> {
  const { batches } = analyzeCaptures([path], { site: 'slices', sensor: 'slices' })
  const work = await workOf(batches, { ...REPLAY, site: 'slices', learningUs })
  const folder = mkdtempSync(join(tmpdir(), 'slices-'))
  const outcomes: Outcome[] = []
  let scan: Promise<Scan> | undefined
  try {
    for (const alert of choose(work.alerts)) {
      const request = requestOf(work, alert, { name, title: name, path }, learningUs)
      const packets: Packets = {
        scan: () => (scan ??= scanCapture(path, { at: Number.POSITIVE_INFINITY, packet: 0 })),
        frames: (_, place, numbers) => readFrames(path, place, numbers),
        observe: observeSlice,
      }
      const cut = await cutSlice(request, REPLAY, lookUpIn(work), packets)
      const file = join(folder, 'slice.pcapng')
      writeFileSync(file, cut.bytes)
      outcomes.push({ alert, manifest: cut.manifest, packets: cut.packets, bytes: cut.bytes, differences: await differencesOf(file) })
    }
    return outcomes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function requestOf(work: Work, alert: Alert, capture: CutCapture, learningUs: number): CutRequest {
  const findings = alert.findings.flatMap((id) => work.findings.get(id) ?? [])
  return {
    alert,
    findings,
    grounds: findings.flatMap(({ id }) => work.grounds.get(id) ?? []),
    assets: work.assets,
    changes: work.changes,
    settings: { learningUs, learning: null, restarts: [], controls: {} },
    indicators: undefined,
    content: { texts: [], settings: null },
    captures: [capture],
    room: SLICE_ROOM,
  }
}

export function lookUpIn(work: Work): LookUp {
  return async (keys, learned) => ({ rows: pick(work.rows, keys), learned: [...pick(work.learned, learned).values()] })
}

function pick<T>(from: ReadonlyMap<string, T>, keys: readonly string[]): Map<string, T> {
  return new Map(keys.flatMap((key) => (from.has(key) ? [[key, from.get(key)!] as const] : [])))
}

async function differencesOf(file: string): Promise<readonly string[]> {
  const { frames, manifest } = await readSlice(file)
  const basis = readManifest(manifest, frames.length)
  if (typeof basis === 'string') return [basis]
  const replay = createReplay(basis, REPLAY)
  for (const observations of observeSlice(basis.site, basis.captures, frames, filesAgain(basis.matched)))
    for (const one of observations) replay.take(one)
  return replay.verdict().differences
}
