/** Rules that remember, as they are shipped: compiled when somebody asks first. */
import { loadContent } from '@isthmus/content'
import { memoryOf, type Rule } from '@isthmus/detect'

let known: ReadonlyMap<string, Rule> | undefined

export function rememberingRules(): ReadonlyMap<string, Rule> {
  known ??= new Map(loadContent().rules.flatMap((rule) => (memoryOf(rule) === undefined ? [] : [[rule.name, rule] as const])))
  return known
}
