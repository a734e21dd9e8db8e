/** The catalogue's filters and order, worked out without a browser. */
import type { Rule } from '../../api/types.ts'
import { LEVELS } from '../../objects/words.ts'

export type RuleFilter = { readonly q: string; readonly level: string; readonly engine: string; readonly sort: string }

const KEYS: Readonly<Record<string, (rule: Rule) => string>> = {
  title: (rule) => rule.title,
  level: (rule) => String(LEVELS.indexOf(rule.level)),
  engine: (rule) => rule.engine,
  category: (rule) => rule.category,
}

export function chosen(rules: readonly Rule[], { q, level, engine, sort }: RuleFilter): readonly Rule[] {
  const text = q.toLowerCase()
  const key = KEYS[sort.replace('-', '')] ?? KEYS['level']!
  const sign = sort.startsWith('-') ? -1 : 1
  return rules
    .filter((rule) => (level === '' || rule.level === level) && (engine === '' || rule.engine === engine))
    .filter((rule) => `${rule.title} ${rule.name} ${rule.description} ${rule.attack.join(' ')}`.toLowerCase().includes(text))
    .toSorted((a, b) => sign * key(a).localeCompare(key(b)) || a.title.localeCompare(b.title))
}
