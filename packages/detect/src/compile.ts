/**
 * Parsed rule documents → compiled rules. Every document is either understood whole or refused with the file, the
 * line, the key and the reason; a refused rule takes only the correlations that need it with it.
 */
import { derivedId, LEVELS, type Level, type ObservationKind } from '@isthmus/model'
import { Cost, checkBounds, RULE_BOUNDS } from './bounds.ts'
import { compileCondition } from './condition.ts'
import { compileCorrelation, inOrder } from './correlation.ts'
import { ENGINES } from './engines.ts'
import { getter, isField } from './fields.ts'
import { narrow, narrowedBy, placeInFilter } from './filter.ts'
import { onlyKeys, readGroupBy } from './group-by.ts'
import type { Scope } from './item.ts'
import { openSource } from './logsource.ts'
import { MEMORY_KEYS, readMemory } from './memory/keys.ts'
import type { AboveUsual } from './memory/volume.ts'
import { HABITS, type HabitKind } from './process/habit.ts'
import { isMap, Refused, show, text, texts, timespan } from './refused.ts'
import type {
  Adopts,
  Draft,
  Engine,
  FirstSeen,
  Getter,
  OutOfHabit,
  OutsideRange,
  Regex,
  Rule,
  RuleError,
  RuleSet,
  RuleSource,
  Test,
} from './rule.ts'
import { both, compileSelection } from './selection.ts'
import { checkNamed } from './settings/threshold.ts'
import { placeholdersOf, readWording, SAID } from './wording.ts'

type Doc = Record<string, unknown>

const HOUR_US = 3600e6
/** Shorter windows say more of the moment than of the group. */
const LEAST_EVERY_US = 600e6

const UNSUPPORTED: Readonly<Record<string, string>> = {
  action: 'Sigma collections with "action" are not supported: write each document out',
}

export function compileRules(sources: readonly RuleSource[], { regex }: { readonly regex: Regex }): RuleSet {
  const errors: RuleError[] = []
  const rules = new Map<string, Rule>()
  const drafts = new Map<string, Draft>()
  const correlations: Draft[] = []
  const filters: Draft[] = []
  for (const source of sources) {
    attempt(source, errors, () => {
      const draft = readDraft(source)
      if (draft.doc.filter !== undefined) return void filters.push(draft)
      if (rules.has(draft.name) || correlations.some((other) => other.name === draft.name)) {
        throw new Refused(['name'], `another rule is named "${draft.name}"`)
      }
      if (draft.doc.correlation !== undefined) return void correlations.push(draft)
      rules.set(draft.name, compileDetection(draft, regex))
      drafts.set(draft.name, draft)
    })
  }
  filters.forEach((filter, n) => {
    attempt(filter.source, errors, () => applyFilter(filter, n, drafts, rules, regex))
  })
  for (const draft of inOrder(correlations)) {
    attempt(draft.source, errors, () => rules.set(draft.name, compileCorrelationRule(draft, rules)))
  }
  return { rules: silenceFeeders([...rules.values()], correlations), errors }
}

/** All rules that a filter names are narrowed, or none. */
function applyFilter(filter: Draft, n: number, drafts: Map<string, Draft>, rules: Map<string, Rule>, regex: Regex): void {
  const narrowed = narrowedBy(filter, [...drafts.values()]).map((draft) => {
    const next = { ...draft, doc: narrow(draft, filter, n) }
    try {
      return [next, compileDetection(next, regex)] as const
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      throw new Refused(placeInFilter(error.path, n), `of the rule "${draft.name}": ${error.message}`)
    }
  })
  for (const [draft, rule] of narrowed) {
    drafts.set(draft.name, draft)
    rules.set(draft.name, rule)
  }
}

function attempt(source: RuleSource, errors: RuleError[], compile: () => void): void {
  try {
    compile()
  } catch (error) {
    const path = error instanceof Refused ? error.path : []
    const { document } = source
    const name = isMap(document) && !(document instanceof Error) && typeof document.name === 'string' ? document.name : source.file
    const reason = error instanceof Error ? error.message : String(error)
    errors.push({ file: source.file, rule: name, path: path.join('.'), line: lineOf(source, path), reason })
  }
}

/** The line of the path, or of the nearest part of it that stands in the file. */
function lineOf(source: RuleSource, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const line = source.lineOf?.(path.slice(0, length))
    if (line !== undefined) return line
  }
  return undefined
}

function readDraft(source: RuleSource): Draft {
  const doc = source.document
  if (doc instanceof Error) throw new Refused([], doc instanceof SyntaxError ? `this is no YAML: ${doc.message}` : doc.message)
  if (!isMap(doc)) throw new Refused([], 'a rule is a map of keys')
  for (const [key, reason] of Object.entries(UNSUPPORTED)) if (key in doc) throw new Refused([key], reason)
  checkBounds(doc)
  text(doc, 'title')
  return { source, doc, name: typeof doc.name === 'string' ? doc.name : typeof doc.id === 'string' ? doc.id : text(doc, 'title') }
}

function compileDetection(draft: Draft, regex: Regex): Rule {
  const { doc } = draft
  const source = openSource(doc)
  const { kinds, isLine } = source
  const scope: Scope = { source, regex, fields: new Set(), cost: new Cost() }
  const { holds, arms } = compileDetectionMap(doc, scope)
  const firstSeen = readFirstSeen(doc, kinds)
  const outsideRange = readOutsideRange(doc, kinds)
  const outOfHabit = readOutOfHabit(doc, kinds)
  const aboveUsual = readAboveUsual(doc, kinds)
  const memory = readMemory(doc, kinds)
  if ([firstSeen, outsideRange, outOfHabit, aboveUsual, memory].filter((one) => one !== undefined).length > 1)
    throw new Refused(['detection'], `a rule has one of first_seen, outside_range, out_of_habit, above_usual, ${MEMORY_KEYS.join(', ')}`)
  const adopts = readAdopts(doc, kinds)
  // A key that a rule does not use is no part of its meaning: versions stay when a key is added here.
  const added = [doc.adopts, doc.out_of_habit, doc.above_usual, ...MEMORY_KEYS.map((key) => doc[key])].filter((part) => part !== undefined)
  const meaning = [doc.logsource, doc.detection, doc.first_seen, doc.outside_range, ...added]
  return {
    ...common(draft, kinds, [...scope.fields], meaning),
    kinds,
    matches: isLine === undefined ? holds : (subject) => isLine(subject) && holds(subject),
    arms: isLine === undefined ? arms : arms.map(({ gates, rest }) => ({ gates, rest: both(isLine, rest) })),
    cost: scope.cost.sum,
    fieldOf: source.read,
    firstSeen,
    outsideRange,
    outOfHabit,
    aboveUsual,
    memory,
    adopts,
    correlation: undefined,
  }
}

function compileDetectionMap(doc: Doc, scope: Scope): Test {
  const detection = doc.detection
  if (!isMap(detection)) throw new Refused(['detection'], 'a rule needs a detection with selections and a condition')
  if ('timeframe' in detection)
    throw new Refused(['detection', 'timeframe'], 'timeframe is Sigma version 1 and is not supported: write a correlation')
  const { condition, ...named } = detection
  const size = Object.keys(named).length
  if (size > RULE_BOUNDS.selections) throw new Refused(['detection'], `${size} selections: at most ${RULE_BOUNDS.selections}`)
  const selections = new Map(Object.entries(named).map(([name, value]) => [name, compileSelection(value, scope, ['detection', name])]))
  const path = ['detection', 'condition']
  // A list of conditions is any of them.
  const conditions: readonly unknown[] = Array.isArray(condition) ? condition : [condition]
  if (conditions.length === 0 || conditions.some((one) => typeof one !== 'string' || one.trim() === ''))
    throw new Refused(path, 'a detection needs a condition')
  return compileCondition(conditions.length === 1 ? String(conditions[0]) : `(${conditions.join(') or (')})`, selections, path)
}

function readFirstSeen(doc: Doc, kinds: readonly ObservationKind[]): FirstSeen | undefined {
  const map = doc.first_seen
  if (map === undefined) return undefined
  if (!isMap(map)) throw new Refused(['first_seen'], 'first_seen is a map with group-by, after and whose')
  onlyKeys(map, 'first_seen', ['group-by', 'after', 'whose'])
  return readGroup(map, 'first_seen', kinds)
}

/** What all our memories have. `field`: the number that ranges and habits are about. */
function readGroup(map: Doc, key: string, kinds: readonly ObservationKind[], field?: string): FirstSeen {
  const { names, groupBy } = readGroupBy(map, key, kinds)
  const fields = field === undefined ? names : [field, ...names]
  const whose = map.whose ?? (names.some((name) => name.split('.')[0] === 'server') ? 'server' : 'site')
  if (whose !== 'site' && whose !== 'client' && whose !== 'server')
    throw new Refused([key, 'whose'], `whose is one of site, client, server, not ${show(whose)}`)
  return {
    groupBy,
    names,
    key: derivedId('g', ...fields),
    afterUs: map.after === undefined ? undefined : timespan(map.after, [key, 'after']),
    whose,
  }
}

function readAdopts(doc: Doc, kinds: readonly ObservationKind[]): Adopts | undefined {
  const map = doc.adopts
  if (map === undefined) return undefined
  if (!isMap(map)) throw new Refused(['adopts'], 'adopts is a map with per, title, level and attack')
  onlyKeys(map, 'adopts', ['per', 'title', 'level', 'attack'])
  const read = (name: string, key: string): Getter => {
    if (!isField(name, kinds)) throw new Refused(['adopts', key], `no field "${name}" in ${kinds.join(', ')}`)
    return getter(name)
  }
  const per = texts(map, 'per', ['adopts'])
  if (per.length === 0) throw new Refused(['adopts', 'per'], 'adopts needs a per')
  const [title, level, attack] = ['title', 'level', 'attack'].map((key) => read(text(map, key, ['adopts']), key)) as [
    Getter,
    Getter,
    Getter,
  ]
  return { per: per.map((name) => read(name, 'per')), title, level, attack }
}

function readOutsideRange(doc: Doc, kinds: readonly ObservationKind[]): OutsideRange | undefined {
  const map = doc.outside_range
  if (map === undefined) return undefined
  if (!isMap(map)) throw new Refused(['outside_range'], 'outside_range is a map with field, group-by, after, whose, margin and min-values')
  onlyKeys(map, 'outside_range', ['field', 'group-by', 'after', 'whose', 'margin', 'min-values'])
  const field = text(map, 'field', ['outside_range'])
  if (!isField(field, kinds)) throw new Refused(['outside_range', 'field'], `no field "${field}" in ${kinds.join(', ')}`)
  const number = (key: string, fallback: number): number => {
    const value = map[key] ?? fallback
    if (typeof value !== 'number' || value < 0) throw new Refused(['outside_range', key], `${key} is a number of 0 or more`)
    return value
  }
  return {
    ...readGroup(map, 'outside_range', kinds, field),
    field: getter(field),
    margin: number('margin', 0.1),
    minValues: number('min-values', 5),
  }
}

function readOutOfHabit(doc: Doc, kinds: readonly ObservationKind[]): OutOfHabit | undefined {
  const map = doc.out_of_habit
  if (map === undefined) return undefined
  const key = 'out_of_habit'
  if (!isMap(map)) throw new Refused([key], `${key} is a map with field, group-by, after, whose, habits and distance`)
  onlyKeys(map, key, ['field', 'group-by', 'after', 'whose', 'habits', 'distance'])
  const field = text(map, 'field', [key])
  if (!isField(field, kinds)) throw new Refused([key, 'field'], `no field "${field}" in ${kinds.join(', ')}`)
  const named = map.habits === undefined ? HABITS : texts(map, 'habits', [key])
  const distance = map.distance ?? 1
  if (typeof distance !== 'number' || distance < 1) throw new Refused([key, 'distance'], 'distance is a number of 1 or more')
  const unknown = named.find((name) => !HABITS.includes(name as HabitKind))
  if (unknown !== undefined) throw new Refused([key, 'habits'], `no habit "${unknown}": ${HABITS.join(', ')}`)
  return {
    ...readGroup(map, key, kinds, field),
    field: getter(field),
    habits: new Set(named as readonly HabitKind[]),
    distance,
  }
}

function readAboveUsual(doc: Doc, kinds: readonly ObservationKind[]): AboveUsual | undefined {
  const map = doc.above_usual
  if (map === undefined) return undefined
  const key = 'above_usual'
  if (!isMap(map)) throw new Refused([key], `${key} is a map with field, group-by, whose, every, windows, factor and least`)
  onlyKeys(map, key, ['field', 'group-by', 'whose', 'every', 'windows', 'factor', 'least'])
  const field = text(map, 'field', [key])
  if (!isField(field, kinds)) throw new Refused([key, 'field'], `no field "${field}" in ${kinds.join(', ')}`)
  const everyUs = map.every === undefined ? HOUR_US : timespan(map.every, [key, 'every'])
  if (everyUs < LEAST_EVERY_US) throw new Refused([key, 'every'], 'every is 10 minutes or more')
  const { windows = 48, factor = 5, least = 0 } = map
  if (typeof windows !== 'number' || !Number.isInteger(windows) || windows < 2)
    throw new Refused([key, 'windows'], 'windows is a whole number of 2 or more')
  if (typeof factor !== 'number' || factor < 1) throw new Refused([key, 'factor'], 'factor is a number of 1 or more')
  if (typeof least !== 'number' || least < 0) throw new Refused([key, 'least'], 'least is a number of 0 or more')
  const group = readGroup(map, key, kinds, `${field} ${everyUs}`)
  return { ...group, field: getter(field), isBytes: /bytes$/i.test(field), everyUs, windows, factor, least }
}

function compileCorrelationRule(draft: Draft, rules: ReadonlyMap<string, Rule>): Rule {
  const { correlation, bases } = compileCorrelation(draft.doc, rules)
  const kinds = [...new Set(bases.flatMap((base) => baseKinds(base, rules)))]
  const meaning = [draft.doc.correlation, bases.map((base) => base.version)]
  const rule = common(
    draft,
    kinds,
    correlation.groupNames.map((name) => bases[0]?.fieldOf(name)?.from ?? name).filter((name) => isField(name, kinds)),
    meaning,
  )
  return {
    ...rule,
    kinds: [],
    matches: () => false,
    arms: [],
    cost: 0,
    fieldOf: (name) => bases.map((base) => base.fieldOf(name)).find((read) => read !== undefined),
    firstSeen: undefined,
    outsideRange: undefined,
    outOfHabit: undefined,
    aboveUsual: undefined,
    memory: undefined,
    adopts: undefined,
    correlation,
  }
}

/** The kinds a rule sees, through correlations of correlations. */
function baseKinds(rule: Rule, rules: ReadonlyMap<string, Rule>): readonly ObservationKind[] {
  if (rule.correlation === undefined) return rule.kinds
  return rule.correlation.rules.flatMap((name) => baseKinds(rules.get(name)!, rules))
}

type Common = Omit<
  Rule,
  | 'kinds'
  | 'matches'
  | 'cost'
  | 'fieldOf'
  | 'arms'
  | 'firstSeen'
  | 'outsideRange'
  | 'outOfHabit'
  | 'aboveUsual'
  | 'memory'
  | 'adopts'
  | 'correlation'
>

function common({ source, doc, name }: Draft, kinds: readonly ObservationKind[], fields: readonly string[], meaning: unknown): Common {
  const level = (doc.level ?? 'medium') as Level
  if (!LEVELS.includes(level)) throw new Refused(['level'], `level is one of ${LEVELS.join(', ')}, not ${show(level)}`)
  const engine = (doc.engine ?? 'custom') as Engine
  if (!ENGINES.has(engine)) throw new Refused(['engine'], `engine is one of ${[...ENGINES].join(', ')}, not ${show(engine)}`)
  checkNamed(doc)
  const wording = readWording(doc, name, engine)
  const carried = [...new Set([...fields, ...placeholdersOf(wording)])].filter((field) => isField(field, kinds) && !SAID.has(field))
  const tags = texts(doc, 'tags')
  return {
    name,
    id: typeof doc.id === 'string' ? doc.id : '',
    title: wording.title,
    description: typeof doc.description === 'string' ? doc.description.trim() : '',
    version: derivedId('v', canonical([meaning, level, engine, tags])),
    engine,
    level,
    attack: techniquesOf(tags),
    status: typeof doc.status === 'string' ? doc.status : 'experimental',
    asksIndicator: fields.some((field) => field.startsWith('indicator.')),
    generates: true,
    carried: carried.map((name) => ({ name, get: getter(name) })),
    falsePositives: texts(doc, 'falsepositives'),
    misses: texts(doc, 'misses'),
    references: texts(doc, 'references'),
    wording,
    file: source.file,
    isOwn: source.isOwn === true,
  }
}

function techniquesOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => {
    const match = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)
    return match === null ? [] : [match[1]!.toUpperCase()]
  })
}

/** JSON with sorted keys: the order of keys in a file is not part of a rule's meaning. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isMap(value)) return JSON.stringify(value) ?? 'null'
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`
}

/** A rule that a correlation refers to speaks for itself only where the correlation says `generate: true`. */
function silenceFeeders(rules: readonly Rule[], correlations: readonly Draft[]): readonly Rule[] {
  const silent = new Map<string, boolean>()
  for (const { doc, source } of correlations) {
    const map = doc.correlation
    if (!isMap(map) || map.generate === true || !Array.isArray(map.rules)) continue
    for (const name of map.rules) silent.set(String(name), silent.get(String(name)) === false ? false : source.isOwn === true)
  }
  const isSilent = (name: string, isOwn: boolean) => silent.has(name) && (isOwn || silent.get(name) === false)
  return rules.map((rule) => (isSilent(rule.name, rule.isOwn) || isSilent(rule.id, rule.isOwn) ? { ...rule, generates: false } : rule))
}
