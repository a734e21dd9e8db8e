import type { Learned } from '@isthmus/detect'
import { z } from 'zod'
import { listOf, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

export const Phase = z.enum(['learning', 'dynamic', 'operational'])

const Kind = z.enum(['group', 'range', 'habit', 'volume'])

export const AssetName = z.object({ id: z.string(), label: z.string() })

/** One row of what was learnt. `state`: known, new (told and approved by nobody), decided (by a person; `expired` when that is over). */
export const BaselineRow = z.object({
  id: z.string(),
  site: z.string(),
  rule: z.string(),
  kind: Kind,
  group: z.record(z.string(), z.string()),
  client: z.string(),
  server: z.string(),
  state: z.enum(['known', 'new', 'decided', 'expired']),
  phase: z.enum(['learning', 'dynamic', 'operational', 'added']),
  firstAt: Time,
  lastAt: Time,
  /** Hours of event time in which it was seen. */
  hours: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  /** Of a volume: windows of this length, whether it is bytes, and the middle of what the latest windows carried. */
  volume: z.object({ everyUs: z.number(), isBytes: z.boolean(), usual: z.number() }).optional(),
  /** When it was last told, how often it came again since, and how far it went. */
  told: z.object({ at: Time, again: z.number(), min: z.number().optional(), max: z.number().optional() }).nullable(),
  people: z.object({ by: z.string(), at: Time, until: Time.nullable(), min: z.number().nullable(), max: z.number().nullable() }).nullable(),
  clientAsset: AssetName.nullable(),
  serverAsset: AssetName.nullable(),
}) satisfies Wire<Pick<Learned, 'id' | 'rule' | 'kind' | 'group' | 'client' | 'server' | 'firstAt' | 'lastAt' | 'hours' | 'min' | 'max'>>
export const BaselineRows = listOf(BaselineRow)

export const BaselineQuery = z.object({
  ...siteFilter,
  rule: z.string().max(200).optional(),
  /** The asset's id: rows that name one of its addresses. */
  asset: z.string().max(100).optional(),
  state: z.enum(['known', 'new', 'decided']).optional(),
  kind: Kind.optional(),
  q: searchText,
  ...page,
})

const until = Time.nullable().default(null)
export const RowId = z.object({ site: z.string().min(1).max(100), id: z.string().min(1).max(100) })
export const SiteId = z.object({ site: z.string().min(1).max(100) })
/** `until`: event time from which the same is told again; null: for good. */
export const Approval = z.object({ until })
/** The ends of a range; null: as it was learnt. */
export const Limits = z.object({ min: z.number().nullable(), max: z.number().nullable(), until })
/** Something that may come and has not: the group's fields as the rule names them. */
export const NewRow = z.object({
  rule: z.string().max(200),
  group: z.record(z.string().max(100), z.string().trim().max(256)),
  until,
})

/** Rules that remember, and by which fields: what may be filtered by and added to. */
export const Memories = z.object({
  items: z.array(
    z.object({
      rule: z.string(),
      title: z.string(),
      kind: Kind,
      fields: z.array(z.string()),
      addable: z.boolean(),
    }),
  ),
})
