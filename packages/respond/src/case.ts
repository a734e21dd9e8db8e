/** Alerts → incidents: finds the alerts that belong together, opens, extends and merges incidents. */
import type { Alert, Collection, Incident } from '@isthmus/model'
import { rank } from './alert.ts'
import { buildIncident, incidentId, MAX_STEPS, mergedIncident, withEarlier } from './incident.ts'
import { byTime, hostNames, isStrong, linkOf } from './link.ts'
import type { Techniques } from './stage.ts'

export type Case = {
  /** Looks where a new or changed alert belongs; `before` is what it was. */
  consider(alert: Alert, before: Alert | undefined): void
  /** Knows an alert restored from the store. */
  remember(alert: Alert): void
  /** The alert has left memory. */
  forget(alert: string): void
  readonly indexed: number
}

/** Alerts that one host, asset or account leads to: the ones that changed last. More than an incident has steps. */
const MAX_LINKED = 1000

export function createCase(site: string, techniques: Techniques, alerts: Collection<Alert>, incidents: Collection<Incident>): Case {
  /** Alert ids by what may link them: host, asset, account. Rebuilt from the alerts after a restart. */
  const byName = new Map<string, Set<string>>()
  const namesOf = new Map<string, readonly string[]>()

  function remember(alert: Alert): void {
    forget(alert.id)
    const names = hostNames(alert)
    namesOf.set(alert.id, names)
    for (const name of names) {
      const ids = byName.get(name) ?? new Set()
      byName.set(name, ids.add(alert.id))
      if (ids.size > MAX_LINKED) ids.delete(ids.values().next().value!)
    }
  }

  function forget(alert: string): void {
    for (const name of namesOf.get(alert) ?? []) {
      const ids = byName.get(name)
      if (ids?.delete(alert) && ids.size === 0) byName.delete(name)
    }
    namesOf.delete(alert)
  }

  /** Alerts linked to this one, in event order. */
  function linked(alert: Alert): Alert[] {
    const found = new Map<string, Alert>()
    for (const name of hostNames(alert)) {
      for (const id of byName.get(name) ?? []) {
        const other = alerts.get(id)
        if (other !== undefined && id !== alert.id && linkOf(alert, other) !== undefined) found.set(id, other)
      }
    }
    return [...found.values()].sort(byTime)
  }

  function consider(alert: Alert, before: Alert | undefined): void {
    if (isClosedAway(alert)) return
    remember(alert)
    const own = openIncidentOf(alert)
    if (own !== undefined && before !== undefined && before.level === alert.level && before.users.length === alert.users.length) {
      // Nothing that links has changed: only its step is told anew.
      return settle(own, members(own), [own])
    }
    if (isStrong(alert)) considerStrong(alert)
    else considerWeak(alert)
  }

  /** A weak alert joins the incident one of its hosts is in; it neither opens nor connects incidents. */
  function considerWeak(alert: Alert): void {
    const target =
      openIncidentOf(alert) ??
      linked(alert)
        .filter(isStrong)
        .map(openIncidentOf)
        .find((incident) => incident !== undefined)
    if (target !== undefined) settle(target, [...members(target), alert], [target])
  }

  function considerStrong(alert: Alert): void {
    const group = [alert]
    const found = new Set([alert.id])
    const joined = new Map<string, Incident>()
    for (let i = 0; i < group.length && group.length < MAX_STEPS; i++) {
      const own = openIncidentOf(group[i]!)
      if (own !== undefined) joined.set(own.id, own)
      // What is in an incident already has been followed from there.
      if (i > 0 && own !== undefined) continue
      for (const other of linked(group[i]!)) {
        if (!isStrong(other) || found.has(other.id) || isClosedAway(other)) continue
        found.add(other.id)
        group.push(other)
      }
    }
    const targets = [...joined.values()].sort((a, b) => a.firstAt - b.firstAt || (a.id < b.id ? -1 : 1))
    if (targets.length === 0 && !opens(group)) return
    const first = [...group].sort(byTime)[0]!
    const target = targets[0] ?? { id: incidentId(site, first), site, state: 'open' as const, steps: [], alerts: [] }
    const all = [...group, ...targets.flatMap(members)]
    const joining = all.filter((member) => member.incident !== target.id)
    for (const other of targets.slice(1)) incidents.set(other.id, mergedIncident(other, target.id))
    const besides = joining.flatMap((member) => linked(member).filter((other) => !isStrong(other) && other.incident === undefined))
    settle(target, [...all, ...besides], targets)
  }

  type Target = Pick<Incident, 'id' | 'site' | 'state' | 'steps' | 'alerts'>

  function settle(target: Target, wanted: readonly Alert[], before: readonly Incident[]): void {
    const distinct = [...new Map(wanted.map((alert) => [alert.id, alerts.get(alert.id) ?? alert])).values()]
    const kept =
      distinct.length <= MAX_STEPS ? distinct : distinct.sort((a, b) => rank(b.level) - rank(a.level) || byTime(a, b)).slice(0, MAX_STEPS)
    const known = new Map(target.steps.map((step) => [step.alert, step.link]))
    // Reasons are kept only while the steps before are the same; a new step may come in between.
    const isSame = kept.length === target.steps.length
    const built = buildIncident(target, kept, isSame ? known : new Map(), techniques)
    incidents.set(
      target.id,
      withEarlier(built, before, (id) => alerts.has(id)),
    )
    for (const alert of distinct) if (alert.incident !== target.id) alerts.set(alert.id, { ...alert, incident: target.id })
  }

  function members(incident: Pick<Incident, 'alerts'>): Alert[] {
    return incident.alerts.flatMap((id) => alerts.get(id) ?? [])
  }

  function openIncidentOf(alert: Alert): Incident | undefined {
    const incident = alert.incident === undefined ? undefined : incidents.get(alert.incident)
    return incident === undefined || incident.state === 'closed' ? undefined : incident
  }

  /** A person closed its incident: it leads nowhere any more. */
  function isClosedAway(alert: Alert): boolean {
    return alert.incident !== undefined && openIncidentOf(alert) === undefined
  }

  return {
    consider,
    remember,
    forget,
    get indexed() {
      return namesOf.size
    },
  }
}

/** One alert of level high, or two that are linked. */
function opens(group: readonly Alert[]): boolean {
  return group.length >= 2 || group.some((alert) => rank(alert.level) >= rank('high'))
}
