import { z } from 'zod'
import { RuleInForce } from '../detection-settings/detection-settings.wire.ts'
import { Level } from '../http/wire.ts'

export const RuleRow = z.object({
  name: z.string(),
  title: z.string(),
  level: Level,
  engine: z.string(),
  category: z.string(),
  status: z.string(),
  attack: z.array(z.string()),
  description: z.string(),
  /** Where people of the sites wrote it; absent for a rule that came with Isthmus. */
  own: z.object({ id: z.string(), site: z.string().nullable(), isOn: z.boolean() }).optional(),
  /** Where it came in a content pack. */
  pack: z.object({ name: z.string(), version: z.number() }).optional(),
  /** Sites where it is on and does not count, because another rule has its name or what it rests on changed. */
  notInForce: z.array(z.object({ site: z.string(), why: z.string() })),
})
/** How a rule behaves in the sites one may see. */
export const RuleHealth = z.object({
  /** Matches, and the findings they were collapsed into. */
  firings: z.number(),
  findings: z.number(),
  /** Sites where it has opened more findings within the hour than a person can read. */
  noisyIn: z.array(z.string()),
  /** Why it is switched off, where it failed while running; null where it did not. */
  failure: z.string().nullable(),
  /** How people resolved the alerts that it led. */
  judged: z.object({ truePositive: z.number(), falsePositive: z.number(), benign: z.number(), duplicate: z.number() }),
  /** Of those judged true or false, the share that was true; null while none was. */
  precision: z.number().nullable(),
})
export const RuleRows = z.object({ items: z.array(RuleRow.extend({ health: RuleHealth, inForce: RuleInForce })) })

export const RulePage = RuleRow.extend({
  falsePositives: z.array(z.string()),
  misses: z.array(z.string()),
  triage: z.array(z.string()),
  references: z.array(z.string()),
  procedure: z.string().optional(),
  /** The rule as written. */
  source: z.string(),
  findings: z.number(),
  inForce: RuleInForce,
})
export const RuleName = z.object({ name: z.string().min(1).max(200) })
