/** Sigma correlations (specification version 2): what is counted, per which group, within which time. */
import { shared } from './group-key.ts'
import { isMap, Refused, show, text, texts, timespan } from './refused.ts'
import type { Correlation, CorrelationType, Draft, Getter, Rule } from './rule.ts'

const TYPES: ReadonlySet<string> = new Set<CorrelationType>([
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'temporal',
  'temporal_ordered',
])
const KEYS: readonly string[] = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate', 'field']
const PATH = ['correlation'] as const

/** Correlations after those they refer to. A cycle stays at the end, where its missing rules are reported. */
export function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  const ordered: Draft[] = []
  let waiting = [...drafts]
  while (waiting.length > 0) {
    const isWaiting = (name: unknown) => waiting.some((other) => other.name === name || other.doc.id === name)
    const ready = waiting.filter(
      ({ doc }) => !isMap(doc.correlation) || !Array.isArray(doc.correlation.rules) || !doc.correlation.rules.some(isWaiting),
    )
    if (ready.length === 0) return [...ordered, ...waiting]
    ordered.push(...ready)
    waiting = waiting.filter((draft) => !ready.includes(draft))
  }
  return ordered
}

export function compileCorrelation(
  doc: Record<string, unknown>,
  rules: ReadonlyMap<string, Rule>,
): { correlation: Correlation; bases: readonly Rule[] } {
  const map = doc.correlation
  if (!isMap(map)) throw new Refused(PATH, 'correlation is a map')
  if (doc.detection !== undefined) throw new Refused(['detection'], 'a correlation has no detection of its own')
  for (const key of Object.keys(map))
    if (!KEYS.includes(key)) throw new Refused([...PATH, key], `"${key}" is not supported in a correlation`)
  const type = text(map, 'type', PATH) as CorrelationType
  if (!TYPES.has(type))
    throw new Refused([...PATH, 'type'], `the correlation type ${show(type)} is not supported: one of ${[...TYPES].join(', ')}`)
  const bases = readBases(map, rules)
  const isTemporal = type === 'temporal' || type === 'temporal_ordered'
  if (isTemporal && bases.length < 2) throw new Refused([...PATH, 'rules'], `${type} needs two rules or more`)
  if (isTemporal && map.condition !== undefined) throw new Refused([...PATH, 'condition'], `a condition is not supported with ${type}`)
  const fieldName = isTemporal || type === 'event_count' ? undefined : readField(map, bases)
  const bounds = isTemporal ? { least: bases.length, bounded: false, holds: () => true } : readBounds(map)
  const groupNames = texts(map, 'group-by', PATH)
  const correlation: Correlation = {
    type,
    rules: bases.map((base) => base.name),
    groupBy: readGroups(map, groupNames, bases),
    groupNames,
    field: fieldName === undefined ? undefined : new Map(bases.map((base) => [base.name, base.fieldOf(fieldName)!.get])),
    fieldName,
    timespanUs: timespan(map.timespan, [...PATH, 'timespan']),
    ...bounds,
  }
  return { correlation, bases }
}

function readBases(map: Record<string, unknown>, rules: ReadonlyMap<string, Rule>): readonly Rule[] {
  const names = texts(map, 'rules', PATH)
  if (names.length === 0) throw new Refused([...PATH, 'rules'], 'a correlation needs rules')
  return names.map((name, i) => {
    const base = rules.get(name) ?? [...rules.values()].find((rule) => rule.id !== '' && rule.id === name)
    if (base === undefined) throw new Refused([...PATH, 'rules', i], `no rule "${name}", or it was refused`)
    return base
  })
}

function readField(map: Record<string, unknown>, bases: readonly Rule[]): string {
  const condition = isMap(map.condition) ? map.condition : {}
  const name = condition.field ?? map.field
  const path = [...PATH, 'condition', 'field']
  if (typeof name !== 'string') throw new Refused(path, `${String(map.type)} needs the field whose values it looks at`)
  for (const base of bases)
    if (base.fieldOf(name) === undefined) throw new Refused(path, `no field "${name}" in the observations of ${base.name}`)
  return name
}

/** Group names are fields, or aliases that name a field in each rule. */
function readGroups(
  map: Record<string, unknown>,
  names: readonly string[],
  bases: readonly Rule[],
): ReadonlyMap<string, readonly Getter[]> {
  const aliases = map.aliases ?? {}
  if (!isMap(aliases)) throw new Refused([...PATH, 'aliases'], 'aliases is a map')
  for (const name of Object.keys(aliases)) {
    if (!names.includes(name)) throw new Refused([...PATH, 'aliases', name], `the alias "${name}" is not used in group-by`)
  }
  const groups = new Map<string, readonly Getter[]>()
  for (const base of bases) {
    const reads = names.map((name) => {
      const alias = aliases[name]
      const field = isMap(alias) ? alias[base.name] : name
      const read = typeof field === 'string' ? base.fieldOf(field) : undefined
      if (read === undefined)
        throw new Refused([...PATH, 'group-by'], `no field "${show(field ?? name)}" in the observations of ${base.name}`)
      return read
    })
    groups.set(
      base.name,
      shared(
        reads.map(({ key }) => key),
        reads.map(({ get }) => get),
      ),
    )
  }
  return groups
}

type Bounds = { readonly holds: (n: number) => boolean; readonly least: number; readonly bounded: boolean }

function readBounds(map: Record<string, unknown>): Bounds {
  const condition = map.condition
  if (!isMap(condition)) throw new Refused([...PATH, 'condition'], 'a correlation needs a condition such as { gte: 10 }')
  const tests: ((n: number) => boolean)[] = []
  let least = 0
  let bounded = false
  for (const [key, value] of Object.entries(condition)) {
    if (key === 'field') continue
    if (typeof value !== 'number') throw new Refused([...PATH, 'condition', key], `${key} takes a number, not ${show(value)}`)
    if (key === 'gt') tests.push((n) => n > value)
    else if (key === 'gte') tests.push((n) => n >= value)
    else if (key === 'lt') tests.push((n) => n < value)
    else if (key === 'lte') tests.push((n) => n <= value)
    else if (key === 'eq') tests.push((n) => n === value)
    else if (key === 'neq') tests.push((n) => n !== value)
    else throw new Refused([...PATH, 'condition', key], `"${key}" is not supported in a condition: gt, gte, lt, lte, eq, neq`)
    // What is counted is whole.
    if (key === 'gt') least = Math.max(least, Math.floor(value) + 1)
    else if (key === 'gte' || key === 'eq') least = Math.max(least, value)
    bounded ||= key !== 'gt' && key !== 'gte'
  }
  if (tests.length === 0) throw new Refused([...PATH, 'condition'], 'the condition compares with nothing')
  return { holds: (n) => tests.every((test) => test(n)), least, bounded }
}
