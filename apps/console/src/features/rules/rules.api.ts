import { useGet } from '../../api/query.ts'
import type { Rule, RuleDetail } from '../../api/types.ts'

export function useRules() {
  return useGet<{ readonly items: readonly Rule[] }>('/rules')
}

export function useRule(name: string | undefined) {
  return useGet<RuleDetail>(name === undefined ? undefined : `/rules/${encodeURIComponent(name)}`)
}
