/** MISP JSON: events as MISP exports and answers them, and answers of attributes without their events. */
import { type Level, microsOf } from '@isthmus/model'
import { Gathering, type IndicatorFile, type Term, techniquesIn } from './indicator.ts'
import { readPattern } from './stix-pattern.ts'
import { addressTerm, domainTerm, hashTerm, isTerm, ja4Term, portTerm, type TermOrReason, urlTerm } from './term.ts'

type Map = Readonly<Record<string, unknown>>

/** `Event.threat_level_id`: 1 high, 2 medium, 3 low, 4 undefined. */
const LEVELS: Readonly<Record<string, Level>> = { 1: 'high', 2: 'medium', 3: 'low' }

export function isMisp(document: unknown): boolean {
  return eventsOf(document).length > 0 || attributesOf(document).length > 0
}

export function readMisp(document: unknown, file: string): IndicatorFile {
  const gathering = new Gathering('MISP')
  for (const event of eventsOf(document)) {
    for (const attribute of mapsOf(event.Attribute)) readAttribute(attribute, event, gathering, file)
    for (const object of mapsOf(event.Object))
      for (const attribute of mapsOf(object.Attribute)) readAttribute(attribute, event, gathering, file)
  }
  for (const attribute of attributesOf(document)) readAttribute(attribute, isMap(attribute.Event) ? attribute.Event : {}, gathering, file)
  return gathering.done()
}

function eventsOf(document: unknown): readonly Map[] {
  const list = Array.isArray(document)
    ? document
    : isMap(document)
      ? Array.isArray(document.response)
        ? document.response
        : [document]
      : []
  return list.filter(isMap).flatMap((item) => (isMap(item.Event) ? [item.Event] : []))
}

function attributesOf(document: unknown): readonly Map[] {
  if (!isMap(document)) return []
  const answer = isMap(document.response) ? document.response : document
  return mapsOf(answer.Attribute)
}

function readAttribute(attribute: Map, event: Map, gathering: Gathering, file: string): void {
  gathering.count()
  const [type, value, id] = [text(attribute.type), text(attribute.value), text(attribute.uuid) || text(attribute.id)]
  if (attribute.deleted === true) {
    gathering.skip('deleted')
    return
  }
  if (attribute.to_ids !== true && attribute.to_ids !== '1' && attribute.to_ids !== 1) {
    gathering.skip('not meant for detection')
    return
  }
  const pattern = `${type} ${value}`
  const [validFrom, validUntil] = [attribute.first_seen, attribute.last_seen].map((time) =>
    typeof time === 'string' && time !== '' ? (microsOf(time) ?? 'none') : undefined,
  )
  if (validFrom === 'none' || validUntil === 'none') {
    gathering.refuse(id, pattern, 'a time of validity that is none')
    return
  }
  const { alternatives, reasons } = alternativesOf(type, value, text(attribute.object_relation))
  for (const reason of reasons) gathering.refuse(id, pattern, reason)
  const organisation = isMap(event.Orgc) ? text(event.Orgc.name) : ''
  gathering.add({
    id,
    name: text(attribute.comment) || text(event.info) || pattern,
    source: organisation === '' ? file : `${file} (${organisation})`,
    pattern,
    level: LEVELS[text(event.threat_level_id)] ?? 'medium',
    attack: [...new Set([...tagged(attribute), ...tagged(event)])],
    validFrom,
    validUntil,
    alternatives,
  })
}

/** Tags of the galaxies of ATT&CK: `misp-galaxy:mitre-attack-pattern="Exploitation of Remote Services - T1210"`. */
function tagged(map: Map): readonly string[] {
  return mapsOf(map.Tag).flatMap((tag) => (/^misp-galaxy:mitre-/.test(text(tag.name)) ? techniquesIn(text(tag.name)) : []))
}

type Alternatives = { readonly alternatives: readonly (readonly Term[])[]; readonly reasons: readonly string[] }

/** `a|b` types: an address with its port must both hold; of a name with its address each is an indicator; a file's name says nothing. */
function alternativesOf(type: string, value: string, relation: string): Alternatives {
  if (type === 'stix2-pattern') return readPattern(value)
  const [first = '', second = ''] = value.split('|', 2)
  if (type === 'domain|ip') return anyOf(domainTerm(first), addressTerm(second))
  if (type === 'hostname|port') return allOf(domainTerm(first), portTerm(second))
  if (type === 'ip-dst|port') return allOf(addressTerm(first, 'server'), portTerm(second))
  if (type === 'ip-src|port') return { alternatives: [], reasons: ["the type ip-src|port: a client's port is chance"] }
  if (type.startsWith('filename|')) return anyOf(hashTerm(second))
  // MISP has no type of its own for JA4: objects give it as a text.
  if (/^ja4/.test(type) || /^ja4(?:-fingerprint)?$/.test(relation)) return anyOf(ja4Term(value))
  const read = READERS[type]
  return read === undefined ? { alternatives: [], reasons: [`the type ${type.slice(0, 40)} is not seen on the wire`] } : anyOf(read(value))
}

/** Whether an address is meant as source or target is kept out of the match: a host that listens today calls tomorrow. */
const READERS: Readonly<Record<string, (value: string) => TermOrReason>> = {
  'ip-src': (value) => addressTerm(value),
  'ip-dst': (value) => addressTerm(value),
  domain: domainTerm,
  hostname: domainTerm,
  url: urlTerm,
  link: urlTerm,
  uri: urlTerm,
  md5: hashTerm,
  sha1: hashTerm,
  sha256: hashTerm,
  sha512: hashTerm,
}

function anyOf(...terms: readonly TermOrReason[]): Alternatives {
  return { alternatives: terms.filter(isTerm).map((term) => [term]), reasons: reasonsOf(terms) }
}

function allOf(...terms: readonly TermOrReason[]): Alternatives {
  return terms.every(isTerm) ? { alternatives: [terms], reasons: [] } : { alternatives: [], reasons: reasonsOf(terms) }
}

function reasonsOf(terms: readonly TermOrReason[]): readonly string[] {
  return terms.flatMap((term) => (isTerm(term) ? [] : [term.reason]))
}

function mapsOf(value: unknown): readonly Map[] {
  return Array.isArray(value) ? value.filter(isMap) : []
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

function isMap(value: unknown): value is Map {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
