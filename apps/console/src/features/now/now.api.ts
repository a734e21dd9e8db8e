import { useGet } from '../../api/query.ts'
import type { Overview } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export function useOverview({ site, span }: Scope) {
  return useGet<Overview>('/overview', { site, since: span.from })
}
