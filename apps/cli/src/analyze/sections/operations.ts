/** Operations: what was done to devices; what changes them first. */
import type { Operation } from '@isthmus/model'
import type { Tone } from '../../terminal/style.ts'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

/** From what stops a plant to what only keeps a connection. */
const WEIGHT: Readonly<Record<string, number>> = {
  control: 0,
  program: 1,
  configure: 2,
  write: 3,
  read: 4,
  identify: 5,
  unknown: 6,
  session: 7,
}
const TONES: Readonly<Record<string, readonly Tone[]>> = {
  control: ['bold', 'red'],
  program: ['bold', 'red'],
  configure: ['yellow'],
  write: ['yellow'],
}

const COLUMNS: readonly TableColumn<Operation>[] = [
  { title: 'Access', text: (o) => o.access, tones: (o) => TONES[o.access] ?? ['dim'], least: 9 },
  { title: 'Operation', text: (o) => o.operation, least: 12 },
  { title: 'Object', text: (o) => (o.part === undefined ? o.object : `${o.part}: ${o.object}`) },
  { title: 'Protocol', text: (o) => o.protocol, tones: () => ['cyan'] },
  { title: 'Client', text: (o) => o.client, least: 12 },
  { title: 'Server', text: (o) => o.server, least: 12 },
  { minor: true, title: 'Times', text: (o) => grouped(o.count), toRight: true, least: 5 },
  {
    minor: true,
    title: 'Answer',
    text: (o) => (o.ok === true ? 'ok' : o.failed > 0 ? `${grouped(o.failed)} refused` : 'none seen'),
    tones: (o) => (o.failed > 0 ? ['yellow'] : ['dim']),
  },
]

export function operationSection({ operations }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (operations.length === 0) return undefined
  const ordered = [...operations].sort(
    (a, b) => (WEIGHT[a.access] ?? 6) - (WEIGHT[b.access] ?? 6) || b.count - a.count || a.first - b.first || (a.id < b.id ? -1 : 1),
  )
  return {
    title: 'Operations',
    count: operations.length,
    lines: table(ordered.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, operations.length - rows),
  }
}
