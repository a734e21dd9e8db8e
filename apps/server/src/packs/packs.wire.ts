import { z } from 'zod'
import { Person, Time } from '../http/wire.ts'

export const PackProblem = z.object({ file: z.string(), line: z.number().nullable(), why: z.string() })

export const PackVersion = z.object({
  version: z.number(),
  /** As its maker wrote it. */
  issued: z.string(),
  about: z.string(),
  /** Fingerprint of the key, and what it was called when the pack came. */
  key: z.string(),
  signer: z.string(),
  rules: z.number(),
  indicators: z.number(),
  yara: z.number(),
  /** Parts that cannot be used here; `problems` are the first of them. */
  unusable: z.number(),
  problems: z.array(PackProblem),
  by: Person.nullable(),
  at: Time,
})
/** Whose packs of a name are taken: the key that signed the first, or the one that a person chose. */
export const PackBinding = z.object({
  key: z.string(),
  /** What the key is called here; null where it is trusted no more. */
  signer: z.string().nullable(),
  by: Person.nullable(),
  at: Time,
})
/** A pack with the version in force, and the earlier ones that are kept, the latest first. */
export const Pack = z.object({ name: z.string(), bound: PackBinding, inForce: PackVersion, earlier: z.array(PackVersion) })
/** `highest`: the highest version that was here. */
export const RemovedPack = z.object({ name: z.string(), bound: PackBinding, highest: z.number() })
export const Packs = z.object({ items: z.array(Pack), removed: z.array(RemovedPack) })
/** `older`: a version below the highest that was here before the pack was removed is wanted. */
export const PackQuery = z.object({ older: z.literal('yes').optional() })
export const PackName = z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/) })
export const PackGone = z.object({ name: z.string() })

export const PackKey = z.object({ fingerprint: z.string(), name: z.string(), by: Person.nullable(), at: Time })
export const PackKeys = z.object({ items: z.array(PackKey) })
export const NewPackKey = z.object({ name: z.string().trim().min(1).max(100), pem: z.string().max(2000) })
const Print = z.string().regex(/^[0-9a-f]{64}$/)
export const Fingerprint = z.object({ fingerprint: Print })
