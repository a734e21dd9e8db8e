/** Alerts of another product and the conversations they are about, as the site knows them by now. */
import type { Session } from '@isthmus/model'
import { EARLY_US, flowKey, hasPorts, LATE_US, type ReceivedAlert, tie } from '@isthmus/sources'
import { sql } from 'kysely'
import { type Database, isTooSlow, type Tx } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { plausibleTime } from '../database/times.ts'
import { sessionDoc } from '../sessions/sessions.store.ts'

/** Alerts whose conversations are looked up at a time, and conversations of one look: each flow of it gets the same share. */
export const AT_A_TIME = 500
const MAX_SESSIONS = 20_000
/** A conversation that began longer before its alert is not looked for: days are partitions. */
const OLDEST_US = 2 * 86_400e6
/** Alerts further apart are looked up apart: forged times do not make one look read every day there is. */
const SPAN_US = 86_400e6

/** Of a conversation, when it was last heard as `at`. */
export type Known = Omit<Session, 'lastAt'> & { readonly at: number }

/** For each alert its conversation; undefined where the site knows none or it takes too long to find, and beyond the end of the signal. */
export async function conversationsOf(
  database: Database,
  site: string,
  alerts: readonly ReceivedAlert[],
  signal?: AbortSignal,
): Promise<(Known | undefined)[]> {
  const found = new Map<ReceivedAlert, Known | undefined>()
  for (const some of looksOf(alerts)) {
    if (signal?.aborted) break
    const sessions = (await sessionsOf(database, site, some)).map(({ lastAt, ...session }) => ({ ...session, at: lastAt }))
    for (const [i, known] of tie(some, sessions).entries()) found.set(some[i]!, known)
  }
  return alerts.map((alert) => found.get(alert))
}

function looksOf(alerts: readonly ReceivedAlert[]): ReceivedAlert[][] {
  const looks: ReceivedAlert[][] = []
  for (const alert of alerts.toSorted((a, b) => a.at - b.at)) {
    const look = looks.at(-1)
    if (look === undefined || look.length >= AT_A_TIME || alert.at - look[0]!.at > SPAN_US) looks.push([alert])
    else look.push(alert)
  }
  return looks
}

/** Conversations with the ends of these alerts around their times, the newest of each. */
async function sessionsOf(database: Database, site: string, alerts: readonly ReceivedAlert[]): Promise<Session[]> {
  // Floods repeat one flow: it is looked for once. Where ports count and are not told, no conversation is meant.
  const flows = new Map<string, ReceivedAlert>()
  for (const alert of alerts) {
    const { transport, client, server } = alert
    if (!hasPorts(transport) || (client.port !== undefined && server.port !== undefined))
      flows.set(flowKey(transport, client, server), alert)
  }
  if (flows.size === 0) return []
  const wanted = [...flows.values()].flatMap(({ transport, client, server }, flow) => {
    const isPorted = hasPorts(transport)
    const one = (a: typeof client, b: typeof client) => ({
      flow,
      transport,
      c: a.ip,
      s: b.ip,
      p: isPorted ? a.port : 0,
      q: isPorted ? b.port : 0,
    })
    return [one(client, server), one(server, client)]
  })
  const times = alerts.map(({ at }) => plausibleTime(at))
  const [first, last] = [times[0]!, times.at(-1)!]
  const share = Math.floor(MAX_SESSIONS / flows.size)
  const work = async (tx: Tx) => {
    // Conversations of these hosts are read once and held against all flows, never once for each flow.
    await sql`set local enable_nestloop = off`.execute(tx)
    const { rows } = await sql<{ doc: Session }>`select distinct on (r.id, r.started_us) ${sessionDoc} as doc from (
        select s.*, row_number() over (partition by w.flow order by s.started_us desc, s.id) as place
        from jsonb_to_recordset(${jsonText(wanted)}::jsonb) as w (flow int, transport text, c text, s text, p int, q int)
        join sessions s on s.client_ip = w.c and s.server_ip = w.s and s.transport = w.transport
          and case when s.transport in ('tcp', 'udp') then s.client_port else 0 end = w.p
          and case when s.transport in ('tcp', 'udp') then s.server_port else 0 end = w.q
        where s.site = ${site} and s.client_ip = any (${[...new Set(wanted.map(({ c }) => c))]}::text[])
          and s.started_us between ${first - OLDEST_US}::bigint and ${last + EARLY_US}::bigint and s.last_us >= ${first - LATE_US}::bigint) r
      where r.place <= ${share} order by r.id, r.started_us`.execute(tx)
    return rows.map(({ doc }) => doc)
  }
  try {
    return await database.scoped([site], work, 'read only')
  } catch (error) {
    // They wait, are looked for again later, and are told without a conversation in the end.
    if (isTooSlow(error)) return []
    throw error
  }
}
