import { z } from 'zod'
import { Person, Time } from '../http/wire.ts'

export const EngineName = z.enum(['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom'])

/** `on`, `level`, and thresholds by their keys. */
const RuleSetting = z.record(z.string().max(100), z.union([z.boolean(), z.number(), z.string().max(100)]))
const document = { engines: z.partialRecord(EngineName, z.boolean()), rules: z.record(z.string().max(200), RuleSetting) }
export const DetectionDocument = z.object(document)

/** What a site sets itself (or, without a site, what holds for all), what holds for all sites, and both together. */
export const DetectionSettings = z.object({
  site: z.string().nullable(),
  own: DetectionDocument,
  all: DetectionDocument,
  inForce: DetectionDocument,
  /** What is set and no rule can take, such as a threshold of a rule that is no more: where, and why. */
  unusable: z.array(z.object({ path: z.string(), reason: z.string() })),
  changedAt: Time.nullable(),
  changedBy: Person.nullable(),
})

/** Without a site: for all sites. */
export const DetectionQuery = z.object({ site: z.string().min(1).max(100).optional() })

/** `seen`: the `changedAt` that was read; where somebody changed it since, nothing is saved. */
export const NewDetectionSettings = z.object({ ...document, seen: Time.nullable().optional() })

/** A number of a rule, as published and as it is. */
export const RuleThreshold = z.object({
  /** The rule, or one that feeds it: whose setting it is. */
  rule: z.string(),
  key: z.string(),
  kind: z.enum(['number', 'time']),
  /** What the number is of: `events`, `different server.ip`. */
  of: z.string(),
  default: z.union([z.number(), z.string()]),
  /** Null where sites differ. */
  value: z.union([z.number(), z.string()]).nullable(),
  /** Microseconds where it is a time. */
  least: z.number(),
  most: z.number(),
  isWhole: z.boolean(),
})

/** How a rule is set in the sites one may see. */
export const RuleInForce = z.object({
  /** False for a rule that people wrote: its numbers are changed where it is written. */
  canSet: z.boolean(),
  /** How many sites one may see here. */
  sites: z.number(),
  /** Sites where it raises nothing, by itself or with its engine. */
  offIn: z.array(z.string()),
  /** Sites where its level or a threshold is another than published. */
  changedIn: z.array(z.string()),
  thresholds: z.array(RuleThreshold),
})
