/** What one batch did to a site, written in the batch's transaction: one statement a table, documents as one parameter. */

import type { Sample, Session } from '@isthmus/model'
import type { SiteChanges } from '@isthmus/site'
import { sql } from 'kysely'
import type { Tx } from '../database/connect.ts'
import { jsonText, jsonValue } from '../database/json.ts'
import { putGrounds } from '../evidence/evidence.store.ts'
import { keepContents } from '../programs/programs.store.ts'
import { putLearned } from './learned.ts'

export type Applied = { readonly site: string; readonly sensor: string; readonly number: number; readonly lastAt: number | undefined }

/** The number was not the next one: another writer was faster, or a batch is missing. Nothing of the batch is kept. */
export class OutOfTurn extends Error {}

export async function writeChanges(tx: Tx, applied: Applied, changes: SiteChanges): Promise<void> {
  await advance(tx, applied)
  await writeRows(tx, applied.site, changes)
}

/** The row lock on the sensor orders concurrent writers; the comparison refuses all but the next number. */
async function advance(tx: Tx, { site, sensor, number, lastAt }: Applied): Promise<void> {
  const { rows } = await sql`
    insert into sensors as s (site, sensor, last_number, last_us, received_at) select ${site}, ${sensor}, ${number}::bigint, ${lastAt ?? null}::bigint, now()
    where ${number}::bigint = 1 or exists (select 1 from sensors where site = ${site} and sensor = ${sensor})
    on conflict on constraint sensors_pk do update set last_number = excluded.last_number, last_us = greatest(s.last_us, excluded.last_us), received_at = now()
    where s.last_number = excluded.last_number - 1 returning 1`.execute(tx)
  if (rows.length === 0) throw new OutOfTurn(`batch ${number} of sensor ${sensor} is not the next one`)
}

export async function writeRows(tx: Tx, site: string, changes: SiteChanges): Promise<void> {
  await putDocuments(tx, site, 'assets', changes.assets)
  await mergeAssets(tx, site, changes.mergedAssets)
  await sql`delete from assets where site = ${site} and id = any (${[...changes.removedAssets]}::text[])`.execute(tx)
  await putDocuments(tx, site, 'links', changes.links)
  await putSessions(tx, site, changes.sessions)
  await putDocuments(tx, site, 'operations', changes.operations)
  await putDocuments(
    tx,
    site,
    'tags',
    changes.tags.map((tag) => ({ ...tag, value: jsonValue(tag.value), min: jsonValue(tag.min), max: jsonValue(tag.max) })),
  )
  await putDocuments(tx, site, 'programs', changes.programs)
  await keepContents(tx, site, changes.contents)
  await addSamples(tx, site, changes.samples)
  await putCoverage(tx, site, changes)
  await putDocuments(tx, site, 'findings', changes.findings)
  await putGrounds(tx, site, changes.grounds)
  await putDocuments(tx, site, 'alerts', changes.alerts)
  await nameAlerts(tx, site, changes)
  await putDocuments(tx, site, 'incidents', changes.incidents)
  await closeMerged(tx, site, changes)
  await putDocuments(tx, site, 'change_uses', changes.changeUses)
  await putState(tx, site, 'detector_state', changes.detectorState)
  await putLearned(tx, site, changes)
  await putState(tx, site, 'track_state', changes.trackState)
  await addChanges(tx, site, changes)
}

type Table = 'assets' | 'links' | 'operations' | 'tags' | 'programs' | 'findings' | 'alerts' | 'incidents' | 'change_uses'

async function putDocuments(tx: Tx, site: string, table: Table, documents: readonly { readonly id: string }[]): Promise<void> {
  if (documents.length === 0) return
  await sql`insert into ${sql.table(table)} (site, id, doc)
    select ${site}, d ->> 'id', d from jsonb_array_elements(${jsonText(documents)}::jsonb) as d
    on conflict (site, id) do update set doc = excluded.doc`.execute(tx)
}

async function putCoverage(tx: Tx, site: string, { coverage }: SiteChanges): Promise<void> {
  if (coverage.length === 0) return
  await sql`insert into coverage (site, protocol, doc) select ${site}, d ->> 'protocol', d from jsonb_array_elements(${jsonText(coverage)}::jsonb) as d
    on conflict on constraint coverage_pk do update set doc = excluded.doc`.execute(tx)
}

async function putState(
  tx: Tx,
  site: string,
  table: 'detector_state' | 'track_state',
  rows: readonly (readonly [string, unknown])[],
): Promise<void> {
  const kept = rows.filter(([, row]) => row !== null)
  const gone = rows.filter(([, row]) => row === null).map(([key]) => key)
  if (kept.length > 0) {
    await sql`insert into ${sql.table(table)} (site, key, doc) select ${site}, d ->> 0, d -> 1 from jsonb_array_elements(${jsonText(kept)}::jsonb) as d
      on conflict (site, key) do update set doc = excluded.doc`.execute(tx)
  }
  if (gone.length > 0) await sql`delete from ${sql.table(table)} where site = ${site} and key = any (${gone}::text[])`.execute(tx)
}

async function putSessions(tx: Tx, site: string, sessions: readonly Session[]): Promise<void> {
  if (sessions.length === 0) return
  await sql`insert into sessions (site, id, sensor, client_asset, server_asset, client_ip, client_mac, client_port, server_ip, server_mac, server_port,
      direction_known, transport, protocol, vlan, state, conn_state, history, started_us, last_us, client_bytes, server_bytes, client_packets, server_packets,
      client_wire_bytes, server_wire_bytes, retransmissions, gap_bytes, evidence)
    select ${site}, d."id", d."sensor", d."clientAsset", d."serverAsset", d.client ->> 'ip', d.client ->> 'mac', (d.client -> 'port')::integer,
      d.server ->> 'ip', d.server ->> 'mac', (d.server -> 'port')::integer, d."directionKnown", d."transport", d."protocol", d."vlan", d."state",
      d."connState", d."history", d."startedAt", d."lastAt", d."clientBytes", d."serverBytes", d."clientPackets", d."serverPackets",
      d."clientWireBytes", d."serverWireBytes", d."retransmissions", d."gapBytes", d."evidence"
    from jsonb_to_recordset(${jsonText(sessions)}::jsonb) as d ("id" text, "sensor" text, "clientAsset" text, "serverAsset" text, client jsonb, server jsonb,
      "directionKnown" boolean, "transport" text, "protocol" text, "vlan" integer, "state" text, "connState" text, "history" text, "startedAt" bigint,
      "lastAt" bigint, "clientBytes" bigint, "serverBytes" bigint, "clientPackets" bigint, "serverPackets" bigint, "clientWireBytes" bigint,
      "serverWireBytes" bigint, "retransmissions" bigint, "gapBytes" bigint, "evidence" jsonb)
    on conflict (site, id, started_us) do update set client_asset = excluded.client_asset, server_asset = excluded.server_asset,
      client_ip = excluded.client_ip, client_mac = excluded.client_mac, client_port = excluded.client_port, server_ip = excluded.server_ip,
      server_mac = excluded.server_mac, server_port = excluded.server_port, direction_known = excluded.direction_known, protocol = excluded.protocol,
      state = excluded.state, conn_state = excluded.conn_state, history = excluded.history, last_us = excluded.last_us, client_bytes = excluded.client_bytes,
      server_bytes = excluded.server_bytes, client_packets = excluded.client_packets, server_packets = excluded.server_packets,
      client_wire_bytes = excluded.client_wire_bytes, server_wire_bytes = excluded.server_wire_bytes, retransmissions = excluded.retransmissions,
      gap_bytes = excluded.gap_bytes, evidence = excluded.evidence`.execute(tx)
}

async function addSamples(tx: Tx, site: string, samples: readonly Sample[]): Promise<void> {
  if (samples.length === 0) return
  const rows = samples.map(({ tag, at, value, quality, by, writer }) => {
    const isNumber = typeof value === 'number' && Number.isFinite(value)
    return { tag, at, number: isNumber ? value : null, other: isNumber ? null : jsonValue(value), quality, write: by === 'write', writer }
  })
  await sql`insert into tag_samples (site, tag, at_us, number, other, quality, is_write, writer)
    select ${site}, d.tag, d.at, d.number, nullif(d.other, 'null'), d.quality, d.write, d.writer from jsonb_to_recordset(${jsonText(rows)}::jsonb)
      as d (tag text, at bigint, number double precision, other jsonb, quality text, write boolean, writer text)`.execute(tx)
}

async function addChanges(tx: Tx, site: string, { changes }: SiteChanges): Promise<void> {
  if (changes.length === 0) return
  await sql`insert into changes (site, subject, at_us, kind, attribute, from_value, to_value, evidence)
    select ${site}, d.id, d.at, d.kind, d.attribute, d."from", d."to", d.evidence from jsonb_array_elements(${jsonText(changes)}::jsonb) with ordinality as e(doc, place),
      jsonb_to_record(e.doc) as d (id text, at bigint, kind text, attribute text, "from" text, "to" text, evidence jsonb) order by e.place`.execute(
    tx,
  )
}

/** Which alert each finding of these alerts belongs to. */
async function nameAlerts(tx: Tx, site: string, { alerts }: SiteChanges): Promise<void> {
  if (alerts.length === 0) return
  const pairs = alerts.flatMap((alert) => alert.findings.map((finding) => [finding, alert.id]))
  await sql`update findings f set alert = p.alert
    from unnest(${pairs.map(([finding]) => finding)}::text[], ${pairs.map(([, alert]) => alert)}::text[]) as p (finding, alert)
    where f.site = ${site} and f.id = p.finding and f.alert is distinct from p.alert`.execute(tx)
}

/** An incident whose alerts another took over is closed by the desk; every other state is people's. */
async function closeMerged(tx: Tx, site: string, { incidents }: SiteChanges): Promise<void> {
  const merged = incidents.filter((incident) => incident.mergedInto !== undefined).map((incident) => incident.id)
  if (merged.length > 0) await sql`update incidents set state = 'closed' where site = ${site} and id = any (${merged}::text[])`.execute(tx)
}

/** Ids are unique words, so a quoted one can be replaced in a document as text. */
async function mergeAssets(tx: Tx, site: string, merged: SiteChanges['mergedAssets']): Promise<void> {
  for (const { from, into } of merged) {
    const renamed = sql`replace(doc::text, ${JSON.stringify(from)}, ${JSON.stringify(into)})::jsonb`
    await sql`update assets a set overrides = lost.overrides || a.overrides from assets lost where a.site = ${site} and a.id = ${into}
      and lost.site = ${site} and lost.id = ${from} and lost.overrides <> '{}'`.execute(tx)
    for (const side of ['client_asset', 'server_asset']) {
      await sql`update sessions set ${sql.ref(side)} = ${into} where site = ${site} and ${sql.ref(side)} = ${from}`.execute(tx)
    }
    for (const table of ['operations', 'findings', 'alerts']) {
      await sql`update ${sql.table(table)} set doc = ${renamed} where site = ${site} and client_asset = ${from}`.execute(tx)
      await sql`update ${sql.table(table)} set doc = ${renamed} where site = ${site} and server_asset = ${from}`.execute(tx)
    }
    await sql`update links set doc = ${renamed} where site = ${site} and (client = ${from} or server = ${from})`.execute(tx)
    await sql`update tags set doc = ${renamed} where site = ${site} and asset = ${from}`.execute(tx)
    await sql`update programs set doc = ${renamed} where site = ${site} and asset = ${from}`.execute(tx)
    await sql`update incidents set doc = ${renamed} where site = ${site} and ${from} = any (assets)`.execute(tx)
    await sql`update changes set subject = ${into} where site = ${site} and subject = ${from}`.execute(tx)
    await followDecisions(tx, site, from, into)
  }
}

/** What people decided of an asset holds for the one that it became. */
async function followDecisions(tx: Tx, site: string, from: string, into: string): Promise<void> {
  const [quoted, other] = [JSON.stringify(from), JSON.stringify(into)]
  await sql`update suppressions set scope = replace(scope::text, ${quoted}, ${other})::jsonb where site = ${site} and position(${quoted} in scope::text) > 0`.execute(
    tx,
  )
  for (const table of ['authorised_changes', 'change_uses']) {
    await sql`update ${sql.table(table)} set doc = replace(doc::text, ${quoted}, ${other})::jsonb where site = ${site} and position(${quoted} in doc::text) > 0`.execute(
      tx,
    )
  }
}
