import { refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { insertSite, listSites } from './sites.store.ts'
import { NewSite, Site, Sites } from './sites.wire.ts'

export const siteRoutes = [
  route({
    on: 'GET /sites',
    may: 'site.read',
    about: 'The plants I may see',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Sites,
    run: async ({ tx, sites }) => ({ items: await listSites(tx, sites) }),
  }),
  route({
    on: 'POST /sites',
    may: 'site.manage',
    audit: 'site.added',
    about: 'Adds a plant',
    params: Nothing,
    query: Nothing,
    body: NewSite,
    reply: Site,
    run: async ({ tx, body, http }) => {
      http.note({ target: body.id, name: body.name })
      if (!(await insertSite(tx, body))) return refuse('conflict', 'There is a site of this id already.')
      return { ...body, assets: 0, openAlerts: 0, openIncidents: 0, lastAt: null }
    },
  }),
]
