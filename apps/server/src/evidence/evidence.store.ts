import type { Learned, StateRow } from '@isthmus/detect'
import type { Alert, Asset, Finding } from '@isthmus/model'
import type { AssetChange, GroundRow, Kept } from '@isthmus/site'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'

/** `first` stays as it was put first; `last` follows the finding. */
export async function putGrounds(tx: Tx, site: string, grounds: readonly GroundRow[]): Promise<void> {
  if (grounds.length === 0) return
  await sql`insert into finding_grounds (site, finding, first, last) select ${site}, d ->> 'finding', d -> 'first', d -> 'last'
    from jsonb_array_elements(${jsonText(grounds)}::jsonb) as d on conflict on constraint finding_grounds_pk do update set last = excluded.last`.execute(
    tx,
  )
}

/** What became of its hosts so long before an alert is told with it: conversations may have begun then. */
const BEFORE_US = 86_400e6

export type KeptCapture = {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly bytesTotal: number
  readonly sha256: string
}

/** What an alert rests on, as far as it is kept. */
export type AlertBasis = Kept & {
  readonly site: string
  /** Captures that the findings point at and that are still there, in the order in which they were taken. */
  readonly captures: readonly KeptCapture[]
}

export async function findBasis(tx: Tx, sites: readonly string[], id: string): Promise<AlertBasis | undefined> {
  const alerts = await sql<{ site: string; doc: Alert }>`
    select site, doc from alerts where site = any (${[...sites]}::text[]) and id = ${id}`.execute(tx)
  const row = alerts.rows[0]
  if (!row) return undefined
  const { site, doc: alert } = row
  const ids = [...alert.findings]
  const findings = await sql<{
    doc: Finding
  }>`select doc from findings where site = ${site} and id = any (${ids}::text[]) order by at_us, id`.execute(tx)
  const grounds =
    await sql<GroundRow>`select finding, first, last from finding_grounds where site = ${site} and finding = any (${ids}::text[])
    order by finding`.execute(tx)
  const hosts = grounds.rows.flatMap(({ first, last }) =>
    [...Object.values(first.known), ...Object.values(last.known)].map((asset) => asset.id),
  )
  const assets = await sql<{ doc: Asset }>`select overridden(doc, overrides) as doc from assets
    where site = ${site} and id = any (${[...new Set(hosts)]}::text[]) order by id`.execute(tx)
  const times = grounds.rows.flatMap(({ first, last }) => [first.at, last.at])
  const changes =
    await sql<AssetChange>`select subject as id, at_us as at, coalesce(attribute, '') as attribute, from_value as "from", to_value as "to" from changes
    where site = ${site} and subject = any (${[...new Set(hosts)]}::text[]) and kind in ('asset.new', 'asset.changed')
      and at_us between ${Math.min(alert.firstAt, ...times) - BEFORE_US} and ${Math.max(alert.lastAt, ...times)} order by number limit 5000`.execute(
      tx,
    )
  const named = [...new Set(findings.rows.flatMap(({ doc }) => doc.evidence.map(({ capture }) => capture)))]
  const captures = await sql<KeptCapture>`select id, name, file, bytes_total as "bytesTotal", sha256 from captures
    where site = ${site} and id = any (${named}::text[]) order by uploaded_at, id`.execute(tx)
  return {
    site,
    alert,
    findings: findings.rows.map(({ doc }) => doc),
    grounds: grounds.rows,
    assets: assets.rows.map(({ doc }) => doc),
    changes: changes.rows,
    captures: captures.rows,
  }
}

export async function detectorRows(tx: Tx, site: string, keys: readonly string[]): Promise<ReadonlyMap<string, StateRow>> {
  const { rows } = await sql<{ key: string; doc: StateRow }>`select key, doc from detector_state
    where site = ${site} and key = any (${[...keys]}::text[])`.execute(tx)
  return new Map(rows.map(({ key, doc }) => [key, doc]))
}

export async function learnedRows(tx: Tx, site: string, ids: readonly string[]): Promise<Learned[]> {
  const { rows } = await sql<{ doc: Learned }>`select doc || jsonb_build_object('people', people) as doc from baseline
    where site = ${site} and id = any (${[...ids]}::text[]) order by id`.execute(tx)
  return rows.map(({ doc }) => doc)
}
