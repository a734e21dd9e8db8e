/** One intrusion from its alerts: where it entered, what it reached, in which steps. A pure function of them. */
import { type Alert, derivedId, type Incident, type IncidentStep, isGroup, type Level } from '@isthmus/model'
import { rank } from './alert.ts'
import { byTime, isStrong, linkBetween, linkOf } from './link.ts'
import { isOt } from './score.ts'
import { type Stage, stageOf, type Techniques } from './stage.ts'
import { showMinute, showTime } from './time.ts'

/** Steps an incident shows; the strongest are kept when there are more. */
export const MAX_STEPS = 200
const STEPS_TOLD = 6

export type IncidentIdentity = { readonly id: string; readonly site: string; readonly state: Incident['state'] }

export function incidentId(site: string, first: Alert): string {
  return derivedId('inc', site, first.id)
}

/** `known` are the links of steps already told: a step keeps its reason. */
export function buildIncident(
  identity: IncidentIdentity,
  members: readonly Alert[],
  known: ReadonlyMap<string, string>,
  techniques: Techniques,
): Incident {
  const alerts = [...members].sort(byTime)
  const strong = alerts.filter(isStrong)
  const strongest = strongestOf(strong.length > 0 ? strong : alerts)
  const entry = entryOf(strong.length > 0 ? strong : alerts)
  const isCrossing = crosses(entry, strong)
  const level = levelOf(strongest, isCrossing && strong.some((alert) => actsOnProcess(alert, techniques)))
  return {
    id: identity.id,
    site: identity.site,
    title: titleOf(entry, strong, strongest, isCrossing, techniques),
    summary: summaryOf(alerts, strong, isCrossing),
    level,
    score: Math.min(100, strongest.score + 5 * Math.max(0, strong.length - 1) + (isCrossing ? 10 : 0)),
    state: identity.state,
    mergedInto: undefined,
    firstAt: alerts[0]!.firstAt,
    lastAt: Math.max(...alerts.map((alert) => alert.lastAt)),
    assets: distinct(alerts.flatMap((a) => [a.clientAsset, a.serverAsset])),
    hosts: distinct(alerts.flatMap((a) => [isGroup(a.client) ? undefined : a.clientName, isGroup(a.server) ? undefined : a.serverName])),
    users: distinct(alerts.flatMap((a) => a.users)),
    attack: distinct(alerts.flatMap((a) => a.attack)),
    reachesOt: strong.some((alert) => isOt(alert.serverPurdue)),
    alerts: alerts.map((alert) => alert.id),
    steps: alerts.map((alert, i) => stepOf(alert, known.get(alert.id) ?? reasonOf(alerts, i))),
  }
}

/**
 * The incident with steps whose alerts only the store holds: an intrusion may last longer than alerts stay in memory.
 * What they told stays told.
 */
export function withEarlier(built: Incident, before: readonly Incident[], isHeld: (alert: string) => boolean): Incident {
  const earlier = before.flatMap((incident) => incident.steps).filter((step) => !isHeld(step.alert))
  const [oldest] = before
  if (earlier.length === 0 || oldest === undefined) return built
  const all = [...before, built]
  const steps = [...earlier, ...built.steps].slice(0, MAX_STEPS)
  return {
    ...built,
    title: oldest.title,
    summary: oldest.summary,
    level: all.reduce((level, one) => (rank(one.level) > rank(level) ? one.level : level), built.level),
    score: Math.max(...all.map((one) => one.score)),
    firstAt: Math.min(...all.map((one) => one.firstAt)),
    assets: distinct(all.flatMap((one) => one.assets)),
    hosts: distinct(all.flatMap((one) => one.hosts)),
    users: distinct(all.flatMap((one) => one.users)),
    attack: distinct(all.flatMap((one) => one.attack)),
    reachesOt: all.some((one) => one.reachesOt),
    alerts: steps.map((step) => step.alert),
    steps,
  }
}

/** An incident whose alerts another one took over. */
export function mergedIncident(incident: Incident, into: string): Incident {
  return { ...incident, state: 'closed', mergedInto: into, title: `Merged: ${incident.title}`, alerts: [], steps: [] }
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))]
}

function stepOf(alert: Alert, link: string): IncidentStep {
  return {
    at: alert.firstAt,
    alert: alert.id,
    title: alert.title,
    tactic: alert.tactic,
    attack: [...alert.attack],
    level: alert.level,
    clientAsset: alert.clientAsset,
    serverAsset: alert.serverAsset,
    client: alert.clientName,
    server: alert.serverName,
    clientPurdue: alert.clientPurdue,
    serverPurdue: alert.serverPurdue,
    link,
  }
}

/** The nearest earlier step it follows from; a step that was only understood later says what it led to. */
function reasonOf(alerts: readonly Alert[], i: number): string {
  const alert = alerts[i]!
  for (let j = i - 1; j >= 0; j--) {
    const link = linkBetween(alerts[j]!, alert)
    if (link !== undefined) return link
  }
  if (i === 0) return 'where it began'
  const later = alerts.slice(i + 1).find((other) => linkOf(alert, other) !== undefined)
  return later === undefined ? 'belongs to the same intrusion' : `led to: ${later.title}`
}

/** An intrusion comes from above: of the hosts that acted, the one furthest from the process, the first time it acted. */
function entryOf(alerts: readonly Alert[]): Alert {
  return alerts.reduce((entry, alert) => ((alert.clientPurdue ?? 0) > (entry.clientPurdue ?? 0) ? alert : entry))
}

function strongestOf(alerts: readonly Alert[]): Alert {
  return alerts.reduce((best, alert) =>
    rank(alert.level) > rank(best.level) || (alert.level === best.level && alert.score > best.score) ? alert : best,
  )
}

function actsOnProcess(alert: Alert, techniques: Techniques): boolean {
  const stage: Stage = stageOf(alert.attack, techniques)
  return stage === 'act' && isOt(alert.serverPurdue)
}

/** It began above the plant, or outside, and touched a host of the plant. */
function crosses(entry: Alert, strong: readonly Alert[]): boolean {
  if (isOt(entry.clientPurdue)) return false
  return strong.some((alert) => isOt(alert.serverPurdue))
}

/** What came from IT and acts on the process is critical, whatever its single steps are. */
function levelOf(strongest: Alert, isActing: boolean): Level {
  return isActing ? 'critical' : strongest.level
}

function titleOf(entry: Alert, strong: readonly Alert[], strongest: Alert, isCrossing: boolean, techniques: Techniques): string {
  const ruleTitle = (alert: Alert) => alert.title.slice(0, alert.title.lastIndexOf(': ')).toLowerCase()
  if (isCrossing) {
    const reached = strong.filter((alert) => isOt(alert.serverPurdue))
    const acting = reached.filter((alert) => actsOnProcess(alert, techniques))
    const goal = strongestOf(acting.length > 0 ? acting : reached)
    return `Intrusion from ${entry.clientName} reached ${goal.serverName}: ${ruleTitle(goal)}`
  }
  if (strong.length <= 1) return strongest.title
  return `${entry.clientName}: ${ruleTitle(strongest)} and ${strong.length - 1} more ${strong.length === 2 ? 'step' : 'steps'}`
}

function summaryOf(alerts: readonly Alert[], strong: readonly Alert[], isCrossing: boolean): string {
  const told = (strong.length > 0 ? strong : alerts).slice(0, STEPS_TOLD)
  const rest = (strong.length > 0 ? strong.length : alerts.length) - told.length
  const lines = told.map((alert) => `${showMinute(alert.firstAt)} ${alert.title}`)
  const start = `Began ${showTime(alerts[0]!.firstAt)}.`
  const crossing = isCrossing ? ' It came from outside the plant network and reached hosts that run the process.' : ''
  return `${start}${crossing} Steps: ${lines.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}.`
}
