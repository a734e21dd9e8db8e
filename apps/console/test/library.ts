/** The content in force, as the server tells it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readRuleSources } from '../../../content/sources.ts'
import type { Library, RuleText } from '../../server/src/rules/library.ts'

type Doc = { title: string; name?: string; level?: RuleText['level']; status?: string; description?: string; tags?: string[]; falsepositives?: string[]; logsource?: { category?: string }; references?: string[] }

export function library(): Library {
  const root = join(import.meta.dirname, '../../../content')
  const rules = readRuleSources().map(({ file, document }): RuleText => {
    const doc = document as Doc
    return {
      name: doc.name ?? file.replace(/^.*\/|\.yaml$/g, ''), title: doc.title, level: doc.level ?? 'medium', engine: 'operation',
      category: doc.logsource?.category ?? 'correlation', status: doc.status ?? 'stable',
      attack: (doc.tags ?? []).filter((tag) => /^attack\.t\d/.test(tag)).map((tag) => tag.slice(7).toUpperCase()),
      description: (doc.description ?? '').trim(), falsePositives: doc.falsepositives ?? [], misses: [], triage: [], references: doc.references ?? [],
      source: readFileSync(join(root, 'detections', file), 'utf8'),
    }
  })
  const glossary = parse(readFileSync(join(root, 'glossary.yaml'), 'utf8')) as unknown
  return { rules, glossary: Array.isArray(glossary) ? (glossary as Library['glossary']) : [] }
}
