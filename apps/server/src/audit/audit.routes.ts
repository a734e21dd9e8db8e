import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { checkChain, listEntries } from './audit.store.ts'
import { AuditCheck, AuditCheckQuery, AuditEntries, AuditQuery } from './audit.wire.ts'

export const auditRoutes = [
  route({
    on: 'GET /audit',
    may: 'audit.read',
    about: 'Who did what, newest first',
    params: Nothing,
    query: AuditQuery,
    body: Nothing,
    reply: AuditEntries,
    run: ({ tx, query }) => listEntries(tx, query),
  }),
  route({
    on: 'GET /audit/check',
    may: 'audit.read',
    about: 'Follows the keyed hash chain from the first entry to the last, and compares it with a head known from before',
    params: Nothing,
    query: AuditCheckQuery,
    body: Nothing,
    reply: AuditCheck,
    run: ({ tx, query: { number, hash }, services }) =>
      checkChain(tx, services.guard.auditKey, number === undefined || hash === undefined ? undefined : { number, hash }),
  }),
]
