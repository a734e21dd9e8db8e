/**
 * Alerts that wait → the fold of their site. Suricata may be faster than our own record of a conversation or slower: an
 * alert waits in event time until its conversation is known, and on the clock where nothing is seen on the wire.
 */
import type { AlertReceived } from '@isthmus/model'
import { type ReceivedAlert, toObservation } from '@isthmus/sources'
import type { Database } from '../database/connect.ts'
import type { Fold } from '../ingest/fold.ts'
import { beginBatch, dueAlerts, endBatch, eventTime, inBatch, lookLater, type SourceKey, type Waiting } from './alert-sources.store.ts'
import { AT_A_TIME, conversationsOf, type Known } from './tie-alerts.ts'

export type Waits = {
  /** Of event time: a conversation that had ended before the alert is taken after so long, because its ports may be used again. */
  readonly slackUs: number
  /** Of event time: what no conversation fits after so long is about none. */
  readonly mostUs: number
  /** Of the clock, whatever event time says. */
  readonly mostMs: number
  /** Of the clock, between two looks. */
  readonly lookMs: number
}

export const WAITS: Waits = { slackUs: 60e6, mostUs: 600e6, mostMs: 600_000, lookMs: 2000 }

const SENSOR = 'suricata '

export type PassingOn = {
  readonly database: Database
  readonly fold: Fold
  readonly source: SourceKey
  readonly waits: Waits
  readonly nowUs: () => number
}

type Looked = Waiting & { readonly known: Known | undefined }

/** One step; `more` when there may be others that are due. */
export async function passOn(passing: PassingOn): Promise<'nothing' | 'some' | 'more'> {
  const { database, source, waits, nowUs } = passing
  const { site } = source
  const begun = await database.scoped([site], (tx) => inBatch(tx, source), 'read only')
  if (begun) await tell(passing, begun.number, await looked(database, site, begun.rows))
  const { rows, heardUs } = await database.scoped(
    [site],
    async (tx) => ({ rows: await dueAlerts(tx, source, AT_A_TIME), heardUs: await eventTime(tx, site, SENSOR) }),
    'read only',
  )
  const due = await looked(database, site, rows)
  // A forged clock on the wire does not make event time run ahead of ours.
  const eventUs = Math.min(heardUs ?? Number.NEGATIVE_INFINITY, nowUs())
  const { ready = [], later = [] } = Object.groupBy(due, (one) => (isDecided(one, eventUs, waits) ? 'ready' : 'later'))
  const number = await database.scoped([site], async (tx) => {
    await lookLater(tx, source, seqs(later), waits.lookMs)
    return ready.length === 0 ? undefined : beginBatch(tx, source, sensorOf(source), seqs(ready))
  })
  if (number !== undefined) await tell(passing, number, ready)
  if (due.length === AT_A_TIME) return 'more'
  return begun || number !== undefined ? 'some' : 'nothing'
}

/** The number and its alerts are durable by now: told again after a crash, the fold knows the number and takes it once. */
async function tell({ database, fold, source }: PassingOn, number: number, rows: readonly Looked[]): Promise<void> {
  const { site } = source
  const sensor = sensorOf(source)
  const observations = rows
    .map(({ alert, known }): AlertReceived => toObservation(alert, known, { site, sensor }))
    .sort((a, b) => a.at - b.at)
  await fold.apply({ site, sensor, number, observations }, false)
  const tied = rows.filter(({ known }) => known !== undefined).length
  await database.scoped([site], (tx) => endBatch(tx, source, number, tied, rows.length - tied))
}

async function looked(database: Database, site: string, rows: readonly Waiting[]): Promise<Looked[]> {
  const alerts = rows.map(({ alert }) => alert)
  const known = await conversationsOf(database, site, alerts)
  return rows.map((row, i) => ({ ...row, known: known[i] }))
}

function isDecided({ alert, waitedMs, known }: Looked, eventUs: number, waits: Waits): boolean {
  if (waitedMs >= waits.mostMs || eventUs >= alert.at + waits.mostUs) return true
  return known !== undefined && (isSurely(known, alert) || eventUs >= alert.at + waits.slackUs)
}

/** It was heard at the time of the alert and before: no later conversation can be meant. */
function isSurely(known: Known, alert: ReceivedAlert): boolean {
  return known.startedAt <= alert.at && known.at >= alert.at
}

const seqs = (rows: readonly Waiting[]): number[] => rows.map(({ seq }) => seq)
const sensorOf = ({ place }: SourceKey): string => SENSOR + place
