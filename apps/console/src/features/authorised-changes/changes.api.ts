import { refresh, useGet } from '../../api/query.ts'
import { post, put } from '../../api/request.ts'
import type { AuthorisedChange } from '../../api/types.ts'
import type { Order } from './changes.view.ts'

export function useChanges(site: string | undefined, state: string) {
  return useGet<{ readonly items: readonly AuthorisedChange[] }>('/authorised-changes', { site, state })
}

export async function putChange(id: string, order: Order): Promise<void> {
  await put(`/authorised-changes/${encodeURIComponent(id)}`, order)
  refresh('authorised-changes', 'alerts', 'audit')
}

export async function endChange({ site, id }: AuthorisedChange): Promise<void> {
  await post(`/authorised-changes/${encodeURIComponent(id)}/endings`, { site })
  refresh('authorised-changes', 'alerts', 'audit')
}
