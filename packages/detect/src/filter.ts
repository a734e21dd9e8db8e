/**
 * Sigma filters: a document that narrows other rules. Its condition is joined to theirs by "and", as pySigma does; it must begin with
 * "not", because one that does not would turn the rules it names into rules about the exception.
 */
import { isMap, type Path, Refused, texts } from './refused.ts'
import type { Draft } from './rule.ts'

type Doc = Record<string, unknown>
const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of', '1', 'any', 'all', '(', ')'])

/** Rules that the filter narrows. */
export function narrowedBy(filter: Draft, rules: readonly Draft[]): readonly Draft[] {
  const map = filterOf(filter)
  if (!isMap(filter.doc.logsource)) throw new Refused(['logsource'], 'a filter needs a logsource')
  const source = filter.doc.logsource
  const fits = rules.filter(({ doc }) => isMap(doc.logsource) && isWithin(doc.logsource, source))
  if (map.rules === 'any') return fits
  const names = texts(map, 'rules', ['filter'])
  if (names.length === 0) throw new Refused(['filter', 'rules'], 'a filter needs rules: a list, or any')
  return names.map((name, i) => {
    const rule = rules.find((draft) => draft.name === name || draft.doc.id === name)
    if (rule === undefined) throw new Refused(['filter', 'rules', i], `no rule "${name}"`)
    if (!fits.includes(rule)) throw new Refused(['filter', 'rules', i], `the rule "${name}" is over another logsource`)
    return rule
  })
}

/** The rule's document with the filter in it. `n` keeps the selections of several filters apart. */
export function narrow(rule: Draft, filter: Draft, n: number): Doc {
  const { rules: _, condition, ...selections } = filterOf(filter)
  if (typeof condition !== 'string') throw new Refused(['filter', 'condition'], 'a filter needs a condition')
  if (!/^\s*not\b/i.test(condition))
    throw new Refused(
      ['filter', 'condition'],
      'the condition must hold besides the rule’s own: begin it with "not" to except what the selections describe',
    )
  const detection = rule.doc.detection
  if (!isMap(detection)) throw new Refused(['filter', 'rules'], `the rule "${rule.name}" has no detection to filter`)
  // Names with an underscore are no part of the rule's own `them` and patterns.
  const prefix = `_filter${n}_`
  const own = Array.isArray(detection.condition)
    ? detection.condition.map((one) => `(${String(one)})`).join(' or ')
    : String(detection.condition)
  const words = condition.match(/[()]|[^\s()]+/g) ?? []
  const renamed = words.map((word) => {
    const lower = word.toLowerCase()
    return KEYWORDS.has(lower) ? word : lower === 'them' ? `${prefix}*` : prefix + word
  })
  const added = Object.fromEntries(Object.entries(selections).map(([name, value]) => [prefix + name, value]))
  return { ...rule.doc, detection: { ...detection, ...added, condition: `(${own}) and (${renamed.join(' ')})` } }
}

function filterOf({ doc }: Draft): Doc {
  if (!isMap(doc.filter)) throw new Refused(['filter'], 'filter is a map with rules, selections and a condition')
  return doc.filter
}

/** From a path in the narrowed rule to one in the filter. */
export function placeInFilter(path: Path, n: number): Path {
  const [, name, ...rest] = path
  const prefix = `_filter${n}_`
  return typeof name === 'string' && name.startsWith(prefix) ? ['filter', name.slice(prefix.length), ...rest] : ['filter', 'condition']
}

/** A log source of fewer words has those of more in it. */
function isWithin(logsource: Doc, wider: Doc): boolean {
  return ['product', 'category', 'service'].every((key) => wider[key] === undefined || wider[key] === logsource[key])
}
