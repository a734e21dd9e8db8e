/** Blind spots: of every protocol, how much was there and how much of it was understood. */
import type { Coverage } from '@isthmus/model'
import { type TableColumn, table } from '../../terminal/table.ts'
import { grouped, sizeText } from '../../text.ts'
import type { ReportOptions, Section } from '../report.ts'
import type { Picture } from '../run.ts'

const BAR = 10

const COLUMNS: readonly TableColumn<Coverage>[] = [
  { title: 'Protocol', text: (c) => c.protocol, tones: () => ['cyan'], least: 12 },
  { minor: true, title: 'Packets', text: (c) => grouped(c.packets), toRight: true, least: 7 },
  { title: 'Bytes', text: (c) => sizeText(c.bytes), toRight: true },
  { title: 'Messages', text: (c) => grouped(c.messages), toRight: true, least: 8 },
  {
    title: 'Understood',
    text: (c) => bar(c),
    tones: (c) => (understood(c) >= 0.99 ? ['green'] : understood(c) >= 0.5 ? ['yellow'] : ['red']),
    least: 16,
  },
  { title: 'Not decoded', text: (c) => (c.undecoded === 0 ? undefined : sizeText(c.undecoded)), toRight: true, least: 11 },
  {
    minor: true,
    title: 'Anomalies',
    text: (c) => (c.anomalies === 0 ? undefined : grouped(c.anomalies)),
    toRight: true,
    tones: () => ['yellow'],
    least: 9,
  },
  {
    minor: true,
    title: 'Dropped',
    text: (c) => (c.dropped === 0 ? undefined : grouped(c.dropped)),
    toRight: true,
    tones: () => ['red'],
    least: 7,
  },
]

export function coverageSection({ coverage }: Picture, { rows, style }: ReportOptions): Section | undefined {
  if (coverage.length === 0) return undefined
  const ordered = [...coverage].sort((a, b) => b.undecoded - a.undecoded || b.bytes - a.bytes || (a.protocol < b.protocol ? -1 : 1))
  return {
    title: 'Blind spots',
    count: coverage.length,
    lines: table(ordered.slice(0, rows), COLUMNS, style),
    hidden: Math.max(0, coverage.length - rows),
  }
}

/** Share of the frames' bytes that is not known to be undecoded. */
function understood(c: Coverage): number {
  if (c.messages === 0 && c.undecoded > 0) return 0
  return c.bytes === 0 ? 1 : Math.max(0, 1 - c.undecoded / c.bytes)
}

function bar(c: Coverage): string {
  const share = understood(c)
  const full = Math.round(share * BAR)
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${String(Math.floor(share * 100)).padStart(3)} %`
}
