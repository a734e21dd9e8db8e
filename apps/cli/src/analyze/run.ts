/** Captures → what a site holds after them: the sensor half and the server half in one process, nothing kept on disk. */
import { loadContent } from '@isthmus/content'
import { vendorOf } from '@isthmus/content/vendors'
import {
  type Alert,
  type Asset,
  addressBytes,
  type Coverage,
  type Finding,
  type Incident,
  type Link,
  type Operation,
  type Session,
  type Tag,
} from '@isthmus/model'
import { type AnalyzeOptions, analyzeCaptures, type CaptureOutcome } from '@isthmus/sensor'
import { createSite, isBatchRefusal, type SiteChanges } from '@isthmus/site'
import { memoryCeiling } from '../memory-ceiling.ts'

/** Findings held for the report; the tracker bounds its own tables the same way. */
const MAX_FINDINGS = 100_000

export type Picture = {
  readonly site: string
  readonly captures: readonly CaptureOutcome[]
  readonly assets: readonly Asset[]
  readonly links: readonly Link[]
  readonly sessions: readonly Session[]
  readonly operations: readonly Operation[]
  readonly tags: readonly Tag[]
  readonly findings: readonly Finding[]
  readonly alerts: readonly Alert[]
  readonly incidents: readonly Incident[]
  readonly coverage: readonly Coverage[]
  /** What bounds refused, by name: never silent. */
  readonly refused: Readonly<Record<string, number>>
  /** Rules that could not be used. */
  readonly ruleErrors: readonly string[]
}

export type RunOptions = Pick<AnalyzeOptions, 'progress' | 'signal'> & { readonly site: string; readonly learningUs: number }

export async function analyze(paths: readonly string[], options: RunOptions): Promise<Picture> {
  const content = loadContent()
  const site = createSite({ site: options.site, rules: content.rules, learningUs: options.learningUs, content, vendorOf })
  const work = new Work()
  const analysis = analyzeCaptures(paths, { ...options, sensor: 'analyze' })
  const tidy = memoryCeiling()
  for await (const batch of analysis.batches) {
    const changes = site.apply(batch)
    if (!isBatchRefusal(changes)) work.take(changes)
    tidy()
  }
  site.finish()
  work.take(site.takeChanges())
  const { tracker } = site
  return {
    site: options.site,
    captures: analysis.outcomes,
    assets: [...tracker.assets.values()].sort(byAddress),
    links: [...tracker.links.values()].sort((a, b) => compare(a.id, b.id)),
    sessions: [...tracker.sessions.values()].sort((a, b) => a.startedAt - b.startedAt || compare(a.id, b.id)),
    operations: [...tracker.operations.values()].sort((a, b) => a.first - b.first || compare(a.id, b.id)),
    tags: [...tracker.tags.values()].sort((a, b) => compare(a.server, b.server) || compare(a.tag, b.tag) || compare(a.id, b.id)),
    findings: [...work.findings.values()].sort((a, b) => a.first - b.first || compare(a.id, b.id)),
    alerts: [...work.alerts.values()].sort((a, b) => b.score - a.score || a.firstAt - b.firstAt || compare(a.id, b.id)),
    // One that went up in another is empty: its alerts are there.
    incidents: [...work.incidents.values()]
      .filter((i) => i.mergedInto === undefined)
      .sort((a, b) => b.score - a.score || a.firstAt - b.firstAt || compare(a.id, b.id)),
    coverage: [...tracker.coverage.values()].sort((a, b) => b.bytes - a.bytes || compare(a.protocol, b.protocol)),
    refused: work.missed === 0 ? site.refused() : { ...site.refused(), findings: work.missed },
    ruleErrors: content.errors.map((e) => `${e.file}${e.line === undefined ? '' : `:${e.line}`}: ${e.reason}`),
  }
}

/** What only the changes carry: findings, alerts and incidents, each in its last state. */
class Work {
  readonly findings = new Map<string, Finding>()
  readonly alerts = new Map<string, Alert>()
  readonly incidents = new Map<string, Incident>()
  missed = 0

  take(changes: SiteChanges): void {
    for (const finding of changes.findings) {
      if (this.findings.size < MAX_FINDINGS || this.findings.has(finding.id)) this.findings.set(finding.id, finding)
      else this.missed++
    }
    for (const alert of changes.alerts) this.alerts.set(alert.id, alert)
    for (const incident of changes.incidents) this.incidents.set(incident.id, incident)
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
