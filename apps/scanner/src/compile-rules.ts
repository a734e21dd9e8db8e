/** Sources → rules in force: a rule with an error is left out and named, the others work. */
import { Compiler, type Rules } from '@virustotal/yara-x'
import { type RuleProblem, type RuleSource, type RuleSpan, spansOf, without } from './rule-source.ts'

export type Compiled = { readonly rules: Rules; readonly count: number; readonly problems: readonly RuleProblem[] }

/** Rules with errors that are left out of one file before it is given up as a whole. */
const MAX_LEFT_OUT = 100
const MAX_REASON = 300

export function compileRules(sources: readonly RuleSource[]): Compiled {
  const problems: RuleProblem[] = []
  const compiler = new Compiler()
  let count = 0
  for (const [i, source] of sources.entries()) {
    const text = soundPart(source, problems)
    if (text === undefined) continue
    // Files are apart: two may have rules of the same name.
    compiler.newNamespace(`file${i}`)
    try {
      compiler.addSource(text)
      count += spansOf(text).length
    } catch (error) {
      problems.push({ file: source.file, line: undefined, rule: undefined, reason: firstLine(error) })
    }
  }
  try {
    return { rules: compiler.build(), count, problems }
  } finally {
    compiler.free()
  }
}

/** As much of a source as compiles; undefined when nothing does. */
function soundPart({ file, text }: RuleSource, problems: RuleProblem[]): string | undefined {
  let sound = text
  for (let round = 0; round <= MAX_LEFT_OUT; round++) {
    const error = errorOf(sound)
    if (error === undefined) return sound
    const { line, reason } = error
    const span = line === undefined ? undefined : culpritOf(sound, line)
    if (span === undefined || round === MAX_LEFT_OUT) {
      problems.push({
        file,
        line,
        rule: undefined,
        reason: round === MAX_LEFT_OUT ? `more than ${MAX_LEFT_OUT} rules with errors` : reason,
      })
      return undefined
    }
    problems.push({ file, line, rule: span.name || undefined, reason })
    sound = without(sound, span)
  }
  return undefined
}

/** The rule a line belongs to; a line that brings in another file or a module stands for itself, without a name. */
function culpritOf(text: string, line: number): RuleSpan | undefined {
  if (/^\s*(?:include|import)\b/.test(text.split('\n')[line - 1] ?? '')) return { name: '', first: line, last: line }
  return spansOf(text).findLast(({ first }) => first <= line)
}

/** The first error of a text by itself. */
function errorOf(text: string): { line: number | undefined; reason: string } | undefined {
  const compiler = new Compiler()
  try {
    compiler.addSource(text)
    compiler.build().free()
    return undefined
  } catch (error) {
    const said = String(compiler.errors[0] ?? (error instanceof Error ? error.message : error))
    const line = /--> line:(\d+):\d+/.exec(said)?.[1]
    return { line: line === undefined ? undefined : Number(line), reason: firstLine(said) }
  } finally {
    compiler.free()
  }
}

/** `error[E025]: unknown pattern` without its number. */
function firstLine(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error)
  return said
    .split('\n')[0]!
    .replace(/^error(?:\[\w+\])?: /, '')
    .slice(0, MAX_REASON)
}
