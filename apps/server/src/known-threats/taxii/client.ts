/** What a TAXII 2.1 server offers, and the objects of one collection (OASIS Standard, 10 June 2021: discovery, API roots, collections, get objects, pagination). */
import { type Access, ask, checkUrl, TaxiiTrouble } from './http.ts'

export type Collection = { readonly id: string; readonly title: string; readonly description: string }
export type Offer = {
  readonly title: string
  readonly roots: readonly {
    readonly url: string
    readonly title: string
    /** Those that may be read; why there are none where it could not be asked. */
    readonly collections: readonly Collection[]
    readonly trouble: string | undefined
  }[]
}
export type StixObject = Readonly<Record<string, unknown>> & { readonly id: string }

const MAX_ROOTS = 20
const MAX_COLLECTIONS = 500
const MAX_TEXT = 300
/** Pages of one question, and objects of all of them. */
const MAX_PAGES = 1000
const MAX_OBJECTS = 200_000
/** Bytes of all pages of one question: a list holds less. Time after which no further page is asked for: other feeds wait. */
const MAX_BYTES = 128 << 20
const LONGEST_MS = 600_000

/** @param url of discovery: `https://host/taxii2/` */
export async function discover(url: string, access: Access): Promise<Offer> {
  const start = checkUrl(slashed(url))
  const { body } = await ask(start, access)
  const { title, api_roots: listed } = record(body)
  const roots: Offer['roots'][number][] = []
  for (const root of Array.isArray(listed) ? listed.slice(0, MAX_ROOTS) : []) {
    const at = typeof root === 'string' && URL.canParse(root, start.href) ? new URL(slashed(root), start) : undefined
    // Elsewhere the sign-in would go to somebody else.
    if (at === undefined || at.origin !== start.origin) continue
    roots.push(await rootOf(at, access))
  }
  if (roots.length === 0) throw new TaxiiTrouble('the server names no API root of its own')
  return { title: words(title), roots }
}

async function rootOf(url: URL, access: Access): Promise<Offer['roots'][number]> {
  try {
    const root = record((await ask(url, access)).body)
    const { collections } = record((await ask(new URL('collections/', url), access)).body)
    const readable = (Array.isArray(collections) ? collections : []).map(record).filter((one) => one.can_read === true)
    return {
      url: url.href,
      title: words(root.title),
      collections: readable
        .slice(0, MAX_COLLECTIONS)
        .map((one) => ({ id: words(one.id), title: words(one.title), description: words(one.description) })),
      trouble: undefined,
    }
  } catch (error) {
    return { url: url.href, title: '', collections: [], trouble: error instanceof Error ? error.message : String(error) }
  }
}

export type Fetched = {
  readonly objects: readonly StixObject[]
  /** Where the next question begins; as it was where nothing came. */
  readonly addedAfter: string | undefined
}

/** Everything added to a collection since `addedAfter`, page by page. */
export async function fetchObjects(root: string, collection: string, access: Access, addedAfter: string | undefined): Promise<Fetched> {
  const base = checkUrl(slashed(root))
  const objects: StixObject[] = []
  let since = addedAfter
  let last = addedAfter
  let next: string | undefined
  let received = 0
  const startedAt = performance.now()
  for (let page = 0; page < MAX_PAGES; page++) {
    const url = new URL(`collections/${encodeURIComponent(collection)}/objects/`, base)
    if (since !== undefined) url.searchParams.set('added_after', since)
    if (next !== undefined) url.searchParams.set('next', next)
    const { body, bytes, addedLast } = await ask(url, access)
    received += bytes
    if (received > MAX_BYTES) throw new TaxiiTrouble(`the collection has more than ${MAX_BYTES} bytes`)
    if (performance.now() - startedAt > LONGEST_MS) throw new TaxiiTrouble(`the collection did not come within ${LONGEST_MS / 1000} s`)
    const envelope = record(body)
    const found = Array.isArray(envelope.objects) ? envelope.objects : []
    for (const object of found) if (isObject(object)) objects.push(object)
    if (objects.length > MAX_OBJECTS) throw new TaxiiTrouble(`the collection holds more than ${MAX_OBJECTS} objects`)
    last = addedLast ?? last
    if (envelope.more !== true) return { objects, addedAfter: last }
    // With a `next` the same question goes on; without one it begins anew after what came last.
    if (typeof envelope.next === 'string' && envelope.next !== '') next = envelope.next
    else {
      if (addedLast === undefined || addedLast === since) throw new TaxiiTrouble('the server says that there is more, and not where')
      since = addedLast
      next = undefined
    }
  }
  throw new TaxiiTrouble(`the collection has more than ${MAX_PAGES} pages`)
}

function isObject(value: unknown): value is StixObject {
  return typeof value === 'object' && value !== null && typeof (value as { id?: unknown }).id === 'string'
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

const words = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_TEXT).replace(/\p{Cc}+/gu, ' ') : '')
const slashed = (url: string): string => (url.endsWith('/') || url.includes('?') ? url : `${url}/`)
