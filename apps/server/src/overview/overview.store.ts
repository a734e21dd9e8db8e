import { sql } from 'kysely'
import type { z } from 'zod'
import { listAlerts } from '../alerts/alerts.store.ts'
import { listCoverage } from '../coverage/coverage.store.ts'
import type { Tx } from '../database/connect.ts'
import { listIncidents } from '../incidents/incidents.store.ts'
import type { Overview } from './overview.wire.ts'

type Answer = z.output<typeof Overview>
const MANY = 20

export async function readOverview(tx: Tx, sites: readonly string[], since: number | undefined): Promise<Answer> {
  const scope = [...sites]
  const counts = await sql<Answer['counts'] & { lastAt: number | null }>`select
    (select count(*) from assets where site = any (${scope}::text[])) as assets,
    (select coalesce(sum(sessions), 0)::bigint from links where site = any (${scope}::text[])) as sessions,
    (select count(*) from operations where site = any (${scope}::text[])) as operations,
    (select count(*) from tags where site = any (${scope}::text[])) as tags,
    (select count(*) from findings where site = any (${scope}::text[])) as findings,
    (select count(*) from alerts where site = any (${scope}::text[]) and is_open) as "openAlerts",
    (select count(*) from incidents where site = any (${scope}::text[]) and state = 'open') as "openIncidents",
    (select max(last_us) from sensors where site = any (${scope}::text[])) as "lastAt"`.execute(tx)
  const levels = await sql<{
    level: string
    n: number
  }>`select level, count(*) as n from alerts where site = any (${scope}::text[]) and is_open group by level`.execute(tx)
  const { lastAt, ...numbers } = counts.rows[0] ?? {
    assets: 0,
    sessions: 0,
    operations: 0,
    tags: 0,
    findings: 0,
    openAlerts: 0,
    openIncidents: 0,
    lastAt: null,
  }
  const byLevel = {
    informational: 0,
    low: 0,
    medium: 0,
    high: 0,
    critical: 0,
    ...Object.fromEntries(levels.rows.map((row) => [row.level, row.n])),
  }
  return {
    counts: numbers,
    openAlertsByLevel: byLevel,
    incidents: (await listIncidents(tx, sites, { state: 'open', limit: MANY })).items,
    alerts: (await listAlerts(tx, sites, { state: 'open', level: 'critical', sort: 'last', limit: MANY }, '')).items,
    changes: await listChanges(tx, sites, since),
    blindSpots: blindSpots(await listCoverage(tx, sites)),
    sensors: await listSensors(tx, sites),
    lastAt,
  }
}

async function listChanges(tx: Tx, sites: readonly string[], since: number | undefined): Promise<Answer['changes']> {
  const { rows } = await sql<{ row: Answer['changes'][number] }>`
    select jsonb_strip_nulls(jsonb_build_object('site', c.site, 'kind', c.kind, 'at', c.at_us, 'id', c.subject,
      'label', coalesce(a.label, t.tag, (select r.client_ip || ' to ' || r.server_ip || ' (' || r.protocol || ')' from sessions r where r.site = c.site and r.id = c.subject limit 1), c.to_value, c.subject),
      'asset', coalesce(a.id, t.asset), 'attribute', c.attribute, 'from', c.from_value, 'to', c.to_value)) as row
    from unnest(${[...sites]}::text[]) as scope(site)
    cross join lateral (select * from changes c where c.site = scope.site and c.at_us >= ${since ?? 0} order by c.at_us desc, c.number desc limit ${MANY * 2}) c
    left join assets a on a.site = c.site and a.id = c.subject
    left join tags t on t.site = c.site and t.id = c.subject
    order by c.at_us desc, c.number desc limit ${MANY * 2}`.execute(tx)
  return rows.map((row) => row.row)
}

async function listSensors(tx: Tx, sites: readonly string[]): Promise<Answer['sensors']> {
  const { rows } = await sql<Answer['sensors'][number]>`
    select site, sensor, last_number as "lastBatch", last_us as "lastAt", us(received_at) as "receivedAt" from sensors
    where site = any (${[...sites]}::text[]) order by received_at desc limit ${MANY}`.execute(tx)
  return rows
}

/** Protocols of which bytes stayed unread or entries were dropped, by how much. */
function blindSpots(coverage: Awaited<ReturnType<typeof listCoverage>>): Answer['blindSpots'] {
  return coverage
    .filter((row) => row.undecoded > 0 || row.dropped > 0)
    .map(({ site, protocol, bytes, undecoded, dropped }) => ({
      site,
      protocol,
      bytes,
      undecoded,
      dropped,
      share: bytes === 0 ? 1 : Math.min(1, undecoded / bytes),
    }))
    .sort((a, b) => b.undecoded - a.undecoded)
    .slice(0, MANY)
}
