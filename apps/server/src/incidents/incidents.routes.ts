import { addWorkEvent } from '../alerts/alerts.store.ts'
import { Assignment } from '../alerts/alerts.wire.ts'
import { isRefusal, noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { assignable } from '../users/users.store.ts'
import { findIncident, listIncidents, lockIncident, saveIncidentWork } from './incidents.store.ts'
import { IncidentMove, IncidentNote, IncidentPage, IncidentQuery, IncidentRows } from './incidents.wire.ts'

export const incidentRoutes = [
  route({
    on: 'GET /incidents',
    may: 'incident.read',
    about: 'Intrusions, newest activity first',
    params: Nothing,
    query: IncidentQuery,
    body: Nothing,
    reply: IncidentRows,
    run: ({ tx, sites, query }) => listIncidents(tx, sites, query),
  }),
  route({
    on: 'GET /incidents/:id',
    may: 'incident.read',
    about: 'One incident with its alerts, steps and history',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: IncidentPage,
    run: async ({ tx, sites, params }) => (await findIncident(tx, sites, params.id)) ?? noSuch('incident', params.id),
  }),
  route({
    on: 'POST /incidents/:id/moves',
    may: 'incident.work',
    audit: 'incident.moved',
    about: 'Moves an incident to another state',
    params: Id,
    query: Nothing,
    body: IncidentMove,
    reply: IncidentPage,
    run: async ({ tx, sites, params, body, me, services, http }) => {
      const incident = await lockIncident(tx, sites, params.id)
      if (!incident) return noSuch('incident', params.id)
      if (incident.state === body.to) return refuse('conflict', `The incident is ${body.to} already.`)
      await saveIncidentWork(tx, params.id, { ...incident, state: body.to })
      await addWorkEvent(tx, {
        site: incident.site,
        noun: 'incident',
        id: params.id,
        by: me.id,
        kind: 'moved',
        from: incident.state,
        to: body.to,
        text: body.note,
      })
      http.note({ site: incident.site, target: params.id, from: incident.state, to: body.to })
      http.afterwards(() => {
        services.notices.tell(incident.site, 'incidents', [params.id])
        services.captures.decided({ kind: 'moved', site: incident.site, incident: params.id, to: body.to })
      })
      return (await findIncident(tx, sites, params.id)) ?? noSuch('incident', params.id)
    },
  }),
  route({
    on: 'POST /incidents/:id/assignments',
    may: 'incident.work',
    audit: 'incident.assigned',
    about: 'Gives an incident to a person; null to nobody',
    params: Id,
    query: Nothing,
    body: Assignment,
    reply: IncidentPage,
    run: async ({ tx, sites, params, body, me, services, http }) => {
      const incident = await lockIncident(tx, sites, params.id)
      if (!incident) return noSuch('incident', params.id)
      const person = body.user === null ? null : await assignable(tx, body.user, incident.site, 'incident.work')
      if (isRefusal(person)) return person
      await saveIncidentWork(tx, params.id, { ...incident, assignee: person?.id ?? null })
      await addWorkEvent(tx, { site: incident.site, noun: 'incident', id: params.id, by: me.id, kind: 'assigned', to: person?.displayName })
      http.note({ site: incident.site, target: params.id, to: person?.name ?? null })
      http.afterwards(() => services.notices.tell(incident.site, 'incidents', [params.id]))
      return (await findIncident(tx, sites, params.id)) ?? noSuch('incident', params.id)
    },
  }),
  route({
    on: 'POST /incidents/:id/notes',
    may: 'incident.work',
    audit: 'incident.noted',
    about: 'Adds a note to the timeline',
    params: Id,
    query: Nothing,
    body: IncidentNote,
    reply: IncidentPage,
    run: async ({ tx, sites, params, body, me, services, http }) => {
      const incident = await lockIncident(tx, sites, params.id)
      if (!incident) return noSuch('incident', params.id)
      await addWorkEvent(tx, { site: incident.site, noun: 'incident', id: params.id, by: me.id, kind: 'noted', text: body.text })
      http.note({ site: incident.site, target: params.id })
      http.afterwards(() => services.notices.tell(incident.site, 'incidents', [params.id]))
      return (await findIncident(tx, sites, params.id)) ?? noSuch('incident', params.id)
    },
  }),
]
