import { checkChange } from '@isthmus/respond'
import { noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Nothing } from '../http/wire.ts'
import { tellControls } from '../tell-controls.ts'
import { endChange, findChange, listChanges, putChange } from './authorised-changes.store.ts'
import { ChangeEnding, ChangeId, ChangePut, ChangeQuery, ChangeRow, ChangeRows, ChangeSite } from './authorised-changes.wire.ts'

export const authorisedChangeRoutes = [
  route({
    on: 'GET /authorised-changes',
    may: 'change.read',
    about: 'Work orders, maintenance windows and remote sessions, the latest end first, with what they explain and what exceeded them',
    params: Nothing,
    query: ChangeQuery,
    body: Nothing,
    reply: ChangeRows,
    run: async ({ tx, sites, query, services }) => ({ items: await listChanges(tx, sites, query.state, services.now()) }),
  }),
  route({
    on: 'GET /authorised-changes/:id',
    may: 'change.read',
    about: 'One change of a site',
    params: ChangeId,
    query: ChangeSite,
    body: Nothing,
    reply: ChangeRow,
    run: async ({ tx, sites, params, query, services }) =>
      (sites.includes(query.site) ? await findChange(tx, query.site, params.id, services.now()) : undefined) ?? noSuch('change', params.id),
  }),
  route({
    on: 'PUT /authorised-changes/:id',
    may: 'change.manage',
    audit: 'change.put',
    about: 'Makes or replaces a change under the id that whoever orders the work gives it; the same again changes nothing',
    params: ChangeId,
    query: Nothing,
    body: ChangePut,
    reply: ChangeRow,
    run: async ({ tx, sites, params: { id }, body, me, services, http }) => {
      const { site } = body
      http.note({ site, target: id })
      if (!sites.includes(site)) return noSuch('site', site)
      const details = checkChange(body)
      if (details.length > 0) return refuse('not-valid', undefined, details)
      const put = await putChange(tx, { id, ...body }, me.id)
      if (put === 'ended') return refuse('conflict', `The change ${id} was ended by a person. Give further work an id of its own.`)
      http.note({ outcome: put, reference: body.reference })
      if (put !== 'same') {
        // The row holds only what was put last.
        const { kind, assets, users, hosts, activities, from, until, expectedHashes } = body
        http.note({ kind, assets, users, hosts, activities, from, until, hashes: expectedHashes.length })
        http.afterwards(() => void tellControls(services, site, ['authorised-changes'], id))
      }
      return (await findChange(tx, site, id, services.now())) ?? noSuch('change', id)
    },
  }),
  route({
    on: 'POST /authorised-changes/:id/endings',
    may: 'change.manage',
    audit: 'change.ended',
    about: 'Ends a change now: the same work from here on exceeds it',
    params: ChangeId,
    query: Nothing,
    body: ChangeEnding,
    reply: ChangeRow,
    run: async ({ tx, sites, params: { id }, body: { site }, me, services, http }) => {
      http.note({ site, target: id })
      const known = sites.includes(site) ? await findChange(tx, site, id, services.now()) : undefined
      if (!known) return noSuch('change', id)
      if (!known.isPlanned) return refuse('conflict', 'A remote session ends where it was opened.')
      if (!(await endChange(tx, site, id, me.id, services.now()))) return refuse('conflict', `The change is ${known.state} already.`)
      http.afterwards(() => void tellControls(services, site, ['authorised-changes'], id))
      return (await findChange(tx, site, id, services.now())) ?? noSuch('change', id)
    },
  }),
]
