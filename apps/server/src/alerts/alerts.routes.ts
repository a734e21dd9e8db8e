import { isRefusal, noSuch, refuse } from '../http/refusal.ts'
import { route } from '../http/route.ts'
import { Id, Nothing } from '../http/wire.ts'
import { assignable } from '../users/users.store.ts'
import { addWorkEvent, findAlert, listAlerts, lockAlert, saveAlertWork } from './alerts.store.ts'
import { AlertMove, AlertPage, AlertQuery, AlertRows, Assignment } from './alerts.wire.ts'

export const alertRoutes = [
  route({
    on: 'GET /alerts',
    may: 'alert.read',
    about: 'The queue',
    params: Nothing,
    query: AlertQuery,
    body: Nothing,
    reply: AlertRows,
    run: ({ tx, sites, query, me }) => listAlerts(tx, sites, query, me.id),
  }),
  route({
    on: 'GET /alerts/:id',
    may: 'alert.read',
    about: 'One alert with what to do, its evidence and its history',
    params: Id,
    query: Nothing,
    body: Nothing,
    reply: AlertPage,
    run: async ({ tx, sites, params }) => (await findAlert(tx, sites, params.id)) ?? noSuch('alert', params.id),
  }),
  route({
    on: 'POST /alerts/:id/moves',
    may: 'alert.work',
    audit: 'alert.moved',
    about: 'Moves an alert to another state',
    params: Id,
    query: Nothing,
    body: AlertMove,
    reply: AlertPage,
    run: async ({ tx, sites, params, body, me, services, http }) => {
      const alert = await lockAlert(tx, sites, params.id)
      if (!alert) return noSuch('alert', params.id)
      if (alert.state === body.to && alert.resolution === (body.resolution ?? null))
        return refuse('conflict', `The alert is ${body.to} already.`)
      await saveAlertWork(tx, params.id, { ...alert, state: body.to, resolution: body.resolution ?? null })
      const to = body.resolution === undefined ? body.to : `${body.to}: ${body.resolution}`
      await addWorkEvent(tx, {
        site: alert.site,
        noun: 'alert',
        id: params.id,
        by: me.id,
        kind: 'moved',
        from: alert.state,
        to,
        text: body.note,
      })
      http.note({ site: alert.site, target: params.id, from: alert.state, to })
      http.afterwards(() => {
        services.notices.tell(alert.site, 'alerts', [params.id])
        if (body.to === 'resolved') services.captures.decided({ kind: 'settled', site: alert.site, alert: params.id })
        // What comes now belongs to it again.
        else if (alert.state === 'resolved') services.captures.decided({ kind: 'reopened', site: alert.site, alert: params.id })
      })
      return (await findAlert(tx, sites, params.id)) ?? noSuch('alert', params.id)
    },
  }),
  route({
    on: 'POST /alerts/:id/assignments',
    may: 'alert.work',
    audit: 'alert.assigned',
    about: 'Gives an alert to a person; null to nobody',
    params: Id,
    query: Nothing,
    body: Assignment,
    reply: AlertPage,
    run: async ({ tx, sites, params, body, me, services, http }) => {
      const alert = await lockAlert(tx, sites, params.id)
      if (!alert) return noSuch('alert', params.id)
      const person = body.user === null ? null : await assignable(tx, body.user, alert.site, 'alert.work')
      if (isRefusal(person)) return person
      await saveAlertWork(tx, params.id, { ...alert, assignee: person?.id ?? null })
      await addWorkEvent(tx, { site: alert.site, noun: 'alert', id: params.id, by: me.id, kind: 'assigned', to: person?.displayName })
      http.note({ site: alert.site, target: params.id, to: person?.name ?? null })
      http.afterwards(() => services.notices.tell(alert.site, 'alerts', [params.id]))
      return (await findAlert(tx, sites, params.id)) ?? noSuch('alert', params.id)
    },
  }),
]
