/**
 * Findings in, alerts and incidents out. The rules of grouping are in this package's README. All that the desk knows
 * is in its two collections and in which alerts are settled: it goes on from them after a restart as if nothing had happened.
 */
import {
  type Alert,
  type AuthorisedChange,
  type ChangeUse,
  Collection,
  type Finding,
  type Incident,
  type Observation,
  type Suppression,
  type Technique,
  type Wording,
} from '@isthmus/model'
import { type AlertContext, addFinding, storyKey } from './alert.ts'
import { createCase } from './case.ts'
import { authorisationOf, EXCEEDED_WORDING, effectOf } from './effect.ts'
import { createGuard } from './guard.ts'
import { type Ends, withAddress } from './host.ts'
import { type AssetWords, NO_ASSETS } from './hosts.ts'
import { byTime } from './link.ts'
import { stageOf } from './stage.ts'
import { isWithin, Stories } from './stories.ts'
import { hiddenBy } from './suppression.ts'

export type DeskContent = {
  readonly techniques: Readonly<Record<string, Technique>>
  readonly wording: readonly Wording[]
}

export type DeskCaps = { readonly alerts: number; readonly incidents: number; readonly findings: number }

/** In memory; older ones stay in the store. */
const DEFAULT_CAPS: DeskCaps = { alerts: 50_000, incidents: 5_000, findings: 500_000 }

/** What people decided beforehand. */
export type Controls = {
  readonly suppressions?: readonly Suppression[] | undefined
  readonly changes?: readonly AuthorisedChange[] | undefined
}

export type Desk = {
  /** The findings that an observation raises by itself, because it goes beyond an authorised change: to be taken like all others. */
  observe(observation: Observation, ends: Ends): readonly Finding[]
  /** Takes a finding, or the same finding grown. The answer is the finding with what people's decisions make of it. */
  take(finding: Finding, ends: Ends): Finding
  /** The alert a finding went into last. */
  alertOf(finding: Finding): string | undefined
  /** The least recently changed leave first. One that has left is over: what would have joined it opens another. */
  readonly alerts: Collection<Alert>
  readonly incidents: Collection<Incident>
  /** What was seen of authorised changes. */
  readonly changeUses: Collection<ChangeUse>
  /** Restores durable documents; `settled` are alerts a person has resolved: they take no more findings. */
  load(rows: {
    readonly alerts: Iterable<Alert>
    readonly incidents: Iterable<Incident>
    readonly settled?: Iterable<string>
    readonly changeUses?: Iterable<ChangeUse>
  }): void
  /** A person resolved the alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person took the alert up again: it takes findings as before. */
  reopen(alert: string): void
  /** A person moved an incident. */
  replace(incident: Incident): void
  /** A replay is over: alerts become incidents. */
  conclude(): void
  /** Entries of its indexes: bounded by what the collections hold. */
  readonly indexed: number
}

export type DeskOptions = {
  readonly caps?: Partial<DeskCaps>
  readonly controls?: Controls
  readonly assets?: AssetWords
  /**
   * Decisions stand as the findings carry them, but for suppressions given here; incidents are made of the finished alerts,
   * by `conclude`, because nobody looks in between.
   */
  readonly isReplay?: boolean
}

export function createDesk(site: string, content: DeskContent, options: DeskOptions = {}): Desk {
  const { controls = {}, assets = NO_ASSETS } = options
  const caps = { ...DEFAULT_CAPS, ...options.caps }
  const alerts = new Collection<Alert>(caps.alerts)
  const incidents = new Collection<Incident>(caps.incidents)
  const context: AlertContext = {
    site,
    techniques: content.techniques,
    wording: new Map([EXCEEDED_WORDING, ...content.wording].map((words) => [words.rule, words])),
  }
  const cases = createCase(site, content.techniques, alerts, incidents)
  const guard = createGuard(site, controls.changes ?? [], assets)
  const suppressions = controls.suppressions ?? []
  const stories = new Stories()
  const settled = new Set<string>()
  /** A finding that grows may lose an end that its sightings do not share: it stays in its alert. */
  const byFinding = new Map<string, string>()

  alerts.onEvicted = (id, alert) => {
    stories.delete(id)
    settled.delete(id)
    cases.forget(id)
    for (const finding of alert.findings) {
      const key = findingKey(finding, alert.authorised?.change)
      if (byFinding.get(key) === id) byFinding.delete(key)
    }
  }

  /** Those named longest ago leave first: one step each, however many alerts go on. */
  function noteFinding(key: string, alert: string): void {
    byFinding.delete(key)
    if (byFinding.size >= caps.findings) byFinding.delete(byFinding.keys().next().value!)
    byFinding.set(key, alert)
  }

  function index(alert: Alert): void {
    stories.put(storyKey(alert.client, alert.server, stageOf(alert.attack, content.techniques), alert.authorised?.change), alert)
  }

  function openAlert(key: string, finding: Finding): Alert | undefined {
    const own = alerts.get(byFinding.get(findingKey(finding.id, finding.authorisedBy)) ?? '')
    if (own !== undefined) return own
    for (const id of stories.around(key, finding.at)) {
      const alert = alerts.get(id)
      if (alert !== undefined && !settled.has(id) && isWithin(alert, finding.at)) return alert
    }
    return undefined
  }

  return {
    alerts,
    incidents,
    changeUses: guard.uses,
    observe: guard.observe,
    take(seen, ends) {
      if (options.isReplay === true && seen.suppressedBy !== undefined) return seen
      const { suppressedBy: _, authorisedBy, ...told } = seen
      const suppression = hiddenBy(suppressions, told, assets)
      if (suppression !== undefined) return { ...told, suppressedBy: suppression.id }
      const change = options.isReplay === true ? guard.find(authorisedBy) : guard.explains(told)
      const kept: Finding = change === undefined ? told : { ...told, authorisedBy: change.id }
      const finding = { ...kept, client: withAddress(told.client, ends.client), server: withAddress(told.server, ends.server) }
      const stage = stageOf(finding.attack, content.techniques)
      const open = openAlert(storyKey(finding.client, finding.server, stage, finding.authorisedBy), finding)
      const effect = effectOf(finding, change === undefined ? undefined : authorisationOf(change, assets))
      const alert = addFinding(open, finding, ends, stage, context, effect)
      alerts.set(alert.id, alert)
      noteFinding(findingKey(finding.id, finding.authorisedBy), alert.id)
      index(alert)
      if (options.isReplay !== true) cases.consider(alert, open)
      return kept
    },
    alertOf: ({ id, authorisedBy }) => byFinding.get(findingKey(id, authorisedBy)),
    load(rows) {
      for (const alert of [...rows.alerts].sort((a, b) => a.lastAt - b.lastAt || (a.id < b.id ? -1 : 1))) {
        alerts.load(alert.id, alert)
        for (const finding of alert.findings) noteFinding(findingKey(finding, alert.authorised?.change), alert.id)
        index(alert)
        cases.remember(alert)
      }
      for (const incident of rows.incidents) incidents.load(incident.id, incident)
      for (const id of rows.settled ?? []) if (alerts.has(id)) settled.add(id)
      guard.load(rows.changeUses ?? [])
    },
    settle(alert) {
      if (alerts.has(alert)) settled.add(alert)
    },
    reopen: (alert) => void settled.delete(alert),
    replace: (incident) => incidents.set(incident.id, incident),
    conclude() {
      const finished = [...alerts.values()].sort(byTime)
      for (const alert of finished) cases.remember(alert)
      for (const { id } of finished) cases.consider(alerts.get(id)!, undefined)
    },
    get indexed() {
      return stories.size + settled.size + byFinding.size + cases.indexed
    },
  }
}

/** A finding that grows past what explains it is in two alerts: what was explained stays explained. */
function findingKey(finding: string, change: string | undefined): string {
  return change === undefined ? finding : `${finding}\u001f${change}`
}
