import type { Alert as ModelAlert, AlertState as ModelAlertState, Resolution as ModelResolution } from '@isthmus/model'
import { z } from 'zod'
import { AssetRow } from '../assets/assets.wire.ts'
import { ChangeKind, Excess } from '../authorised-changes/authorised-changes.wire.ts'
import { Finding } from '../findings/findings.wire.ts'
import { Endpoint, Evidence, Level, listOf, Person, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

export const AlertState = z.enum(['new', 'acknowledged', 'in-progress', 'resolved']) satisfies z.ZodType<ModelAlertState>
export const Resolution = z.enum(['true-positive', 'false-positive', 'benign', 'duplicate']) satisfies z.ZodType<ModelResolution>

const told = {
  id: z.string(),
  site: z.string(),
  title: z.string(),
  what: z.string(),
  means: z.string(),
  checkFirst: z.array(z.string()),
  doNot: z.array(z.string()),
  level: Level,
  score: z.number(),
  scoreParts: z.array(z.object({ why: z.string(), points: z.number() })),
  attack: z.array(z.string()),
  rules: z.array(z.string()),
  client: Endpoint,
  server: Endpoint,
  clientAsset: z.string().optional(),
  serverAsset: z.string().optional(),
  clientName: z.string(),
  serverName: z.string(),
  clientPurdue: z.number().optional(),
  serverPurdue: z.number().optional(),
  tactic: z.string(),
  users: z.array(z.string()),
  firstAt: Time,
  lastAt: Time,
  findings: z.array(z.string()),
  findingCount: z.number(),
  incident: z.string().optional(),
  procedure: z.string().optional(),
  evidence: z.array(Evidence),
  /** The change that explains all of it: the alert is informational. */
  authorised: z.object({ change: z.string(), kind: ChangeKind, reference: z.string(), title: z.string(), says: z.string() }).optional(),
  /** The changes it goes beyond: the alert is critical. */
  exceeds: z
    .array(z.object({ change: z.string(), kind: ChangeKind, reference: z.string(), exceeds: z.array(Excess), says: z.string() }))
    .optional(),
}

export const AlertTold = z.object(told) satisfies Wire<ModelAlert>

/** What people have done with an alert. */
const work = {
  state: AlertState,
  resolution: Resolution.nullable(),
  assignee: Person.nullable(),
  clientLabel: z.string().optional(),
  serverLabel: z.string().optional(),
}

export const Alert = z.object({ ...told, ...work })

/** A row of the queue. */
export const AlertRow = Alert.omit({ means: true, checkFirst: true, doNot: true, scoreParts: true, findings: true, evidence: true })
export const AlertRows = listOf(AlertRow)

/** One thing a person (or the platform, `by` null) did to an alert or incident; never changed afterwards. */
export const WorkEvent = z.object({
  at: Time,
  by: Person.nullable(),
  kind: z.enum(['moved', 'assigned', 'noted', 'reopened']),
  from: z.string().optional(),
  to: z.string().optional(),
  text: z.string().optional(),
})

export const AlertPage = z.object({
  ...told,
  ...work,
  events: z.array(WorkEvent),
  /** The newest findings, at most 50; the rest under `GET /findings?alert=`. */
  latestFindings: z.array(Finding),
  clientCard: AssetRow.nullable(),
  serverCard: AssetRow.nullable(),
  /** Findings between the same two that suppressions hid around its time. */
  suppressed: z.array(z.object({ suppression: z.string(), reason: z.string(), findings: z.number() })),
  /** Alerts of the same rules that ended, newest first, and how. */
  similar: z.array(z.object({ id: z.string(), title: z.string(), lastAt: Time, state: AlertState, resolution: Resolution.nullable() })),
})

export const AlertQuery = z.object({
  ...siteFilter,
  /** `open` is everything not resolved. */
  state: z.union([AlertState, z.literal('open')]).optional(),
  level: Level.optional(),
  q: searchText,
  asset: z.string().max(100).optional(),
  /** A person's id, or `me`, or `none`. */
  assignee: z.string().max(100).optional(),
  incident: z.string().max(100).optional(),
  sort: z.enum(['score', 'last']).default('score'),
  ...page,
})

export const AlertMove = z
  .object({ to: AlertState, resolution: Resolution.optional(), note: z.string().trim().max(4000).optional() })
  .refine((move) => (move.to === 'resolved') === (move.resolution !== undefined), {
    path: ['resolution'],
    message: 'say how it ended when (and only when) moving to resolved',
  })

export const Assignment = z.object({ user: z.string().max(100).nullable() })
