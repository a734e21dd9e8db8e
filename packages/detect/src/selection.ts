/** A search identifier of Sigma's `detection`: a map (all lines), a list (any of its items), or keywords. */
import { compileItem, type Scope } from './item.ts'
import { isMap, type Path, Refused } from './refused.ts'
import type { Gate, Gates, Predicate, Test } from './rule.ts'

const NO_GATES: Gates = new Map()

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
  const rests = tests.flatMap(({ rest }) => rest ?? [])
  return { holds: every(tests.map(({ holds }) => holds)), gates: gatesOfAll(tests), rest: rests.length === 0 ? undefined : every(rests) }
}

export function anyOf(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0]!
  const holds = some(tests.map((test) => test.holds))
  const gates = gatesOfAny(tests)
  const isOneField = tests.every((test) => test.rest === undefined && test.gates.size === 1) && gates.size === 1
  return { holds, gates, rest: isOneField ? undefined : holds }
}

export function not(test: Test): Test {
  const holds: Predicate = (s) => !test.holds(s)
  const [only] = test.gates
  if (test.rest !== undefined || only === undefined || test.gates.size > 1) return { holds, gates: NO_GATES, rest: holds }
  const [field, gate] = only
  return { holds, gates: new Map([[field, { get: gate.get, holds: (value) => !gate.holds(value) }]]), rest: undefined }
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

function gatesOfAll(tests: readonly Test[]): Gates {
  const gates = new Map<string, Gate>()
  for (const test of tests)
    for (const [field, { get, holds }] of test.gates) {
      const known = gates.get(field)
      gates.set(field, known === undefined ? { get, holds } : { get, holds: (value) => known.holds(value) && holds(value) })
    }
  return gates
}

/** Only of a field that every alternative asks about is anything sure. */
function gatesOfAny(tests: readonly Test[]): Gates {
  const gates = new Map<string, Gate>()
  for (const [field, { get }] of tests[0]!.gates) {
    const asked = tests.map((test) => test.gates.get(field))
    if (asked.includes(undefined)) continue
    gates.set(field, { get, holds: (value) => asked.some((gate) => gate!.holds(value)) })
  }
  return gates
}
