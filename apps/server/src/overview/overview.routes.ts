import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { readOverview } from './overview.store.ts'
import { Overview, OverviewQuery } from './overview.wire.ts'

export const overviewRoutes = [
  route({
    on: 'GET /overview',
    may: 'site.read',
    about: 'What is on fire, what changed, where we are blind',
    params: Nothing,
    query: OverviewQuery,
    body: Nothing,
    reply: Overview,
    run: ({ tx, sites, query }) => readOverview(tx, sites, query.since),
  }),
]
