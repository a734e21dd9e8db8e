/** Labelled captures → what the product says of them: an alert with a right technique, another one, or none. */
import { existsSync, readdirSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import type { Alert, Level } from '@isthmus/model'
import { analyze, type Picture } from '../../apps/cli/src/analyze/run.ts'
import { LABELS, type Label } from './labelled-attacks.table.ts'

export const CAPTURES = join(import.meta.dirname, '../../../shared/captures')
const ATTACKS = join(CAPTURES, 'attacks')
const CAPTURE = /\.(pcap|pcapng|cap|trace)$/
const PACKED = /\.(pcap|pcapng|cap)\.(zst|gz)$/
const SERIOUS: ReadonlySet<Level> = new Set(['high', 'critical'])
const HOUR_US = 3_600_000_000

export type Verdict = {
  readonly capture: string
  readonly label: Label
  readonly alerts: readonly Alert[]
  readonly verdict: 'right' | 'other' | 'none' | 'clean' | 'false'
}

/** Captures below a folder, sorted; compressed ones hold a day and take minutes. */
export function capturesBelow(folder: string, withPacked: boolean): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('.oracle') && (CAPTURE.test(path) || (withPacked && PACKED.test(path))))
    .sort()
}

/** Labelled captures, and those that no row of the table names. */
export function labelled(withPacked: boolean, only: string): { rows: { capture: string; label: Label }[]; unlabelled: string[] } {
  const rows: { capture: string; label: Label }[] = []
  const unlabelled: string[] = []
  for (const capture of capturesBelow(ATTACKS, withPacked)) {
    if (!capture.startsWith(only)) continue
    const label = LABELS.find(({ captures }) => matchesGlob(capture, captures))
    if (label === undefined) unlabelled.push(capture)
    else rows.push({ capture, label })
  }
  return { rows, unlabelled }
}

export async function judge(capture: string, label: Label): Promise<Verdict> {
  const { alerts } = await picture(join(ATTACKS, capture), 0)
  return { capture, label, alerts, verdict: verdictOf(alerts, label) }
}

export function verdictOf(alerts: readonly Pick<Alert, 'attack' | 'level'>[], { techniques }: Label): Verdict['verdict'] {
  if (techniques.length === 0) return alerts.some(({ level }) => SERIOUS.has(level)) ? 'false' : 'clean'
  if (alerts.length === 0) return 'none'
  return alerts.some(({ attack }) => attack.some((id) => techniques.some((ok) => isSame(id, ok)))) ? 'right' : 'other'
}

/** A sub-technique is right where its technique is, and the other way round. */
function isSame(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

/** A benign capture, learned on its first half: its length in hours, and its alerts of level high or above. */
export async function falseAlerts(path: string): Promise<{ hours: number; alerts: readonly Alert[] }> {
  const whole = await picture(path, 0)
  const span = spanOf(whole)
  const { alerts } = span < 2 ? whole : await picture(path, Math.floor(span / 2))
  return { hours: span / HOUR_US, alerts: alerts.filter(({ level }) => SERIOUS.has(level)) }
}

function spanOf({ captures }: Picture): number {
  const [first] = captures
  return Math.max(0, (first?.lastAt ?? 0) - (first?.firstAt ?? 0))
}

function picture(path: string, learningUs: number): Promise<Picture> {
  return analyze([path], { site: 'score', learningUs, threads: 1 })
}
