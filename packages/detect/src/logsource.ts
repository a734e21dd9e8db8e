/** What a rule is about: the kinds of observation, and how each field it names is read. */
import type { ObservationKind } from '@isthmus/model'
import { categoryOf, KINDS } from './fields.table.ts'
import { getter, isField, isTime } from './fields.ts'
import { type ForeignLog, openForeign } from './foreign/foreign-log.ts'
import { GENERIC_LOGS } from './foreign/generic.table.ts'
import { ZEEK_LOGS } from './foreign/zeek.table.ts'
import { isMap, type Path, Refused, show } from './refused.ts'
import type { FieldRead, Predicate } from './rule.ts'

type Doc = Readonly<Record<string, unknown>>

export type Source = {
  readonly kinds: readonly ObservationKind[]
  /** Which observations of the kinds are lines of another product's log; undefined for our own log sources. */
  readonly isLine: Predicate | undefined
  /** Undefined where the observations have no such field. */
  read(name: string): FieldRead | undefined
  /** The reason for that. */
  lacks(name: string): string
}

/** The log source of a rule document, with the fields that its detection names. */
export function openSource(doc: Doc): Source {
  const logsource = doc.logsource
  if (!isMap(logsource)) throw new Refused(['logsource'], 'a rule needs a logsource')
  const { product, category, service } = logsource
  if (product === 'isthmus') return ourSource(doc, logsource)
  if (doc.taxonomy !== undefined && doc.taxonomy !== 'sigma')
    throw new Refused(['taxonomy'], `the taxonomy ${show(doc.taxonomy)} is not supported`)
  if (product === 'zeek') {
    if (category !== undefined) throw new Refused(['logsource', 'category'], 'logs of Zeek have a service and no category')
    return foreignSource(doc, 'zeek', logOf(ZEEK_LOGS, service, ['logsource', 'service'], 'no mapping for the service'))
  }
  if (product !== undefined)
    throw new Refused(
      ['logsource', 'product'],
      `the product ${show(product)} is not supported, only isthmus and zeek, and categories without a product`,
    )
  if (service !== undefined) throw new Refused(['logsource', 'service'], 'a service needs the product zeek')
  return foreignSource(doc, 'category', logOf(GENERIC_LOGS, category, ['logsource', 'category'], 'no mapping for the category'))
}

function ourSource(doc: Doc, { service, category }: Doc): Source {
  if (doc.taxonomy !== undefined && doc.taxonomy !== 'isthmus')
    throw new Refused(['taxonomy'], `the taxonomy ${show(doc.taxonomy)} is not supported`)
  if (service !== undefined) throw new Refused(['logsource', 'service'], 'our log sources have a category and no service')
  const kind = KINDS.find((k) => categoryOf(k) === category)
  if (category !== undefined && kind === undefined)
    throw new Refused(['logsource', 'category'], `no category ${show(category)}: one of ${KINDS.map(categoryOf).join(', ')}`)
  return sourceOf(kind === undefined ? KINDS : [kind])
}

/** Our own fields of these kinds. */
export function sourceOf(kinds: readonly ObservationKind[]): Source {
  return {
    kinds,
    isLine: undefined,
    read: (name) => (isField(name, kinds) ? { get: getter(name), key: name, from: name, isTime: isTime(name, kinds) } : undefined),
    lacks: (name) => `no field "${name}" in ${kinds.join(', ')}`,
  }
}

type Named = { readonly name: string; readonly log: ForeignLog }

function logOf(logs: Readonly<Record<string, ForeignLog>>, name: unknown, path: Path, reason: string): Named {
  if (typeof name !== 'string' || !Object.hasOwn(logs, name))
    throw new Refused(path, `${reason} ${show(name)}: mapped are ${Object.keys(logs).join(', ')}`)
  return { name, log: logs[name]! }
}

function foreignSource(doc: Doc, product: string, { name, log }: Named): Source {
  const label = `${product}/${name}`
  const { kinds, isLine, read } = openForeign(label, log, fieldsNamed(doc.detection))
  return {
    kinds,
    isLine,
    read(field) {
      const found = read(field)
      return found === undefined ? undefined : { ...found, key: `${label}/${field}` }
    },
    lacks: (field) => `no field "${field}" in ${label} as this rule uses it`,
  }
}

/** Every field that selections name, with its place: as keys, and as values of `fieldref`. */
function fieldsNamed(detection: unknown): readonly (readonly [name: string, path: Path])[] {
  const named: (readonly [string, Path])[] = []
  const ofMap = (map: Record<string, unknown>, path: Path): void => {
    for (const [key, value] of Object.entries(map)) {
      const [name = '', ...modifiers] = key.split('|')
      if (name === '') throw new Refused([...path, key], KEYWORDS)
      named.push([name, [...path, key]])
      if (!modifiers.includes('fieldref')) continue
      for (const other of Array.isArray(value) ? value : [value]) if (typeof other === 'string') named.push([other, [...path, key]])
    }
  }
  for (const [name, selection] of Object.entries(isMap(detection) ? detection : {})) {
    const path = ['detection', name]
    if (name === 'condition' || name === 'timeframe') continue
    if (isMap(selection)) ofMap(selection, path)
    else if (!Array.isArray(selection)) throw new Refused(path, KEYWORDS)
    else
      selection.forEach((item, i) => {
        if (!isMap(item)) throw new Refused([...path, i], KEYWORDS)
        ofMap(item, [...path, i])
      })
  }
  return named
}

const KEYWORDS = 'keywords look at a whole line of a log, and an observation is none: name the fields'
