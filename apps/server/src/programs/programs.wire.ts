import type { ProgramSection as ModelSection } from '@isthmus/model'
import type { ByteChange, LineChange } from '@isthmus/track'
import { z } from 'zod'
import { Evidence, listOf, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

const How = z.enum(['loaded', 'read', 'edited'])

const Mover = z.object({
  client: z.string(),
  asset: z.string().optional(),
  user: z.string().optional(),
  count: z.number(),
  lastAt: Time,
})

export const ProgramVersion = z.object({
  how: How,
  /** SHA-256 of the section; absent where it was not seen whole, and of an edit. */
  hash: z.string().optional(),
  /** SHA-256 of the bytes that were kept of it. */
  content: z.string().optional(),
  bytes: z.number(),
  count: z.number(),
  firstAt: Time,
  lastAt: Time,
  movers: z.array(Mover),
  first: Evidence,
  last: Evidence,
})

export const ProgramSection = z.object({
  id: z.string(),
  site: z.string(),
  server: z.string(),
  asset: z.string().optional(),
  protocol: z.string(),
  section: z.string(),
  sectionType: z.string(),
  versions: z.array(ProgramVersion),
  left: z.number(),
  firstAt: Time,
  lastAt: Time,
}) satisfies Wire<ModelSection>

export const ProgramSections = listOf(ProgramSection)

export const ProgramPage = ProgramSection.extend({
  assetLabel: z.string().optional(),
  /** Hashes of contents that are still kept. */
  kept: z.array(z.string()),
})

export const ProgramQuery = z.object({ ...siteFilter, asset: z.string().max(100).optional(), q: searchText, ...page })

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const ContentAddress = z.object({ id: z.string().min(1).max(200), hash: Sha256 })
/** Without `from`, all of `to` is shown. */
export const DiffQuery = z.object({ from: Sha256.optional(), to: Sha256 })

const place = { at: z.number(), newAt: z.number(), length: z.number(), newLength: z.number() }

export const ProgramByteChange = z.object({
  ...place,
  removed: z.string(),
  added: z.string(),
  lead: z.string(),
  trail: z.string(),
  part: z.string(),
}) satisfies Wire<ByteChange>

const Lines = z.array(z.string()).readonly()

export const ProgramLineChange = z.object({
  ...place,
  removed: Lines,
  added: Lines,
  lead: Lines,
  trail: Lines,
}) satisfies Wire<LineChange>

export const ProgramDiff = z.object({
  /** In a sentence: how much differs, and where. */
  says: z.string(),
  bytes: z.number(),
  newBytes: z.number(),
  /** Bytes of binary contents, lines of text; of each change the longer side. */
  differing: z.number(),
  places: z.number(),
  /** A change may hold more than what differs: comparing had to stay within bounds. */
  isCoarse: z.boolean(),
  form: z.enum(['text', 'binary']),
  /** The first changes; the others are empty. Offsets from 0. */
  byteChanges: z.array(ProgramByteChange).readonly(),
  /** Lines from 1. */
  lineChanges: z.array(ProgramLineChange).readonly(),
})

/** What happened to the program of an alert's server around the alert, by the alert's client. */
export const AlertProgram = z.object({
  /** In a sentence; empty where no section was moved. */
  says: z.string(),
  moved: z.number(),
  first: z.number(),
  changed: z.array(
    z.object({
      program: z.string(),
      section: z.string(),
      sectionType: z.string(),
      at: Time,
      how: How,
      /** How the version before it was moved; null of an edit. */
      beforeHow: How.nullable(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      bytes: z.number(),
      /** It had this content once before. */
      isBack: z.boolean(),
      /** In a sentence what differs; null where one of the two contents is not kept. */
      differs: z.string().nullable(),
    }),
  ),
})
