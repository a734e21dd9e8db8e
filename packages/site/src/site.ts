/** One site's whole server half: observations in, rows to write out. Pure; the same in the server and the command line. */

import {
  type BaselineEdit,
  createDetector,
  type Detector,
  type DetectorOptions,
  type Learned,
  type Rule,
  type RuleReport,
  type StateRow,
} from '@isthmus/detect'
import {
  type Alert,
  type Asset,
  type Batch,
  type ChangeUse,
  type Endpoint,
  type Finding,
  type Incident,
  type Micros,
  type Observation,
  withoutContent,
} from '@isthmus/model'
import { type Controls, createDesk, type Desk, type DeskContent } from '@isthmus/respond'
import { type Change, createTracker, type Tracker, type TrackerOptions, type TrackRows } from '@isthmus/track'
import { CAPTURE_TIME, CaptureTime } from './capture-time.ts'
import type { SiteChanges } from './changes.ts'
import { followDesk, followed, followFindings } from './follow.ts'
import { type GroundRow, groundOf } from './grounds.ts'

export type SiteOptions = {
  readonly site: string
  readonly rules: readonly Rule[]
  /** How long a site is learnt before "never seen before" means something; 0 in a capture analysed by itself. */
  readonly learningUs: Micros
  readonly content: DeskContent
  readonly vendorOf?: TrackerOptions['vendorOf']
  readonly caps?: TrackerOptions['caps'] | undefined
  /** Known threats that observations are held against. */
  readonly indicators?: DetectorOptions['indicators']
  /** Learning times of later assets and of the dynamic phase, and where learning was begun again. */
  readonly learning?: DetectorOptions['learning']
  readonly restarts?: DetectorOptions['restarts']
  /** Suppressions and authorised changes. */
  readonly controls?: Controls | undefined
  /** What was known of an end at a time, where that is not left to what the observations tell (`tracked`): for a replay. */
  readonly known?: ((end: Endpoint, at: Micros, tracked: Asset | undefined) => Asset | undefined) | undefined
  /** How much of the time until a moment was listened to, likewise. */
  readonly listenedAt?: DetectorOptions['listenedAt']
}

/** Durable rows, as a store gives them back, in any order. */
export type SiteRows = TrackRows & {
  readonly alerts?: Iterable<Alert>
  readonly incidents?: Iterable<Incident>
  /** Alerts that a person has resolved. */
  readonly settled?: Iterable<string>
  readonly changeUses?: Iterable<ChangeUse>
  readonly detectorState?: Iterable<readonly [string, StateRow]>
  readonly learned?: Iterable<Learned>
  /** Last applied batch number per sensor. */
  readonly batches?: Iterable<readonly [sensor: string, number: number]>
}

/** Why a batch was not applied. `repeated`: it was before, acknowledge it. `gap`: send `expected` first. */
export type BatchRefusal = { readonly refused: 'repeated' | 'gap' | 'other-site'; readonly expected: number }

export interface Site {
  /** Applies a batch whole, or says why not. */
  apply(batch: Batch): SiteChanges | BatchRefusal
  /** Applies one observation without numbering; rows are gathered until `takeChanges`. */
  applyObservation(observation: Observation): void
  takeChanges(): SiteChanges
  /** Time passes without an observation: what is due by then is told. */
  hear(at: Micros): void
  /** Counts still held back: call once, at the end of a finite input, then `takeChanges`. */
  finish(): void
  /** A person sets an attribute of an asset, or with undefined gives it back to the facts. */
  override(asset: string, attribute: string, value: string | undefined, at: Micros): SiteChanges
  /** A person forgot, approved, limited or added a row of what was learnt. */
  editBaseline(edit: BaselineEdit): SiteChanges
  /** A person resolved an alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person took a resolved alert up again: it takes findings as before. */
  reopen(alert: string): void
  /** A person moved or merged an incident. */
  replaceIncident(incident: Incident): void
  load(rows: SiteRows): void
  /** Read only. */
  readonly tracker: Tracker
  /** Last applied batch number of a sensor; 0 before the first. */
  lastBatch(sensor: string): number
  /** What caps refused so far, by name. */
  refused(): Readonly<Record<string, number>>
  /** How often each rule fired, and which fire too often to be read. */
  ruleReports(): readonly RuleReport[]
  /** Rules that failed while running and are switched off, with the reason. */
  ruleFailures(): ReadonlyMap<string, string>
}

export function isBatchRefusal(result: SiteChanges | BatchRefusal): result is BatchRefusal {
  return 'refused' in result
}

/** The fold of one site. Should it throw, its memory is in doubt: load a new one from the durable rows. */
export function createSite(options: SiteOptions): Site {
  return new FoldedSite(options)
}

class FoldedSite implements Site {
  readonly tracker: Tracker
  readonly #site: string
  readonly #detector: Detector
  readonly #desk: Desk
  readonly #batches = new Map<string, number>()
  #changes: Change[] = []
  /** By id: a finding that grew twice in a batch is one row. */
  #findings = new Map<string, Finding>()
  readonly #grounds = new Map<string, GroundRow>()
  readonly #known: SiteOptions['known']
  #otherSite = 0
  readonly #captureTime = new CaptureTime()
  readonly #current = (asset: string): string => this.tracker.current(asset)

  constructor(options: SiteOptions) {
    const { site, rules, learningUs, content, vendorOf, caps, indicators, controls, known, learning, restarts, listenedAt } = options
    this.#known = known
    this.#site = site
    this.tracker = createTracker(site, { vendorOf, caps })
    this.#detector = createDetector(rules, { site, learningUs, indicators, learning, restarts, listenedAt })
    const nameOf = (asset: string) => {
      const known = this.tracker.assets.get(this.#current(asset))
      return known?.names[0] ?? known?.ips[0]
    }
    this.#desk = createDesk(site, content, { ...(controls && { controls }), assets: { nameOf, current: this.#current } })
  }

  apply(batch: Batch): SiteChanges | BatchRefusal {
    const expected = this.lastBatch(batch.sensor) + 1
    if (batch.site !== this.#site) return { refused: 'other-site', expected }
    if (batch.number < expected) return { refused: 'repeated', expected }
    if (batch.number > expected) return { refused: 'gap', expected }
    for (const observation of batch.observations) this.applyObservation(observation)
    this.#batches.set(batch.sensor, batch.number)
    return this.takeChanges()
  }

  applyObservation(told: Observation): void {
    if (told.site !== this.#site) {
      this.#otherSite++
      return
    }
    let isMerged = false
    for (const change of this.tracker.apply(told)) {
      this.#changes.push(change)
      if (change.kind === 'asset.merged') isMerged = true
    }
    if (isMerged) {
      followDesk(this.#desk, this.#current)
      followFindings(this.#findings, this.#current)
    }
    const observation = withoutContent(told)
    const { client, server, at } = observation
    this.#captureTime.take(observation)
    const ends = { client: this.#asset(client, at), server: this.#asset(server, at) }
    // First: what a change is exceeded by does not explain what rules say of it.
    for (const finding of this.#desk.observe(observation, ends)) this.#take(finding, at, observation)
    for (const finding of this.#detector.evaluate(observation, ends)) this.#take(finding, at, observation)
  }

  hear(at: Micros): void {
    this.#captureTime.hear(at)
    for (const finding of this.#detector.hear(at)) this.#take(finding, at, undefined)
  }

  finish(): void {
    // After all that was observed: a host may have been recognised since the finding's own time.
    for (const finding of this.#detector.finish()) this.#take(finding, Math.max(finding.at, this.#captureTime.latest) + 1, undefined)
  }

  takeChanges(): SiteChanges {
    const { tracker } = this
    const changes = this.#changes
    const findings = [...this.#findings.values()]
    this.#changes = []
    this.#findings = new Map()
    const grounds = [...this.#grounds.values()]
    this.#grounds.clear()
    return {
      assets: rowsOf(tracker.assets),
      removedAssets: tracker.takeRemoved(),
      mergedAssets: changes.flatMap(({ kind, id, to }) => (kind === 'asset.merged' && to !== undefined ? [{ from: id, into: to }] : [])),
      links: rowsOf(tracker.links),
      sessions: rowsOf(tracker.sessions),
      operations: rowsOf(tracker.operations),
      tags: rowsOf(tracker.tags),
      programs: rowsOf(tracker.programs),
      coverage: rowsOf(tracker.coverage),
      samples: tracker.takeSamples(),
      contents: tracker.takeContents(),
      findings,
      grounds,
      alerts: rowsOf(this.#desk.alerts),
      incidents: rowsOf(this.#desk.incidents),
      changeUses: rowsOf(this.#desk.changeUses),
      detectorState: [...this.#detector.state.takeChanges(), ...this.#captureTime.takeChanges()],
      learned: this.#detector.learned.takeChanges(),
      trackState: tracker.takeState(),
      changes,
    }
  }

  override(asset: string, attribute: string, value: string | undefined, at: Micros): SiteChanges {
    this.#changes.push(...this.tracker.override(asset, attribute, value, at))
    return this.takeChanges()
  }

  editBaseline(edit: BaselineEdit): SiteChanges {
    this.#detector.edit(edit)
    return this.takeChanges()
  }

  settle(alert: string): void {
    this.#desk.settle(alert)
  }

  reopen(alert: string): void {
    this.#desk.reopen(alert)
  }

  replaceIncident(incident: Incident): void {
    this.#desk.replace(incident)
  }

  load(rows: SiteRows): void {
    this.tracker.load(rows)
    const detectorState = new Map(rows.detectorState)
    const heard = detectorState.get(CAPTURE_TIME)
    if (heard !== undefined) this.#captureTime.load(heard)
    detectorState.delete(CAPTURE_TIME)
    this.#detector.load(detectorState)
    this.#detector.learned.load(rows.learned ?? [])
    this.#desk.load({
      alerts: rows.alerts ?? [],
      incidents: rows.incidents ?? [],
      settled: rows.settled ?? [],
      changeUses: rows.changeUses ?? [],
    })
    for (const [sensor, number] of rows.batches ?? []) this.#batches.set(sensor, number)
  }

  lastBatch(sensor: string): number {
    return this.#batches.get(sensor) ?? 0
  }

  refused(): Readonly<Record<string, number>> {
    const own = {
      'other site': this.#otherSite,
      'detection memory': this.#detector.evicted,
      alerts: this.#desk.alerts.evicted,
      incidents: this.#desk.incidents.evicted,
      'failed rules': this.#detector.failures.size,
    }
    return { ...this.tracker.refused(), ...Object.fromEntries(Object.entries(own).filter(([, count]) => count > 0)) }
  }

  ruleReports(): readonly RuleReport[] {
    return this.#detector.reports()
  }

  ruleFailures(): ReadonlyMap<string, string> {
    return this.#detector.failures
  }

  /** A finding may be about earlier observations than the one that let it out: its own ends are looked up, after merges. */
  #take(given: Finding, at: Micros, observation: Observation | undefined): void {
    const finding = followed(given, this.#current)
    const ground = groundOf(finding, at, this.#captureTime.before, observation, (end) => this.#asset(end, at))
    const remembered = this.#detector.remembered(finding)
    const first = this.#grounds.get(finding.id)?.first ?? (remembered === undefined ? ground : { ...ground, remembered })
    this.#grounds.set(finding.id, { finding: finding.id, first, last: ground })
    const ends = { client: this.#asset(finding.client, at), server: this.#asset(finding.server, at) }
    this.#findings.set(finding.id, this.#desk.take(finding, ends))
  }

  #asset(end: Endpoint, at: Micros): Asset | undefined {
    const tracked = this.tracker.asset(end)
    return this.#known === undefined ? tracked : this.#known(end, at, tracked)
  }
}

function rowsOf<T>(collection: { takeChanges(): [string, T][] }): T[] {
  return collection.takeChanges().map(([, row]) => row)
}
