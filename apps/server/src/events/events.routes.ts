import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'

export const eventRoutes = [
  route({
    on: 'GET /events',
    may: 'signed-in',
    transaction: 'none',
    about: 'Server-sent events: `{ kind, site, ids? }` whenever something of my sites changed, a comment every 15 s to keep the line',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: 'events',
    run: () => undefined,
  }),
]
