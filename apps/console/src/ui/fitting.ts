/** Which columns of a table have room; worked out without a browser. */

export type Fits = {
  readonly id: string
  readonly width: string
  readonly sort?: string
  /** 1 leaves first where there is not room for all; a column without it stays. */
  readonly leaves?: number
  /** Shown because somebody chose it: it leaves after all others. */
  readonly isExtra?: boolean
}

/** As in table.css. */
const GAP_PX = 12
const PADDING_PX = 28
const NARROWEST_PX = 96

/** Every row is a grid of its own: the same tracks in the same width keep their columns in line. */
export function leastWidth(widths: readonly string[]): number {
  const least = widths.reduce((sum, width) => sum + Number(/(\d+)px/.exec(width)?.[1] ?? 0), 0)
  return least + GAP_PX * (widths.length - 1) + PADDING_PX
}

/** Where even the columns that stay do not fit, those that stretch shrink: a scroll bar hides more than a shorter text. */
export function narrowed(widths: readonly string[], px: number): readonly string[] {
  if (leastWidth(widths) <= px) return widths
  return widths.map((width) => width.replace(/^minmax\((\d+)px/, (_, least: string) => `minmax(${Math.min(Number(least), NARROWEST_PX)}px`))
}

/** The columns that fit into `px`, less important ones giving way; what is sorted or filtered by stays. */
export function fitting<C extends Fits>(
  columns: readonly C[],
  px: number,
  { fixed = [], sort = '', filters = {} }: { fixed?: readonly string[]; sort?: string; filters?: Readonly<Record<string, string>> },
): readonly C[] {
  const isUsed = ({ id, sort: word }: C) => (filters[id] ?? '') !== '' || (word !== undefined && sort.replace(/^-/, '') === word)
  const leaving = columns
    .filter((column) => column.leaves !== undefined && !isUsed(column))
    .sort((a, b) => Number(a.isExtra ?? false) - Number(b.isExtra ?? false) || (a.leaves ?? 0) - (b.leaves ?? 0))
  const gone = new Set<C>()
  const rest = () => columns.filter((column) => !gone.has(column))
  for (const column of leaving) {
    if (leastWidth([...fixed, ...rest().map(({ width }) => width)]) <= px) break
    gone.add(column)
  }
  return rest()
}
