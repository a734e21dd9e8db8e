/** Tables that fit the terminal: columns shrink, the widest first, down to what they say they need. */
import type { Style, Tone } from './style.ts'
import { fit, harmless, pad, widthOf } from './width.ts'

export type TableColumn<T> = {
  readonly title: string
  readonly text: (row: T) => string | undefined
  readonly tones?: (row: T) => readonly Tone[]
  /** Numbers stand at the right edge. */
  readonly toRight?: boolean
  /** Never narrower than this; 6 when absent. */
  readonly least?: number
  /** Left out, the last first, where the terminal is too narrow for all. */
  readonly minor?: boolean
}

const GAP = 2
const INDENT = 2
const LEAST = 6

/** @returns lines; columns that are empty in every row are left out */
export function table<T>(rows: readonly T[], columns: readonly TableColumn<T>[], style: Style): string[] {
  const cells = rows.map((row) => columns.map((column) => harmless(column.text(row) ?? '')))
  const shown = columns.map((_, i) => i).filter((i) => cells.some((row) => row[i] !== ''))
  const leastOf = (i: number): number => Math.max(columns[i]!.least ?? LEAST, widthOf(columns[i]!.title))
  const needs = (): number => INDENT + GAP * (shown.length - 1) + shown.reduce((sum, i) => sum + Math.min(leastOf(i), widest(i)), 0)
  const widest = (i: number): number => cells.reduce((widest, row) => Math.max(widest, widthOf(row[i]!)), widthOf(columns[i]!.title))
  for (let i = shown.length - 1; i >= 0 && needs() > style.width; i--) if (columns[shown[i]!]!.minor === true) shown.splice(i, 1)
  const widths = shown.map(widest)
  shrink(widths, shown.map(leastOf), style.width - INDENT - GAP * (shown.length - 1))
  const line = (texts: readonly string[], tones: (place: number) => readonly Tone[]): string => {
    const parts = shown.map((i, place) => {
      const text = fit(texts[i]!, widths[place]!)
      const isLast = place === shown.length - 1
      const blanks = pad('', widths[place]! - widthOf(text))
      const painted = style.paint(text, ...tones(i))
      return columns[i]!.toRight === true ? blanks + painted : isLast ? painted : painted + blanks
    })
    return ' '.repeat(INDENT) + parts.join(' '.repeat(GAP))
  }
  return [
    line(
      columns.map((c) => c.title),
      () => ['dim'],
    ),
    ...cells.map((texts, n) => line(texts, (i) => columns[i]!.tones?.(rows[n]!) ?? [])),
  ].map((l) => l.trimEnd())
}

function shrink(widths: number[], least: readonly number[], room: number): void {
  for (let over = widths.reduce((a, b) => a + b, 0) - room; over > 0; over--) {
    let widest = -1
    for (let i = 0; i < widths.length; i++) if (widths[i]! > least[i]! && (widest < 0 || widths[i]! > widths[widest]!)) widest = i
    if (widest < 0) return
    widths[widest]!--
  }
}
