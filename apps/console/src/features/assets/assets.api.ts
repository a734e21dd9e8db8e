import { type List, refresh, useGet, useList } from '../../api/query.ts'
import { post } from '../../api/request.ts'
import type { Alert, Asset, AssetDetail, AssetLearning, Peer, ProgramSection, Session, Tag } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export type AssetFilter = {
  readonly q: string
  readonly type: string
  readonly vendor: string
  readonly level: string
  readonly role: string
  readonly sort: string
}

export function useAssets(scope: Scope, { q, type, vendor, level, role, sort }: AssetFilter): List<Asset> {
  return useList<Asset>('/assets', { site: scope.site, q, type, vendor, level, role, sort }, 500)
}

export function useAsset(id: string | undefined) {
  return useGet<AssetDetail>(id === undefined ? undefined : `/assets/${encodeURIComponent(id)}`)
}

/** Where it stands between learning and operational. */
export function useLearning(id: string) {
  return useGet<AssetLearning>(`/assets/${encodeURIComponent(id)}/learning`)
}

export function usePeers(id: string) {
  return useGet<{ readonly items: readonly Peer[] }>(`/assets/${encodeURIComponent(id)}/peers`)
}

export function useSessionsOf(asset: string): List<Session> {
  return useList<Session>('/sessions', { asset }, 20)
}

export function useTagsOf(asset: string): List<Tag> {
  return useList<Tag>('/tags', { asset }, 20)
}

export function useProgramsOf(asset: string): List<ProgramSection> {
  return useList<ProgramSection>('/programs', { asset }, 200)
}

export function useAlertsOf(asset: string): List<Alert> {
  return useList<Alert>('/alerts', { asset, sort: 'last' }, 20)
}

/** New behaviour of it is learnt in silence again, for the learning time of an asset. */
export async function learnAgain(site: string, asset: string): Promise<void> {
  await post(`/sites/${encodeURIComponent(site)}/learning/restarts`, { asset })
  refresh('assets', 'sites')
}

export async function override(id: string, attribute: string, value: string | null): Promise<void> {
  await post(`/assets/${encodeURIComponent(id)}/overrides`, { attribute, value })
  refresh('assets', 'map')
}
