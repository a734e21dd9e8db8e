/**
 * An alert's score: points with their reasons, whose sum (0 to 100) it is. Each kind of reason counts once; its first
 * word names it, so that a later finding can only confirm or raise it.
 */
import type { Asset, AssetType, Finding, Level, ScorePart } from '@isthmus/model'
import { showChange } from './change-words.ts'
import { criticalityPart } from './criticality.ts'
import type { Effect } from './effect.ts'
import { type Ends, typeWord } from './host.ts'
import { modePart } from './mode.ts'

const BASE: Readonly<Record<Level, number>> = { informational: 5, low: 15, medium: 35, high: 55, critical: 70 }

const TARGET: Readonly<Partial<Record<AssetType, number>>> = {
  'safety-controller': 15,
  plc: 10,
  rtu: 10,
  ied: 10,
  drive: 8,
  'io-module': 8,
  'building-controller': 8,
  hmi: 6,
  'scada-server': 6,
  'engineering-station': 6,
  'domain-controller': 6,
  historian: 4,
}

/** Purdue: levels 0 to 3 are the plant, 4 and above the office. */
export function isOt(level: number | undefined): boolean {
  return level !== undefined && level <= 3
}

function isIt(asset: Asset | undefined): boolean {
  return asset?.isExternal === true || (asset?.purdueLevel !== undefined && asset.purdueLevel > 3)
}

export type Weight = {
  readonly finding: Finding
  readonly ends: Ends
  readonly rules: number
  readonly findings: number
  readonly effect: Effect
}

/** What somebody ordered weighs nothing; what goes beyond an order weighs more than its rule says. */
const AUTHORISED_POINTS = -100
const EXCEEDED_POINTS = 30

export function addUp(parts: readonly ScorePart[]): number {
  return Math.max(
    0,
    Math.min(
      100,
      parts.reduce((sum, part) => sum + part.points, 0),
    ),
  )
}

/** The parts after one more finding. Earlier reasons stay when this finding does not know them. */
export function weigh(earlier: readonly ScorePart[], weight: Weight): readonly ScorePart[] {
  const parts = new Map(earlier.map((part) => [kindOf(part), part]))
  for (const part of partsOf(weight)) {
    const known = parts.get(kindOf(part))
    if (known === undefined || Math.abs(part.points) >= Math.abs(known.points)) parts.set(kindOf(part), part)
  }
  return [...parts.values()].map(({ why, points }) => ({ why, points }))
}

function kindOf({ why }: ScorePart): string {
  return why.slice(0, why.indexOf(' '))
}

function partsOf({ finding, ends, rules, findings, effect }: Weight): ScorePart[] {
  const { client, server } = ends
  const { level } = finding
  const parts: ScorePart[] = [{ why: `Severity of its strongest rule is ${level}`, points: BASE[level] }]
  if (effect.authorised !== undefined) parts.push({ why: `Authorised by ${showChange(effect.authorised)}`, points: AUTHORISED_POINTS })
  if (effect.exceeded !== undefined) {
    parts.push({ why: `Exceeds ${showChange({ ...effect.exceeded, title: '' })}: ${effect.exceeded.says}`, points: EXCEEDED_POINTS })
  }
  const target = server === undefined ? undefined : TARGET[server.type]
  if (target !== undefined) parts.push({ why: `Target is a ${typeWord(server)}`, points: target })
  const criticality = criticalityPart(ends)
  if (criticality !== undefined) parts.push(criticality)
  const mode = effect.authorised === undefined ? modePart(finding, ends) : undefined
  if (mode !== undefined) parts.push(mode)
  const path = pathPart(ends)
  if (path !== undefined) parts.push(path)
  if (finding.engine === 'policy') parts.push({ why: 'Unseen while the site was learning', points: 5 })
  if (finding.engine === 'operation' && client?.type === 'engineering-station' && effect.exceeded === undefined) {
    parts.push({ why: 'Expected work of an engineering station, if somebody planned it', points: -10 })
  }
  if (rules > 1) parts.push({ why: `Agreement of ${rules} different rules`, points: Math.min(15, (rules - 1) * 5) })
  const repeats = Math.max(finding.count, findings)
  if (repeats >= 10) parts.push({ why: `Repeated ${repeats} times`, points: Math.min(10, Math.floor(Math.log10(repeats)) * 3) })
  return parts
}

function pathPart({ client, server }: Ends): ScorePart | undefined {
  if (isIt(client) && isOt(server?.purdueLevel)) return { why: 'Path leads from IT or outside into the plant', points: 10 }
  if (server?.isExternal === true && isOt(client?.purdueLevel)) return { why: 'Path leads from the plant to the internet', points: 8 }
  return undefined
}
