import { checkSuppression } from '@isthmus/respond'
import { noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { newId } from '../sign-ins/secrets.ts'
import { tellControls } from '../tell-controls.ts'
import { answerPreview, readForPreview } from './preview.ts'
import { endSuppression, findSuppression, insertSuppression, listSuppressions } from './suppressions.store.ts'
import {
  Ending,
  NewSuppression,
  PreviewQuery,
  SuppressionPreview,
  SuppressionQuery,
  SuppressionRow,
  SuppressionRows,
} from './suppressions.wire.ts'

export const suppressionRoutes = [
  route({
    on: 'GET /suppressions',
    may: 'suppression.read',
    about: 'What keeps findings from raising alerts, newest first',
    params: Nothing,
    query: SuppressionQuery,
    body: Nothing,
    reply: SuppressionRows,
    run: async ({ tx, sites, query, services }) => ({ items: await listSuppressions(tx, sites, query, services.now()) }),
  }),
  route({
    on: 'GET /suppressions/preview',
    may: 'suppression.manage',
    about: 'Which past findings, alerts and incidents a suppression would have hidden: stored findings replayed with and without it',
    transaction: 'none',
    params: Nothing,
    query: PreviewQuery,
    body: Nothing,
    reply: SuppressionPreview,
    run: async ({ query: { site, ...scope }, sites, change }) => {
      if (!sites.includes(site)) return noSuch('site', site)
      const details = checkSuppression({ scope, reason: '-', from: 0, until: 1 })
      if (details.length > 0) return refuse('not-valid', undefined, details)
      return answerPreview(await change((tx) => readForPreview(tx, site, scope), { sites: [site], mode: 'read only' }))
    },
  }),
  route({
    on: 'POST /suppressions',
    may: 'suppression.manage',
    audit: 'suppression.made',
    about: 'Findings of this scope raise no alert until then, a year at most',
    params: Nothing,
    query: Nothing,
    body: NewSuppression,
    reply: SuppressionRow,
    run: async ({ tx, sites, body, me, services, http }) => {
      const { site, scope, reason, until } = body
      if (!sites.includes(site)) return noSuch('site', site)
      const from = body.from ?? services.now()
      const details = checkSuppression({ scope, reason, from, until })
      if (details.length > 0) return refuse('not-valid', undefined, details)
      const id = newId('suppression')
      http.note({ site, target: id, scope, reason })
      await insertSuppression(tx, { id, site, scope, reason, from, until, by: me.id })
      http.afterwards(() => void tellControls(services, site, ['suppressions'], id))
      return (await findSuppression(tx, site, id, services.now())) ?? noSuch('suppression', id)
    },
  }),
  route({
    on: 'POST /suppressions/:id/endings',
    may: 'suppression.manage',
    audit: 'suppression.ended',
    about: 'Ends a suppression now: what it hid from here on raises alerts again',
    params: Id,
    query: Nothing,
    body: Ending,
    reply: SuppressionRow,
    run: async ({ tx, sites, params: { id }, body: { site }, me, services, http }) => {
      http.note({ site, target: id })
      if (!sites.includes(site)) return noSuch('suppression', id)
      const known = await findSuppression(tx, site, id, services.now())
      if (!known) return noSuch('suppression', id)
      if (!(await endSuppression(tx, site, id, me.id, services.now())))
        return refuse('conflict', `The suppression is ${known.state} already.`)
      http.afterwards(() => void tellControls(services, site, ['suppressions'], id))
      return (await findSuppression(tx, site, id, services.now())) ?? noSuch('suppression', id)
    },
  }),
]
