import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import type { RuleHealth } from './rules.wire.ts'

export type Health = z.output<typeof RuleHealth>

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
