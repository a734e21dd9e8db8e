/** What a rule's text means, beside the content and the other rules in force. Pure but for loading the content. */
import { type Content, withRules } from '@isthmus/content'
import { parseRuleFile } from '@isthmus/content/sources'
import { categoryOf, type Rule, type RuleSource } from '@isthmus/detect'
import type { RuleText } from '../rules/library.ts'

export type OwnText = { readonly id: string; readonly text: string }
export type OwnError = { readonly line: number | null; readonly rule: string; readonly path: string; readonly reason: string }
export type Checked = {
  /** Those that raise findings. */
  readonly rules: Omit<RuleText, 'source'>[]
  readonly errors: OwnError[]
  /** Comparisons for each observation. */
  readonly cost: number
}

/** Errors of one text that are told. */
const MAX_ERRORS = 100

export function sourcesOf({ id, text }: OwnText): readonly RuleSource[] {
  return parseRuleFile(id, text)
}

export function checkOwn(content: Content, own: OwnText, others: readonly OwnText[]): Checked {
  const sources = sourcesOf(own)
  const { rules, errors } = withRules(content, [...others.flatMap(sourcesOf), ...sources])
  const mine = rules.filter((rule) => rule.isOwn && rule.file === own.id)
  const wrong = errors.filter(({ file }) => file === own.id)
  const nothing = { line: 1, rule: '', path: '', reason: 'there is no rule in it' }
  return {
    rules: mine.filter((rule) => rule.generates).map(textOf),
    errors:
      sources.length === 0
        ? [nothing]
        : wrong
            .slice(0, MAX_ERRORS)
            .map(({ line, rule, path, reason }) => ({ line: line ?? null, rule: rule === own.id ? '' : rule, path, reason })),
    cost: mine.reduce((sum, { cost }) => sum + cost, 0),
  }
}

/** Why texts that were understood once count no more beside those that came since: by the id of the text. */
export function droppedOf(content: Content, texts: readonly OwnText[]): (OwnError & { readonly id: string })[] {
  return withRules(content, texts.flatMap(sourcesOf))
    .errors.filter(({ file }) => texts.some(({ id }) => id === file))
    .slice(0, MAX_ERRORS)
    .map(({ file, line, rule, path, reason }) => ({ id: file, line: line ?? null, rule: rule === file ? '' : rule, path, reason }))
}

export function textOf(rule: Rule): Omit<RuleText, 'source'> {
  const { name, title, level, engine, status, description, wording, falsePositives, misses, references } = rule
  return {
    name,
    title,
    level,
    engine,
    category: rule.correlation !== undefined ? 'correlation' : rule.kinds.length === 1 ? categoryOf(rule.kinds[0]!) : '',
    status,
    attack: [...rule.attack],
    description,
    falsePositives: [...falsePositives],
    misses: [...misses],
    triage: [...wording.triage],
    references: [...references],
    ...(wording.procedure === undefined ? {} : { procedure: wording.procedure }),
  }
}
