/** Findings: one rule, one moment; and the packets that show it. */
import { type Finding, LEVELS, showEndpoint } from '@isthmus/model'
import { LEVEL_TONES } from '../../terminal/style.ts'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped, timeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

const COLUMNS: readonly TableColumn<Finding>[] = [
  { title: 'Level', text: (f) => f.level, tones: (f) => LEVEL_TONES[f.level], least: 8 },
  { title: 'Time (UTC)', text: (f) => timeText(f.first).slice(0, 19), tones: () => ['dim'], least: 19 },
  { title: 'Finding', text: (f) => f.ruleTitle, least: 20 },
  { title: 'Client', text: (f) => f.client.ip ?? f.client.mac, least: 12 },
  { title: 'Server', text: (f) => showEndpoint(f.server), least: 14 },
  { minor: true, title: 'Times', text: (f) => (f.count > 1 ? grouped(f.count) : undefined), toRight: true, least: 5 },
  { minor: true, title: 'ATT&CK', text: (f) => f.attack.join(' '), tones: () => ['dim'], least: 5 },
  { minor: true, title: 'Packets', text: packets, tones: () => ['dim'], least: 7 },
]

export function findingSection({ findings }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (findings.length === 0) return undefined
  const ordered = [...findings].sort(
    (a, b) => LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || a.first - b.first || (a.id < b.id ? -1 : 1),
  )
  return {
    title: 'Findings',
    count: findings.length,
    lines: table(ordered.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, findings.length - rows),
  }
}

function packets(finding: Finding): string | undefined {
  const [first] = finding.evidence
  if (first === undefined) return undefined
  const [from, to] = first.packets
  return from === to ? `#${from}` : `#${from}–${to}`
}
