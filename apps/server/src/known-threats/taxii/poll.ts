/** Asks a feed for what is new and puts it where uploaded lists are: from there on a feed is a list like any other. */
import type { Tx } from '../../database/connect.ts'
import type { Services } from '../../services.ts'
import { unseal } from '../../sign-ins/secrets.ts'
import { allSites } from '../../sites/sites.store.ts'
import { tellControls } from '../../tell-controls.ts'
import { inspect, MAX_SOURCE } from '../inspect.ts'
import { saveContent } from '../known-threats.store.ts'
import { fetchObjects } from './client.ts'
import { bundleOf, bytesOfObjects, dueFeeds, type Feed, saveAnswered, saveAsked, saveObjects, saveTrouble } from './feeds.store.ts'
import { type Access, TaxiiTrouble } from './http.ts'

type Polling = Pick<Services, 'database' | 'captures' | 'notices' | 'guard'>

const LOOK_MS = 60_000

/** @param secret `user:password` for basic, the token itself for token */
export function accessOf(authentication: Feed['authentication'], secret: string, authority: string | null | undefined): Access {
  const words = { none: undefined, basic: `Basic ${Buffer.from(secret).toString('base64')}`, token: `Bearer ${secret}` }
  return { authorization: words[authentication], authority: authority ?? undefined }
}

/** Never throws: what went wrong is the feed's state. */
export async function pollFeed(services: Polling, feed: Feed): Promise<void> {
  const { database, guard } = services
  const inScope = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    feed.site === null ? database.everywhere([], work) : database.scoped([feed.site], work)
  try {
    await inScope((tx) => saveAsked(tx, feed.source))
    const secret = feed.secret === null ? '' : unseal(guard.key, feed.secret)
    const access = accessOf(feed.authentication, secret, feed.authority)
    const { objects, addedAfter } = await fetchObjects(feed.url, feed.collection, access, feed.addedAfter ?? undefined)
    const bundle = await inScope(async (tx) => {
      if ((await saveObjects(tx, feed, objects)) === 0) return undefined
      // Thrown within the transaction: what no list holds is not kept either.
      if ((await bytesOfObjects(tx, feed.source)) > MAX_SOURCE) throw new TaxiiTrouble(`the collection has more than ${MAX_SOURCE} bytes`)
      return bundleOf(tx, feed.source)
    })
    if (bundle !== undefined) {
      const report = await inspect('indicators', feed.name, bundle)
      await inScope((tx) => saveContent(tx, feed.source, bundle, report))
    }
    await inScope((tx) => saveAnswered(tx, feed.source, addedAfter))
    if (bundle !== undefined) await tellControls(services, feed.site, ['threats'], feed.source)
  } catch (error) {
    const why = error instanceof TaxiiTrouble ? error.message : `could not be kept: ${error instanceof Error ? error.name : 'unknown'}`
    await inScope((tx) => saveTrouble(tx, feed.source, why)).catch(() => undefined)
  }
}

export async function pollDue(services: Polling): Promise<void> {
  const { database } = services
  const sites = (await allSites(database.app)).map(({ id }) => id)
  for (const feed of await database.scoped(sites, dueFeeds, 'read only')) await pollFeed(services, feed)
}

/** Looks every minute whose time has come; a database that is away is looked for again the next minute. */
export function startFeeds(services: Polling): { stop(): void } {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    pollDue(services)
      .catch(() => undefined)
      .finally(() => {
        isBusy = false
      })
  }, LOOK_MS).unref()
  return { stop: () => clearInterval(timer) }
}
