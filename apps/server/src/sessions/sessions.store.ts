import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf, writeCursor } from '../database/list.ts'
import type { Session, SessionQuery } from './sessions.wire.ts'

type Row = z.output<typeof Session>

/** A row `r` of sessions as the model's document. */
export const sessionDoc = sql`jsonb_strip_nulls(jsonb_build_object(
  'id', r.id, 'site', r.site, 'sensor', r.sensor, 'clientAsset', r.client_asset, 'serverAsset', r.server_asset,
  'client', jsonb_build_object('ip', r.client_ip, 'mac', r.client_mac, 'port', r.client_port),
  'server', jsonb_build_object('ip', r.server_ip, 'mac', r.server_mac, 'port', r.server_port),
  'directionKnown', r.direction_known, 'transport', r.transport, 'protocol', r.protocol, 'vlan', r.vlan, 'state', r.state,
  'connState', r.conn_state, 'history', r.history, 'startedAt', r.started_us, 'lastAt', r.last_us)
  || jsonb_build_object('clientBytes', r.client_bytes, 'serverBytes', r.server_bytes, 'clientPackets', r.client_packets,
  'serverPackets', r.server_packets, 'clientWireBytes', r.client_wire_bytes, 'serverWireBytes', r.server_wire_bytes,
  'retransmissions', r.retransmissions, 'gapBytes', r.gap_bytes, 'evidence', r.evidence))`

const ORDER = {
  columns: [
    ['started_us', 'bigint'],
    ['id', 'text'],
  ],
  down: true,
} as const

export async function listSessions(tx: Tx, sites: readonly string[], query: z.output<typeof SessionQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.protocol !== undefined) where.push(sql`r.protocol = ${query.protocol}`)
  if (query.state !== undefined) where.push(sql`r.state = ${query.state}`)
  if (query.from !== undefined) where.push(sql`r.started_us >= ${query.from}`)
  if (query.to !== undefined) where.push(sql`r.started_us <= ${query.to}`)
  const asked = { table: 'sessions', select: sessionDoc, sites, order: ORDER, cursor: query.cursor, limit: query.limit }
  const sides = bothSides(query)
  if (sides.length === 0) return pageOf<Row>(tx, { ...asked, where })
  // One index serves one side of the conversation: two short walks are merged, where an `or` would read the whole table.
  const pages = await Promise.all(sides.map((side) => pageOf<Row>(tx, { ...asked, where: [...where, ...side] })))
  return mergePages(pages, query.limit)
}

function bothSides({ asset, q }: z.output<typeof SessionQuery>): RawBuilder<unknown>[][] {
  const sides: RawBuilder<unknown>[][] = [[], []]
  if (asset !== undefined) {
    sides[0]?.push(sql`r.client_asset = ${asset}`)
    sides[1]?.push(sql`r.server_asset = ${asset}`)
  }
  if (q) {
    sides[0]?.push(startsWith('client_ip', q))
    sides[1]?.push(startsWith('server_ip', q))
  }
  return sides.filter((side) => side.length > 0)
}

/** A whole address is found by its index; the beginning of one by a range. */
function startsWith(column: string, q: string): RawBuilder<unknown> {
  const ref = sql.ref(`r.${column}`)
  const text = q.toLowerCase()
  const isWhole = /^\d+\.\d+\.\d+\.\d+$/.test(text)
  return isWhole ? sql`${ref} = ${text}` : sql`(${ref} >= ${text} and ${ref} < ${`${text}\uffff`})`
}

function mergePages(pages: readonly Page<Row>[], limit: number): Page<Row> {
  const seen = new Map<string, Row>()
  for (const page of pages) for (const item of page.items) seen.set(`${item.site} ${item.id}`, item)
  const items = [...seen.values()].sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
  const hasMore = items.length > limit || pages.some((page) => page.next !== null)
  const kept = items.slice(0, limit)
  const last = kept.at(-1)
  return { items: kept, next: hasMore && last ? writeCursor([last.startedAt, last.id]) : null }
}

export async function findSession(tx: Tx, sites: readonly string[], id: string): Promise<Row | undefined> {
  const { rows } = await sql<{
    row: Row
  }>`select ${sessionDoc} as row from sessions r where r.site = any (${[...sites]}::text[]) and r.id = ${id} limit 1`.execute(tx)
  return rows[0]?.row
}
