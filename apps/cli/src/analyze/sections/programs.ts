/** Sections of controllers' programs; those that became another first. */
import type { ProgramSection } from '@isthmus/model'
import { sayDiff } from '@isthmus/track'
import { changesOf } from '../../programs/change-list.ts'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped, natural, timeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

type Row = {
  readonly section: ProgramSection
  readonly changes: number
  readonly at: number
  readonly by: string
  /** Comparing costs time: only what is shown is compared. */
  readonly differs: () => string
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'Controller', text: ({ section }) => section.server, least: 12 },
  { title: 'Section', text: ({ section }) => section.section, least: 8 },
  {
    title: 'Changes',
    text: ({ changes }) => grouped(changes),
    toRight: true,
    tones: ({ changes }) => (changes > 0 ? ['bold', 'red'] : ['dim']),
  },
  { title: 'Last', text: ({ at }) => timeText(at), minor: true, least: 19 },
  { title: 'By', text: ({ by }) => by, least: 12 },
  { title: 'What differs', text: ({ differs }) => differs(), least: 24 },
]

export function programSection({ programs, contents }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (programs.length === 0) return undefined
  const all = programs.map((section): Row => {
    const changes = changesOf(section)
    const last = changes.at(-1)
    const { lastAt, movers } = last?.after ?? section.versions.at(-1)!
    const differs = (): string => {
      if (last === undefined) return 'nothing'
      const diff = contents.diff(section, last.before, last.after)
      if (diff !== undefined) return sayDiff(diff)
      return last.before === undefined ? 'edited online' : 'not known: its bytes are not held'
    }
    return { section, changes: changes.length, at: lastAt, by: movers.at(-1)?.client ?? '', differs }
  })
  all.sort((a, b) => b.changes - a.changes || natural(a.section.server, b.section.server) || natural(a.section.section, b.section.section))
  return {
    title: 'Program sections',
    count: all.length,
    lines: table(all.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, all.length - rows),
  }
}
