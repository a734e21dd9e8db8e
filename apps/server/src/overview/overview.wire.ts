import { z } from 'zod'
import { AlertRow } from '../alerts/alerts.wire.ts'
import { Level, siteFilter, Time } from '../http/wire.ts'
import { IncidentRow } from '../incidents/incidents.wire.ts'

/** A change worth a line: a new asset, link, program, firmware, writer. */
export const Change = z.object({
  site: z.string(),
  kind: z.string(),
  at: Time,
  /** What it is about: an asset's, session's or tag's id, and how people call it. */
  id: z.string(),
  label: z.string(),
  asset: z.string().optional(),
  attribute: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
})

export const Overview = z.object({
  counts: z.object({
    assets: z.number(),
    sessions: z.number(),
    operations: z.number(),
    tags: z.number(),
    findings: z.number(),
    openAlerts: z.number(),
    openIncidents: z.number(),
  }),
  openAlertsByLevel: z.record(Level, z.number()),
  incidents: z.array(IncidentRow),
  alerts: z.array(AlertRow),
  changes: z.array(Change),
  /** Where the eye does not reach, worst first. */
  blindSpots: z.array(
    z.object({ site: z.string(), protocol: z.string(), bytes: z.number(), undecoded: z.number(), dropped: z.number(), share: z.number() }),
  ),
  sensors: z.array(z.object({ site: z.string(), sensor: z.string(), lastBatch: z.number(), lastAt: Time.nullable(), receivedAt: Time })),
  /** Event time of the newest thing known. */
  lastAt: Time.nullable(),
})

export const OverviewQuery = z.object({ ...siteFilter, since: Time.optional() })
