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
    own as materialized (select distinct alert as id from near where alert is not null),
    grown as materialized (
      select distinct incident from alerts where site = ${site} and id in (select id from own) and incident is not null),
    kin as materialized (
      select id from own union select id from alerts where site = ${site} and incident in (select incident from grown)),
    looked as materialized (
      select id, true as is_near from near
      union all (select f.id, false from findings f where f.site = ${site} and f.alert in (select id from kin) and f.id not in (select id from near)
        order by f.at_us desc, f.id desc limit ${MAX_FINDINGS + 1}))
    select f.doc, f.alert, a.incident, l.is_near as "isNear" from looked l
      join findings f on f.site = ${site} and f.id = l.id left join alerts a on a.site = f.site and a.id = f.alert
    order by l.is_near desc, f.at_us desc, f.id desc limit ${2 * MAX_FINDINGS + 2}`.execute(tx)
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
