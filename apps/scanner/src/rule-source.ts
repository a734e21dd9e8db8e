/** YARA rules as text: where each rule begins and ends, so that one with an error can be left out and named. */

/** One file of rules. */
export type RuleSource = { readonly file: string; readonly text: string }
/** What could not be used; `line` counts from 1, `rule` is undefined where the whole file fell. */
export type RuleProblem = {
  readonly file: string
  readonly line: number | undefined
  readonly rule: string | undefined
  readonly reason: string
}

/** Lines `first` to `last` of one rule, from 1. */
export type RuleSpan = { readonly name: string; readonly first: number; readonly last: number }

/**
 * Text in quotes, comments, and regular expressions: nothing in them begins a rule. A quote that nobody closes ends with its line:
 * looked for again from each one in it, a long line would take hours.
 */
const OPAQUE = /"(?:[^"\\\n]|\\.)*"?|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|(?<=[=(,]\s*|\bmatches\s+)\/(?![/*])(?:[^/\\\n]|\\.)+\//g
/** The name may be missing: then what was passed over is not gone through again. */
const RULE = /^[ \t]*(?:(?:private|global)\s+)*(?:rule\s+(\w+))?/gm

/** The rules of a source, in their order; what stands before the first (imports) belongs to none. */
export function spansOf(text: string): RuleSpan[] {
  const bare = text.replace(OPAQUE, (opaque) => opaque.replace(/[^\n]/g, ' '))
  const starts: { name: string; first: number }[] = []
  let line = 1
  let counted = 0
  for (const { 1: name, index } of bare.matchAll(RULE)) {
    if (name === undefined) continue
    for (let end = bare.indexOf('\n', counted); end >= 0 && end < index; end = bare.indexOf('\n', counted)) {
      line++
      counted = end + 1
    }
    starts.push({ name, first: line })
  }
  const lines = bare.split('\n').length
  return starts.map(({ name, first }, i) => ({ name, first, last: Math.max(first, (starts[i + 1]?.first ?? lines + 1) - 1) }))
}

/** The text with these lines empty: the other lines keep their numbers. */
export function without(text: string, { first, last }: RuleSpan): string {
  return text
    .split('\n')
    .map((line, i) => (i + 1 >= first && i + 1 <= last ? '' : line))
    .join('\n')
}
