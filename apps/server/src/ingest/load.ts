/** A site's state as its rows hold it: what the fold goes on from after a restart. */

import type { Alert, Asset, Coverage, Incident, Link, Operation, ProgramSection, Session, Tag } from '@isthmus/model'
import type { SiteRows } from '@isthmus/site'
import { sql } from 'kysely'
import { loadChangeUses } from '../authorised-changes/authorised-changes.store.ts'
import type { Tx } from '../database/connect.ts'
import { sessionDoc } from '../sessions/sessions.store.ts'
import { loadLearned } from './learned.ts'

/** Sessions and alerts held in memory at the start: the newest; older ones are read when a batch names them. */
const MAX_SESSIONS = 50_000
const MAX_ALERTS = 50_000

async function documents<T>(tx: Tx, site: string, table: string): Promise<T[]> {
  const { rows } = await sql<{ doc: T }>`select doc from ${sql.table(table)} where site = ${site} order by id`.execute(tx)
  return rows.map((row) => row.doc)
}

async function pairs<T>(tx: Tx, site: string, table: string): Promise<[string, T][]> {
  const { rows } = await sql<{ key: string; doc: T }>`select key, doc from ${sql.table(table)} where site = ${site} order by key`.execute(
    tx,
  )
  return rows.map((row) => [row.key, row.doc])
}

export async function loadRows(tx: Tx, site: string): Promise<SiteRows> {
  const assets = await sql<{ doc: Asset }>`select overridden(doc, overrides) as doc from assets where site = ${site} order by id`.execute(
    tx,
  )
  const sessions = await sql<{ doc: Session }>`select ${sessionDoc} as doc from sessions r where r.site = ${site}
    order by r.started_us desc, r.id desc limit ${MAX_SESSIONS}`.execute(tx)
  const alerts = await sql<{
    doc: Alert
    state: string
  }>`select doc, state from alerts where site = ${site} order by last_us desc, id desc limit ${MAX_ALERTS}`.execute(tx)
  const incidents = await sql<{
    doc: Incident
  }>`select doc || jsonb_build_object('state', state) as doc from incidents where site = ${site} order by last_us, id`.execute(tx)
  const coverage = await sql<{ doc: Coverage }>`select doc from coverage where site = ${site} order by protocol`.execute(tx)
  const sensors = await sql<{
    sensor: string
    number: number
  }>`select sensor, last_number as number from sensors where site = ${site}`.execute(tx)
  return {
    assets: assets.rows.map((row) => row.doc),
    sessions: sessions.rows.map((row) => row.doc).reverse(),
    alerts: alerts.rows.map((row) => row.doc).reverse(),
    settled: alerts.rows.filter((row) => row.state === 'resolved').map((row) => row.doc.id),
    incidents: incidents.rows.map((row) => row.doc),
    changeUses: await loadChangeUses(tx, site),
    coverage: coverage.rows.map((row) => row.doc),
    links: await documents<Link>(tx, site, 'links'),
    operations: await documents<Operation>(tx, site, 'operations'),
    tags: await documents<Tag>(tx, site, 'tags'),
    programs: await documents<ProgramSection>(tx, site, 'programs'),
    state: await pairs(tx, site, 'track_state'),
    detectorState: await pairs(tx, site, 'detector_state'),
    learned: await loadLearned(tx, site),
    batches: sensors.rows.map((row) => [row.sensor, row.number]),
  }
}

/** Sessions a batch goes on with that memory no longer holds, by id with their start: only the days they began on are looked into. */
export async function loadSessions(tx: Tx, site: string, wanted: ReadonlyMap<string, number>): Promise<Session[]> {
  if (wanted.size === 0) return []
  const { rows } = await sql<{
    doc: Session
  }>`select ${sessionDoc} as doc from sessions r where r.site = ${site} and r.id = any (${[...wanted.keys()]}::text[])
    and r.started_us = any (${[...new Set(wanted.values())]}::bigint[])`.execute(tx)
  return rows.map((row) => row.doc)
}
