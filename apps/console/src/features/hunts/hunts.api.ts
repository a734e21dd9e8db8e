import { type List, refresh, useGet, useList } from '../../api/query.ts'
import { post } from '../../api/request.ts'
import type { Hunt, HuntFinding, HuntGround } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export function useHunts(scope: Scope): List<Hunt> {
  return useList<Hunt>('/hunts', { site: scope.site }, 50)
}

export function useHunt(id: string) {
  return useGet<Hunt>(`/hunts/${encodeURIComponent(id)}`)
}

export function useHuntFindings(id: string, freshOnly: boolean): List<HuntFinding> {
  return useList<HuntFinding>(`/hunts/${encodeURIComponent(id)}/findings`, freshOnly ? { fresh: true } : {}, 100)
}

export function useGround(site: string | undefined) {
  return useGet<HuntGround>(site === undefined ? undefined : '/hunting-ground', { site })
}

export type HuntRequest = {
  readonly site: string
  readonly rules?: 'all' | 'changed' | 'threats' | 'none' | readonly string[]
  readonly since?: string
  readonly source?: string
  readonly indicators?: string
  readonly captures?: readonly string[]
}

export async function startHunt(request: HuntRequest): Promise<Hunt> {
  const hunt = await post<Hunt>('/hunts', request)
  refresh('hunts')
  return hunt
}

export async function cancelHunt(id: string): Promise<void> {
  await post(`/hunts/${encodeURIComponent(id)}/cancellations`)
  refresh('hunts')
}
