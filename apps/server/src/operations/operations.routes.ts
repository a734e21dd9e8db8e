import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { listOperations } from './operations.store.ts'
import { OperationQuery, Operations } from './operations.wire.ts'

export const operationRoutes = [
  route({
    on: 'GET /operations',
    may: 'operation.read',
    about: 'What was done to devices: one row a client, server, function and object',
    params: Nothing,
    query: OperationQuery,
    body: Nothing,
    reply: Operations,
    run: ({ tx, sites, query }) => listOperations(tx, sites, query),
  }),
]
