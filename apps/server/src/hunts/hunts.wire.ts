import { z } from 'zod'
import { Finding } from '../findings/findings.wire.ts'
import { Flag, listOf, Person, page, siteFilter, Time } from '../http/wire.ts'

const MAX_TEXT = 2_000_000

export const HuntRequest = z
  .object({
    site: z.string().min(1).max(100),
    /** `all`; `changed`: with another meaning since `since`; `threats`: those that ask of known threats; or by name; none where only what is given here is looked for. */
    rules: z.union([z.enum(['all', 'changed', 'threats', 'none']), z.array(z.string().min(1).max(200)).min(1).max(1000)]).default('all'),
    since: Time.optional(),
    /** Rules of one's own, as YAML: they must not lean on others. */
    source: z.string().min(1).max(MAX_TEXT).optional(),
    /** Known threats: STIX 2.1, MISP JSON or CSV. */
    indicators: z.string().min(1).max(MAX_TEXT).optional(),
    from: Time.optional(),
    to: Time.optional(),
    /** Kept captures in place of what is kept of observations. */
    captures: z.array(z.string().min(1).max(100)).min(1).max(100).optional(),
  })
  .refine((hunt) => hunt.rules !== 'changed' || hunt.since !== undefined, { path: ['since'], message: 'say since when the rules changed' })
  .refine((hunt) => hunt.rules !== 'none' || hunt.source !== undefined || hunt.indicators !== undefined, {
    path: ['rules'],
    message: 'give rules or indicators to look for',
  })

export const HuntState = z.enum(['waiting', 'running', 'done', 'cancelled', 'failed'])

export const Hunt = z.object({
  id: z.string(),
  site: z.string(),
  askedBy: Person.nullable(),
  askedAt: Time,
  finishedAt: Time.nullable(),
  state: HuntState,
  rules: z.union([z.enum(['all', 'changed', 'threats', 'none']), z.array(z.string())]),
  since: Time.nullable(),
  hasSource: z.boolean(),
  hasIndicators: z.boolean(),
  from: Time.nullable(),
  to: Time.nullable(),
  captures: z.array(z.string()),
  /** How much of what is kept has been gone through. */
  progress: z.object({ done: z.number(), total: z.number(), observations: z.number() }),
  outcome: z
    .object({
      findings: z.number(),
      /** Of them, those that live did not raise. */
      fresh: z.number(),
      /** Event time that was gone through. */
      firstAt: Time.nullable(),
      lastAt: Time.nullable(),
      /** What could not be looked through, and what of the request could not be used. */
      notes: z.array(z.string()),
    })
    .nullable(),
  error: z.string().nullable(),
})

export const Hunts = listOf(Hunt)
export const HuntQuery = z.object({ ...siteFilter, ...page })

/** A finding of a hunt; `wasRaised`: live had raised it as well. */
export const HuntFinding = z.object({ finding: Finding, wasRaised: z.boolean() })
export const HuntFindings = listOf(HuntFinding)
export const HuntFindingQuery = z.object({ fresh: Flag.optional(), ...page })

/** What there is to hunt through, and what has changed since live saw it. */
export const HuntGround = z.object({
  site: z.string(),
  firstAt: Time.nullable(),
  lastAt: Time.nullable(),
  bytes: z.number(),
  observations: z.number(),
  missing: z.number(),
  givenUp: z.number(),
  /** Rules with a meaning they did not have when the site's first kept observation was applied, newest first. */
  changed: z.array(z.object({ rule: z.string(), at: Time })),
  /** When the lists of known threats last changed; null where there are none, or they were there before. */
  threatsAt: Time.nullable(),
  /** Captures that are kept, newest first: what a hunt that looks into files again goes through. */
  captures: z.array(z.object({ id: z.string(), name: z.string(), bytes: z.number() })),
  /** A hunt ends after this at the latest, with what it has found. */
  longestMinutes: z.number(),
})
export const HuntGroundQuery = z.object({ site: z.string().min(1).max(100) })
