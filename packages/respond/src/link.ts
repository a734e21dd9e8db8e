/** Whether two alerts are steps of one intrusion, and why: by host, by identity, within a day of event time. */
import { type Alert, type Endpoint, hostOf, isGroup, type Micros } from '@isthmus/model'
import { rank } from './alert.ts'
import { isOt } from './score.ts'

/** An intruder's next step may take a day; two hosts touching the same controller are told apart after an hour. */
const STEP_US: Micros = 86_400e6
const TARGET_US: Micros = 3600e6

/** Accounts that many people share prove nothing. */
const SHARED_USERS: ReadonlySet<string> = new Set(['', 'anonymous', 'guest', 'user', 'system', '-'])

/** Strong alerts open and join incidents and lead from one to the next; weak ones only add what a host in one did besides. */
export function isStrong(alert: Alert): boolean {
  return rank(alert.level) >= rank('medium')
}

/** `WORKS\\m.meier`, `m.meier@works.example` and `M.Meier` are one account. */
export function accountOf(user: string): string {
  return user
    .slice(user.lastIndexOf('\\') + 1)
    .replace(/@.*$/, '')
    .toLowerCase()
}

/** How the later alert follows from the earlier one; undefined when it does not. */
export function linkBetween(earlier: Alert, later: Alert): string | undefined {
  if (gap(earlier, later) > STEP_US) return undefined
  if (sameHost(earlier.client, later.client, earlier.clientAsset, later.clientAsset)) return `${later.clientName} acted again`
  if (!isStrong(earlier) || !isStrong(later)) return leadsOn(earlier, later)
  const accounts = new Set(earlier.users.map(accountOf))
  const user = later.users.map(accountOf).find((name) => !SHARED_USERS.has(name) && accounts.has(name))
  return leadsOn(earlier, later) ?? (user === undefined ? sameTarget(earlier, later) : `the account ${user} was used again`)
}

/** The host that was reached is the one that acts next. */
function leadsOn(earlier: Alert, later: Alert): string | undefined {
  if (later.lastAt < earlier.firstAt) return undefined
  if (!sameHost(earlier.server, later.client, earlier.serverAsset, later.clientAsset)) return undefined
  return `${later.clientName} had been reached from ${earlier.clientName}`
}

function sameTarget(earlier: Alert, later: Alert): string | undefined {
  if (!isOt(later.serverPurdue) || gap(earlier, later) > TARGET_US) return undefined
  if (!sameHost(earlier.server, later.server, earlier.serverAsset, later.serverAsset)) return undefined
  return `${later.serverName} was touched again within the hour`
}

function gap(a: Alert, b: Alert): Micros {
  return Math.max(b.firstAt - a.lastAt, a.firstAt - b.lastAt, 0)
}

function sameHost(a: Endpoint, b: Endpoint, assetA: string | undefined, assetB: string | undefined): boolean {
  if (assetA !== undefined && assetA === assetB) return !isGroup(a)
  return hostOf(a) === hostOf(b) && !isGroup(a)
}

/** Names under which an alert's hosts are found: equal hosts share one. */
export function hostNames(alert: Alert): readonly string[] {
  const names: string[] = []
  for (const [end, asset] of [
    [alert.client, alert.clientAsset],
    [alert.server, alert.serverAsset],
  ] as const) {
    if (isGroup(end)) continue
    names.push(`host ${hostOf(end)}`)
    if (asset !== undefined) names.push(`asset ${asset}`)
  }
  for (const user of alert.users.map(accountOf)) if (!SHARED_USERS.has(user)) names.push(`user ${user}`)
  return names
}

/** Event order, the same whatever the order of arrival. */
export function byTime(a: Alert, b: Alert): number {
  return a.firstAt - b.firstAt || a.lastAt - b.lastAt || (a.id < b.id ? -1 : 1)
}

/** Why one belongs with the other, whichever came first. */
export function linkOf(a: Alert, b: Alert): string | undefined {
  return byTime(a, b) < 0 ? linkBetween(a, b) : linkBetween(b, a)
}
