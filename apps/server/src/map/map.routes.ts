import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { readMap } from './map.store.ts'
import { MapQuery, SiteMap } from './map.wire.ts'

export const mapRoutes = [
  route({
    on: 'GET /map',
    may: 'asset.read',
    about: 'Hosts and who talks to whom, by Purdue level and network',
    params: Nothing,
    query: MapQuery,
    body: Nothing,
    reply: SiteMap,
    run: ({ tx, sites, query }) => (sites.includes(query.site) ? readMap(tx, query.site) : noSuch('site', query.site)),
  }),
]
