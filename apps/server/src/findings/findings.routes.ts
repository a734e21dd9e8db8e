import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { listFindings } from './findings.store.ts'
import { FindingQuery, Findings } from './findings.wire.ts'

export const findingRoutes = [
  route({
    on: 'GET /findings',
    may: 'finding.read',
    about: 'Single matches of rules, newest first',
    params: Nothing,
    query: FindingQuery,
    body: Nothing,
    reply: Findings,
    run: ({ tx, sites, query }) => listFindings(tx, sites, query),
  }),
]
