import { type BEHAVIOURS, LEARNING_LIMITS } from '@isthmus/detect'
import { z } from 'zod'
import { Time } from '../http/wire.ts'
import { Phase } from './baseline.wire.ts'

export const Standing = z.object({ phase: Phase, since: Time, until: Time.nullable() })
/** `phase` is the least advanced of the behaviours. */
export const Learning = Standing.extend({
  behaviours: z.object({ connections: Standing, accounts: Standing, operations: Standing, values: Standing }),
})

const seconds = (most: number) =>
  z
    .number()
    .int()
    .min(0)
    .max(most / 1e6)
/** Seconds of event time. A site that learns for 0 seconds learns nothing, and nothing can be called new. */
export const Times = z.object({
  site: seconds(LEARNING_LIMITS.siteUs),
  asset: seconds(LEARNING_LIMITS.assetUs),
  quiet: z.object({
    connections: seconds(LEARNING_LIMITS.quietUs),
    accounts: seconds(LEARNING_LIMITS.quietUs),
    operations: seconds(LEARNING_LIMITS.quietUs),
    values: seconds(LEARNING_LIMITS.quietUs),
  }) satisfies z.ZodType<Record<(typeof BEHAVIOURS)[number], number>>,
  longest: seconds(LEARNING_LIMITS.longestUs),
})

export const SiteLearning = z.object({
  /** Event time as far as the site has come; null before its first observation. */
  now: Time.nullable(),
  /** Null where nothing was seen yet, or where nothing is learnt. */
  standing: Learning.nullable(),
  times: Times,
  isDefault: z.boolean(),
  defaults: Times,
  limits: z.object({ site: z.number(), asset: z.number(), quiet: z.number(), longest: z.number() }),
  rows: z.object({ known: z.number(), new: z.number(), decided: z.number() }),
  /** Assets of the plant by phase. */
  assets: z.object({ learning: z.number(), dynamic: z.number(), operational: z.number() }),
})

/** `learning` is null for hosts outside, which have no habits of their own. */
export const AssetLearning = z.object({
  learning: Learning.nullable(),
  rows: z.object({ known: z.number(), new: z.number(), decided: z.number() }),
})

/** Null: the published defaults. */
export const NewTimes = z.object({ times: Times.nullable() })
/** An asset's id; null for the whole site. */
export const Restart = z.object({ asset: z.string().max(100).nullable() })
