import { useGet } from '../../api/query.ts'
import type { AlertSource, Coverage } from '../../api/types.ts'
import type { Scope } from '../../shell/scope.ts'

export function useCoverage({ site }: Scope) {
  return useGet<{ readonly items: readonly Coverage[] }>('/coverage', { site })
}

export function useAlertSources({ site }: Scope) {
  return useGet<{ readonly items: readonly AlertSource[] }>('/coverage/alert-sources', { site })
}
