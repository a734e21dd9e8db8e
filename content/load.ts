/**
 * Reads the detections and the ATT&CK table from disk and compiles them: the I/O that the pure packages
 * leave to their callers. YAML comes in as documents with line numbers; patterns run on RE2, in linear time.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compileRules, type Regex, type Rule, type RuleError, type RuleSource } from '@isthmus/detect'
import type { Technique, Wording } from '@isthmus/model'
import { RE2JS } from 're2js'
import { LineCounter, parseAllDocuments } from 'yaml'

export type Content = {
  readonly rules: readonly Rule[]
  readonly errors: readonly RuleError[]
  readonly techniques: Readonly<Record<string, Technique>>
  readonly wording: readonly Wording[]
}

const HERE = import.meta.dirname

/** RE2 through its JavaScript port: a hostile pattern costs time in proportion to the text, never more. */
export const regex: Regex = (pattern, flags) => {
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  const compiled = RE2JS.compile(pattern, bits)
  return (text) => compiled.matcher(text).find()
}

/** Every YAML document under a directory, in the order of their paths, with the line of each path. */
export function readRuleSources(directory: string = join(HERE, 'detections')): RuleSource[] {
  return filesUnder(directory).flatMap((file) => parseRuleFile(relative(directory, file), readFileSync(file, 'utf8')))
}

/** The documents of one file. A document that is no YAML is passed on as its error: the compiler names it. */
export function parseRuleFile(file: string, text: string): RuleSource[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: true })
  return [...documents].map((document) => {
    const lineOf = (path: readonly (string | number)[]): number | undefined => {
      const node = document.getIn([...path], true) as { range?: [number, number, number] } | undefined
      return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line
    }
    const [error] = document.errors
    if (error === undefined) return { file, document: document.toJS() as unknown, lineOf }
    return { file, document: new SyntaxError(error.message.split('\n')[0]), lineOf: () => error.linePos?.[0].line }
  })
}

/** What an application needs of the content: compiled rules, their words, the technique table, and what was refused. */
export function loadContent(directory: string = HERE): Content {
  const { rules, errors } = compileRules(readRuleSources(join(directory, 'detections')), { regex })
  const table = JSON.parse(readFileSync(join(directory, 'attack/techniques.json'), 'utf8')) as {
    techniques: Record<string, Technique>
  }
  return { rules, errors, techniques: table.techniques, wording: rules.map((rule) => rule.wording) }
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && entry.name !== 'versions.lock.json')
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
