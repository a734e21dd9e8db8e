import type { Sample as ModelSample, Tag as ModelTag } from '@isthmus/model'
import { z } from 'zod'
import { Evidence, Flag, listOf, page, Quality, searchText, siteFilter, TagValue, Time, type Wire } from '../http/wire.ts'

export const Tag = z.object({
  id: z.string(),
  site: z.string(),
  server: z.string(),
  asset: z.string().optional(),
  part: z.string().optional(),
  protocol: z.string(),
  tag: z.string(),
  dataType: z.string(),
  unit: z.string().optional(),
  value: TagValue,
  quality: Quality.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  changes: z.number(),
  reads: z.number(),
  writes: z.number(),
  readers: z.array(z.string()),
  writers: z.array(z.string()),
  firstAt: Time,
  lastAt: Time,
  lastChangeAt: Time,
  evidence: Evidence,
}) satisfies Wire<ModelTag>

export const Tags = listOf(Tag)

export const TagPage = Tag.extend({ assetLabel: z.string().optional() })

export const Sample = z.object({
  tag: z.string(),
  at: Time,
  value: TagValue,
  quality: Quality.optional(),
  by: z.enum(['read', 'write']),
  writer: z.string().optional(),
}) satisfies Wire<ModelSample>

/** `sampled` when points were left out: each interval keeps its first, lowest, highest and last, and every write. */
export const Samples = z.object({ items: z.array(Sample), sampled: z.boolean(), count: z.number() })

export const SampleQuery = z.object({ from: Time.optional(), to: Time.optional() })

export const TagQuery = z.object({
  ...siteFilter,
  asset: z.string().max(100).optional(),
  q: searchText,
  /** Only tags somebody wrote. */
  written: Flag.optional(),
  ...page,
})
