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

/** A head of before, as a check answered it or the server's log holds it: `number` of `entries` and their `hash`. */
export const AuditCheckQuery = z
  .object({
    number: z.coerce.number().int().min(1).optional(),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
      .optional(),
  })
  .refine(({ number, hash }) => (number === undefined) === (hash === undefined), { message: 'goes with number', path: ['hash'] })

/** `brokenAt`: the first entry that does not follow from the one before, or that is missing. */
export const AuditCheck = z.object({ entries: z.number(), isWhole: z.boolean(), brokenAt: z.number().nullable(), head: z.string() })
