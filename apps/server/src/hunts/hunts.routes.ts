import type { Tx } from '../database/connect.ts'
import { isRefusal, noSuch, type Refusal, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { givenUp, segmentsOf } from '../observations/observations.store.ts'
import { askGiven } from './ask-given.ts'
import {
  addHunt,
  cancelHunt,
  changedRules,
  countOpen,
  findHunt,
  keptCaptures,
  listHuntFindings,
  listHunts,
  threatsChangedAt,
} from './hunts.store.ts'
import { Hunt, HuntFindingQuery, HuntFindings, HuntGround, HuntGroundQuery, HuntQuery, HuntRequest, Hunts } from './hunts.wire.ts'

/** Hunts of one site that wait or run: all sites take turns in one thread. */
const MAX_OPEN = 10
/** What the rules of one request may cost, in comparisons for each observation. */
const MAX_COST = 5000

export const huntRoutes = [
  route({
    on: 'GET /hunts',
    may: 'hunt.read',
    about: 'Hunts through what was observed before, newest first',
    params: Nothing,
    query: HuntQuery,
    body: Nothing,
    reply: Hunts,
    run: ({ tx, sites, query }) => listHunts(tx, sites, query),
  }),
  route({
    on: 'POST /hunts',
    may: 'hunt.run',
    audit: 'hunt.asked',
    about: 'Runs rules and indicators over what is kept of observations, or over kept captures',
    params: Nothing,
    query: Nothing,
    body: HuntRequest,
    reply: Hunt,
    transaction: 'none',
    run: async ({ sites, body, me, services, http, change }) => {
      if (!sites.includes(body.site)) return noSuch('site', body.site)
      const wrong = await unusable(body)
      if (wrong) return wrong
      return change(async (tx) => {
        if ((await countOpen(tx, body.site)) >= MAX_OPEN)
          return refuse('conflict', `${MAX_OPEN} hunts of the site wait or run already. Cancel one, or wait until one has ended.`)
        const id = await addHunt(tx, body, me.id, services.now())
        http.note({
          site: body.site,
          target: id,
          rules: body.rules,
          hasSource: body.source !== undefined,
          hasIndicators: body.indicators !== undefined,
        })
        http.afterwards(() => {
          services.hunts.wake()
          services.notices.tell(body.site, 'hunts', [id])
        })
        return (await findHunt(tx, sites, id)) ?? noSuch('hunt', id)
      })
    },
  }),
  route({
    on: 'GET /hunts/:id',
    may: 'hunt.read',
    about: 'One hunt: how far it is, and what it found',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: Hunt,
    run: async ({ tx, sites, params }) => (await findHunt(tx, sites, params.id)) ?? noSuch('hunt', params.id),
  }),
  route({
    on: 'GET /hunts/:id/findings',
    may: 'hunt.read',
    about: 'What a hunt found, newest first; `fresh` only what live did not raise',
    params: Id,
    query: HuntFindingQuery,
    body: Nothing,
    reply: HuntFindings,
    run: async ({ tx, sites, params, query }) => {
      const hunt = await findHunt(tx, sites, params.id)
      return hunt ? listHuntFindings(tx, hunt.site, hunt.id, query) : noSuch('hunt', params.id)
    },
  }),
  route({
    on: 'POST /hunts/:id/cancellations',
    may: 'hunt.run',
    audit: 'hunt.cancelled',
    about: 'Ends a hunt that waits or runs',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: Hunt,
    run: async ({ tx, sites, params, services, http }) => {
      const hunt = await findHunt(tx, sites, params.id)
      if (!hunt) return noSuch('hunt', params.id)
      http.note({ site: hunt.site, target: hunt.id })
      if (!(await cancelHunt(tx, hunt.site, hunt.id))) return refuse('conflict', `The hunt is ${hunt.state} already.`)
      http.afterwards(() => {
        services.hunts.cancelled(hunt.id)
        services.notices.tell(hunt.site, 'hunts', [hunt.id])
      })
      return (await findHunt(tx, sites, params.id)) ?? noSuch('hunt', params.id)
    },
  }),
  route({
    on: 'GET /hunting-ground',
    may: 'hunt.read',
    about: 'What there is of a site to hunt through, and which rules have changed since',
    params: Nothing,
    query: HuntGroundQuery,
    body: Nothing,
    reply: HuntGround,
    run: async ({ tx, sites, query, services }) => {
      if (!sites.includes(query.site)) return noSuch('site', query.site)
      const segments = await segmentsOf(tx, query.site)
      const gone = await givenUp(tx, query.site)
      const times = (of: 'firstAt' | 'lastAt') => segments.flatMap((segment) => segment[of] ?? [])
      const sum = (of: 'bytes' | 'observations' | 'missingObservations') => segments.reduce((total, segment) => total + segment[of], 0)
      const [oldest] = segments
      const changes = oldest === undefined ? { rules: [], threatsAt: null } : await changedSince(tx, query.site, oldest.day)
      return {
        site: query.site,
        firstAt: segments.length === 0 ? null : Math.min(...times('firstAt')),
        lastAt: segments.length === 0 ? null : Math.max(...times('lastAt')),
        bytes: sum('bytes'),
        observations: sum('observations'),
        missing: sum('missingObservations'),
        givenUp: gone?.observations ?? 0,
        changed: changes.rules,
        threatsAt: changes.threatsAt,
        captures: await keptCaptures(tx, query.site),
        longestMinutes: Math.round(services.hunts.longestMs / 60_000),
      }
    },
  }),
]

/** Own rules and indicators that cannot be used at all, or cost too much, are refused at once, with the reasons. */
async function unusable({
  source,
  indicators,
}: {
  source?: string | undefined
  indicators?: string | undefined
}): Promise<Refusal | undefined> {
  if (source === undefined && indicators === undefined) return undefined
  const given = await askGiven({ source, indicators })
  if (isRefusal(given)) return given
  if (given.cost > MAX_COST)
    return refuse('not-valid', `The rules cost ${given.cost} comparisons for each observation: at most ${MAX_COST}.`)
  const isEmpty = (source !== undefined && given.rules === 0) || (indicators !== undefined && given.indicators === 0)
  if (!isEmpty) return undefined
  return refuse(
    'not-valid',
    `What was given cannot be looked for: ${given.errors[0] ?? 'it is empty'}.`,
    given.errors.slice(0, 20).map((why) => ({ field: 'source', why })),
  )
}

/** What was in force on the day on which keeping began was there for all of it, or nearly. */
async function changedSince(tx: Tx, site: string, day: string) {
  const since = (Date.parse(day) + 86_400_000) * 1000
  const threatsAt = (await threatsChangedAt(tx, site)) ?? 0
  return { rules: await changedRules(tx, since), threatsAt: threatsAt > since ? threatsAt : null }
}
