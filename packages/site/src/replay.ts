/** An alert again, from the observations of its packets: is it the same, or what differs? */

import { createIndicators, type DetectorOptions, listenedBy, type StateRow } from '@isthmus/detect'
import { type Alert, type Asset, type Finding, hostOf, type Micros, type Observation, showEndpoint } from '@isthmus/model'
import { EXCEEDED_RULE } from '@isthmus/respond'
import type { Basis, KnownHost } from './basis.ts'
import { nameOf } from './grounds.ts'
import type { Asked } from './memory.ts'
import { createSite, type Site, type SiteOptions } from './site.ts'

export type Verdict = {
  readonly same: boolean
  /** What is not the same, in sentences; empty when all is. */
  readonly differences: readonly string[]
  /** The alert that was raised: with the id of the one of old, else the one that is most like it. */
  readonly alert: Alert | undefined
}

export type Replay = {
  /** In the order in which the packets of the slice give them. */
  take(observation: Observation): void
  /** Once, at the end. */
  verdict(): Verdict
  /** What the detector put into its memory, and so asked for: see `memoryOf`. */
  asked(): Asked
}

/** `indicators`: in place of those of the basis, to learn which of them the packets show. */
export type ReplayOptions = Pick<SiteOptions, 'rules' | 'content' | 'vendorOf'> & { readonly indicators?: DetectorOptions['indicators'] }

export function createReplay(basis: Basis, options: ReplayOptions): Replay {
  const { site: name, learningUs, learning, restarts, controls } = basis
  const site = createSite({
    rules: options.rules,
    content: options.content,
    vendorOf: options.vendorOf,
    indicators: options.indicators ?? createIndicators(basis.indicators),
    site: name,
    learningUs,
    learning: learning ?? undefined,
    restarts: new Map(restarts),
    controls,
    known: knownOf(basis.known),
    listenedAt: basis.heard.length === 0 ? undefined : listenedBy(basis.heard),
  })
  site.load({ detectorState: basis.remembered, learned: basis.learned })
  const passed = [...basis.passed]
  const late = new Map(basis.late)
  const matched = new Map(basis.matched.map(([of, names]) => [of, names]))
  const told = basis.told.map((word, i) => ({ word, after: basis.toldAfter[i] ?? word.at }))
  const findings = new Map<string, Finding>()
  const alerts = new Map<string, Alert>()
  const rows = new Map<string, StateRow>()
  const learned = new Set<string>()
  const gather = (from: Site): void => {
    const changes = from.takeChanges()
    for (const finding of changes.findings) findings.set(finding.id, finding)
    for (const alert of changes.alerts) alerts.set(alert.id, alert)
    for (const [key, row] of changes.detectorState) if (row !== null) rows.set(key, row)
    for (const [id] of changes.learned) learned.add(id)
  }
  const hear = (until: Micros): void => {
    for (;;) {
      const [word, time] = [told[0]?.after ?? Number.POSITIVE_INFINITY, passed[0] ?? Number.POSITIVE_INFINITY]
      if (passed.length > 0 && time <= until && time <= word) site.hear(passed.shift()!)
      else if (word < until) site.applyObservation(told.shift()!.word)
      else return
    }
  }
  return {
    take(observation) {
      hear(observation.at)
      const name = nameOf(observation)
      const heardAt = late.get(name)
      if (heardAt !== undefined) site.hear(heardAt)
      // A packet may tell the same several times: time is set back with the first of them.
      late.delete(name)
      const matches = observation.kind === 'file.moved' ? matched.get(name) : undefined
      site.applyObservation(matches === undefined ? observation : ({ ...observation, matches } as Observation))
    },
    verdict() {
      hear(Number.POSITIVE_INFINITY)
      site.finish()
      gather(site)
      const alert = alerts.get(basis.alert.id) ?? mostLike(basis.alert, [...alerts.values()])
      const differences = [...ruleDifferences(basis, options, findings), ...alertDifferences(basis.alert, alert)]
      return { same: differences.length === 0, differences, alert }
    },
    asked() {
      gather(site)
      return { rows, learned: [...learned] }
    },
  }
}

/**
 * What was known of an end at a time: the latest entry until then, else the first; what the slice tells of hosts that have none.
 * Several observations may be of the moment at which it became known: it was with the one that lets the slice's packets tell it too.
 */
function knownOf(known: readonly KnownHost[]): NonNullable<SiteOptions['known']> {
  const byHost = Map.groupBy(known, ({ host }) => host)
  return (end, at, tracked) => {
    const entries = byHost.get(hostOf(end))
    if (entries === undefined) return tracked
    const entry = entries.findLast((one) => one.at < at || (one.at === at && hasBecome(one, tracked)))
    return (entry ?? entries[0]!).asset
  }
}

function hasBecome({ asset, became }: KnownHost, tracked: Asset | undefined): boolean {
  if (became === undefined) return true
  return asset !== undefined && tracked !== undefined && became.every((name) => attribute(asset, name) === attribute(tracked, name))
}

function attribute(asset: Asset, name: string): unknown {
  return (asset as unknown as Readonly<Record<string, unknown>>)[name]
}

function ruleDifferences(basis: Basis, { rules }: ReplayOptions, raised: ReadonlyMap<string, Finding>): string[] {
  const known = new Map(rules.map((rule) => [rule.name, rule.version]))
  const differences: string[] = []
  const silent = new Map<string, number>()
  const versions = new Map(basis.findings.map(({ rule, ruleVersion }) => [rule, ruleVersion]))
  for (const [rule, version] of versions) {
    const now = known.get(rule)
    // Raised by the desk, from what people authorised.
    if (rule === EXCEEDED_RULE) continue
    if (now === undefined) differences.push(`rule ${rule} is not there`)
    else if (now !== version) differences.push(`rule ${rule} has version ${now}, the alert was raised by ${version}`)
  }
  for (const { id, rule } of basis.findings) if (!raised.has(id)) silent.set(rule, (silent.get(rule) ?? 0) + 1)
  for (const [rule, count] of silent) {
    const all = basis.findings.filter((finding) => finding.rule === rule).length
    differences.push(`rule ${rule} does not raise ${count} of its ${all} findings again`)
  }
  return differences
}

function alertDifferences(was: Alert, is: Alert | undefined): string[] {
  if (is === undefined) return ['no alert is raised']
  const parts: [string, string, string][] = [
    ['id', was.id, is.id],
    ['leading rule', was.rules[0] ?? '', is.rules[0] ?? ''],
    ['rules', was.rules.toSorted().join(', '), is.rules.toSorted().join(', ')],
    ['client', showEndpoint(was.client), showEndpoint(is.client)],
    ['server', showEndpoint(was.server), showEndpoint(is.server)],
    ['level', was.level, is.level],
    ['techniques', was.attack.toSorted().join(', '), is.attack.toSorted().join(', ')],
    ['score', String(was.score), String(is.score)],
  ]
  return parts.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what}: ${a} then, ${b} now`)
}

/** The alert with the same leading rule, nearest to the same time. */
function mostLike(was: Alert, alerts: readonly Alert[]): Alert | undefined {
  const alike = alerts.filter(({ rules }) => rules[0] === was.rules[0])
  return alike.sort((a, b) => Math.abs(a.firstAt - was.firstAt) - Math.abs(b.firstAt - was.firstAt) || (a.id < b.id ? -1 : 1))[0]
}
