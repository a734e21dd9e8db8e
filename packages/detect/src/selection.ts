/** A search identifier of Sigma's `detection`: a map (all lines), a list (any of its items), or keywords. */
import { compileItem, type Scope } from './item.ts'
import { isMap, type Path, Refused } from './refused.ts'
import type { Arm, Gate, Gates, Predicate, Test } from './rule.ts'

const NO_GATES: Gates = new Map()
/** Ways in which a condition is known to hold; of more it is asked as a whole. */
const MAX_ARMS = 8

export function compileSelection(value: unknown, scope: Scope, path: Path): Test {
  if (isMap(value)) return compileMap(value, scope, path)
  if (!Array.isArray(value)) return compileItem('|contains', value, scope, path)
  if (value.length === 0) throw new Refused(path, 'an empty selection matches nothing')
  // Many words are looked for together.
  if (!value.some(isMap)) return compileItem('|contains', value, scope, path)
  return anyOf(
    value.map((item, i) => (isMap(item) ? compileMap(item, scope, [...path, i]) : compileItem('|contains', item, scope, [...path, i]))),
  )
}

function compileMap(map: Record<string, unknown>, scope: Scope, path: Path): Test {
  const keys = Object.keys(map)
  if (keys.length === 0) throw new Refused(path, 'an empty selection matches everything')
  return allOf(keys.map((key) => compileItem(key.startsWith('|') ? `|contains${key}` : key, map[key], scope, [...path, key])))
}

export function allOf(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0]!
  return { holds: every(tests.map(({ holds }) => holds)), arms: crossed(tests) }
}

export function anyOf(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0]!
  const holds = some(tests.map((test) => test.holds))
  const arms = tests.flatMap((test) => test.arms)
  const gates = gatesOfAny(arms)
  const isOneField = gates.size === 1 && arms.every((arm) => arm.rest === undefined && arm.gates.size === 1)
  if (isOneField) return { holds, arms: [{ gates, rest: undefined }] }
  return { holds, arms: arms.length <= MAX_ARMS ? arms : [{ gates, rest: holds }] }
}

export function not(test: Test): Test {
  const holds: Predicate = (s) => !test.holds(s)
  if (test.arms.some(({ rest }) => rest !== undefined)) return { holds, arms: [{ gates: NO_GATES, rest: holds }] }
  // None of the arms may hold: of each, one of its fields must not.
  const broken = test.arms.map(({ gates }) => anyOf([...gates].map(([field, gate]) => broke(field, gate))))
  return { holds, arms: allOf(broken).arms }
}

function broke(field: string, { get, holds }: Gate): Test {
  const gate: Gate = { get, holds: (value) => !holds(value) }
  return { holds: (s) => gate.holds(get(s)), arms: [{ gates: new Map([[field, gate]]), rest: undefined }] }
}

export function both(a: Predicate | undefined, b: Predicate | undefined): Predicate | undefined {
  return a === undefined ? b : b === undefined ? a : (s) => a(s) && b(s)
}

/** Every arm of one with every arm of the others; tests that would make too many of them stay whole. */
function crossed(tests: readonly Test[]): readonly Arm[] {
  let arms: readonly Arm[] = [{ gates: NO_GATES, rest: undefined }]
  for (const test of tests) {
    const more = arms.length * test.arms.length <= MAX_ARMS ? test.arms : [{ gates: gatesOfAny(test.arms), rest: test.holds }]
    arms = arms.flatMap((a) => more.map((b) => ({ gates: gatesOfBoth(a.gates, b.gates), rest: both(a.rest, b.rest) })))
  }
  return arms
}

function every(tests: readonly Predicate[]): Predicate {
  const [a, b] = tests
  if (tests.length === 1) return a!
  if (tests.length === 2) return (s) => a!(s) && b!(s)
  return (s) => {
    for (let i = 0; i < tests.length; i++) if (!tests[i]!(s)) return false
    return true
  }
}

function some(tests: readonly Predicate[]): Predicate {
  const [a, b] = tests
  if (tests.length === 2) return (s) => a!(s) || b!(s)
  return (s) => {
    for (let i = 0; i < tests.length; i++) if (tests[i]!(s)) return true
    return false
  }
}

function gatesOfBoth(a: Gates, b: Gates): Gates {
  const gates = new Map(a)
  for (const [field, gate] of b) {
    const known = a.get(field)
    gates.set(field, known === undefined ? gate : { get: gate.get, holds: (value) => known.holds(value) && gate.holds(value) })
  }
  return gates
}

/** Only of a field that every alternative asks about is anything sure. */
function gatesOfAny(arms: readonly Arm[]): Gates {
  const gates = new Map<string, Gate>()
  for (const [field, { get }] of arms[0]?.gates ?? []) {
    const asked = arms.map((arm) => arm.gates.get(field))
    if (asked.includes(undefined)) continue
    gates.set(field, { get, holds: (value) => asked.some((gate) => gate!.holds(value)) })
  }
  return gates
}
