import type { Incident as ModelIncident, IncidentStep as ModelStep } from '@isthmus/model'
import { z } from 'zod'
import { AlertRow, WorkEvent } from '../alerts/alerts.wire.ts'
import { AssetRow } from '../assets/assets.wire.ts'
import { Level, listOf, Person, page, siteFilter, Time, type Wire } from '../http/wire.ts'

export const IncidentState = z.enum(['open', 'contained', 'closed'])

export const IncidentStep = z.object({
  at: Time,
  alert: z.string(),
  title: z.string(),
  tactic: z.string(),
  attack: z.array(z.string()),
  level: Level,
  clientAsset: z.string().optional(),
  serverAsset: z.string().optional(),
  client: z.string(),
  server: z.string(),
  clientPurdue: z.number().optional(),
  serverPurdue: z.number().optional(),
  link: z.string(),
}) satisfies Wire<ModelStep>

const told = {
  id: z.string(),
  site: z.string(),
  title: z.string(),
  summary: z.string(),
  level: Level,
  score: z.number(),
  state: IncidentState,
  /** The incident that took this one's alerts over; it is then closed and empty. */
  mergedInto: z.string().optional(),
  firstAt: Time,
  lastAt: Time,
  assets: z.array(z.string()),
  hosts: z.array(z.string()),
  users: z.array(z.string()),
  attack: z.array(z.string()),
  reachesOt: z.boolean(),
  alerts: z.array(z.string()),
  steps: z.array(IncidentStep),
}

export const IncidentTold = z.object(told) satisfies Wire<ModelIncident>

export const IncidentRow = z.object({ ...told, alertCount: z.number(), assignee: Person.nullable() }).omit({ steps: true, alerts: true })
export const IncidentRows = listOf(IncidentRow)

export const IncidentPage = z.object({
  ...told,
  assignee: Person.nullable(),
  events: z.array(WorkEvent),
  /** The alerts themselves, oldest first, at most 200. */
  alertRows: z.array(AlertRow),
  /** Cards of the assets involved, at most 100. */
  assetCards: z.array(AssetRow),
})

export const IncidentQuery = z.object({ ...siteFilter, state: IncidentState.optional(), asset: z.string().max(100).optional(), ...page })
export const IncidentMove = z.object({ to: IncidentState, note: z.string().trim().min(1).max(4000) })
export const IncidentNote = z.object({ text: z.string().trim().min(1).max(4000) })
