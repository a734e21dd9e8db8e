/** What the first page answers, worked out without a browser. */
import type { Change, Level, Overview } from '../../api/types.ts'
import { changeText, kindText } from '../../objects/changes.ts'
import { LEVELS } from '../../objects/words.ts'

export type Group = { readonly text: string; readonly changes: readonly Change[] }

/** What a change is about, in the order a person on shift asks: what turned, what is new, what became known. */
const ORDER = ['Turned', 'New', 'Became known', 'Other'] as const

function kindOf(change: Change): (typeof ORDER)[number] {
  if (change.kind.endsWith('.new')) return 'New'
  if (change.attribute === undefined) return 'Other'
  return change.from === undefined || change.from === '' ? 'Became known' : 'Turned'
}

const HEADS = { Turned: 'Changed', New: 'New', 'Became known': 'Became known', Other: 'Other' } as const

/** Changes by what they ask of a person; within, the newest first. */
export function grouped(changes: readonly Change[]): readonly Group[] {
  return ORDER.map((kind) => ({
    text: HEADS[kind],
    changes: changes.filter((change) => kindOf(change) === kind).toSorted((a, b) => b.at.localeCompare(a.at)),
  })).filter((group) => group.changes.length > 0)
}

/** One line of a change: what it is beyond the name it is about. */
export function lineOf(change: Change): string {
  return change.attribute === undefined ? kindText(change.kind).toLowerCase() : changeText(change)
}

export function levelCounts(overview: Overview): readonly (readonly [Level, number])[] {
  return LEVELS.map((level) => [level, overview.openAlertsByLevel[level] ?? 0] as const).filter(([, n]) => n > 0)
}

/** Where a change leads. */
export function changeLink(change: Change): string {
  if (change.asset !== undefined) return `/assets/${change.asset}`
  const noun = change.kind.split('.')[0]
  return noun === 'tag' || noun === 'writer'
    ? `/process/${change.id}`
    : noun === 'session' || noun === 'link'
      ? `/sessions/${change.id}`
      : `/assets/${change.id}`
}

/** The one sentence on top: what a person on shift has to know first. */
export function headline(overview: Overview): string {
  const { openIncidents, openAlerts } = overview.counts
  if (openIncidents > 0) return openIncidents === 1 ? 'One incident is open' : `${openIncidents} incidents are open`
  if (openAlerts > 0) return openAlerts === 1 ? 'No incident; one alert waits' : `No incident; ${openAlerts} alerts wait`
  return 'Nothing is on fire'
}
