import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { listCoverage, listRefused } from './coverage.store.ts'
import { CoverageQuery, CoverageRows } from './coverage.wire.ts'

export const coverageRoutes = [
  route({
    on: 'GET /coverage',
    may: 'coverage.read',
    about: 'What was seen, decoded, skipped and dropped, by protocol',
    params: Nothing,
    query: CoverageQuery,
    body: Nothing,
    reply: CoverageRows,
    run: async ({ tx, sites }) => ({ items: await listCoverage(tx, sites), caps: await listRefused(tx, sites) }),
  }),
]
