/**
 * Findings in, alerts and incidents out. The rules of grouping are in this package's README. All that the desk knows
 * is in its two collections: it goes on from them after a restart as if nothing had happened.
 */
import { type Alert, Collection, type Finding, type Incident, type Technique, type Wording } from '@isthmus/model'
import { ALERT_LONGEST_US, ALERT_QUIET_US, type AlertContext, addFinding, storyKey } from './alert.ts'
import { createCase } from './case.ts'
import { type Ends, withAddress } from './host.ts'
import { stageOf } from './stage.ts'

export type DeskContent = {
  readonly techniques: Readonly<Record<string, Technique>>
  readonly wording: readonly Wording[]
}

export type Desk = {
  /** Takes a finding, or the same finding grown. */
  take(finding: Finding, ends: Ends): void
  readonly alerts: Collection<Alert>
  readonly incidents: Collection<Incident>
  /** Restores durable documents; `settled` are alerts a person has resolved: they take no more findings. */
  load(rows: { readonly alerts: Iterable<Alert>; readonly incidents: Iterable<Incident>; readonly settled?: Iterable<string> }): void
  /** A person resolved the alert: what comes after is a new one. */
  settle(alert: string): void
  /** A person moved an incident. */
  replace(incident: Incident): void
}

/** Alerts and incidents in memory; older ones stay in the store. */
const MAX_ALERTS = 50_000
const MAX_INCIDENTS = 5_000
const MAX_FINDINGS = 500_000

export function createDesk(site: string, content: DeskContent): Desk {
  const alerts = new Collection<Alert>(MAX_ALERTS)
  const incidents = new Collection<Incident>(MAX_INCIDENTS)
  const context: AlertContext = {
    site,
    techniques: content.techniques,
    wording: new Map(content.wording.map((words) => [words.rule, words])),
  }
  const cases = createCase(site, content.techniques, alerts, incidents)
  const latest = new Map<string, string>()
  const settled = new Set<string>()
  /** A finding that grows may lose an end that its sightings do not share: it stays in its alert. */
  const byFinding = new Map<string, string>()

  function index(alert: Alert): void {
    const key = storyKey(alert.client, alert.server, stageOf(alert.attack, content.techniques))
    const other = alerts.get(latest.get(key) ?? '')
    if (other === undefined || other.firstAt <= alert.firstAt) latest.set(key, alert.id)
    if (byFinding.size > MAX_FINDINGS) for (const [finding, id] of byFinding) if (!alerts.has(id)) byFinding.delete(finding)
    if (latest.size > 2 * MAX_ALERTS) for (const [old, id] of latest) if (!alerts.has(id)) latest.delete(old)
  }

  function openAlert(key: string, finding: Finding): Alert | undefined {
    const own = alerts.get(byFinding.get(finding.id) ?? '')
    if (own !== undefined) return own
    const alert = alerts.get(latest.get(key) ?? '')
    if (alert === undefined) return undefined
    if (settled.has(alert.id)) return undefined
    return finding.at - alert.lastAt > ALERT_QUIET_US || finding.at - alert.firstAt > ALERT_LONGEST_US ? undefined : alert
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
      byFinding.set(finding.id, alert.id)
      index(alert)
      cases.consider(alert, open)
    },
    load(rows) {
      for (const alert of rows.alerts) {
        alerts.load(alert.id, alert)
        for (const finding of alert.findings) byFinding.set(finding, alert.id)
        index(alert)
        cases.remember(alert)
      }
      for (const incident of rows.incidents) incidents.load(incident.id, incident)
      for (const id of rows.settled ?? []) settled.add(id)
    },
    settle: (alert) => void settled.add(alert),
    replace: (incident) => incidents.set(incident.id, incident),
  }
}
