import { refresh, useGet } from '../../api/query.ts'
import { post } from '../../api/request.ts'
import type { OwnAnswer, OwnRule, OwnRuleDetail, OwnRuleText, RuleFields } from '../../api/types.ts'

export function useOwnRules(site: string | undefined) {
  return useGet<{ readonly items: readonly OwnRule[] }>('/own-rules', { site })
}

export function useOwnRule(id: string | undefined) {
  return useGet<OwnRuleDetail>(id === undefined ? undefined : `/own-rules/${id}`)
}

export function useVersion(id: string, number: number | undefined) {
  return useGet<OwnRuleText>(number === undefined ? undefined : `/own-rules/${id}/versions/${number}`)
}

export function useRuleFields() {
  return useGet<RuleFields>('/rule-fields')
}

export async function checkText(site: string | null, text: string, id: string | undefined): Promise<OwnAnswer> {
  return post<OwnAnswer>('/own-rules/checks', { site, text, ...(id === undefined ? {} : { id }) })
}

export async function addOwnRule(body: {
  readonly site: string | null
  readonly text: string
  readonly isOn: boolean
}): Promise<OwnRuleDetail> {
  return told(await post<OwnRuleDetail>('/own-rules', body))
}

export type Change = { readonly after: number; readonly text?: string; readonly isOn?: boolean; readonly backTo?: number }

export async function changeOwnRule(id: string, change: Change): Promise<OwnRuleDetail> {
  return told(await post<OwnRuleDetail>(`/own-rules/${id}/versions`, change))
}

function told(rule: OwnRuleDetail): OwnRuleDetail {
  refresh('own-rules', 'rules')
  return rule
}
