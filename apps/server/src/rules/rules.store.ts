import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import type { RuleHealth } from './rules.wire.ts'

type Judgement = Pick<z.output<typeof RuleHealth>, 'judged' | 'precision'>
export type Health = Omit<z.output<typeof RuleHealth>, keyof Judgement>

export const UNJUDGED: Judgement = { judged: { truePositive: 0, falsePositive: 0, benign: 0, duplicate: 0 }, precision: null }
export const UNHEARD: Health = { firings: 0, findings: 0, noisyIn: [], failure: null }

/** How each rule behaves, over these sites, by its name; rules that never fired are not in it. */
export async function ruleHealth(tx: Tx, sites: readonly string[]): Promise<ReadonlyMap<string, Health>> {
  const { rows } = await sql<Health & { rule: string }>`
    select rule, coalesce(sum((report -> 'firings')::bigint), 0)::bigint as firings, coalesce(sum((report -> 'findings')::bigint), 0)::bigint as findings,
      coalesce(array_agg(site order by site) filter (where (report -> 'noisy')::boolean), '{}') as "noisyIn", max(failure) as failure
    from (select h.site, r.key as rule, r.value as report, null as failure from site_health h, jsonb_each(h.rules) as r
      where h.site = any (${[...sites]}::text[])
      union all select h.site, f.key, null, f.value from site_health h, jsonb_each_text(h.failures) as f where h.site = any (${[...sites]}::text[])) as told
    group by rule`.execute(tx)
  return new Map(rows.map(({ rule, ...health }) => [rule, health]))
}

/** What people said of the alerts that each rule led, over these sites. */
export async function ruleJudgements(tx: Tx, sites: readonly string[]): Promise<ReadonlyMap<string, Judgement>> {
  const { rows } = await sql<Judgement['judged'] & { rule: string }>`
    select rule, count(*) filter (where resolution = 'true-positive') as "truePositive", count(*) filter (where resolution = 'false-positive') as "falsePositive",
      count(*) filter (where resolution = 'benign') as benign, count(*) filter (where resolution = 'duplicate') as duplicate
    from alerts where site = any (${[...sites]}::text[]) and resolution is not null and rule is not null group by rule`.execute(tx)
  return new Map(
    rows.map(({ rule, ...judged }) => {
      const told = judged.truePositive + judged.falsePositive
      return [rule, { judged, precision: told === 0 ? null : judged.truePositive / told }]
    }),
  )
}
