/** Process tags: values of the process, the written ones first. */
import type { Tag } from '@isthmus/model'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped, natural } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

const COLUMNS: readonly TableColumn<Tag>[] = [
  { title: 'Server', text: (t) => t.server, least: 12 },
  { title: 'Tag', text: (t) => (t.part === undefined ? t.tag : `${t.part}: ${t.tag}`), least: 10 },
  { title: 'Value', text: (t) => `${valueText(t.value)}${t.unit === undefined ? '' : ` ${t.unit}`}`, toRight: true },
  { minor: true, title: 'Lowest', text: (t) => (t.min === undefined ? undefined : valueText(t.min)), toRight: true, tones: () => ['dim'] },
  { minor: true, title: 'Highest', text: (t) => (t.max === undefined ? undefined : valueText(t.max)), toRight: true, tones: () => ['dim'] },
  { minor: true, title: 'Changes', text: (t) => grouped(t.changes), toRight: true, least: 7 },
  { minor: true, title: 'Reads', text: (t) => grouped(t.reads), toRight: true, least: 5 },
  { title: 'Writes', text: (t) => (t.writes === 0 ? undefined : grouped(t.writes)), toRight: true, tones: () => ['yellow'] },
  { title: 'Written by', text: (t) => t.writers.join(' '), tones: () => ['yellow'], least: 10 },
]

export function tagSection({ tags }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (tags.length === 0) return undefined
  const ordered = [...tags].sort(
    (a, b) =>
      b.writes - a.writes || b.changes - a.changes || natural(a.server, b.server) || natural(a.tag, b.tag) || (a.id < b.id ? -1 : 1),
  )
  return {
    title: 'Process tags',
    count: tags.length,
    lines: table(ordered.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, tags.length - rows),
  }
}

function valueText(value: Tag['value']): string {
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value)
}
