/** What the keys of ours that remember have in common: a map of known keys, and fields to group by. */
import type { ObservationKind } from '@isthmus/model'
import { getter, isField } from './fields.ts'
import { shared } from './group-key.ts'
import { Refused, text, texts } from './refused.ts'
import type { Getter } from './rule.ts'

type Doc = Readonly<Record<string, unknown>>
/** The fields' names, and how each is read. */
export type GroupBy = { readonly names: readonly string[]; readonly groupBy: readonly Getter[] }

/** Refuses a key of the map `key` that is not among these. */
export function onlyKeys(map: Doc, key: string, allowed: readonly string[]): void {
  for (const name of Object.keys(map)) if (!allowed.includes(name)) throw new Refused([key, name], `"${name}" is not supported in ${key}`)
}

export function readGroupBy(map: Doc, key: string, kinds: readonly ObservationKind[]): GroupBy {
  const names = texts(map, 'group-by', [key])
  if (names.length === 0) throw new Refused([key, 'group-by'], `${key} needs a group-by`)
  const groupBy = names.map((name) => fieldOf(name, kinds, [key, 'group-by']))
  return { names, groupBy: shared(names, groupBy) }
}

/** The field that the map names under `name`. */
export function readField(map: Doc, key: string, name: string, kinds: readonly ObservationKind[]): Getter {
  return fieldOf(text(map, name, [key]), kinds, [key, name])
}

export function fieldOf(field: string, kinds: readonly ObservationKind[], path: readonly string[]): Getter {
  if (!isField(field, kinds)) throw new Refused(path, `no field "${field}" in ${kinds.join(', ')}`)
  return getter(field)
}
