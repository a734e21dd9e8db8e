/** What the fold cannot say in rows of its own: caps that refused, rules that are noisy or failed. */
import type { Site } from '@isthmus/site'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

/** Writes a site's health where it differs from what this one wrote last. */
export class HealthWriter {
  #written = ''
  #next = ''

  /** In the batch's transaction: to be confirmed by `kept` once that is durable. */
  async write(tx: Tx, site: string, state: Site): Promise<void> {
    const refused = jsonText(state.refused())
    const rules = jsonText(Object.fromEntries(state.ruleReports().map(({ rule, ...report }) => [rule, report])))
    const failures = jsonText(Object.fromEntries(state.ruleFailures()))
    this.#next = `${refused}\n${rules}\n${failures}`
    if (this.#next === this.#written) return
    await sql`insert into site_health as h (site, refused, rules, failures) values (${site}, ${refused}::jsonb, ${rules}::jsonb, ${failures}::jsonb)
      on conflict on constraint site_health_pk do update set rules = excluded.rules, failures = excluded.failures, refused = (
        select coalesce(jsonb_object_agg(key, greatest((h.refused -> key)::bigint, (excluded.refused -> key)::bigint)), '{}')
        from jsonb_object_keys(h.refused || excluded.refused) as key)`.execute(tx)
  }

  kept(): void {
    this.#written = this.#next
  }
}
