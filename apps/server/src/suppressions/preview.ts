/** What a suppression would have hidden of what a site holds. */
import type { Asset, Finding, Suppression, SuppressionScope } from '@isthmus/model'
import type { Difference, Preview } from '@isthmus/respond'
import { sql } from 'kysely'
import type { z } from 'zod'
import { askThread, atMost } from '../ask-thread.ts'
import { loadChanges, loadOpened } from '../authorised-changes/authorised-changes.store.ts'
import type { Tx } from '../database/connect.ts'
import type { Refusal } from '../http/refusal.ts'
import type { PreviewQuestion } from './preview-worker.ts'
import type { SuppressionPreview } from './suppressions.wire.ts'

/** The newest findings are replayed: a person decides by what they have seen. */
const MAX_FINDINGS = 3000
const BOUNDS = { longestMs: 30_000, heapMb: 512 }
const oneOfFew = atMost(2, 'Other previews are being worked out')

type Stored = { readonly question: PreviewQuestion; readonly isWhole: boolean; readonly alertOf: ReadonlyMap<string, Held> }
type Held = { readonly alert: string | null; readonly incident: string | null }

/** Everything the replay works on, read in the site's scope. */
export async function readForPreview(tx: Tx, site: string, scope: SuppressionScope): Promise<Stored> {
  const { rows } = await sql<{ doc: Finding; alert: string | null; incident: string | null }>`
    select f.doc, f.alert, a.incident from findings f left join alerts a on a.site = f.site and a.id = f.alert
    where f.site = ${site} order by f.at_us desc, f.id desc limit ${MAX_FINDINGS + 1}`.execute(tx)
  const kept = rows.slice(0, MAX_FINDINGS)
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
    isWhole: rows.length <= MAX_FINDINGS,
    alertOf: new Map(kept.map(({ doc, alert, incident }) => [doc.id, { alert, incident }])),
  }
}

export function answerPreview({ question, isWhole, alertOf }: Stored): Promise<z.output<typeof SuppressionPreview> | Refusal> {
  return oneOfFew(async () => {
    const told = await ask(question)
    const shown = (differences: readonly Difference[], idOf: (finding: string) => string | null | undefined) =>
      differences
        .slice(0, 200)
        .map(({ finding, title, before, after }) => ({ id: idOf(finding) ?? null, title, before, after: after ?? null }))
    return {
      findings: told.findings,
      since: question.findings.at(-1)?.at ?? null,
      isWhole,
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
