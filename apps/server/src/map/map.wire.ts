import { z } from 'zod'
import { AssetType } from '../assets/assets.wire.ts'
import { Time } from '../http/wire.ts'

export const MapNode = z.object({
  id: z.string(),
  label: z.string(),
  type: AssetType,
  role: z.string(),
  level: z.number().nullable(),
  /** Where it belongs on the map: the network it lives in. */
  zone: z.string(),
  ips: z.array(z.string()),
  vendor: z.string().optional(),
  alerts: z.number(),
})

export const MapLink = z.object({
  client: z.string(),
  server: z.string(),
  bytes: z.number(),
  sessions: z.number(),
  protocols: z.array(z.string()),
  lastAt: Time,
  alerts: z.number(),
})

/** `isCut` when a cap left nodes or links out. */
export const SiteMap = z.object({ nodes: z.array(MapNode), links: z.array(MapLink), isCut: z.boolean() })
export const MapQuery = z.object({ site: z.string().min(1).max(100) })
