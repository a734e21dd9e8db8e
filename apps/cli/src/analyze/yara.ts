/** YARA rules given beside the captures, and what became of them. */
import type { ScanFile } from '@isthmus/protocols'
import { openScanner, type RuleProblem, readRules } from '@isthmus/scanner'
import { harmless } from '../terminal/width.ts'
import { grouped } from '../text.ts'

export type YaraOutcome = {
  /** Files of rules. */
  readonly files: number
  /** Rules in force. */
  readonly used: number
  /** Files on the wire that were looked into, those with a match, and those for which the engine failed. */
  readonly scanned: number
  readonly matched: number
  readonly failed: number
  readonly problems: readonly RuleProblem[]
}

export type Yara = {
  /** Undefined where there is no rule to look with. */
  readonly scanFile: ScanFile | undefined
  outcomes(): readonly YaraOutcome[]
  close(): Promise<void>
}

export async function openYara(paths: readonly string[]): Promise<Yara> {
  if (paths.length === 0) return { scanFile: undefined, outcomes: () => [], close: async () => undefined }
  const { sources, problems } = await readRules(paths)
  const scanner = sources.length === 0 ? undefined : openScanner(sources)
  let scanned = 0
  let matched = 0
  let failed = 0
  return {
    scanFile:
      scanner &&
      ((content) => {
        const verdict = scanner.scanFile(content)
        if (verdict.failed === '') scanned++
        else failed++
        if (verdict.matches.length > 0) matched++
        return verdict
      }),
    outcomes: () => [
      { files: sources.length, used: scanner?.count ?? 0, scanned, matched, failed, problems: [...problems, ...(scanner?.problems ?? [])] },
    ],
    close: async () => scanner?.close(),
  }
}

/** Rules that are not used, a line each. */
export function yaraProblems({ problems }: YaraOutcome): string[] {
  return problems.map(({ file, line, rule, reason }) => {
    const place = `${harmless(file)}${line === undefined ? '' : `:${grouped(line)}`}`
    return `${place}: ${rule === undefined ? '' : `rule ${harmless(rule)}: `}not used: ${harmless(reason)}`
  })
}
