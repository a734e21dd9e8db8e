/**
 * Sigma's condition grammar over named selections:
 *
 *   or    = and { "or" and }        and = not { "and" not }        not = { "not" } term
 *   term  = "(" or ")" | quantifier "of" ( "them" | pattern ) | selection        quantifier = "1" | "any" | "all"
 *
 * `them` and patterns leave out selections whose name begins with an underscore.
 */
import { RULE_BOUNDS } from './bounds.ts'
import { compilePattern, parsePattern } from './glob.ts'
import { type Path, Refused } from './refused.ts'
import type { Test } from './rule.ts'
import { allOf, anyOf, not } from './selection.ts'

/** Parentheses and nots within one another; protects the stack from a hostile rule. */
const MAX_DEPTH = 50

type Parser = {
  readonly words: readonly string[]
  at: number
  depth: number
  readonly selections: ReadonlyMap<string, Test>
  readonly path: Path
  readonly used: Set<string>
}

export function compileCondition(condition: string, selections: ReadonlyMap<string, Test>, path: Path): Test {
  if (condition.includes('|')) {
    throw new Refused(path, 'aggregation in a condition (after "|") is Sigma version 1 and is not supported: write a correlation')
  }
  const words = condition.match(/[()]|[^\s()]+/g) ?? []
  if (words.length > RULE_BOUNDS.words) throw new Refused(path, `a condition has at most ${RULE_BOUNDS.words} words`)
  const parser: Parser = { words, at: 0, depth: 0, selections, path, used: new Set() }
  const test = parseOr(parser)
  if (parser.at < words.length) throw new Refused(path, `"${words[parser.at]}" is not expected after "${words[parser.at - 1]}"`)
  for (const name of selections.keys()) {
    if (!parser.used.has(name)) throw new Refused(path, `the selection "${name}" is not used by the condition`)
  }
  return test
}

function isWord(parser: Parser, word: string): boolean {
  return parser.words[parser.at]?.toLowerCase() === word
}

function parseOr(parser: Parser): Test {
  if (++parser.depth > MAX_DEPTH) throw new Refused(parser.path, 'the condition is nested too deeply')
  const tests = [parseAnd(parser)]
  while (isWord(parser, 'or')) {
    parser.at++
    tests.push(parseAnd(parser))
  }
  parser.depth--
  return anyOf(tests)
}

function parseAnd(parser: Parser): Test {
  const tests = [parseNot(parser)]
  while (isWord(parser, 'and')) {
    parser.at++
    tests.push(parseNot(parser))
  }
  return allOf(tests)
}

function parseNot(parser: Parser): Test {
  let isNegated = false
  while (isWord(parser, 'not')) {
    parser.at++
    isNegated = !isNegated
  }
  const test = parseTerm(parser)
  return isNegated ? not(test) : test
}

function parseTerm(parser: Parser): Test {
  const word = parser.words[parser.at++]
  if (word === undefined) throw new Refused(parser.path, 'the condition ends too early')
  if (word === '(') {
    const inner = parseOr(parser)
    if (parser.words[parser.at++] !== ')') throw new Refused(parser.path, 'a parenthesis is not closed')
    return inner
  }
  if (isWord(parser, 'of')) return parseQuantified(parser, word.toLowerCase())
  const selection = parser.selections.get(word)
  if (selection === undefined) throw new Refused(parser.path, `the condition names "${word}", which is no selection`)
  parser.used.add(word)
  return selection
}

function parseQuantified(parser: Parser, quantifier: string): Test {
  if (quantifier !== '1' && quantifier !== 'any' && quantifier !== 'all') {
    throw new Refused(parser.path, `"${quantifier} of" is not supported: 1 of, any of or all of`)
  }
  parser.at++
  const target = parser.words[parser.at++]
  if (target === undefined) throw new Refused(parser.path, `"${quantifier} of" names nothing`)
  const isNamed = compilePattern(parsePattern(target.toLowerCase() === 'them' ? '*' : target), true)
  const names = [...parser.selections.keys()].filter((name) => isNamed(name) && (!name.startsWith('_') || target.startsWith('_')))
  if (names.length === 0) throw new Refused(parser.path, `"${quantifier} of ${target}" names no selection`)
  const tests = names.map((name) => {
    parser.used.add(name)
    return parser.selections.get(name)!
  })
  return quantifier === 'all' ? allOf(tests) : anyOf(tests)
}
