/** A search identifier of Sigma's `detection`: a map (all lines), a list (any of its items), or keywords. */
import { compileItem, type Scope } from './item.ts'
import { isMap, type Path, Refused } from './refused.ts'
import type { Predicate } from './rule.ts'

export function compileSelection(value: unknown, scope: Scope, path: Path): Predicate {
  if (isMap(value)) return compileMap(value, scope, path)
  if (!Array.isArray(value)) return compileItem('|contains', value, scope, path)
  if (value.length === 0) throw new Refused(path, 'an empty selection matches nothing')
  return anyOf(
    value.map((item, i) => (isMap(item) ? compileMap(item, scope, [...path, i]) : compileItem('|contains', item, scope, [...path, i]))),
  )
}

function compileMap(map: Record<string, unknown>, scope: Scope, path: Path): Predicate {
  const keys = Object.keys(map)
  if (keys.length === 0) throw new Refused(path, 'an empty selection matches everything')
  return allOf(keys.map((key) => compileItem(key.startsWith('|') ? `|contains${key}` : key, map[key], scope, [...path, key])))
}

export function allOf(tests: readonly Predicate[]): Predicate {
  const [a, b] = tests
  if (tests.length === 1) return a!
  if (tests.length === 2) return (s) => a!(s) && b!(s)
  return (s) => {
    for (const test of tests) if (!test(s)) return false
    return true
  }
}

export function anyOf(tests: readonly Predicate[]): Predicate {
  const [a, b] = tests
  if (tests.length === 1) return a!
  if (tests.length === 2) return (s) => a!(s) || b!(s)
  return (s) => {
    for (const test of tests) if (test(s)) return true
    return false
  }
}
