import { z } from 'zod'
import { Person, siteFilter, Time } from '../http/wire.ts'

export const SourceKind = z.enum(['indicators', 'yara'])

export const Problem = z.object({
  /** The line of a file, or the id of an indicator. */
  where: z.string(),
  /** The pattern or the rule, as it was written. */
  what: z.string(),
  why: z.string(),
})

export const ThreatSource = z.object({
  id: z.string(),
  /** Null: it counts for all sites. */
  site: z.string().nullable(),
  kind: SourceKind,
  origin: z.enum(['upload', 'taxii']),
  name: z.string(),
  isEnabled: z.boolean(),
  format: z.string(),
  /** Entries it has, and those that are looked for. */
  read: z.number(),
  used: z.number(),
  /** Of those, how many are past their time by now, when the next one is, and how many have no end. */
  expired: z.number(),
  nextEnd: Time.nullable(),
  endless: z.number(),
  skipped: z.record(z.string(), z.number()),
  /** What is not looked for, or only in part, by reason. */
  unusable: z.record(z.string(), z.number()),
  /** The first entries that are not looked for, or only in part. */
  problems: z.array(Problem),
  /** Where it comes from by itself, and how that goes; null for uploads. */
  feed: z
    .object({
      url: z.string(),
      collection: z.string(),
      authentication: z.enum(['none', 'basic', 'token']),
      everyMinutes: z.number(),
      askedAt: Time.nullable(),
      answeredAt: Time.nullable(),
      /** Why the last question failed. */
      trouble: z.string().nullable(),
      objects: z.number(),
    })
    .nullable(),
  addedBy: Person.nullable(),
  addedAt: Time,
  changedAt: Time,
})
export const ThreatSources = z.object({ items: z.array(ThreatSource) })

export const SourceQuery = z.object({ ...siteFilter })
export const NewSource = z.object({ ...siteFilter, kind: SourceKind, name: z.string().trim().min(1).max(200) })
export const SourceMove = z.object({ isEnabled: z.boolean() })
export const SourceRemoved = z.object({ id: z.string() })
