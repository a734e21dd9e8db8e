/** Lists: a value a line, or a table with a header that names its columns. Quoted as in RFC 4180; `#` begins a comment. */
import { LEVELS, type Level, microsOf } from '@isthmus/model'
import { Gathering, type IndicatorFile, techniquesIn } from './indicator.ts'
import { addressTerm, domainTerm, guessTerm, hashTerm, isTerm, ja4Term, type TermOrReason, urlTerm } from './term.ts'

/** What a column may be called, in lower case with `_` for what is no letter or digit. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  value: ['value', 'indicator', 'ioc', 'ioc_value', 'observable', 'indicator_value'],
  type: ['type', 'ioc_type', 'indicator_type', 'observable_type'],
  name: ['name', 'title', 'description', 'comment', 'threat'],
  source: ['source', 'provider', 'feed', 'reference'],
  level: ['level', 'severity'],
  attack: ['attack', 'technique', 'techniques', 'mitre_attack', 'mitre_technique_id'],
  from: ['valid_from', 'first_seen', 'from'],
  until: ['valid_until', 'expires', 'expiry', 'expiration', 'until'],
}
const MAX_COLUMNS = 64

type Row = Readonly<Record<string, string>>

export function readCsv(content: string, file: string): IndicatorFile {
  const gathering = new Gathering('CSV')
  let columns: readonly (string | undefined)[] | undefined
  for (const { line, cells } of rowsOf(content)) {
    if (columns === undefined) {
      const named = cells.map(columnOf)
      columns = named.includes('value') ? named : ['value', 'type']
      if (columns === named) continue
    }
    const row: Record<string, string> = {}
    for (const [i, name] of columns.entries()) if (name !== undefined) row[name] ??= cells[i]?.trim() ?? ''
    readRow(row, `line ${line}`, gathering, file)
  }
  return gathering.done()
}

function readRow(row: Row, id: string, gathering: Gathering, file: string): void {
  gathering.count()
  const { value = '', type = '', name = '', source = '', level = '', attack = '', from = '', until = '' } = row
  const pattern = type === '' ? value : `${type} ${value}`
  const [validFrom, validUntil] = [from, until].map((time) => (time === '' ? undefined : (microsOf(time) ?? 'none')))
  if (validFrom === 'none' || validUntil === 'none') {
    gathering.refuse(id, pattern, 'a time of validity that is none')
    return
  }
  const term = type === '' ? guessTerm(value) : readTyped(type.toLowerCase(), value)
  if (!isTerm(term)) {
    gathering.refuse(id, pattern, term.reason)
    return
  }
  gathering.add({
    id: `${file} ${id}`,
    name: name || value,
    source: source === '' ? file : `${file} (${source})`,
    pattern,
    level: LEVELS.find((known) => known === level.toLowerCase()) ?? ('medium' satisfies Level),
    attack: [...new Set(techniquesIn(attack))],
    validFrom,
    validUntil,
    alternatives: [[term]],
  })
}

function readTyped(type: string, value: string): TermOrReason {
  if (/^(ip|ipv4|ipv6|ipv4-addr|ipv6-addr|ip-src|ip-dst|cidr|network)$/.test(type)) return addressTerm(value)
  if (/^(domain|domain-name|hostname|fqdn|host)$/.test(type)) return domainTerm(value)
  if (/^(url|uri|link)$/.test(type)) return urlTerm(value)
  if (/^(hash|file|md5|sha-?1|sha-?256|sha-?512|filehash-\w+)$/.test(type)) return hashTerm(value)
  if (/^ja4$/.test(type)) return ja4Term(value)
  return { reason: `the type ${type.slice(0, 40)} is not seen on the wire` }
}

function columnOf(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
  return Object.keys(COLUMNS).find((column) => COLUMNS[column]!.includes(name))
}

/** A quoted cell may hold line ends; one that is never closed or longer than 4,096 characters ends with its line, so that a stray quote costs one row. */
function* rowsOf(content: string): Generator<{ line: number; cells: string[] }> {
  const cell = /"((?:[^"]|""){0,4096})"[^\S\r\n]*(?=[,;\t\r\n]|$)|([^,;\t\r\n]*)/y
  let line = 1
  let at = content.startsWith('\ufeff') ? 1 : 0
  while (at < content.length) {
    const started = line
    const cells: string[] = []
    for (;;) {
      cell.lastIndex = at
      const [raw = '', quoted, bare = ''] = cell.exec(content) ?? []
      if (cells.length < MAX_COLUMNS) cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
      for (let i = raw.indexOf('\n'); i >= 0; i = raw.indexOf('\n', i + 1)) line++
      at += raw.length
      const end = content[at]
      at++
      if (end === '\r') continue
      if (end === '\n') line++
      if (end === '\n' || end === undefined) break
    }
    const first = cells[0]!.trim()
    if (first !== '' && !first.startsWith('#')) yield { line: started, cells }
  }
}
