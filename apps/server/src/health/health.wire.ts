import { z } from 'zod'

export const Health = z.object({
  state: z.enum(['ready', 'starting', 'database-lost', 'disk-full', 'stopping']),
  version: z.string(),
})
