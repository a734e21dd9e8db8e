/**
 * The picture as one JSON document, `isthmus.analyze/1` (schema.json beside this file, docs/analyze-json.md): one
 * element a line, written piece by piece. Times are ISO 8601 in UTC with six decimals; what is unknown is null.
 */
import { isoTime } from '@isthmus/model'
import type { Picture } from './run.ts'
import type { Rows } from './work.ts'

const DOCUMENT_SCHEMA = 'isthmus.analyze/1'

/** Names of fields that hold µs since 1970. */
const TIMES: ReadonlySet<string> = new Set(['at', 'first', 'last', 'firstAt', 'lastAt', 'startedAt', 'lastChangeAt', 'since', 'heardAt'])
const LISTS = ['assets', 'links', 'sessions', 'operations', 'tags', 'findings', 'alerts', 'incidents', 'coverage'] as const

/** The text of the document in pieces. */
export function* documentText(picture: Picture): Generator<string> {
  yield `{\n"schema": ${JSON.stringify(DOCUMENT_SCHEMA)},\n"site": ${JSON.stringify(picture.site)},\n`
  yield* list('captures', picture.captures)
  yield* list('sources', picture.sources)
  yield* list('indicators', picture.indicators)
  yield* list('yara', picture.yara)
  for (const name of LISTS) yield* list(name, picture[name], DECIDED[name])
  yield `"refused": ${JSON.stringify(picture.refused)}\n}\n`
}

/** What only decisions of people bring to a row: null in all others. */
const DECIDED: Readonly<Record<string, object>> = {
  findings: { suppressedBy: null, authorisedBy: null },
  alerts: { authorised: null, exceeds: null },
}

function* list(name: string, rows: Rows<unknown>, absent?: object): Generator<string> {
  yield `"${name}": [`
  let before = ''
  for (const row of rows) {
    yield `${before}\n${JSON.stringify({ ...absent, ...(plain(row) as object) })}`
    before = ','
  }
  yield `${rows.length === 0 ? '' : '\n'}],\n`
}

/** Every field is present: undefined becomes null; times become text. */
function plain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value ?? null
  if (Array.isArray(value)) return value.map(plain)
  const out: Record<string, unknown> = {}
  for (const name in value) {
    const inner = (value as Record<string, unknown>)[name]
    out[name] = TIMES.has(name) && typeof inner === 'number' ? (isoTime(inner) ?? null) : plain(inner)
  }
  return out
}
