import { type List, refresh, useGet, useList } from '../../api/query.ts'
import { post, url } from '../../api/request.ts'
import type { Alert, AlertDetail, AlertEvidence, AlertProgram, AlertState, Resolution } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export type AlertFilter = {
  readonly state: string
  readonly level: string
  readonly q: string
  readonly asset: string
  readonly assignee: string
  readonly incident: string
  readonly sort: string
}

export function useAlerts(scope: Scope, filter: AlertFilter): List<Alert> {
  return useList<Alert>('/alerts', { site: scope.site, ...filter, state: filter.state === 'any' ? '' : filter.state }, 100)
}

export function useAlert(id: string | undefined) {
  return useGet<AlertDetail>(id === undefined ? undefined : `/alerts/${encodeURIComponent(id)}`)
}

export function useEvidence(id: string) {
  return useGet<AlertEvidence>(`/alerts/${encodeURIComponent(id)}/evidence`)
}

export function useAlertProgram(id: string) {
  return useGet<AlertProgram>(`/alerts/${encodeURIComponent(id)}/program`)
}

/** Puts the packets behind an alert into one file on the server. */
export async function cutEvidence(id: string): Promise<void> {
  await post(`/alerts/${encodeURIComponent(id)}/evidence`)
  refresh('alerts')
}

export const evidenceFile = (id: string): string => url(`/alerts/${encodeURIComponent(id)}/evidence.pcapng`)

export async function moveAlert(id: string, to: AlertState, resolution?: Resolution, note?: string): Promise<void> {
  await post(`/alerts/${encodeURIComponent(id)}/moves`, {
    to,
    ...(resolution === undefined ? {} : { resolution }),
    ...(note === undefined || note === '' ? {} : { note }),
  })
  refresh('alerts', 'overview')
}

export async function assignAlert(id: string, user: string | null): Promise<void> {
  await post(`/alerts/${encodeURIComponent(id)}/assignments`, { user })
  refresh('alerts', 'overview')
}
