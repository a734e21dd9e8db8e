import { z } from 'zod'
import { Time } from '../http/wire.ts'

export const Health = z.object({
  state: z.enum(['ready', 'starting', 'database-lost', 'disk-full', 'stopping']),
  version: z.string(),
  /** Whether a test file sent from packets to an alert raised one; null before the first try. */
  detection: z.object({ ok: z.boolean(), says: z.string(), at: Time }).nullable(),
})
