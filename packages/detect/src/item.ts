/** One line of a selection, `field|modifiers: values`, as a test of a subject. */
import type { ObservationKind } from '@isthmus/model'
import { network } from './address.ts'
import { getter, isField } from './fields.ts'
import { around, compilePattern } from './glob.ts'
import { type Modifiers, patternsOf, readModifiers } from './modifiers.ts'
import { isMap, type Path, Refused, show } from './refused.ts'
import type { Getter, Predicate, Regex, Subject } from './rule.ts'

export type Scope = { readonly kinds: readonly ObservationKind[]; readonly regex: Regex; readonly fields: Set<string> }

type ValueTest = (actual: unknown, subject: Subject) => boolean

/** `key` is as written; an empty field name (`|all`) means the keywords of any text of the observation. */
export function compileItem(key: string, wanted: unknown, scope: Scope, path: Path): Predicate {
  const [name = '', ...names] = key.split('|')
  const modifiers = readModifiers(names, path)
  const values = Array.isArray(wanted) ? wanted : [wanted]
  if (values.length === 0) throw new Refused(path, 'an empty list of values matches nothing')
  const tests = values.map((value, i) => compileValue(value, modifiers, scope, values.length > 1 ? [...path, i] : path))
  const read = name === '' ? anyText : fieldGetter(name, scope, path)
  const holds = combine(tests, modifiers.all)
  if (modifiers.negated) return (subject) => !holds(read(subject), subject)
  return (subject) => holds(read(subject), subject)
}

function fieldGetter(name: string, scope: Scope, path: Path): Getter {
  if (!isField(name, scope.kinds)) throw new Refused(path, `no field "${name}" in ${scope.kinds.join(', ')}`)
  scope.fields.add(name)
  return getter(name)
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
    for (const test of each) if (test(actual, subject)) return true
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

/** A number, or a text that is one. */
export function numberOf(actual: unknown): number | undefined {
  if (typeof actual === 'number') return actual
  if (typeof actual !== 'string' || actual.trim() === '') return undefined
  const n = Number(actual)
  return Number.isNaN(n) ? undefined : n
}

function compileNetwork(value: unknown, path: Path): ValueTest {
  const inside = typeof value === 'string' ? network(value) : undefined
  if (inside === undefined) throw new Refused(path, `cidr takes a network such as 10.0.0.0/8, not ${show(value)}`)
  return (actual) => typeof actual === 'string' && inside(actual)
}

function compileRegex(value: unknown, flags: string, regex: Regex, path: Path): ValueTest {
  if (typeof value !== 'string') throw new Refused(path, `re takes a text, not ${show(value)}`)
  let test: (text: string) => boolean
  try {
    test = regex(value, flags)
  } catch (error) {
    throw new Refused(path, `the regular expression is not valid RE2: ${error instanceof Error ? error.message : String(error)}`)
  }
  return (actual) => isScalar(actual) && test(String(actual))
}

function compileReference(value: unknown, modifiers: Modifiers, scope: Scope, path: Path): ValueTest {
  if (typeof value !== 'string') throw new Refused(path, `fieldref takes the name of a field, not ${show(value)}`)
  const other = fieldGetter(value, scope, path)
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
