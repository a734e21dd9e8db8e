import { type RawBuilder, sql } from 'kysely'
import type { z } from 'zod'
import type { Tx } from '../database/connect.ts'
import { type Page, pageOf } from '../database/list.ts'
import type { Finding, FindingQuery } from './findings.wire.ts'

type Row = z.output<typeof Finding>

export function listFindings(tx: Tx, sites: readonly string[], query: z.output<typeof FindingQuery>): Promise<Page<Row>> {
  const where: RawBuilder<unknown>[] = []
  if (query.alert !== undefined) where.push(sql`r.alert = ${query.alert}`)
  if (query.rule !== undefined) where.push(sql`r.rule = ${query.rule}`)
  if (query.asset !== undefined) where.push(sql`(r.client_asset = ${query.asset} or r.server_asset = ${query.asset})`)
  if (query.suppression !== undefined) where.push(sql`r.suppressed_by = ${query.suppression}`)
  if (query.change !== undefined) where.push(sql`r.authorised_by = ${query.change}`)
  return pageOf<Row>(tx, {
    table: 'findings',
    select: sql`r.doc`,
    sites,
    where,
    order: {
      columns: [
        ['at_us', 'bigint'],
        ['id', 'text'],
      ],
      down: true,
    },
    cursor: query.cursor,
    limit: query.limit,
  })
}
