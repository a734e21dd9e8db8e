/** Captures → what a site holds after them: the sensor half and the server half in one process, nothing kept on disk. */
import { loadContent, withRules } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import type { RuleReport } from '@isthmus/detect'
import {
  type Alert,
  type Asset,
  addressBytes,
  type Coverage,
  type Finding,
  type Incident,
  type Link,
  type Observation,
  type Operation,
  type ProgramSection,
  type Session,
  type Tag,
} from '@isthmus/model'
import { type AnalyzeOptions, analyzeCaptures, type CaptureOutcome } from '@isthmus/sensor'
import { createSite, isBatchRefusal, type SiteChanges, type SiteOptions } from '@isthmus/site'
import { memoryCeiling } from '../memory-ceiling.ts'
import { Contents } from '../programs/contents.ts'
import { errorText, readOwnRules } from '../rules/own-rules.ts'
import { readDecisions } from './decisions.ts'
import type { JudgingFiles } from './judging.ts'
import { type IndicatorOutcome, readKnown } from './known.ts'
import { setAs } from './settings.ts'
import { type BesideOptions, openBeside, type SourceOutcome } from './sources.ts'
import { type Rows, Work } from './work.ts'
import { openYara, type YaraOutcome } from './yara.ts'

export type Picture = {
  readonly site: string
  readonly captures: readonly CaptureOutcome[]
  /** What was given beside the captures. */
  readonly sources: readonly SourceOutcome[]
  /** What became of the files of indicators. */
  readonly indicators: readonly IndicatorOutcome[]
  /** What became of the YARA rules; empty where none were given. */
  readonly yara: readonly YaraOutcome[]
  /** Sightings of indicators before or after their time: not told as findings. */
  readonly outOfTime: number
  readonly assets: readonly Asset[]
  readonly links: readonly Link[]
  /** In the order of their beginning. */
  readonly sessions: Rows<Session>
  readonly operations: readonly Operation[]
  readonly tags: readonly Tag[]
  readonly programs: readonly ProgramSection[]
  /** Bytes of their versions. */
  readonly contents: Contents
  readonly findings: readonly Finding[]
  readonly alerts: readonly Alert[]
  readonly incidents: readonly Incident[]
  readonly coverage: readonly Coverage[]
  /** What bounds refused, by name: never silent. */
  readonly refused: Readonly<Record<string, number>>
  /** Rules that fired so often that they spoke through fewer findings. */
  readonly noisyRules: readonly RuleReport[]
  /** Rules that could not be used. */
  readonly ruleErrors: readonly string[]
  /** What of the settings could not be used. */
  readonly settingErrors: readonly string[]
  /** What of the authorised changes and suppressions could not be used. */
  readonly decisionErrors: readonly string[]
}

export type RunOptions = Pick<AnalyzeOptions, 'progress' | 'signal' | 'threads'> &
  Pick<SiteOptions, 'site' | 'learningUs' | 'caps'> &
  Pick<BesideOptions, 'eve' | 'eveLive'> &
  Partial<JudgingFiles> & {
    /** Hears every observation on its way into the site. */
    readonly observed?: (observation: Observation) => void
  }

export async function analyze(paths: readonly string[], options: RunOptions): Promise<Picture> {
  const { content, problems } = await setAs(withRules(loadContent(), await readOwnRules(options.rules ?? [])), options.settings)
  const { learningUs, caps } = options
  const known = await readKnown(options.indicators ?? [])
  const { indicators } = known
  const decided = await readDecisions(options.changes ?? [], options.suppressions ?? [], options.site)
  const { controls } = decided
  const site = createSite({ site: options.site, rules: content.rules, learningUs, content, vendorOf, caps, indicators, controls })
  const work = new Work(site)
  const yara = await openYara(options.yara ?? [])
  const analysis = analyzeCaptures(paths, { ...options, sensor: 'analyze', scanFile: yara.scanFile })
  const tidy = memoryCeiling()
  const beside = await openBeside(options)
  const contents = new Contents()
  const took = (changes: SiteChanges): void => {
    contents.take(changes.contents)
    work.take(changes)
  }
  const receive = (alerts: readonly Observation[]): void => {
    for (const alert of alerts) site.applyObservation(alert)
    if (alerts.length > 0) took(site.takeChanges())
  }
  for await (const batch of analysis.batches) {
    work.recall(batch)
    if (options.observed !== undefined) for (const observation of batch.observations) options.observed(observation)
    const changes = site.apply(batch)
    if (!isBatchRefusal(changes)) took(changes)
    for (const observation of batch.observations) beside.see(observation)
    receive(beside.due())
    tidy()
  }
  await yara.close()
  await beside.ended()
  receive(beside.rest())
  site.finish()
  work.take(site.takeChanges())
  const { tracker } = site
  const { sessions, findings, alerts, incidents, missed } = work.result()
  return {
    site: options.site,
    captures: analysis.outcomes,
    sources: beside.outcomes(),
    indicators: known.outcomes,
    yara: yara.outcomes(),
    outOfTime: indicators.outOfTime,
    assets: [...tracker.assets.values()].sort(byAddress),
    links: [...tracker.links.values()].sort((a, b) => compare(a.id, b.id)),
    sessions,
    operations: [...tracker.operations.values()].sort((a, b) => a.first - b.first || compare(a.id, b.id)),
    tags: [...tracker.tags.values()].sort((a, b) => compare(a.server, b.server) || compare(a.tag, b.tag) || compare(a.id, b.id)),
    programs: [...tracker.programs.values()].sort((a, b) => compare(a.id, b.id)),
    contents,
    findings: findings.sort((a, b) => a.first - b.first || compare(a.id, b.id)),
    alerts: alerts.sort((a, b) => b.score - a.score || a.firstAt - b.firstAt || compare(a.id, b.id)),
    // One that went up in another is empty: its alerts are there.
    incidents: incidents
      .filter((i) => i.mergedInto === undefined)
      .sort((a, b) => b.score - a.score || a.firstAt - b.firstAt || compare(a.id, b.id)),
    coverage: [...tracker.coverage.values()].sort((a, b) => b.bytes - a.bytes || compare(a.protocol, b.protocol)),
    refused: { ...site.refused(), ...missed, ...known.refused() },
    noisyRules: site.ruleReports().filter(({ wasNoisy }) => wasNoisy),
    ruleErrors: content.errors.map(errorText),
    settingErrors: problems,
    decisionErrors: decided.problems,
  }
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function byAddress(a: Asset, b: Asset): number {
  return compare(addressKey(a), addressKey(b)) || compare(a.id, b.id)
}

/** Sorts 10.0.0.2 before 10.0.0.10, and hosts without an address last. */
function addressKey(asset: Asset): string {
  const [ip] = asset.ips
  if (ip === undefined) return `3${asset.macs[0] ?? ''}`
  const bytes = addressBytes(ip) ?? []
  return `${bytes.length === 4 ? 1 : 2}${Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')}`
}
