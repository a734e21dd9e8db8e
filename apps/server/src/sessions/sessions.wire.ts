import type { Session as ModelSession } from '@isthmus/model'
import { z } from 'zod'
import { Endpoint, Evidence, listOf, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

export const SessionState = z.enum(['tried', 'open', 'closed', 'rejected', 'reset', 'expired'])

export const Session = z.object({
  id: z.string(),
  site: z.string(),
  sensor: z.string(),
  clientAsset: z.string().optional(),
  serverAsset: z.string().optional(),
  client: Endpoint,
  server: Endpoint,
  directionKnown: z.boolean(),
  transport: z.enum(['tcp', 'udp', 'icmp', 'ip', 'ethernet']),
  protocol: z.string(),
  vlan: z.number().optional(),
  state: SessionState,
  connState: z.string(),
  history: z.string(),
  startedAt: Time,
  lastAt: Time,
  clientBytes: z.number(),
  serverBytes: z.number(),
  clientPackets: z.number(),
  serverPackets: z.number(),
  clientWireBytes: z.number(),
  serverWireBytes: z.number(),
  retransmissions: z.number(),
  gapBytes: z.number(),
  evidence: Evidence,
}) satisfies Wire<ModelSession>

export const Sessions = listOf(Session)

export const SessionQuery = z.object({
  ...siteFilter,
  asset: z.string().max(100).optional(),
  protocol: z.string().max(60).optional(),
  state: SessionState.optional(),
  /** An address, or the beginning of one. */
  q: searchText,
  from: Time.optional(),
  to: Time.optional(),
  ...page,
})
