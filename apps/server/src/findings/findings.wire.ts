import type { Finding as ModelFinding } from '@isthmus/model'
import { z } from 'zod'
import { Endpoint, Evidence, Level, listOf, page, siteFilter, Time, type Wire } from '../http/wire.ts'

export const Finding = z.object({
  id: z.string(),
  site: z.string(),
  rule: z.string(),
  ruleTitle: z.string(),
  ruleVersion: z.string(),
  engine: z.enum(['operation', 'policy', 'anomaly', 'threat', 'violation', 'custom']),
  level: Level,
  attack: z.array(z.string()),
  at: Time,
  first: Time,
  count: z.number(),
  client: Endpoint,
  server: Endpoint,
  clientAsset: z.string().optional(),
  serverAsset: z.string().optional(),
  user: z.string().optional(),
  protocol: z.string(),
  observed: z.enum([
    'session.updated',
    'asset.hinted',
    'address.claimed',
    'address.asked',
    'name.resolved',
    'operation.done',
    'process.read',
    'process.write',
    'tag.forced',
    'program.downloaded',
    'program.uploaded',
    'program.edited',
    'mode.changed',
    'device.restarted',
    'device.diagnosed',
    'firmware.updated',
    'configuration.changed',
    'time.set',
    'login.tried',
    'credential.exposed',
    'file.moved',
    'web.requested',
    'encryption.negotiated',
    'service.used',
    'protocol.anomaly',
    'protocol.misplaced',
    'coverage.reported',
    'alert.received',
    'access.opened',
    'access.closed',
  ]),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  evidence: z.array(Evidence),
  suppressedBy: z.string().optional(),
  authorisedBy: z.string().optional(),
}) satisfies Wire<ModelFinding>

export const Findings = listOf(Finding)

export const FindingQuery = z.object({
  ...siteFilter,
  alert: z.string().max(100).optional(),
  rule: z.string().max(200).optional(),
  asset: z.string().max(100).optional(),
  /** Hidden by this suppression. */
  suppression: z.string().max(100).optional(),
  /** Explained by this authorised change. */
  change: z.string().max(100).optional(),
  ...page,
})
