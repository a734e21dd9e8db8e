/**
 * Which rules of people and packs count no more where they are on: since they were written, the content or another rule may
 * have taken their name or changed what they rest on. Compiled anew whenever what is in force at a site is other than before.
 */
import { askThread } from '../ask-thread.ts'
import type { Database } from '../database/connect.ts'
import type { droppedOf, OwnError } from './check.ts'
import { marksInForce, textsInForce } from './own-rules.store.ts'

/** What is wrong with a text, and at which site. */
export type Dropped = OwnError & { readonly site: string }
type Errors = ReturnType<typeof droppedOf>

const BOUNDS = { longestMs: 60_000, heapMb: 512 }
/** Sets of texts whose answer is kept: sites without rules of their own share one. */
const MAX_KEPT = 200
const kept = new Map<string, Promise<Errors>>()

/** @returns by the id of an own rule, or `pack/path` of a pack's file; nothing where it could not be found out in time */
export async function standingOf(database: Database, sites: readonly string[]): Promise<ReadonlyMap<string, readonly Dropped[]>> {
  const all = new Map<string, Dropped[]>()
  const marks = await database.scoped(sites, (tx) => marksInForce(tx, sites), 'read only')
  for (const [site, key] of marks) {
    const errors = await errorsOf(database, site, key)
    for (const { id, ...error } of errors) all.set(id, [...(all.get(id) ?? []), { ...error, site }])
  }
  return all
}

function errorsOf(database: Database, site: string, key: string): Promise<Errors> {
  const known = kept.get(key)
  kept.delete(key)
  const errors = known ?? compiled(database, site)
  kept.set(key, errors)
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
  return errors.catch(() => {
    kept.delete(key)
    return []
  })
}

async function compiled(database: Database, site: string): Promise<Errors> {
  const texts = await database.scoped([site], (tx) => textsInForce(tx, site), 'read only')
  const errors = await askThread<Errors>(new URL('./standing-worker.ts', import.meta.url), texts, BOUNDS)
  if (errors === undefined) throw new Error('no answer')
  return errors
}
