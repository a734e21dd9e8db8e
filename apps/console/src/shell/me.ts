/** Who is signed in, and what they may do. */
import { useCallback } from 'react'
import { queryClient, useGet } from '../api/query.ts'
import { get } from '../api/request.ts'
import type { Me } from '../api/types.ts'

export const ME_KEY = ['me', '/me', {}] as const

export async function fetchMe(): Promise<Me> {
  return queryClient.fetchQuery({ queryKey: ME_KEY, queryFn: () => get<Me>('/me'), staleTime: 60_000, retry: false })
}

export function useMe(): Me {
  const { data } = useGet<Me>('/me')
  if (data === undefined) throw new Error('the shell is only shown to somebody who signed in')
  return data
}

/** The name of a site by its id; the id where this person may not see the site. */
export function useSiteName(): (id: string) => string {
  const { sites } = useMe()
  return useCallback((id) => sites.find((site) => site.id === id)?.name ?? id, [sites])
}

export function useCan(): (permission: string) => boolean {
  const me = useGet<Me>('/me').data
  return useCallback((permission) => (me?.permissions as readonly string[] | undefined)?.includes(permission) ?? false, [me])
}
