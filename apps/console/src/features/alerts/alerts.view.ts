/** What the alert pages show, worked out without a browser. */
import type { Alert, AlertDetail, AlertState } from '../../api/types.ts'
import type { Search } from '../../shell/view-state.ts'

export type View = { readonly label: string; readonly to: string; readonly search: Search }

type Ends = Pick<AlertDetail, 'client' | 'server' | 'clientAsset' | 'serverAsset' | 'firstAt' | 'lastAt' | 'site'>

const MARGIN_MS = 15 * 60_000

/** The views that answer the first questions, already filtered to the hosts and the time of the alert. */
export function viewsOf(alert: Ends): readonly View[] {
  const { clientAsset: client, serverAsset: server } = alert
  const views: View[] = []
  if (client !== undefined && server !== undefined)
    views.push({ label: 'What they did to each other', to: '/operations', search: { client, server } })
  if (server !== undefined) {
    views.push({ label: 'Who else writes there', to: '/operations', search: { server, access: 'write' } })
    views.push({ label: 'Process values of the target', to: '/process', search: { asset: server } })
  }
  if (client !== undefined) {
    views.push({
      label: 'Sessions of the source around it',
      to: '/sessions',
      search: { asset: client, range: around(alert.firstAt, alert.lastAt) },
    })
    views.push({ label: 'Other alerts of the source', to: '/alerts', search: { asset: client, state: 'any' } })
  }
  const place = server ?? client
  if (place !== undefined) views.push({ label: 'Where they are on the map', to: '/map', search: { at: place, site: alert.site } })
  return views
}

/** The alert's own time with a margin on both sides, as the time range in the URL. */
export function around(first: string, last: string): string {
  const from = new Date(Date.parse(first) - MARGIN_MS).toISOString()
  const to = new Date(Date.parse(last) + MARGIN_MS).toISOString()
  return `${from}..${to}`
}

/** The arithmetic as it adds up, and what the cap took. */
export function scoreSum(
  parts: AlertDetail['scoreParts'],
  score: number,
): { readonly parts: AlertDetail['scoreParts']; readonly cut: number } {
  const sum = parts.reduce((total, part) => total + part.points, 0)
  return { parts: parts.toSorted((a, b) => b.points - a.points), cut: Math.max(0, Math.round(sum - score)) }
}

/** Where the selection goes when the given alerts leave the list: the next one that stays, else the one before. */
export function nextAfter(rows: readonly Pick<Alert, 'id'>[], leaving: ReadonlySet<string>, from: string | undefined): string | undefined {
  const at = rows.findIndex((row) => row.id === from)
  if (at < 0) return undefined
  return (rows.slice(at).find((row) => !leaving.has(row.id)) ?? rows.slice(0, at).findLast((row) => !leaving.has(row.id)))?.id
}

/** States an alert can be put back to by an undo: the state before, unless it was already resolved. */
export function undoState(before: AlertState): AlertState | undefined {
  return before === 'resolved' ? undefined : before
}

/** How far a file of packets reaches. */
export const REACH_WORDS: Readonly<Record<'conversations' | 'pairs' | 'hosts' | 'everything', string>> = {
  conversations: 'the conversations of this alert from their first packet on',
  pairs: 'all that these hosts said to each other since the capture began',
  hosts: 'all that these hosts said since the capture began',
  everything: 'everything since the capture began',
}
