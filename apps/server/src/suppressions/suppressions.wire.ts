import type { Suppression, SuppressionScope } from '@isthmus/model'
import { z } from 'zod'
import { Level, Person, siteFilter, Time, type Wire } from '../http/wire.ts'

const text = z.string().trim().min(1).max(200)

/** All that is given must hold; at least one is. A host is an asset's id, an address or a network. */
export const Scope = z.object({
  rule: text.optional(),
  engine: z.enum(['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom']).optional(),
  /** This level and all below. */
  level: Level.optional(),
  client: text.optional(),
  server: text.optional(),
  protocol: text.optional(),
  user: text.optional(),
}) satisfies Wire<SuppressionScope>

export const SuppressionState = z.enum(['planned', 'in-force', 'expired', 'ended'])

export const SuppressionRow = z.object({
  id: z.string(),
  site: z.string(),
  scope: Scope,
  reason: z.string(),
  from: Time,
  until: Time,
  by: Person.nullable(),
  madeAt: Time,
  endedAt: Time.optional(),
  endedBy: Person.optional(),
  state: SuppressionState,
  /** Findings it hides, and when the last of them was seen. */
  hits: z.number(),
  lastAt: Time.optional(),
})
/** What the table must hold to be a suppression of the model. */
type _Told = z.output<typeof SuppressionRow> extends Omit<Suppression, 'by'> ? true : never
export const SuppressionRows = z.object({ items: z.array(SuppressionRow) })

export const SuppressionQuery = z.object({
  ...siteFilter,
  state: SuppressionState.optional(),
  /** Those that name this rule or hide findings of it. */
  rule: z.string().max(200).optional(),
  /** Those that hide findings of this asset. */
  asset: z.string().max(100).optional(),
})

export const NewSuppression = z.object({
  site: z.string().min(1).max(100),
  scope: Scope,
  reason: z.string().trim().min(1).max(1000),
  /** Now where it is not given. */
  from: Time.optional(),
  until: Time,
})

export const Ending = z.object({ site: z.string().min(1).max(100) })

export const PreviewQuery = z.object({ site: z.string().min(1).max(100), ...Scope.shape })

const Standing = z.object({ level: Level, score: z.number(), findings: z.number() })
const Difference = z.object({
  /** The stored alert or incident; null where it is none of those kept. */
  id: z.string().nullable(),
  title: z.string(),
  before: Standing,
  /** Null: it would never have been raised. */
  after: Standing.nullable(),
})
export const SuppressionPreview = z.object({
  /** `isWhole`: all findings of the site were looked at; else only so many, the newest that the scope could be about, since then. */
  findings: z.number(),
  since: Time.nullable(),
  isWhole: z.boolean(),
  hidden: z.number(),
  alerts: z.array(Difference),
  incidents: z.array(Difference),
})
