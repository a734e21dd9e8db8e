/**
 * Findings in, alerts and incidents out. The rules of grouping are in this package's README. All that the desk knows
 * is in its two collections and in which alerts are settled: it goes on from them after a restart as if nothing had happened.
 */
import { type Alert, Collection, type Finding, type Incident, type Technique, type Wording } from '@isthmus/model'
import { type AlertContext, addFinding, storyKey } from './alert.ts'
import { createCase } from './case.ts'
import { type Ends, withAddress } from './host.ts'
import { stageOf } from './stage.ts'
import { isWithin, Stories } from './stories.ts'

export type DeskContent = {
  readonly techniques: Readonly<Record<string, Technique>>
  readonly wording: readonly Wording[]
}

export type DeskCaps = { readonly alerts: number; readonly incidents: number; readonly findings: number }

/** In memory; older ones stay in the store. */
const DEFAULT_CAPS: DeskCaps = { alerts: 50_000, incidents: 5_000, findings: 500_000 }

export type Desk = {
  /** Takes a finding, or the same finding grown. */
  take(finding: Finding, ends: Ends): void
  /** The least recently changed leave first. One that has left is over: what would have joined it opens another. */
  readonly alerts: Collection<Alert>
  readonly incidents: Collection<Incident>
  /** Restores durable documents; `settled` are alerts a person has resolved: they take no more findings. */
  load(rows: { readonly alerts: Iterable<Alert>; readonly incidents: Iterable<Incident>; readonly settled?: Iterable<string> }): void
  /** A person resolved the alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person took the alert up again: it takes findings as before. */
  reopen(alert: string): void
  /** A person moved an incident. */
  replace(incident: Incident): void
  /** Entries of its indexes: bounded by what the collections hold. */
  readonly indexed: number
}

export function createDesk(site: string, content: DeskContent, given: Partial<DeskCaps> = {}): Desk {
  const caps = { ...DEFAULT_CAPS, ...given }
  const alerts = new Collection<Alert>(caps.alerts)
  const incidents = new Collection<Incident>(caps.incidents)
  const context: AlertContext = {
    site,
    techniques: content.techniques,
    wording: new Map(content.wording.map((words) => [words.rule, words])),
  }
  const cases = createCase(site, content.techniques, alerts, incidents)
  const stories = new Stories()
  const settled = new Set<string>()
  /** A finding that grows may lose an end that its sightings do not share: it stays in its alert. */
  const byFinding = new Map<string, string>()

  alerts.onEvicted = (id, alert) => {
    stories.delete(id)
    settled.delete(id)
    cases.forget(id)
    for (const finding of alert.findings) if (byFinding.get(finding) === id) byFinding.delete(finding)
  }

  /** Those named longest ago leave first: one step each, however many alerts go on. */
  function noteFinding(finding: string, alert: string): void {
    byFinding.delete(finding)
    if (byFinding.size >= caps.findings) byFinding.delete(byFinding.keys().next().value!)
    byFinding.set(finding, alert)
  }

  function index(alert: Alert): void {
    stories.put(storyKey(alert.client, alert.server, stageOf(alert.attack, content.techniques)), alert)
  }

  function openAlert(key: string, finding: Finding): Alert | undefined {
    const own = alerts.get(byFinding.get(finding.id) ?? '')
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
    take(seen, ends) {
      const finding = { ...seen, client: withAddress(seen.client, ends.client), server: withAddress(seen.server, ends.server) }
      const stage = stageOf(finding.attack, content.techniques)
      const open = openAlert(storyKey(finding.client, finding.server, stage), finding)
      const alert = addFinding(open, finding, ends, stage, context)
      alerts.set(alert.id, alert)
      noteFinding(finding.id, alert.id)
      index(alert)
      cases.consider(alert, open)
    },
    load(rows) {
      for (const alert of [...rows.alerts].sort((a, b) => a.lastAt - b.lastAt || (a.id < b.id ? -1 : 1))) {
        alerts.load(alert.id, alert)
        for (const finding of alert.findings) noteFinding(finding, alert.id)
        index(alert)
        cases.remember(alert)
      }
      for (const incident of rows.incidents) incidents.load(incident.id, incident)
      for (const id of rows.settled ?? []) if (alerts.has(id)) settled.add(id)
    },
    settle(alert) {
      if (alerts.has(alert)) settled.add(alert)
    },
    reopen: (alert) => void settled.delete(alert),
    replace: (incident) => incidents.set(incident.id, incident),
    get indexed() {
      return stories.size + settled.size + byFinding.size + cases.indexed
    },
  }
}
