/** Who work can be given to. */
import { useGet } from '../api/query.ts'
import type { Person } from '../api/types.ts'

export function usePeople(): readonly Person[] {
  return useGet<{ items: readonly Person[] }>('/people').data?.items ?? []
}
