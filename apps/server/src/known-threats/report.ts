/** What a source is worth, in one shape for indicators and rules: made once when it is given, kept with it. */
import { type IndicatorFile, readIndicators } from '@isthmus/detect'
import type { RuleProblem } from '@isthmus/scanner'

export type Problem = { readonly where: string; readonly what: string; readonly why: string }

export type Report = {
  readonly format: string
  /** Entries of any kind, and those that are looked for. */
  readonly read: number
  readonly used: number
  /** What the source itself takes back, by reason. */
  readonly skipped: Readonly<Record<string, number>>
  /** What cannot be looked for, by reason; `problems` are the first of them. */
  readonly unusable: Readonly<Record<string, number>>
  readonly problems: readonly Problem[]
  /** How many end on which day, µs of its last moment; those after the last day kept are counted with it. */
  readonly ends: readonly (readonly [number, number])[]
  readonly endless: number
}

const DAY_US = 86_400_000_000
const MAX_DAYS = 4000

export function reportOfIndicators(name: string, text: string): Report {
  return summed(readIndicators(name, text))
}

function summed({ format, indicators, read, skipped, refused, examples }: IndicatorFile): Report {
  const days = new Map<number, number>()
  let endless = 0
  for (const { validUntil } of indicators) {
    if (validUntil === undefined) endless++
    else {
      const day = Math.ceil(validUntil / DAY_US) * DAY_US
      days.set(day, (days.get(day) ?? 0) + 1)
    }
  }
  const all = [...days].sort(([a], [b]) => a - b)
  const rest = all.slice(MAX_DAYS - 1)
  const ends = rest.length < 2 ? all : [...all.slice(0, MAX_DAYS - 1), [rest[0]![0], rest.reduce((sum, [, n]) => sum + n, 0)] as const]
  const problems = examples.map(({ id, pattern, reason }) => ({ where: id, what: pattern, why: reason }))
  return { format, read, used: indicators.length, skipped, unusable: refused, problems, ends, endless }
}

export function reportOfRules({ count, problems }: { readonly count: number; readonly problems: readonly RuleProblem[] }): Report {
  const unusable: Record<string, number> = {}
  for (const { reason } of problems) unusable[reason] = (unusable[reason] ?? 0) + 1
  return {
    format: 'YARA',
    read: count + problems.length,
    used: count,
    skipped: {},
    unusable,
    problems: problems.map(({ line, rule, reason }) => ({
      where: line === undefined ? '' : `line ${line}`,
      what: rule === undefined ? '' : `rule ${rule}`,
      why: reason,
    })),
    ends: [],
    endless: count,
  }
}
