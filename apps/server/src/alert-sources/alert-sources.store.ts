import type { FilePosition } from '@isthmus/sensor'
import type { ReceivedAlert } from '@isthmus/sources'
import { sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { plausibleTime } from '../database/times.ts'
import type { AlertSource } from './alert-sources.wire.ts'

/** A place of a site: what the operator named. */
export type SourceKey = { readonly site: string; readonly place: string }
export type SourceSetting = SourceKey & { readonly kind: 'file' | 'socket' }

export async function listAlertSources(tx: Tx, sites: readonly string[]): Promise<z.output<typeof AlertSource>[]> {
  const { rows } = await sql<{ row: z.output<typeof AlertSource> }>`
    select jsonb_build_object('site', r.site, 'place', r.place, 'kind', r.kind, 'trouble', r.trouble, 'events', r.events, 'alerts', r.alerts,
      'tied', r.tied, 'untied', r.untied, 'waiting', r.alerts - r.tied - r.untied, 'dropped', r.dropped,
      'refused', r.refused, 'heardAt', us(r.heard_at)) as row
    from alert_sources r where r.site = any (${[...sites]}::text[]) order by r.site, r.place limit 1000`.execute(tx)
  return rows.map(({ row }) => row)
}

/** At a start, before the first begins: what the operator no longer names keeps its counts. */
export async function endSources(tx: Tx, sites: readonly string[]): Promise<void> {
  await sql`update alert_sources set trouble = 'is not followed' where site = any (${[...sites]}::text[])`.execute(tx)
}

export async function beginSource(tx: Tx, { site, place, kind }: SourceSetting): Promise<void> {
  await sql`insert into alert_sources (site, place, kind) values (${site}, ${place}, ${kind})
    on conflict on constraint alert_sources_pk do update set kind = excluded.kind, trouble = null`.execute(tx)
}

export async function saveTrouble(tx: Tx, { site, place }: SourceKey, why: string | undefined): Promise<void> {
  await sql`update alert_sources set trouble = ${why ?? null} where site = ${site} and place = ${place}`.execute(tx)
}

export async function loadPosition(tx: Tx, { site, place }: SourceKey): Promise<FilePosition | undefined> {
  const { rows } = await sql<{
    position: FilePosition | null
  }>`select position from alert_sources where site = ${site} and place = ${place}`.execute(tx)
  return rows[0]?.position ?? undefined
}

/** What was read since it was saved last. */
export type Intake = {
  readonly position: FilePosition | undefined
  readonly events: number
  readonly alerts: readonly ReceivedAlert[]
  readonly dropped: number
  readonly refused: Readonly<Record<string, number>>
}

/** Alerts, counts and place together. @returns how many alerts of this source wait by now */
export async function saveIntake(tx: Tx, { site, place }: SourceKey, intake: Intake): Promise<number> {
  const { position, events, alerts, dropped, refused } = intake
  if (alerts.length > 0) {
    const rows = jsonText(alerts.map((alert) => ({ at: plausibleTime(alert.at), doc: alert })))
    await sql`insert into alert_inbox (site, place, doc, at_us)
      select ${site}, ${place}, doc, at from jsonb_to_recordset(${rows}::jsonb) as r (at bigint, doc jsonb)`.execute(tx)
  }
  await sql`update alert_sources set position = coalesce(${position === undefined ? null : jsonText(position)}::jsonb, position),
      events = events + ${events}::bigint, alerts = alerts + ${alerts.length}::bigint, dropped = dropped + ${dropped}::bigint,
      heard_at = case when ${events}::bigint > 0 then now() else heard_at end, refused = (
        select coalesce(jsonb_object_agg(key, coalesce((refused -> key)::bigint, 0) + coalesce((new -> key)::bigint, 0)), '{}')
        from (select ${jsonText(refused)}::jsonb as new) n, jsonb_object_keys(refused || new) as key)
    where site = ${site} and place = ${place}`.execute(tx)
  const { rows } = await sql<{
    waiting: number
  }>`select count(*) as waiting from alert_inbox where site = ${site} and place = ${place}`.execute(tx)
  return rows[0]?.waiting ?? 0
}

export type Waiting = { readonly seq: number; readonly alert: ReceivedAlert; readonly waitedMs: number }

/** What is told together: of the batch that was begun before a crash, or due to be looked for. */
export async function inBatch(tx: Tx, { site, place }: SourceKey): Promise<{ number: number; rows: Waiting[] } | undefined> {
  const { rows } = await sql<Waiting & { batch: number }>`select seq, doc as alert, batch, 0 as "waitedMs" from alert_inbox
    where site = ${site} and place = ${place} and batch is not null order by at_us, seq`.execute(tx)
  return rows[0] && { number: rows[0].batch, rows }
}

export async function dueAlerts(tx: Tx, { site, place }: SourceKey, most: number): Promise<Waiting[]> {
  const { rows } =
    await sql<Waiting>`select seq, doc as alert, (extract(epoch from now() - received_at) * 1000)::double precision as "waitedMs"
    from alert_inbox where site = ${site} and place = ${place} and batch is null and look_at <= now() order by look_at, at_us, seq limit ${most}`.execute(
      tx,
    )
  return rows
}

/** Looked for again after half as long as it has waited. */
export async function lookLater(tx: Tx, { site, place }: SourceKey, seqs: readonly number[], leastMs: number): Promise<void> {
  if (seqs.length === 0) return
  await sql`update alert_inbox set look_at = now() + greatest(make_interval(secs => ${leastMs / 1000}), (now() - received_at) / 2)
    where site = ${site} and place = ${place} and seq = any (${[...seqs]}::bigint[])`.execute(tx)
}

/** @returns the number of the batch: the next of its sensor */
export async function beginBatch(tx: Tx, { site, place }: SourceKey, sensor: string, seqs: readonly number[]): Promise<number> {
  const { rows } = await sql<{ next: number }>`select coalesce(max(last_number), 0) + 1 as next from sensors
    where site = ${site} and sensor = ${sensor}`.execute(tx)
  const next = rows[0]?.next ?? 1
  await sql`update alert_inbox set batch = ${next}::bigint where site = ${site} and place = ${place} and seq = any (${[...seqs]}::bigint[])`.execute(
    tx,
  )
  return next
}

export async function endBatch(tx: Tx, { site, place }: SourceKey, number: number, tied: number, untied: number): Promise<void> {
  await sql`delete from alert_inbox where site = ${site} and place = ${place} and batch = ${number}::bigint`.execute(tx)
  await sql`update alert_sources set tied = tied + ${tied}::bigint, untied = untied + ${untied}::bigint
    where site = ${site} and place = ${place}`.execute(tx)
}

/** Event time of what is seen on the wire: the latest of the other sensors; undefined where there is none. */
export async function eventTime(tx: Tx, site: string, prefix: string): Promise<number | undefined> {
  const { rows } = await sql<{
    at: number | null
  }>`select max(last_us) as at from sensors where site = ${site} and not starts_with(sensor, ${prefix})`.execute(tx)
  return rows[0]?.at ?? undefined
}

/** Sources with alerts that wait, also those nobody follows by now. */
export async function sourcesWaiting(tx: Tx, sites: readonly string[]): Promise<SourceKey[]> {
  const { rows } = await sql<SourceKey>`select site, place from alert_sources s where site = any (${[...sites]}::text[])
    and exists (select 1 from alert_inbox i where i.site = s.site and i.place = s.place) order by site, place`.execute(tx)
  return rows
}
