import { refresh, useGet } from '../api/query.ts'
import { post, type Query } from '../api/request.ts'
import type { AlertDetail, Rule, Suppression, SuppressionPreview } from '../api/types.ts'
import type { ScopeText } from './suppressions.view.ts'

export type SuppressionFilter = {
  readonly site?: string | undefined
  readonly state?: string
  readonly rule?: string
  readonly asset?: string
}

export function useSuppressions(filter: SuppressionFilter) {
  return useGet<{ readonly items: readonly Suppression[] }>('/suppressions', filter as Query)
}

/** Undefined: there is nothing to try yet. */
export function usePreview(site: string, scope: ScopeText | undefined) {
  return useGet<SuppressionPreview>(scope === undefined ? undefined : '/suppressions/preview', { site, ...scope })
}

export function useRuleNames() {
  return useGet<{ readonly items: readonly Rule[] }>('/rules')
}

export function useAlertAbout(id: string | undefined) {
  return useGet<AlertDetail>(id === undefined ? undefined : `/alerts/${encodeURIComponent(id)}`)
}

export type NewSuppression = {
  readonly site: string
  readonly scope: object
  readonly reason: string
  readonly from?: string
  readonly until: string
}

export async function suppress(body: NewSuppression): Promise<void> {
  await post('/suppressions', body)
  refresh('suppressions', 'alerts', 'audit')
}

export async function endSuppression({ site, id }: Suppression): Promise<void> {
  await post(`/suppressions/${encodeURIComponent(id)}/endings`, { site })
  refresh('suppressions', 'alerts', 'audit')
}
