import { z } from 'zod'
import { listOf, Person, page, Time } from '../http/wire.ts'

export const AuditEntry = z.object({
  number: z.number(),
  at: Time,
  what: z.string(),
  by: Person.nullable(),
  address: z.string(),
  site: z.string().nullable(),
  target: z.string().nullable(),
  outcome: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export const AuditEntries = listOf(AuditEntry)
export const AuditQuery = z.object({ what: z.string().max(100).optional(), by: z.string().max(100).optional(), ...page })

/** `brokenAt`: the first entry whose hash does not follow from the one before. */
export const AuditCheck = z.object({ entries: z.number(), isWhole: z.boolean(), brokenAt: z.number().nullable(), head: z.string() })
