import type { Coverage as ModelCoverage } from '@isthmus/model'
import { z } from 'zod'
import { siteFilter, type Wire } from '../http/wire.ts'

export const Coverage = z.object({
  protocol: z.string(),
  packets: z.number(),
  bytes: z.number(),
  messages: z.number(),
  anomalies: z.number(),
  undecoded: z.number(),
  dropped: z.number(),
}) satisfies Wire<ModelCoverage>

export const CoverageRows = z.object({
  items: z.array(Coverage.extend({ site: z.string() })),
  /** What full tables had to refuse or forget, by the name of the table; at least so often. */
  caps: z.array(z.object({ site: z.string(), cap: z.string(), count: z.number() })),
})
export const CoverageQuery = z.object(siteFilter)
