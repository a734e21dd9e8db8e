import { z } from 'zod'
import { Person, siteFilter, Time } from '../http/wire.ts'
import { RulePage } from '../rules/rules.wire.ts'

/** A text of rules: one or more Sigma documents. */
const Text = z.string().min(1).max(100_000)
/** Null: for all sites. */
const Where = z.string().min(1).max(100).nullable()

export const OwnError = z.object({ line: z.number().nullable(), rule: z.string(), path: z.string(), reason: z.string() })
/** Why a rule that is on does not count at a site: since it was written, another rule took its name, or what it rests on changed. */
export const DroppedRule = OwnError.extend({ site: z.string() })
const OwnSummary = RulePage.omit({ source: true, findings: true, inForce: true, own: true, notInForce: true })

export const OwnVersion = z.object({
  number: z.number(),
  /** `written`, `changed`, `on`, `off`, `back to 3`. */
  done: z.string(),
  isOn: z.boolean(),
  by: Person.nullable(),
  madeAt: Time,
})
export const OwnRuleRow = OwnVersion.extend({
  id: z.string(),
  site: Where,
  /** What the compiler made of it when it was written. */
  rules: z.array(OwnSummary),
  errors: z.array(OwnError),
  cost: z.number(),
  /** As it stands in the text, where it is no rule yet too. */
  title: z.string().nullable(),
  dropped: z.array(DroppedRule),
})
export const OwnRuleRows = z.object({ items: z.array(OwnRuleRow) })
export const OwnRulePage = OwnRuleRow.extend({ text: z.string(), versions: z.array(OwnVersion) })
export const OwnRuleText = OwnVersion.extend({ text: z.string() })

export const OwnQuery = z.object({ ...siteFilter })
export const NewOwnRule = z.object({ site: Where, text: Text, isOn: z.boolean() })
/** One of: another text, on or off, an earlier version. `after` is the version that the person saw. */
export const OwnChange = z.object({
  after: z.number().int().min(1),
  text: Text.optional(),
  isOn: z.boolean().optional(),
  backTo: z.number().int().min(1).optional(),
})
export const OwnQuestion = z.object({ site: Where, text: Text, id: z.string().min(1).max(200).optional() })
export const OwnAnswer = z.object({ rules: z.array(OwnSummary), errors: z.array(OwnError), cost: z.number() })
export const VersionOf = z.object({ id: z.string().min(1).max(200), number: z.coerce.number().int().min(1) })

const Field = z.object({ name: z.string(), type: z.string() })
export const FieldReference = z.object({
  kinds: z.array(z.object({ category: z.string(), fields: z.array(Field) })),
  /** Of every kind. */
  common: z.array(Field),
  /** Of either end, after `client.` and `server.`. */
  ends: z.array(Field),
  modifiers: z.array(z.object({ name: z.string(), means: z.string() })),
  logs: z.array(z.object({ product: z.string().nullable(), name: z.string(), fields: z.array(z.string()) })),
})
