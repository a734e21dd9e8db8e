/** What a suppression would have hidden of what a site holds. */
import type { Asset, Finding, Suppression, SuppressionScope } from '@isthmus/model'
import type { Difference, Preview } from '@isthmus/respond'
import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import { askThread, atMost } from '../ask-thread.ts'
import { loadChanges, loadOpened } from '../authorised-changes/authorised-changes.store.ts'
import type { Tx } from '../database/connect.ts'
import type { Refusal } from '../http/refusal.ts'
import type { PreviewQuestion } from './preview-worker.ts'
import type { SuppressionPreview } from './suppressions.wire.ts'

/** Findings that a scope could be about and that are replayed, the newest; and at most as many that share an alert or incident with them. */
const MAX_FINDINGS = 3000
const BOUNDS = { longestMs: 30_000, heapMb: 512 }
const oneOfFew = atMost(2, 'Other previews are being worked out')

type Stored = {
  readonly question: PreviewQuestion
  /** What was looked at: all there is, or the newest that the scope could be about, since then. */
  readonly looked: { readonly findings: number; readonly since: number | null; readonly isWhole: boolean }
  readonly alertOf: ReadonlyMap<string, Held>
}
type Held = { readonly alert: string | null; readonly incident: string | null }

/** Everything the replay works on, read in the site's scope. */
export async function readForPreview(tx: Tx, site: string, scope: SuppressionScope): Promise<Stored> {
  const { rows } = await sql<{ doc: Finding; alert: string | null; incident: string | null; isNear: boolean }>`
    with near as materialized (
      select f.id, f.alert from findings f where f.site = ${site} and ${couldHide(scope)}
      order by f.at_us desc, f.id desc limit ${MAX_FINDINGS + 1}),
    kin as materialized (
      select b.id from alerts a join alerts b on b.site = a.site and (b.id = a.id or b.incident = a.incident)
      where a.site = ${site} and a.id in (select alert from near))
    select f.doc, f.alert, a.incident, n.id is not null as "isNear" from findings f
      left join near n on n.id = f.id left join alerts a on a.site = f.site and a.id = f.alert
    where f.site = ${site} and (n.id is not null or f.alert in (select id from kin))
    order by n.id is null, f.at_us desc, f.id desc limit ${2 * MAX_FINDINGS + 1}`.execute(tx)
  const near = rows.filter(({ isNear }) => isNear).slice(0, MAX_FINDINGS)
  const kept = [...near, ...rows.filter(({ isNear }) => !isNear).slice(0, MAX_FINDINGS)]
  const isWhole = rows.length <= kept.length
  const named = new Set(kept.flatMap(({ doc }) => [doc.clientAsset, doc.serverAsset]).filter((id) => id !== undefined))
  const assets = await sql<{ doc: Asset }>`
    select overridden(doc, overrides) as doc from assets where site = ${site} and id = any (${[...named]}::text[])`.execute(tx)
  // As if it had always been in force.
  const suppression: Suppression = {
    id: 'preview',
    site,
    scope,
    reason: '',
    by: '',
    from: Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
  }
  const changes = [...(await loadChanges(tx, site)), ...(await loadOpened(tx, site))]
  return {
    question: { suppression, findings: kept.map(({ doc }) => doc), assets: assets.rows.map(({ doc }) => doc), changes },
    looked: isWhole
      ? { isWhole, findings: await countFindings(tx, site), since: null }
      : { isWhole, findings: near.length, since: near.at(-1)?.doc.at ?? null },
    alertOf: new Map(kept.map(({ doc, alert, incident }) => [doc.id, { alert, incident }])),
  }
}

/** At least what the scope hides: hosts and accounts are compared by the replay, as the desk compares them. */
function couldHide({ rule, engine, level, protocol }: SuppressionScope): RawBuilder<unknown> {
  const asked = [
    rule === undefined ? undefined : sql`f.rule = ${rule}`,
    engine === undefined ? undefined : sql`f.doc ->> 'engine' = ${engine}`,
    level === undefined ? undefined : sql`level_rank(f.doc ->> 'level') <= level_rank(${level})`,
    protocol === undefined ? undefined : sql`f.doc ->> 'protocol' = ${protocol}`,
  ].filter((one) => one !== undefined)
  return asked.length === 0 ? sql`true` : sql.join(asked, sql` and `)
}

async function countFindings(tx: Tx, site: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from findings where site = ${site}`.execute(tx)
  return rows[0]?.n ?? 0
}

export function answerPreview({ question, looked, alertOf }: Stored): Promise<z.output<typeof SuppressionPreview> | Refusal> {
  return oneOfFew(async () => {
    const told = await ask(question)
    const shown = (differences: readonly Difference[], idOf: (finding: string) => string | null | undefined) =>
      differences
        .slice(0, 200)
        .map(({ finding, title, before, after }) => ({ id: idOf(finding) ?? null, title, before, after: after ?? null }))
    return {
      ...looked,
      hidden: told.hidden.length,
      alerts: shown(told.alerts, (finding) => alertOf.get(finding)?.alert),
      incidents: shown(told.incidents, (finding) => alertOf.get(finding)?.incident),
    }
  })
}

async function ask(question: PreviewQuestion): Promise<Preview> {
  const preview = await askThread<Preview>(new URL('./preview-worker.ts', import.meta.url), question, BOUNDS)
  if (preview === undefined) throw new Error('the preview ended without an answer')
  return preview
}
