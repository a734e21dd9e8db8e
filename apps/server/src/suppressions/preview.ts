/** What a suppression would have hidden of what a site holds. */
import { Worker } from 'node:worker_threads'
import type { Asset, Finding, Suppression, SuppressionScope } from '@isthmus/model'
import type { Difference, Preview } from '@isthmus/respond'
import { sql } from 'kysely'
import type { z } from 'zod'
import { loadChanges, loadOpened } from '../authorised-changes/authorised-changes.store.ts'
import type { Tx } from '../database/connect.ts'
import { type Refusal, refuse } from '../http/refusal.ts'
import type { PreviewQuestion } from './preview-worker.ts'
import type { SuppressionPreview } from './suppressions.wire.ts'

/** The newest findings are replayed: a person decides by what they have seen. */
const MAX_FINDINGS = 3000
const LONGEST_MS = 30_000
/** Threads that answer such questions at one time; the others are asked to come again. */
const MAX_AT_ONCE = 2
let running = 0

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

export async function answerPreview({ question, isWhole, alertOf }: Stored): Promise<z.output<typeof SuppressionPreview> | Refusal> {
  if (running >= MAX_AT_ONCE)
    return { ...refuse('too-many', 'Other previews are being worked out. Try again in a few seconds.'), retryAfterS: 2 }
  running++
  try {
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
  } finally {
    running--
  }
}

function ask(question: PreviewQuestion): Promise<Preview> {
  return new Promise((answer, fail) => {
    const worker = new Worker(new URL('./preview-worker.ts', import.meta.url), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    })
    const timer = setTimeout(() => void worker.terminate(), LONGEST_MS)
    worker.once('message', answer)
    worker.once('error', fail)
    worker.once('exit', () => {
      clearTimeout(timer)
      fail(new Error(`the preview took longer than ${LONGEST_MS / 1000} s`))
    })
  })
}
