import { z } from 'zod'
import { siteFilter } from '../../http/wire.ts'

const text = z.string().trim().min(1).max(500)

/** How to reach a TAXII server. What signs us in is kept encrypted and never told again. */
const Reach = {
  url: z.string().trim().min(1).max(2000),
  authentication: z.enum(['none', 'basic', 'token']),
  user: text.optional(),
  password: text.optional(),
  token: z.string().trim().min(1).max(4000).optional(),
  /** Certificates in PEM, where the server's is signed by an authority of one's own. */
  authority: z.string().max(100_000).optional(),
}

export const Discovery = z.object(Reach)
export const Offered = z.object({
  title: z.string(),
  roots: z.array(
    z.object({
      url: z.string(),
      title: z.string(),
      collections: z.array(z.object({ id: z.string(), title: z.string(), description: z.string() })),
      trouble: z.string().nullable(),
    }),
  ),
})

export const NewFeed = z.object({
  ...siteFilter,
  ...Reach,
  name: z.string().trim().min(1).max(200),
  /** As discovery names it. */
  collection: text,
  everyMinutes: z.number().int().min(5).max(10_080),
})
