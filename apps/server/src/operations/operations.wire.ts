import type { Operation as ModelOperation } from '@isthmus/model'
import { z } from 'zod'
import { Evidence, listOf, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

export const Access = z.enum(['read', 'write', 'control', 'program', 'configure', 'identify', 'session', 'unknown'])

export const Operation = z.object({
  id: z.string(),
  site: z.string(),
  client: z.string(),
  server: z.string(),
  clientAsset: z.string().optional(),
  serverAsset: z.string().optional(),
  protocol: z.string(),
  operation: z.string(),
  object: z.string(),
  access: z.string(),
  part: z.string().optional(),
  count: z.number(),
  failed: z.number(),
  first: Time,
  last: Time,
  ok: z.boolean().optional(),
  evidence: Evidence,
}) satisfies Wire<ModelOperation>

export const Operations = listOf(Operation)

export const OperationQuery = z.object({
  ...siteFilter,
  /** An asset's id. */
  client: z.string().max(100).optional(),
  server: z.string().max(100).optional(),
  access: Access.optional(),
  protocol: z.string().max(60).optional(),
  q: searchText,
  ...page,
})
