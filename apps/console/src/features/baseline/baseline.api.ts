import { type List, refresh, useGet, useList } from '../../api/query.ts'
import { post, put, remove } from '../../api/request.ts'
import type { BaselineRow, LearningTimes, SiteLearning } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export type BaselineFilter = {
  readonly q: string
  readonly rule: string
  readonly asset: string
  readonly state: string
  readonly kind: string
}

/** A rule that remembers, and the fields it remembers by. */
export type Memory = {
  readonly rule: string
  readonly title: string
  readonly kind: BaselineRow['kind']
  readonly fields: readonly string[]
  readonly addable: boolean
}

export function useBaseline(scope: Scope, { q, rule, asset, state, kind }: BaselineFilter): List<BaselineRow> {
  return useList<BaselineRow>('/baseline', { site: scope.site, q, rule, asset, state, kind }, 300)
}

export function useMemories() {
  return useGet<{ readonly items: readonly Memory[] }>('/baseline/rules')
}

const ofSite = (site: string): string => `/sites/${encodeURIComponent(site)}`

export function useSiteLearning(site: string | undefined) {
  return useGet<SiteLearning>(site === undefined ? undefined : `${ofSite(site)}/learning`)
}

type Place = Pick<BaselineRow, 'site' | 'id'>
const at = ({ site, id }: Place): string => `${ofSite(site)}/baseline/${encodeURIComponent(id)}`
const changed = (): void => refresh('baseline', 'sites', 'assets')

export async function approve(row: Place, until: string | null): Promise<void> {
  await post(`${at(row)}/approvals`, { until })
  changed()
}

export async function setLimits(row: Place, min: number | null, max: number | null, until: string | null): Promise<void> {
  await post(`${at(row)}/limits`, { min, max, until })
  changed()
}

export async function forget(row: Place): Promise<void> {
  await remove(at(row))
  changed()
}

export async function add(site: string, rule: string, group: Readonly<Record<string, string>>, until: string | null): Promise<void> {
  await post(`${ofSite(site)}/baseline`, { rule, group, until })
  changed()
}

/** Null: the published defaults. */
export async function setTimes(site: string, times: LearningTimes | null): Promise<void> {
  await put(`${ofSite(site)}/learning`, { times })
  changed()
}

export async function learnAgain(site: string): Promise<void> {
  await post(`${ofSite(site)}/learning/restarts`, { asset: null })
  changed()
}
