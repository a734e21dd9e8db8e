import { useQueries } from '@tanstack/react-query'
import { type List, refresh, useGet, useList } from '../../api/query.ts'
import { get, post } from '../../api/request.ts'
import type { Incident, IncidentDetail, IncidentState, Page, Samples, Tag } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export function useIncidents(scope: Scope, filter: { readonly state: string; readonly asset: string }): List<Incident> {
  return useList<Incident>('/incidents', { site: scope.site, state: filter.state === 'any' ? '' : filter.state, asset: filter.asset }, 100)
}

export function useIncident(id: string | undefined) {
  return useGet<IncidentDetail>(id === undefined ? undefined : `/incidents/${encodeURIComponent(id)}`)
}

const path = (id: string, what: string): string => `/incidents/${encodeURIComponent(id)}/${what}`

export async function moveIncident(id: string, to: IncidentState, note: string): Promise<void> {
  await post(path(id, 'moves'), { to, note })
  refresh('incidents', 'overview')
}

export async function assignIncident(id: string, user: string | null): Promise<void> {
  await post(path(id, 'assignments'), { user })
  refresh('incidents', 'overview')
}

export async function noteIncident(id: string, text: string): Promise<void> {
  await post(path(id, 'notes'), { text })
  refresh('incidents')
}

/** Devices whose values are drawn, and values a device; more would be noise under a timeline. */
const MOST_DEVICES = 4
const MOST_LINES = 4
/** Before and after the incident: a change shows against what was normal. */
const MARGIN_MS = 5 * 60_000

export type Line = { readonly tag: Tag; readonly samples: Samples }

/** The written values of the devices that were touched, over the incident's time. */
export function useTouchedValues(assets: readonly string[], first: string, last: string): readonly Line[] {
  const lists = useQueries({
    queries: assets.slice(0, MOST_DEVICES).map((asset) => ({
      queryKey: ['tags', 'written', asset],
      queryFn: () => get<Page<Tag>>('/tags', { asset, written: true, limit: MOST_LINES }),
      staleTime: 60_000,
    })),
  })
  const tags = lists
    .flatMap((list) => list.data?.items ?? [])
    .filter((tag) => typeof tag.value !== 'string')
    .slice(0, MOST_LINES)
  const from = new Date(Date.parse(first) - MARGIN_MS).toISOString()
  const to = new Date(Date.parse(last) + MARGIN_MS).toISOString()
  const samples = useQueries({
    queries: tags.map((tag) => ({
      queryKey: ['tags', `/tags/${tag.id}/samples`, { from, to }],
      queryFn: () => get<Samples>(`/tags/${encodeURIComponent(tag.id)}/samples`, { from, to }),
      staleTime: 60_000,
    })),
  })
  return tags.flatMap((tag, at) => {
    const data = samples[at]?.data
    return data === undefined || data.items.length === 0 ? [] : [{ tag, samples: data }]
  })
}
