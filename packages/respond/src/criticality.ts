/** What people said of a host: how much depends on it. What happens to one on which much depends is graver, whichever rule tells of it. */
import { type Asset, LEVELS, type Level } from '@isthmus/model'
import { type Ends, labelOf } from './host.ts'

/** From here on a level is raised: what is not worth a person elsewhere is not so here. */
const LEAST = LEVELS.indexOf('medium')
const POINTS = { low: -10, high: 8, critical: 15 } as const

export type Criticality = keyof typeof POINTS

function criticalityOf(asset: Pick<Asset, 'overrides'> | undefined): Criticality | undefined {
  const said = asset?.overrides.criticality
  return said !== undefined && Object.hasOwn(POINTS, said) ? (said as Criticality) : undefined
}

/** Of the host that something is done to; where nothing was said of it, of the one that does it. */
function concerned({ client, server }: Ends): { readonly asset: Asset; readonly criticality: Criticality } | undefined {
  for (const asset of [server, client]) {
    const criticality = criticalityOf(asset)
    if (asset !== undefined && criticality !== undefined) return { asset, criticality }
  }
  return undefined
}

export function levelFor(level: Level, ends: Ends): Level {
  const at = LEVELS.indexOf(level)
  if (at < LEAST || concerned(ends)?.criticality !== 'critical') return level
  return LEVELS[Math.min(at + 1, LEVELS.length - 1)]!
}

export function criticalityPart(ends: Ends): { readonly why: string; readonly points: number } | undefined {
  const known = concerned(ends)
  if (known === undefined) return undefined
  const { asset, criticality } = known
  const raised = criticality === 'critical' ? ', which makes the alert one level graver' : ''
  return { why: `Criticality of ${labelOf(asset)} was set to ${criticality}${raised}`, points: POINTS[criticality] }
}
