/** Alerts of another product and the conversations they are about, as the site knows them by now. */
import type { Session } from '@isthmus/model'
import { EARLY_US, LATE_US, type ReceivedAlert, tie } from '@isthmus/sources'
import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { plausibleTime } from '../database/times.ts'
import { sessionDoc } from '../sessions/sessions.store.ts'

/** Alerts whose conversations are looked up at a time, and conversations of one look. */
export const AT_A_TIME = 500
const MAX_SESSIONS = 20_000
/** A conversation that began longer before its alert is not looked for: days are partitions. */
const OLDEST_US = 2 * 86_400e6

/** Of a conversation, when it was last heard as `at`. */
export type Known = Omit<Session, 'lastAt'> & { readonly at: number }

/** For each alert its conversation; undefined where the site knows none, and beyond the end of the signal. */
export async function conversationsOf(
  database: Database,
  site: string,
  alerts: readonly ReceivedAlert[],
  signal?: AbortSignal,
): Promise<(Known | undefined)[]> {
  const found: (Known | undefined)[] = []
  for (let at = 0; at < alerts.length && signal?.aborted !== true; at += AT_A_TIME) {
    const some = alerts.slice(at, at + AT_A_TIME)
    const sessions = (await sessionsOf(database, site, some)).map(({ lastAt, ...session }) => ({ ...session, at: lastAt }))
    found.push(...tie(some, sessions))
  }
  return found
}

/** Conversations between the hosts of these alerts around their times. */
async function sessionsOf(database: Database, site: string, alerts: readonly ReceivedAlert[]): Promise<Session[]> {
  const wanted = jsonText(
    alerts.map(({ client, server, transport, at }) => {
      const ports = transport === 'tcp' || transport === 'udp' ? { p: client.port, q: server.port } : {}
      return { a: client.ip, b: server.ip, ...ports, transport, at: plausibleTime(at) }
    }),
  )
  const { rows } = await database.scoped(
    [site],
    (tx) =>
      sql<{ doc: Session }>`select distinct on (r.id, r.started_us) ${sessionDoc} as doc
        from jsonb_to_recordset(${wanted}::jsonb) as w (a text, b text, p int, q int, transport text, at bigint)
        join sessions r on r.site = ${site} and r.client_ip in (w.a, w.b) and r.server_ip in (w.a, w.b) and r.transport = w.transport
          and (w.p is null or w.q is null or (r.client_port in (w.p, w.q) and r.server_port in (w.p, w.q)))
          and r.started_us between w.at - ${OLDEST_US}::bigint and w.at + ${EARLY_US}::bigint and r.last_us >= w.at - ${LATE_US}::bigint
        order by r.id, r.started_us limit ${MAX_SESSIONS}`.execute(tx),
    'read only',
  )
  return rows.map(({ doc }) => doc)
}
