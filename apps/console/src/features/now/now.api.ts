import { type List, useGet, useList } from '../../api/query.ts'
import type { Alert, Overview } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export function useOverview({ site, span }: Scope) {
  return useGet<Overview>('/overview', { site, since: span.from })
}

/** The alerts nobody has settled, the most pressing first. */
export function useWaiting({ site }: Scope): List<Alert> {
  return useList<Alert>('/alerts', { site, state: 'open', sort: 'score' }, 12)
}
