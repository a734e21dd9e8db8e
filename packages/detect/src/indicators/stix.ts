/** STIX 2.1 bundles, and what TAXII 2.1 answers with (an envelope of objects). */
import { type Level, type Micros, microsOf } from '@isthmus/model'
import { Gathering, type IndicatorFile, techniquesIn } from './indicator.ts'
import { readPattern } from './stix-pattern.ts'

type Map = Readonly<Record<string, unknown>>

export function isStix(document: unknown): document is Map {
  return isMap(document) && Array.isArray(document.objects)
}

export function readStix(document: Map, file: string): IndicatorFile {
  const gathering = new Gathering('STIX 2.1')
  const objects = (document.objects as readonly unknown[]).filter(isMap)
  const names = new Map(objects.filter((o) => o.type === 'identity').map((o) => [text(o.id), text(o.name)]))
  const techniques = techniquesByIndicator(objects)
  for (const object of objects) {
    if (object.type !== 'indicator') continue
    gathering.count()
    const [id, pattern] = [text(object.id), text(object.pattern)]
    if (object.revoked === true) gathering.skip('revoked')
    else if (listOf(object.indicator_types).includes('benign')) gathering.skip('benign')
    else if (text(object.pattern_type) !== 'stix')
      gathering.refuse(id, pattern, `a pattern of type ${text(object.pattern_type).slice(0, 20) || 'unknown'}`)
    else readIndicator(object, gathering, file, names, techniques)
  }
  return gathering.done()
}

function readIndicator(
  object: Map,
  gathering: Gathering,
  file: string,
  names: ReadonlyMap<string, string>,
  techniques: ReadonlyMap<string, readonly string[]>,
): void {
  const [id, pattern] = [text(object.id), text(object.pattern)]
  const [validFrom, validUntil] = [timeOf(object.valid_from), timeOf(object.valid_until)]
  // One whose end cannot be read would never end.
  if (validFrom === 'none' || validUntil === 'none') {
    gathering.refuse(id, pattern, 'a time of validity that is none')
    return
  }
  const { alternatives, reasons } = readPattern(pattern)
  for (const reason of reasons) gathering.refuse(id, pattern, reason)
  const organisation = names.get(text(object.created_by_ref))
  gathering.add({
    id,
    name: text(object.name) || pattern,
    source: organisation === undefined || organisation === '' ? file : `${file} (${organisation})`,
    pattern,
    level: levelOf(object),
    attack: techniques.get(id) ?? [],
    validFrom,
    validUntil,
    alternatives,
  })
}

/** Relationships `indicates` to an attack-pattern, whose external reference names the technique. */
function techniquesByIndicator(objects: readonly Map[]): ReadonlyMap<string, readonly string[]> {
  const patterns = new Map<string, readonly string[]>()
  for (const object of objects) {
    if (object.type !== 'attack-pattern' || !Array.isArray(object.external_references)) continue
    patterns.set(
      text(object.id),
      object.external_references.filter(isMap).flatMap((reference) => techniquesIn(text(reference.external_id))),
    )
  }
  const found = new Map<string, readonly string[]>()
  for (const object of objects) {
    const techniques = patterns.get(text(object.target_ref))
    if (object.type !== 'relationship' || object.relationship_type !== 'indicates' || techniques === undefined) continue
    const id = text(object.source_ref)
    found.set(id, [...new Set([...(found.get(id) ?? []), ...techniques])])
  }
  return found
}

/** By kind (what is only unusual or hides who it is weighs less), then not above what the author is sure of. */
function levelOf(object: Map): Level {
  const types = listOf(object.indicator_types)
  const isWeak = types.length > 0 && types.every((type) => type === 'anomalous-activity' || type === 'anonymization' || type === 'unknown')
  const { confidence } = object
  if (typeof confidence === 'number' && confidence < 30) return 'low'
  return isWeak || (typeof confidence === 'number' && confidence < 70) ? 'medium' : 'high'
}

function timeOf(value: unknown): Micros | undefined | 'none' {
  if (value === undefined || value === null) return undefined
  return microsOf(text(value)) ?? 'none'
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
