/** What the first page answers, worked out without a browser. */
import type { Change, Level, Overview } from '../../api/types.ts'
import { kindText } from '../../objects/changes.ts'
import { LEVELS } from '../../objects/words.ts'

export type Group = { readonly kind: string; readonly text: string; readonly changes: readonly Change[] }

/** Changes of one kind together, the rarest kind first: one new writer says more than forty new links. */
export function grouped(changes: readonly Change[]): readonly Group[] {
  const kinds = new Map<string, Change[]>()
  for (const change of changes) {
    const kind = change.kind === 'asset.changed' && change.attribute !== undefined ? `changed ${change.attribute}` : change.kind
    kinds.set(kind, [...(kinds.get(kind) ?? []), change])
  }
  return [...kinds]
    .map(([kind, list]) => ({ kind, text: kindText(kind), changes: list }))
    .toSorted((a, b) => a.changes.length - b.changes.length || a.kind.localeCompare(b.kind))
}

export function levelCounts(overview: Overview): readonly (readonly [Level, number])[] {
  return LEVELS.map((level) => [level, overview.openAlertsByLevel[level] ?? 0] as const).filter(([, n]) => n > 0)
}

/** Where a change leads. */
export function changeLink(change: Change): string {
  if (change.asset !== undefined) return `/assets/${change.asset}`
  const noun = change.kind.split('.')[0]
  return noun === 'tag' || noun === 'writer' ? `/process/${change.id}` : noun === 'session' || noun === 'link' ? `/sessions/${change.id}` : `/assets/${change.id}`
}

/** The one sentence on top: what a person on shift has to know first. */
export function headline(overview: Overview): string {
  const { openIncidents, openAlerts } = overview.counts
  if (openIncidents > 0) return openIncidents === 1 ? 'One incident is open' : `${openIncidents} incidents are open`
  if (openAlerts > 0) return openAlerts === 1 ? 'No incident; one alert waits' : `No incident; ${openAlerts} alerts wait`
  return 'Nothing is on fire'
}
