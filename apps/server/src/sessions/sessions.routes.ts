import { noSuch } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { findSession, listSessions } from './sessions.store.ts'
import { Session, SessionQuery, Sessions } from './sessions.wire.ts'

export const sessionRoutes = [
  route({
    on: 'GET /sessions',
    may: 'session.read',
    about: 'Conversations, newest first',
    params: Nothing,
    query: SessionQuery,
    body: Nothing,
    reply: Sessions,
    run: ({ tx, sites, query }) => listSessions(tx, sites, query),
  }),
  route({
    on: 'GET /sessions/:id',
    may: 'session.read',
    about: 'One conversation',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: Session,
    run: async ({ tx, sites, params }) => (await findSession(tx, sites, params.id)) ?? noSuch('session', params.id),
  }),
]
