/** How well incidents tell a labelled campaign: of which findings they are made, and which findings of the campaign they hold. */
import type { Alert, Finding, Incident } from '@isthmus/model'

export type Telling = {
  readonly findings: number
  /** Findings of the campaign. */
  readonly own: number
  /** Incidents that hold a finding of the campaign, the one with most of them first. */
  readonly incidents: readonly {
    readonly title: string
    readonly findings: number
    /** Share of its findings that belong to the campaign. */
    readonly purity: number
    /** Share of the campaign's findings that it holds. */
    readonly completeness: number
  }[]
  /** Over all these incidents together. */
  readonly purity: number
  readonly completeness: number
}

export function tellingOf(
  findings: readonly Finding[],
  alerts: Iterable<Alert>,
  incidents: Iterable<Incident>,
  isOwn: (finding: Finding) => boolean,
): Telling {
  const byId = new Map(findings.map((finding) => [finding.id, finding]))
  const alertOf = new Map([...alerts].map((alert) => [alert.id, alert]))
  const own = [...byId.values()].filter(isOwn).length
  let [held, heldOwn] = [0, 0]
  const told = [...incidents].flatMap(({ title, alerts: ids }) => {
    const of = ids.flatMap((id) => alertOf.get(id)?.findings ?? []).flatMap((id) => byId.get(id) ?? [])
    const ownOf = of.filter(isOwn).length
    if (ownOf === 0) return []
    held += of.length
    heldOwn += ownOf
    return [{ title, findings: of.length, purity: ownOf / of.length, completeness: ownOf / own }]
  })
  told.sort((a, b) => b.completeness - a.completeness)
  return { findings: byId.size, own, incidents: told, purity: heldOwn / held, completeness: heldOwn / own }
}

export function show(name: string, { findings, own, incidents, purity, completeness }: Telling): string {
  const share = (n: number) => `${(100 * n).toFixed(1)} %`
  const lines = incidents.map(
    (one) => `  ${one.title}: ${one.findings} findings, purity ${share(one.purity)}, ${share(one.completeness)} of the campaign`,
  )
  return [
    `${name}: ${own} of ${findings} findings are the campaign's; purity ${share(purity)}, completeness ${share(completeness)}`,
    ...lines,
  ].join('\n')
}
