import { refresh, useGet } from '../../api/query.ts'
import { post, remove, upload } from '../../api/request.ts'
import type { Finding, Page, ThreatSource } from '../../api/types.ts'
import type { SourceKind } from './known-threats.view.ts'

const SHOWN_MATCHES = 10

export function useSources(site: string | undefined) {
  return useGet<{ readonly items: readonly ThreatSource[] }>('/known-threats', { site })
}

/** What one rule raised last: the finding says which indicator or which YARA rule it was. */
export function useMatches(rule: string, site: string | undefined) {
  return useGet<Page<Finding>>('/findings', { site, rule, limit: SHOWN_MATCHES })
}

export function useDetectionTest() {
  return useGet<{ readonly detection: { readonly ok: boolean; readonly says: string; readonly at: string } | null }>('/health')
}

export async function addSource(file: File, kind: SourceKind, site: string | undefined): Promise<ThreatSource> {
  const source = await upload<ThreatSource>('/known-threats', file, { site, kind, name: file.name })
  refresh('known-threats')
  return source
}

export async function switchSource(id: string, isEnabled: boolean): Promise<void> {
  await post(`/known-threats/${encodeURIComponent(id)}/moves`, { isEnabled })
  refresh('known-threats')
}

export async function removeSource(id: string): Promise<void> {
  await remove(`/known-threats/${encodeURIComponent(id)}`)
  refresh('known-threats')
}

export type FeedReach = {
  readonly url: string
  readonly authentication: 'none' | 'basic' | 'token'
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly token?: string | undefined
  readonly authority?: string | undefined
}
export type Offered = {
  readonly title: string
  readonly roots: readonly {
    readonly url: string
    readonly title: string
    readonly collections: readonly { readonly id: string; readonly title: string }[]
    readonly trouble: string | null
  }[]
}

/** What a TAXII server offers. */
export async function discoverFeeds(reach: FeedReach): Promise<Offered> {
  return post<Offered>('/known-threats/discoveries', reach)
}

export type NewFeed = FeedReach & {
  readonly name: string
  readonly site: string | undefined
  readonly collection: string
  readonly everyMinutes: number
}

export async function addFeed(feed: NewFeed): Promise<ThreatSource> {
  const source = await post<ThreatSource>('/known-threats/feeds', feed)
  refresh('known-threats')
  return source
}

export async function askFeed(id: string): Promise<ThreatSource> {
  const source = await post<ThreatSource>(`/known-threats/${encodeURIComponent(id)}/polls`)
  refresh('known-threats')
  return source
}
