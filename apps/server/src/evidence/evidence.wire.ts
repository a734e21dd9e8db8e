import { z } from 'zod'
import { Evidence, Level, Time } from '../http/wire.ts'

/** A file that raises the alert again: `isthmus replay` reads it. */
export const EvidenceSlice = z.object({
  sha256: z.string(),
  bytes: z.number(),
  packets: z.number(),
  /** How far it reaches beyond the packets the findings point at. */
  reach: z.enum(['conversations', 'pairs', 'hosts', 'everything']),
  /** What was wanted and found no room. */
  left: z.object({ packets: z.number(), bytes: z.number() }),
  /** Played back when it was cut: does it raise the same alert? */
  same: z.boolean(),
  differences: z.array(z.string()),
})

export const AlertEvidence = z.object({
  alert: z.string(),
  rules: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      level: Level,
      /** As it was when it raised its findings. */
      version: z.string(),
      /** Of the rule in force; null where there is none by this name. */
      versionNow: z.string().nullable(),
      findings: z.number(),
      /** As written; null where there is none. */
      source: z.string().nullable(),
      /** What had been learnt and is the measure of its findings, in sentences. */
      baseline: z.array(z.string()),
    }),
  ),
  /** The parts add up to the sum; the score is the sum within 0 and 100. */
  score: z.object({ parts: z.array(z.object({ why: z.string(), points: z.number() })), sum: z.number(), score: z.number() }),
  /** Packets that findings point at, each decoded under its address. */
  packets: z.array(z.object({ finding: z.string(), rule: z.string(), at: Time, evidence: Evidence, isKept: z.boolean() })),
  captures: z.array(z.object({ id: z.string(), name: z.string(), isKept: z.boolean(), sha256: z.string().nullable() })),
  /** Null until it is cut for the alert as it is. */
  slice: EvidenceSlice.nullable(),
})
