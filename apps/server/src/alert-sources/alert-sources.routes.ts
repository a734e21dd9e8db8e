import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { listAlertSources } from './alert-sources.store.ts'
import { AlertSourceQuery, AlertSources } from './alert-sources.wire.ts'

export const alertSourceRoutes = [
  route({
    on: 'GET /coverage/alert-sources',
    may: 'coverage.read',
    about: 'Where alerts of Suricata are taken in while they are raised, and what became of them',
    params: Nothing,
    query: AlertSourceQuery,
    body: Nothing,
    reply: AlertSources,
    run: async ({ tx, sites }) => ({ items: await listAlertSources(tx, sites) }),
  }),
]
