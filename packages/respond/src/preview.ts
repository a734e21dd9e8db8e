/**
 * What a suppression would have hidden: the stored findings go through a desk as it is and through one that has the
 * suppression too, and the two pictures are held against each other.
 */
import type { Alert, AuthorisedChange, Finding, Incident, Level, Suppression } from '@isthmus/model'
import { rank } from './alert.ts'
import { createDesk, type Desk, type DeskContent } from './desk.ts'
import type { Ends } from './host.ts'
import type { AssetWords } from './hosts.ts'

export type PreviewInput = {
  readonly site: string
  readonly content: DeskContent
  /** Stored findings, in any order; each of them as far as it has grown. */
  readonly findings: readonly Finding[]
  readonly endsOf: (finding: Finding) => Ends
  /** The changes that findings name as what explains them. */
  readonly changes: readonly AuthorisedChange[]
  readonly assets: AssetWords
}

type Standing = { readonly level: Level; readonly score: number; readonly findings: number }

/** One alert or incident as it is and as it would have been; `after` undefined: it would never have been raised. */
export type Difference = {
  readonly id: string
  /** A finding it still holds, by which a store knows it whatever its id. */
  readonly finding: string
  readonly title: string
  readonly before: Standing
  readonly after: Standing | undefined
}

export type Preview = {
  /** Findings that were replayed, and those among them that it would have hidden. */
  readonly findings: number
  readonly hidden: readonly string[]
  readonly alerts: readonly Difference[]
  readonly incidents: readonly Difference[]
}

export function preview(suppression: Suppression, input: PreviewInput): Preview {
  const before = replay(input, [])
  const after = replay(input, [suppression])
  const hidden = input.findings.filter(({ id }) => after.get(id)?.suppressedBy === suppression.id)
  return {
    findings: input.findings.length,
    hidden: hidden.map(({ id }) => id),
    alerts: differences(before.groups('alert'), after.groups('alert')),
    incidents: differences(before.groups('incident'), after.groups('incident')),
  }
}

type Group = Standing & { readonly id: string; readonly title: string; readonly members: readonly string[] }

type Replayed = {
  get(finding: string): Finding | undefined
  groups(what: 'alert' | 'incident'): readonly Group[]
}

/** Each finding comes twice: as it began and as far as it has grown, all in order of time. */
function replay({ site, content, findings, endsOf, changes, assets }: PreviewInput, suppressions: readonly Suppression[]): Replayed {
  // The guard's own findings are among the stored ones, so `observe` has nothing to add.
  const desk = createDesk(site, content, { controls: { suppressions, changes }, assets, isReplay: true })
  const steps = findings.flatMap((finding) => {
    const begun = { ...finding, at: finding.first, count: 1 }
    return finding.at === finding.first && finding.count === 1 ? [begun] : [begun, finding]
  })
  steps.sort((a, b) => a.at - b.at || a.first - b.first || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.count - b.count))
  const last = new Map<string, Finding>()
  for (const step of steps) last.set(step.id, desk.take(step, endsOf(step)))
  desk.conclude()
  return {
    get: (finding) => last.get(finding),
    groups: (what) => (what === 'alert' ? alertGroups(desk, last) : incidentGroups(desk, last)),
  }
}

function alertGroups(desk: Desk, last: ReadonlyMap<string, Finding>): Group[] {
  const members = membersOf(desk, last)
  return [...desk.alerts.values()].map(({ id, title, level, score, findingCount }) => ({
    id,
    title,
    level,
    score,
    findings: findingCount,
    members: members.get(id) ?? [],
  }))
}

function incidentGroups(desk: Desk, last: ReadonlyMap<string, Finding>): Group[] {
  const members = membersOf(desk, last)
  return [...desk.incidents.values()]
    .filter((incident: Incident) => incident.mergedInto === undefined)
    .map(({ id, title, level, score, alerts }) => {
      const held = alerts.flatMap((alert) => desk.alerts.get(alert) ?? [])
      const findings = held.reduce((sum, alert: Alert) => sum + alert.findingCount, 0)
      return { id, title, level, score, findings, members: alerts.flatMap((alert) => members.get(alert) ?? []) }
    })
}

function membersOf(desk: Desk, last: ReadonlyMap<string, Finding>): Map<string, string[]> {
  const members = new Map<string, string[]>()
  for (const finding of last.values()) {
    const alert = desk.alertOf(finding)
    if (alert === undefined) continue
    const ids = members.get(alert)
    if (ids === undefined) members.set(alert, [finding.id])
    else ids.push(finding.id)
  }
  return members
}

/** What became of each group: where its findings are afterwards, the gravest of those. */
function differences(before: readonly Group[], after: readonly Group[]): Difference[] {
  const where = new Map(after.flatMap((group) => group.members.map((finding) => [finding, group] as const)))
  const found: Difference[] = []
  for (const group of before) {
    const [finding] = group.members
    if (finding === undefined) continue
    const rests = new Set(group.members.flatMap((member) => where.get(member) ?? []))
    const rest = [...rests].sort((a, b) => rank(b.level) - rank(a.level) || b.score - a.score)[0]
    if (rest !== undefined && rest.level === group.level && rest.score === group.score && rest.findings === group.findings) continue
    found.push({
      id: group.id,
      finding,
      title: group.title,
      before: { level: group.level, score: group.score, findings: group.findings },
      after: rest === undefined ? undefined : { level: rest.level, score: rest.score, findings: rest.findings },
    })
  }
  return found.sort((a, b) => b.before.score - a.before.score || (a.id < b.id ? -1 : 1))
}
