/** The content on disk as the console reads it: each rule as written, and the glossary. */
import { existsSync, readFileSync } from 'node:fs'
import { loadContent } from '@isthmus/content'
import { readRuleSources } from '@isthmus/content/sources'
import { parse, stringify } from 'yaml'
import { BUILT_IN } from './built-in.ts'
import type { Library, RuleText } from './library.ts'

const CONTENT = new URL('../../../../content/', import.meta.url)
const LEVELS = new Set(['informational', 'low', 'medium', 'high', 'critical'])

type Document = Record<string, unknown>

export function readLibrary(): Library {
  const rules = readRuleSources()
    .map(({ document }) => document)
    .filter((document): document is Document => typeof document === 'object' && document !== null && !(document instanceof Error))
    .map(ruleOf)
    .filter((rule) => rule !== undefined)
  const { catalogue } = loadContent()
  return { rules: [...rules, ...BUILT_IN].sort((a, b) => (a.name < b.name ? -1 : 1)), catalogue, glossary: readGlossary() }
}

function ruleOf(document: Document): RuleText | undefined {
  const name = text(document.name)
  const level = text(document.level)
  // A document without a level only feeds another rule.
  if (name === '' || level === '') return undefined
  const triage = document.triage
  return {
    name,
    title: text(document.title),
    level: (LEVELS.has(level) ? level : 'medium') as RuleText['level'],
    engine: text(document.engine) || 'custom',
    category: text((document.logsource as Document | undefined)?.category) || ('correlation' in document ? 'correlation' : ''),
    status: text(document.status),
    attack: list(document.tags)
      .filter((tag) => /^attack\.t\d/i.test(tag))
      .map((tag) => tag.slice('attack.'.length).toUpperCase()),
    description: text(document.description),
    falsePositives: list(document.falsepositives),
    misses: list(document.misses),
    triage: Array.isArray(triage) ? list(triage) : Object.values((triage as Document | undefined) ?? {}).flatMap(list),
    references: list(document.references),
    ...(typeof document.procedure === 'string' ? { procedure: document.procedure } : {}),
    source: stringify(document, { lineWidth: 110 }),
  }
}

/** `content/glossary.yaml`: terms, and what they mean to somebody who never saw a plant. */
function readGlossary(): Library['glossary'] {
  const file = new URL('glossary.yaml', CONTENT)
  if (!existsSync(file)) return []
  const terms = parse(readFileSync(file, 'utf8')) as { term: string; means: string }[]
  return terms.map(({ term, means }) => ({ term: String(term), means: String(means).trim() }))
}

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '')
const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(text).filter((one) => one !== '') : text(value) === '' ? [] : [text(value)]
