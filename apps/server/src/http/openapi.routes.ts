import { z } from 'zod'
import { route } from './route.ts'
import { Nothing } from './wire.ts'

export const documentRoutes = [
  route({
    on: 'GET /openapi.json',
    may: 'anyone',
    about: 'This description of the API, as OpenAPI 3.1',
    transaction: 'none',
    params: Nothing,
    query: Nothing,
    body: Nothing,
    reply: z.record(z.string(), z.unknown()),
    // The description is made from the table that this route is in: it can only be asked for later.
    run: async () => (await import('./openapi.ts')).openApiDocument(),
  }),
]
