/**
 * A file of Suricata's alerts beside the captures of a site: each is tied to the conversation it is about, as the site knows it
 * by now, and goes through the fold like everything that was seen.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { AlertReceived, Session, SessionUpdated } from '@isthmus/model'
import { createEveReader, createReceiver, LineCutter, type ReceivedAlert } from '@isthmus/sources'
import { sql } from 'kysely'
import { saveEnding } from '../captures/captures.store.ts'
import type { Database } from '../database/connect.ts'
import { jsonText } from '../database/json.ts'
import { sessionDoc } from '../sessions/sessions.store.ts'
import { type Reading, sensorOf } from './read-capture.ts'

const LOOK_BYTES = 256
/** Alerts whose conversations are looked up at a time, and conversations of one look. */
const AT_A_TIME = 500
const MAX_SESSIONS = 20_000
const MAX_BATCH = 2000
/** A conversation that began longer before its alert is not looked for: days are partitions. */
const OLDEST_US = 2 * 86_400e6
/** As the receiver ties them. */
const EARLY_US = 1e6
const LATE_US = 600e6
const NOTHING: SessionUpdated['delta'] = {
  clientBytes: 0,
  serverBytes: 0,
  clientPackets: 0,
  serverPackets: 0,
  clientWireBytes: 0,
  serverWireBytes: 0,
  retransmissions: 0,
  gapBytes: 0,
}

/** True for text that begins as a JSON object: no capture does. */
export async function isEve(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0)
    return /^\ufeff?\s*\{/.test(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

export async function readEve({ database, fold, folder, capture, signal, progress }: Reading): Promise<void> {
  const { id, site } = capture
  const reader = createEveReader()
  const receiver = createReceiver({ site, sensor: sensorOf(id), sha1: (bytes) => createHash('sha1').update(bytes).digest() })
  const alerts: ReceivedAlert[] = []
  const cutter = new LineCutter()
  const take = (line: string | undefined): void => {
    const alert = reader.line(line)
    if (alert === undefined) return
    receiver.add(alert)
    // Those beyond the receiver's bound are counted there.
    if (receiver.counts().dropped === 0) alerts.push(alert)
  }
  for await (const piece of createReadStream(join(folder, capture.file), 'utf8'))
    for (const line of cutter.push(piece as string)) take(line)
  for (const line of cutter.end()) take(line)
  alerts.sort((a, b) => a.at - b.at)
  for (let at = 0; at < alerts.length && !signal.aborted; at += AT_A_TIME) {
    for (const session of await sessionsOf(database, site, alerts.slice(at, at + AT_A_TIME))) receiver.see(updateOf(session))
  }
  if (signal.aborted) return
  const observations = receiver.rest()
  await applied(observations, fold, site, id)
  const { lines, refused, examples } = reader.counts()
  const { dropped, untied } = receiver.counts()
  const problems = examples.map(({ line, reason }) => ({ offset: 0, why: `line ${line}: ${reason}` }))
  if (dropped > 0) problems.push({ offset: 0, why: `${dropped} alerts beyond the bound of one file were left out` })
  if (untied > 0) problems.push({ offset: 0, why: `${untied} of ${alerts.length} alerts are about no conversation of this site` })
  const error =
    alerts.length > 0
      ? null
      : `no alert of Suricata among ${lines} lines${Object.keys(refused).length > 0 ? `: ${Object.keys(refused)[0]}` : ''}`
  await database.scoped([site], (tx) =>
    saveEnding(tx, id, {
      bytesDone: capture.bytesTotal,
      packets: 0,
      firstAt: alerts[0]?.at,
      lastAt: alerts.at(-1)?.at,
      problems,
      error,
    }),
  )
  progress(site, id)
}

async function applied(observations: readonly AlertReceived[], fold: Reading['fold'], site: string, id: string): Promise<void> {
  let number = 1
  for (let at = 0; at < observations.length; at += MAX_BATCH) {
    const batch = { site, sensor: sensorOf(id), number: number++, observations: observations.slice(at, at + MAX_BATCH) }
    await fold.apply(batch, at + MAX_BATCH >= observations.length)
  }
}

/** Conversations between the hosts of these alerts around their times. */
async function sessionsOf(database: Database, site: string, alerts: readonly ReceivedAlert[]): Promise<Session[]> {
  const wanted = jsonText(
    alerts.map(({ client, server, transport, at }) => ({ a: client.ip, b: server.ip, transport, at: Math.round(at) })),
  )
  const { rows } = await database.scoped(
    [site],
    (tx) =>
      sql<{ doc: Session }>`select distinct on (r.id, r.started_us) ${sessionDoc} as doc
        from jsonb_to_recordset(${wanted}::jsonb) as w (a text, b text, transport text, at bigint)
        join sessions r on r.site = ${site} and r.client_ip in (w.a, w.b) and r.server_ip in (w.a, w.b) and r.transport = w.transport
          and r.started_us between w.at - ${OLDEST_US}::bigint and w.at + ${EARLY_US}::bigint and r.last_us >= w.at - ${LATE_US}::bigint
        order by r.id, r.started_us limit ${MAX_SESSIONS}`.execute(tx),
    'read only',
  )
  return rows.map(({ doc }) => doc)
}

function updateOf({ lastAt, ...session }: Session): SessionUpdated {
  return { ...session, kind: 'session.updated', at: lastAt, delta: NOTHING }
}
