import { isRefusal, noSuch, type Refusal, refuse } from '../../http/refusal.ts'
import { route } from '../../http/route.ts'
import { Id, Nothing } from '../../http/wire.ts'
import { mayEverywhere } from '../../permissions.table.ts'
import { newId, seal } from '../../sign-ins/secrets.ts'
import type { SignedIn } from '../../sign-ins/session.ts'
import { inspect } from '../inspect.ts'
import { managed } from '../known-threats.routes.ts'
import { countSources, findSource, MAX_SOURCES, saveSource } from '../known-threats.store.ts'
import { ThreatSource } from '../known-threats.wire.ts'
import { discover } from './client.ts'
import { findFeed, insertFeed } from './feeds.store.ts'
import { Discovery, NewFeed, Offered } from './feeds.wire.ts'
import { checkUrl, plainUrl, TaxiiTrouble } from './http.ts'
import { accessOf, pollFeed } from './poll.ts'

const EMPTY = '{"type":"bundle","objects":[]}'

export const feedRoutes = [
  route({
    on: 'POST /known-threats/discoveries',
    may: 'threat.manage',
    audit: 'threat.discovered',
    about: 'What a TAXII 2.1 server offers. The server connects to it, so this asks for a grant for all sites.',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Discovery,
    reply: Offered,
    run: async ({ body, me, http }) => {
      http.note({ url: plainUrl(body.url) })
      const refused = mayConnect(me)
      if (refused) return refused
      try {
        const { title, roots } = await discover(body.url, accessOf(body.authentication, secretOf(body), body.authority))
        return { title, roots: roots.map(({ trouble = null, ...root }) => ({ ...root, collections: [...root.collections], trouble })) }
      } catch (error) {
        if (error instanceof TaxiiTrouble) return troubled(error)
        throw error
      }
    },
  }),
  route({
    on: 'POST /known-threats/feeds',
    may: 'threat.manage',
    audit: 'threat.feed-added',
    about: 'Asks a collection of a TAXII 2.1 server on schedule, the first time at once. Without a site it counts for all.',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: NewFeed,
    reply: ThreatSource,
    run: async ({ body, sites, me, services, http, change }) => {
      const { site = null, name, url, collection, authentication, authority, everyMinutes } = body
      http.note({ site, name, url: plainUrl(url), collection })
      const refused = mayConnect(me)
      if (refused) return refused
      if (site !== null && !sites.includes(site)) return noSuch('site', site)
      try {
        checkUrl(url)
      } catch (error) {
        return troubled(error as Error)
      }
      const secret = authentication === 'none' ? null : seal(services.guard.key, secretOf(body))
      const report = await inspect('indicators', name, EMPTY)
      const id = newId('threats')
      const feed = await change(
        async (tx) => {
          if ((await countSources(tx, site)) >= MAX_SOURCES) return refuse('conflict', `A site may have ${MAX_SOURCES} sources.`)
          const saved = await saveSource(tx, { id, site, kind: 'indicators', origin: 'taxii', name, content: EMPTY, report, by: me.id })
          if (saved === undefined) return refuse('conflict', `There is a source with the name ${name}.`)
          await insertFeed(tx, { source: id, site, url, collection, authentication, secret, authority: authority ?? null, everyMinutes })
          http.note({ target: id })
          return (await findFeed(tx, id)) ?? noSuch('source', id)
        },
        { sites },
      )
      await pollFeed(services, feed)
      const source = await services.database.scoped(sites, (tx) => findSource(tx, sites, id, services.now()), 'read only')
      return source ?? noSuch('source', id)
    },
  }),
  route({
    on: 'POST /known-threats/:id/polls',
    may: 'threat.manage',
    audit: 'threat.feed-asked',
    about: 'Asks a feed now',
    transaction: 'none',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: ThreatSource,
    run: async ({ params: { id }, sites, me, services, http, change }) => {
      http.note({ target: id })
      const feed = await change(
        async (tx) => {
          const source = await managed(tx, sites, id, me, services.now())
          if (isRefusal(source)) return source
          return (await findFeed(tx, id)) ?? refuse('conflict', 'This source is no feed.')
        },
        { sites },
      )
      await pollFeed(services, feed)
      const source = await services.database.scoped(sites, (tx) => findSource(tx, sites, id, services.now()), 'read only')
      return source ?? noSuch('source', id)
    },
  }),
]

/** The server connects to where it is told: only who may decide for all sites tells it. */
function mayConnect(me: SignedIn): Refusal | undefined {
  return mayEverywhere(me.grants, 'threat.manage') ? undefined : refuse('not-allowed', 'For a feed you need a grant for all sites.')
}

function secretOf({
  authentication,
  user = '',
  password = '',
  token = '',
}: {
  authentication: string
  user?: string | undefined
  password?: string | undefined
  token?: string | undefined
}): string {
  return authentication === 'basic' ? `${user}:${password}` : token
}

const troubled = (error: Error): Refusal => refuse('not-valid', undefined, [{ field: 'url', why: error.message }])
