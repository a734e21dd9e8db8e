import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { Operation, OperationQuery } from './operations.wire.ts'

type Row = z.output<typeof Operation>

export function listOperations(tx: Tx, sites: readonly string[], query: z.output<typeof OperationQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.client !== undefined) where.push(sql`r.client_asset = ${query.client}`)
  if (query.server !== undefined) where.push(sql`r.server_asset = ${query.server}`)
  if (query.access !== undefined) where.push(sql`r.access = ${query.access}`)
  if (query.protocol !== undefined) where.push(sql`r.protocol = ${query.protocol}`)
  if (query.q) where.push(sql`position(${query.q.toLowerCase()} in r.search) > 0`)
  return pageOf<Row>(tx, {
    table: 'operations',
    select: sql`r.doc`,
    sites,
    where,
    order: {
      columns: [
        ['last_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}
