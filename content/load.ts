/**
 * The detections and the ATT&CK table, compiled: the I/O that the pure packages leave to their callers. The rules are
 * read from `detections.jsonl`, what the YAML files say in a form that is read in no time; `tools/check-content.ts`
 * writes it and holds the two against each other. Patterns run on RE2, in linear time.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Catalogue,
  catalogueOf,
  compileRules,
  compileWithSettings,
  type DetectionSettings,
  type Regex,
  type Rule,
  type RuleError,
  type RuleSource,
} from '@isthmus/detect'
import type { Technique, Wording } from '@isthmus/model'
import { RE2JS } from 're2js'

export type Content = {
  /** What the rules were compiled from, and what can be set of them. */
  readonly sources: readonly RuleSource[]
  readonly catalogue: Catalogue
  readonly rules: readonly Rule[]
  readonly errors: readonly RuleError[]
  readonly techniques: Readonly<Record<string, Technique>>
  /** Of ATT&CK: `18.1`. */
  readonly attackVersion: string
  readonly wording: readonly Wording[]
}

const HERE = import.meta.dirname

/** Instructions of one compiled pattern: what a character of text costs at most. */
const MAX_PROGRAM = 2000

/** RE2 through its JavaScript port: a hostile pattern costs time in proportion to the text, never more. */
export const regex: Regex = (pattern, flags) => {
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  const compiled = RE2JS.compile(pattern, bits)
  if (compiled.programSize() > MAX_PROGRAM)
    throw new Error(`it compiles to ${compiled.programSize()} instructions, at most ${MAX_PROGRAM} are allowed`)
  return (text) => compiled.matcher(text).find()
}

/** What an application needs of the content: compiled rules, their words, the technique table, and what was refused. */
export function loadContent(directory: string = HERE): Content {
  const lines = readFileSync(join(directory, 'detections/detections.jsonl'), 'utf8').trimEnd().split('\n')
  const sources = lines.map((line) => JSON.parse(line) as RuleSource)
  const { rules, errors } = compileRules(sources, { regex })
  const table = JSON.parse(readFileSync(join(directory, 'attack/techniques.json'), 'utf8')) as {
    version: string
    techniques: Record<string, Technique>
  }
  const wording = rules.map((rule) => rule.wording)
  const { techniques, version: attackVersion } = table
  return { sources, catalogue: catalogueOf(sources, rules), rules, errors, techniques, attackVersion, wording }
}

/** The content with rules of one's own, which may correlate and filter the others. What is wrong with them is in `errors`. */
export function withRules(content: Content, more: readonly RuleSource[]): Content {
  if (more.length === 0) return content
  const sources = [...content.sources, ...more.map((source) => ({ ...source, isOwn: true }))]
  const { rules, errors } = compileRules(sources, { regex })
  return { ...content, sources, catalogue: catalogueOf(sources, rules), rules, errors, wording: rules.map((rule) => rule.wording) }
}

/** The content as people set it. */
export function withSettings(content: Content, settings: DetectionSettings): Content {
  const { rules, errors } = compileWithSettings(content.sources, settings, content.catalogue, { regex })
  return { ...content, rules, errors, wording: rules.map((rule) => rule.wording) }
}
