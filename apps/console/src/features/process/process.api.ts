import { type List, useGet, useList } from '../../api/query.ts'
import type { Samples, Tag, TagDetail } from '../../api/types.ts'
import type { Scope, Span } from '../../shell/scope.ts'

export type TagFilter = { readonly q: string; readonly asset: string; readonly written: string }

export function useTags(scope: Scope, { q, asset, written }: TagFilter): List<Tag> {
  return useList<Tag>('/tags', { site: scope.site, q, asset, written }, 100)
}

export function useTag(id: string) {
  return useGet<TagDetail>(`/tags/${encodeURIComponent(id)}`)
}

export function useSamples(id: string, { from, to }: Span, isWanted = true) {
  return useGet<Samples>(isWanted ? `/tags/${encodeURIComponent(id)}/samples` : undefined, { from, to })
}
