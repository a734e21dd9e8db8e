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

export const CoverageRows = z.object({ items: z.array(Coverage.extend({ site: z.string() })) })
export const CoverageQuery = z.object(siteFilter)
