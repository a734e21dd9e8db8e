/** Alerts that an authorised change explains or that go beyond one, and what suppressions hide. */
import type { Alert } from '@isthmus/model'
import { showChange } from '@isthmus/respond'
import { LEVEL_TONES } from '../../terminal/style.ts'
import { type TableColumn, table } from '../../terminal/table.ts'
import { countText, timeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

const COLUMNS: readonly TableColumn<Alert>[] = [
  { title: 'Level', text: (a) => a.level, tones: (a) => LEVEL_TONES[a.level], least: 8 },
  { title: 'Time (UTC)', text: (a) => timeText(a.firstAt).slice(0, 19), tones: () => ['dim'], least: 19 },
  { title: 'Alert', text: (a) => a.title, least: 24 },
  { title: 'Decision', text: decision, least: 30 },
]

export function decisionSection({ alerts, findings }: Picture, { rows, style }: ReportOptions): Section | undefined {
  const decided = alerts.filter(({ authorised, exceeds }) => authorised !== undefined || exceeds !== undefined)
  const hidden = findings.filter(({ suppressedBy }) => suppressedBy !== undefined)
  if (decided.length === 0 && hidden.length === 0) return undefined
  const suppressions = new Set(hidden.map(({ suppressedBy }) => suppressedBy)).size
  const told = hidden.length === 0 ? [] : [`  ${countText(hidden.length, 'finding')} hidden by ${countText(suppressions, 'suppression')}`]
  return {
    title: 'Decided beforehand',
    count: decided.length + hidden.length,
    lines: [...(decided.length === 0 ? [] : table(decided.slice(0, rows), COLUMNS, style)), ...told],
    hidden: Math.max(0, decided.length - rows),
  }
}

function decision({ authorised, exceeds = [] }: Alert): string {
  if (authorised !== undefined) return `explained by ${showChange(authorised)}`
  return exceeds.map((one) => `exceeds ${showChange({ ...one, title: '' })}: ${one.says}`).join('; ')
}
