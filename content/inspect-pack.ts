/** What the files of a pack are worth beside the content and other rules: what can be used, and what not, with the reason. */
import { type Indicator, type Rule, type RuleSource, readIndicators } from '@isthmus/detect'
import { type Content, withRules } from './load.ts'
import type { PackFile, PackKind } from './pack.ts'
import { parseRuleFile } from './sources.ts'

export type PackProblem = { readonly file: string; readonly line: number | null; readonly why: string }
export type Inspected = {
  /** Those that raise findings of their own. */
  readonly rules: readonly Rule[]
  /** Comparisons that its rules cost for each observation. */
  readonly cost: number
  readonly indicators: readonly Indicator[]
  readonly yara: number
  readonly problems: readonly PackProblem[]
}

type YaraSource = { readonly file: string; readonly text: string }
type YaraProblem = { readonly file: string; readonly line: number | undefined; readonly reason: string }
/** Compiles YARA rules: this package has no engine for them. */
export type CheckYara = (sources: readonly YaraSource[]) => Promise<{ readonly count: number; readonly problems: readonly YaraProblem[] }>

/** @param others rules in force beside the pack: two of one name cannot be */
export async function inspectFiles(
  content: Content,
  files: readonly PackFile[],
  others: readonly RuleSource[],
  checkYara: CheckYara,
): Promise<Inspected> {
  const of = (wanted: PackKind) => files.filter(({ kind }) => kind === wanted)
  const sources = of('rule').flatMap(({ path, text }) => parseRuleFile(path, text))
  const paths = new Set(sources.map(({ file }) => file))
  const { rules, errors } = withRules(content, [...others, ...sources])
  const mine = rules.filter(({ isOwn, file }) => isOwn && paths.has(file))
  const lists = of('indicators').map(({ path, text }) => ({ path, ...readIndicators(path, text) }))
  const yara = of('yara').map(({ path, text }) => ({ file: path, text }))
  const scanned = yara.length === 0 ? { count: 0, problems: [] } : await checkYara(yara)
  return {
    rules: mine.filter(({ generates }) => generates),
    cost: mine.reduce((sum, { cost }) => sum + cost, 0),
    indicators: lists.flatMap(({ indicators }) => indicators),
    yara: scanned.count,
    problems: [
      ...errors
        .filter(({ file }) => paths.has(file))
        .map(({ file, line, path, reason }) => ({ file, line: line ?? null, why: path === '' ? reason : `${path}: ${reason}` })),
      ...lists.flatMap(({ path, refused }) =>
        Object.entries(refused).map(([why, times]) => ({ file: path, line: null, why: `${times} times: ${why}` })),
      ),
      ...scanned.problems.map(({ file, line, reason }) => ({ file, line: line ?? null, why: reason })),
    ],
  }
}
