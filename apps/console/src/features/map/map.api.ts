import { useGet } from '../../api/query.ts'
import type { SiteMap } from '../../api/types.ts'

export function useMap(site: string | undefined) {
  return useGet<SiteMap>(site === undefined ? undefined : '/map', { site })
}
