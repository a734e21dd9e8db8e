/** One line of a selection, `field|modifiers: values`, as a test of a subject. */
import { anyNetwork, network } from './address.ts'
import { type Cost, RULE_BOUNDS } from './bounds.ts'
import { around, compilePattern } from './glob.ts'
import type { Source } from './logsource.ts'
import { type Modifiers, patternsOf, readModifiers } from './modifiers.ts'
import { isMap, type Path, Refused, show } from './refused.ts'
import type { FieldRead, Gates, Predicate, Regex, Subject, Test } from './rule.ts'
import { impossiblePart, timePart } from './time-part.ts'
import { compileWords, LONG_LIST } from './word-list.ts'

export type Scope = {
  readonly source: Source
  readonly regex: Regex
  /** Fields of ours that the rule looks at. */
  readonly fields: Set<string>
  readonly cost: Cost
}

type ValueTest = (actual: unknown, subject: Subject) => boolean

const NO_GATES: Gates = new Map()
/** Questions to values that seldom repeat: asking them of each ahead of the rest of a rule saves nothing. */
const UNGATED: ReadonlySet<string> = new Set(['gt', 'gte', 'lt', 'lte', 're'])
const NOBODY = {} as Subject
/** Texts whose answer a pattern remembers, and how long they may be. */
const MAX_ANSWERS = 256
const MAX_REMEMBERED = 512
/** What is dearer than comparing a short text. */
const REGEX_COST = 50
const WILDCARD_COST = 20
const LIST_COST = 20
const NETWORKS_A_COST = 2

/** `key` is as written; an empty field name (`|all`) means the keywords of any text of the observation. */
export function compileItem(key: string, wanted: unknown, scope: Scope, path: Path): Test {
  const [name = '', ...names] = key.split('|')
  const modifiers = readModifiers(names, path)
  const values = Array.isArray(wanted) ? wanted : [wanted]
  if (values.length === 0) throw new Refused(path, 'an empty list of values matches nothing')
  const field = name === '' ? undefined : readFieldOf(name, modifiers, scope, path)
  const read = field === undefined ? anyText : modifiers.timePart === undefined ? field.get : partGetter(field, modifiers.timePart)
  const holds = compileList(values, modifiers, scope, path) ?? compileEach(values, modifiers, scope, path)
  const test: ValueTest = modifiers.negated ? (actual, subject) => !holds(actual, subject) : holds
  const whole: Predicate = (subject) => test(read(subject), subject)
  const isGate = field !== undefined && modifiers.timePart === undefined && !modifiers.fieldref && !UNGATED.has(modifiers.operator)
  if (!isGate) return { holds: whole, arms: [{ gates: NO_GATES, rest: whole }] }
  const gate = { get: read, holds: (value: unknown) => test(value, NOBODY) }
  return { holds: whole, arms: [{ gates: new Map([[field.key, gate]]), rest: undefined }] }
}

/** A long list of plain texts; undefined where each value needs a test of its own. */
function compileList(values: readonly unknown[], modifiers: Modifiers, scope: Scope, path: Path): ValueTest | undefined {
  const { operator, all, fieldref, transforms } = modifiers
  if (values.length < LONG_LIST || all || fieldref || transforms.length > 0 || modifiers.timePart !== undefined) return undefined
  if (operator === 'cidr') return compileNetworks(values, scope, path)
  if (operator !== 'equals' && operator !== 'contains' && operator !== 'startswith' && operator !== 'endswith') return undefined
  const test = compileWords(values, operator, modifiers.cased)
  if (test === undefined) return undefined
  scope.cost.add(LIST_COST, path)
  return onAny((actual) => isScalar(actual) && test(String(actual)))
}

function compileNetworks(values: readonly unknown[], scope: Scope, path: Path): ValueTest | undefined {
  const inside = anyNetwork(values)
  if (inside === undefined) return undefined
  scope.cost.add(Math.ceil(values.length / NETWORKS_A_COST), path)
  const remembered = rememberAnswers(inside)
  return onAny((actual) => typeof actual === 'string' && remembered(actual))
}

function costOf(value: unknown, operator: Modifiers['operator']): number {
  if (operator === 're') return REGEX_COST
  return typeof value === 'string' && /[*?]/.test(value.replace(/^\*+|\*+$/g, '')) ? WILDCARD_COST : 1
}

function compileEach(values: readonly unknown[], modifiers: Modifiers, scope: Scope, path: Path): ValueTest {
  const tests = values.map((value, i) => {
    const place = values.length > 1 ? [...path, i] : path
    scope.cost.add(costOf(value, modifiers.operator), place)
    return compileValue(value, modifiers, scope, place)
  })
  return combine(tests, modifiers.all)
}

function readFieldOf(name: string, modifiers: Modifiers, scope: Scope, path: Path): FieldRead {
  const field = scope.source.read(name)
  if (field === undefined) throw new Refused(path, scope.source.lacks(name))
  if (modifiers.timePart !== undefined && !field.isTime)
    throw new Refused(path, `"${name}" is no time: ${modifiers.timePart} cannot be asked of it`)
  // Moments of other products' logs are written in other units than ours: only their parts mean the same.
  if (modifiers.timePart === undefined && field.isTime && scope.source.isLine !== undefined && modifiers.operator !== 'exists')
    throw new Refused(path, `"${name}" is a time: it is compared in parts, as ${name}|hour`)
  scope.fields.add(field.from)
  return field
}

function partGetter({ get }: FieldRead, part: string): FieldRead['get'] {
  return (subject) => {
    const at = get(subject)
    return typeof at === 'number' ? timePart(part, at) : undefined
  }
}

/** Keywords look at every text of the observation's own. */
function anyText({ observation }: Subject): readonly string[] {
  const found: string[] = []
  for (const value of Object.values(observation)) {
    if (typeof value === 'string') found.push(value)
    else if (Array.isArray(value)) for (const item of value) if (typeof item === 'string') found.push(item)
  }
  return found
}

function combine(tests: readonly ValueTest[], all: boolean): ValueTest {
  const [only] = tests
  if (tests.length === 1) return onAny(only!)
  const each = tests.map(onAny)
  if (all) return (actual, subject) => each.every((test) => test(actual, subject))
  return (actual, subject) => {
    for (let i = 0; i < each.length; i++) if (each[i]!(actual, subject)) return true
    return false
  }
}

/** A field that holds several values matches when one of them does. */
function onAny(test: ValueTest): ValueTest {
  return (actual, subject) => (Array.isArray(actual) ? actual.some((one) => test(one, subject)) : test(actual, subject))
}

function compileValue(value: unknown, modifiers: Modifiers, scope: Scope, path: Path): ValueTest {
  if (isMap(value) || Array.isArray(value))
    throw new Refused(path, `a value must be a text, a number, a boolean or null, not ${show(value)}`)
  if (modifiers.fieldref) return compileReference(value, modifiers, scope, path)
  const impossible = modifiers.timePart === undefined ? undefined : impossiblePart(modifiers.timePart, value)
  if (impossible !== undefined) throw new Refused(path, impossible)
  switch (modifiers.operator) {
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compileComparison(modifiers.operator, value, path)
    case 'exists':
      if (typeof value !== 'boolean') throw new Refused(path, `exists takes true or false, not ${show(value)}`)
      return (actual) => (actual !== undefined && actual !== null) === value
    case 'cidr':
      return compileNetwork(value, path)
    case 're':
      return compileRegex(value, modifiers.regexFlags, scope.regex, path)
    default:
      return compileEqual(value, modifiers, path)
  }
}

function compileEqual(value: unknown, modifiers: Modifiers, path: Path): ValueTest {
  const { operator } = modifiers
  if (value === null) return (actual) => actual === undefined || actual === null
  if (operator === 'equals' && typeof value === 'boolean') return (actual) => actual === value || actual === String(value)
  if (operator === 'equals' && typeof value === 'number') return (actual) => actual === value || actual === String(value)
  if (typeof value !== 'string' && operator !== 'equals' && typeof value !== 'number') {
    throw new Refused(path, `${operator} takes a text, not ${show(value)}`)
  }
  const patterns = patternsOf(String(value), modifiers, path).map((p) => (operator === 'equals' ? p : around(p, operator as 'contains')))
  const tests = patterns.map((pattern) =>
    compilePattern(pattern, modifiers.cased || modifiers.transforms.some((t) => t.startsWith('base64'))),
  )
  const [only] = tests
  if (tests.length === 1) return (actual) => isScalar(actual) && only!(String(actual))
  return (actual) => isScalar(actual) && tests.some((test) => test(String(actual)))
}

function isScalar(actual: unknown): boolean {
  return typeof actual === 'string' || typeof actual === 'number' || typeof actual === 'boolean'
}

const COMPARE: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', (a: number, b: number) => boolean>> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
}

function compileComparison(operator: 'gt' | 'gte' | 'lt' | 'lte', value: unknown, path: Path): ValueTest {
  if (typeof value !== 'number') throw new Refused(path, `${operator} takes a number, not ${show(value)}`)
  const compare = COMPARE[operator]
  return (actual) => {
    const n = numberOf(actual)
    return n !== undefined && compare(n, value)
  }
}

/** A number, or a text that is one. NaN is none: nothing is more or less than that, and nothing can be learnt from it. */
export function numberOf(actual: unknown): number | undefined {
  if (typeof actual === 'number') return Number.isNaN(actual) ? undefined : actual
  if (typeof actual !== 'string' || actual.trim() === '') return undefined
  const n = Number(actual)
  return Number.isNaN(n) ? undefined : n
}

/** Beyond this no differences can be calculated with, nor kept over a restart. */
const MOST = 1e300

export function isMeasure(value: number): boolean {
  return Math.abs(value) <= MOST
}

function compileNetwork(value: unknown, path: Path): ValueTest {
  const inside = typeof value === 'string' ? network(value) : undefined
  if (inside === undefined) throw new Refused(path, `cidr takes a network such as 10.0.0.0/8, not ${show(value)}`)
  const remembered = rememberAnswers(inside)
  return (actual) => typeof actual === 'string' && remembered(actual)
}

function compileRegex(value: unknown, flags: string, regex: Regex, path: Path): ValueTest {
  if (typeof value !== 'string') throw new Refused(path, `re takes a text, not ${show(value)}`)
  if (value.length > RULE_BOUNDS.pattern) throw new Refused(path, `a regular expression has at most ${RULE_BOUNDS.pattern} characters`)
  let test: (text: string) => boolean
  try {
    test = regex(value, flags)
  } catch (error) {
    throw new Refused(path, `the regular expression is not valid RE2: ${error instanceof Error ? error.message : String(error)}`)
  }
  const remembered = rememberAnswers(test)
  return (actual) => isScalar(actual) && remembered(String(actual))
}

/** The same names, paths and agents come again and again, and a pattern takes long to answer. */
function rememberAnswers(test: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>()
  return (text) => {
    const known = answers.get(text)
    if (known !== undefined) return known
    const answer = test(text)
    if (answers.size >= MAX_ANSWERS) answers.clear()
    if (text.length <= MAX_REMEMBERED) answers.set(text, answer)
    return answer
  }
}

function compileReference(value: unknown, modifiers: Modifiers, scope: Scope, path: Path): ValueTest {
  if (typeof value !== 'string') throw new Refused(path, `fieldref takes the name of a field, not ${show(value)}`)
  const other = readFieldOf(value, modifiers, scope, path).get
  const fold = (v: unknown) => (modifiers.cased ? String(v) : String(v).toLowerCase())
  const { operator } = modifiers
  return (actual, subject) => {
    const wanted = other(subject)
    if (!isScalar(actual) || !isScalar(wanted)) return false
    const [a, b] = [fold(actual), fold(wanted)]
    if (operator === 'contains') return a.includes(b)
    if (operator === 'startswith') return a.startsWith(b)
    return operator === 'endswith' ? a.endsWith(b) : a === b
  }
}
