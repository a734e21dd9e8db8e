/** Rules with settings: documents are changed before they are compiled, so that a rule's version says what it means. */
import { compileRules } from '../compile.ts'
import { isMap } from '../refused.ts'
import type { Regex, RuleSet, RuleSource } from '../rule.ts'
import { type Catalogue, type DetectionSettings, isOff, nameOf } from './settings.ts'
import { withValue } from './threshold.ts'

/**
 * What is off raises nothing: it goes on matching and learning, because correlations of other engines may rest on it
 * and because what is switched on again must not take everything for new.
 */
export function compileWithSettings(
  sources: readonly RuleSource[],
  settings: DetectionSettings,
  catalogue: Catalogue,
  { regex }: { readonly regex: Regex },
): RuleSet {
  const changed = sources.map((source) => withSettings(source, settings, catalogue))
  const { rules, errors } = compileRules(changed, { regex })
  const set = rules.map((rule) => (isOff(settings, rule.name, rule.engine) ? { ...rule, generates: false } : rule))
  return { rules: set, errors }
}

function withSettings(source: RuleSource, { rules }: DetectionSettings, catalogue: Catalogue): RuleSource {
  const { document } = source
  if (!isMap(document) || document instanceof Error) return source
  const name = nameOf(document)
  const setting = Object.hasOwn(rules, name) ? rules[name] : undefined
  if (setting === undefined) return source
  let changed = document
  for (const { key, path } of catalogue.get(name)?.thresholds ?? [])
    if (Object.hasOwn(setting, key)) changed = withValue(changed, path, setting[key])
  if (setting.level !== undefined) changed = { ...changed, level: setting.level }
  return { ...source, document: changed }
}
