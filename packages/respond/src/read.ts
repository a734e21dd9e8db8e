/** Decisions out of a document that people or a work-order system wrote (YAML, JSON): what cannot be used is named, the rest is. */
import { type AuthorisedChange, LEVELS, microsOf, type Suppression, type SuppressionScope } from '@isthmus/model'
import { ACTIVITIES } from './activity.ts'
import { checkChange } from './change.ts'
import { KIND_WORDS } from './change-words.ts'
import { type Complaint, checkSuppression } from './suppression.ts'

export type ReadDecisions<T> = { readonly items: readonly T[]; readonly errors: readonly string[] }

/** What one file may hold. */
const MAX_ITEMS = 5000
const MAX_ERRORS = 100

/** A list, or a map whose key `changes` holds one. */
export function readChanges(document: unknown, site: string): ReadDecisions<AuthorisedChange> {
  return readList(document, 'changes', (row, say) => {
    const kind = oneOf(row, 'kind', Object.keys(KIND_WORDS) as AuthorisedChange['kind'][], say) ?? 'work-order'
    const reference = text(row, 'reference', say) ?? ''
    const activities = texts(row, 'activities', say).filter((activity) => {
      if ((ACTIVITIES as readonly string[]).includes(activity)) return true
      say('activities', `${activity} is none of ${ACTIVITIES.join(', ')}`)
      return false
    })
    const change: AuthorisedChange = {
      id: text(row, 'id', say) ?? reference,
      site,
      kind,
      reference,
      title: text(row, 'title', say) ?? '',
      assets: texts(row, 'assets', say),
      users: texts(row, 'users', say),
      hosts: texts(row, 'hosts', say),
      activities: activities as AuthorisedChange['activities'],
      from: time(row, 'from', say),
      until: time(row, 'until', say),
      expectedHashes: texts(row, 'expectedHashes', say).map((hash) => hash.toLowerCase()),
    }
    unknownKeys(row, Object.keys(change), say)
    return { item: change, complaints: checkChange(change) }
  })
}

/** A list, or a map whose key `suppressions` holds one. */
export function readSuppressions(document: unknown, site: string): ReadDecisions<Suppression> {
  return readList(document, 'suppressions', (row, say, i) => {
    const given = row.scope
    const isScope = isMap(given)
    if (!isScope) say('scope', 'is no map of rule, engine, level, client, server, protocol, user')
    const parts: Record<string, unknown> = isScope ? given : {}
    const scoped: Say = (field, why) => say(`scope.${field}`, why)
    const scope: SuppressionScope = {
      rule: text(parts, 'rule', scoped),
      engine: text(parts, 'engine', scoped),
      level: parts.level === undefined ? undefined : oneOf(parts, 'level', LEVELS, scoped),
      client: text(parts, 'client', scoped),
      server: text(parts, 'server', scoped),
      protocol: text(parts, 'protocol', scoped),
      user: text(parts, 'user', scoped),
    }
    unknownKeys(parts, Object.keys(scope), scoped)
    const suppression: Suppression = {
      id: text(row, 'id', say) ?? `suppression-${i + 1}`,
      site,
      scope,
      reason: text(row, 'reason', say) ?? '',
      by: text(row, 'by', say) ?? '',
      from: time(row, 'from', say),
      until: time(row, 'until', say),
    }
    unknownKeys(row, Object.keys(suppression), say)
    return { item: suppression, complaints: checkSuppression(suppression) }
  })
}

type Row = Readonly<Record<string, unknown>>
type Say = (field: string, why: string) => void
type Made<T> = { readonly item: T; readonly complaints: readonly Complaint[] }

function readList<T extends { readonly id: string }>(
  document: unknown,
  key: string,
  make: (row: Row, say: Say, i: number) => Made<T>,
): ReadDecisions<T> {
  const list = isMap(document) ? document[key] : document
  if (!Array.isArray(list)) return { items: [], errors: [`${key}: is no list`] }
  const errors: string[] = []
  const items = new Map<string, T>()
  if (list.length > MAX_ITEMS) errors.push(`${key}: ${list.length - MAX_ITEMS} beyond the first ${MAX_ITEMS} are not used`)
  for (const [i, row] of list.slice(0, MAX_ITEMS).entries()) {
    const found: string[] = []
    const named = new Set<string>()
    const say: Say = (field, why) => {
      named.add(field)
      found.push(`${key}[${i}].${field}: ${why}`)
    }
    if (!isMap(row)) found.push(`${key}[${i}]: is no map`)
    else {
      const { item, complaints } = make(row, say, i)
      // Said once: what could not be read is not also out of order.
      for (const { field, why } of complaints) if (!named.has(field)) say(field, why)
      if (items.has(item.id)) say('id', `${item.id} is another one's already`)
      if (found.length === 0) items.set(item.id, item)
    }
    errors.push(...found)
  }
  return { items: [...items.values()], errors: errors.slice(0, MAX_ERRORS) }
}

function isMap(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Numbers are taken for what they look like: an order is called 4711 as well. */
function text(row: Row, field: string, say: Say): string | undefined {
  const value = row[field]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string' && value.trim() !== '' && value.length <= 1000) return value.trim()
  say(field, 'is no text of up to 1000 characters')
  return undefined
}

function texts(row: Row, field: string, say: Say): string[] {
  const value = row[field]
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.length <= 2000 && value.every((one) => typeof one === 'string' && one.length <= 1000)) return value
  say(field, 'is no list of texts')
  return []
}

function oneOf<T extends string>(row: Row, field: string, known: readonly T[], say: Say): T | undefined {
  const value = row[field]
  const found = known.find((one) => one === value)
  if (found === undefined) say(field, `is none of ${known.join(', ')}`)
  return found
}

function time(row: Row, field: string, say: Say): number {
  const value = row[field]
  const at = typeof value === 'string' ? microsOf(value) : undefined
  if (at === undefined) say(field, 'is no time, as 2026-03-02T08:10:00Z is one')
  return at ?? 0
}

function unknownKeys(row: Row, known: readonly string[], say: Say): void {
  for (const key of Object.keys(row)) if (!known.includes(key) || key === 'site') say(key, 'is not known here')
}
