import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { Health } from './health.wire.ts'

export const healthRoutes = [
  route({
    on: 'GET /health',
    may: 'anyone',
    about: "Whether the server can work; for load balancers and the console's banner",
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: Health,
    run: ({ services }) => ({ state: services.state(), version: services.settings.version, detection: services.selfTest() ?? null }),
  }),
]
