import type { Asset as ModelAsset, AssetType as ModelAssetType, Fact as ModelFact, Module as ModelModule } from '@isthmus/model'
import { z } from 'zod'
import { Evidence, listOf, page, searchText, siteFilter, Time, type Wire } from '../http/wire.ts'

export const AssetAttribute = z.enum([
  'vendor',
  'model',
  'family',
  'orderCode',
  'serial',
  'hardware',
  'firmware',
  'os',
  'software',
  'name',
  'domain',
  'type',
  'role',
  'description',
  'location',
  'contact',
  'user',
  'gateway',
  'fingerprint',
  'certificate',
  'project',
  'state',
  'interface',
])

export const AssetType = z.enum([
  'plc',
  'safety-controller',
  'rtu',
  'ied',
  'drive',
  'io-module',
  'hmi',
  'engineering-station',
  'scada-server',
  'historian',
  'gateway',
  'switch',
  'router',
  'firewall',
  'access-point',
  'server',
  'domain-controller',
  'workstation',
  'printer',
  'camera',
  'phone',
  'sensor',
  'building-controller',
  'medical',
  'external',
  'unknown',
]) satisfies z.ZodType<ModelAssetType>

export const Fact = z.object({
  attribute: AssetAttribute,
  value: z.string(),
  protocol: z.string(),
  confidence: z.number(),
  firstAt: Time,
  lastAt: Time,
  evidence: Evidence,
}) satisfies Wire<ModelFact>

export const Module = z.object({
  part: z.string(),
  vendor: z.string().optional(),
  model: z.string().optional(),
  orderCode: z.string().optional(),
  firmware: z.string().optional(),
  serial: z.string().optional(),
  facts: z.array(Fact),
}) satisfies Wire<ModelModule>

const OperatingWord = z.enum(['run', 'stop', 'program', 'test', 'fault'])
const Operating = z.object({ mode: OperatingWord, since: Time, heardAt: Time, before: OperatingWord.optional() })

const identity = {
  id: z.string(),
  site: z.string(),
  names: z.array(z.string()),
  ips: z.array(z.string()),
  macs: z.array(z.string()),
  vlans: z.array(z.number()),
  vendor: z.string().optional(),
  model: z.string().optional(),
  family: z.string().optional(),
  orderCode: z.string().optional(),
  hardware: z.string().optional(),
  firmware: z.string().optional(),
  serial: z.string().optional(),
  os: z.string().optional(),
  type: AssetType,
  role: z.string(),
  roles: z.array(z.string()),
  purdueLevel: z.number().optional(),
  purdueSource: z.enum(['inferred', 'set']).optional(),
  confirmed: z.boolean(),
  isExternal: z.boolean(),
  firstAt: Time,
  lastAt: Time,
  protocols: z.array(z.string()),
  /** Whether it runs its program, as far as it was told. */
  operating: Operating.optional(),
  overrides: z.record(z.string(), z.string()),
  visibility: z.number(),
}

/** A row of the list: an asset without its evidence, with what is open against it. */
export const AssetRow = z.object({
  ...identity,
  moduleCount: z.number(),
  openAlerts: z.number(),
})

export const Asset = z.object({ ...identity, modules: z.array(Module), facts: z.array(Fact) }) satisfies Wire<ModelAsset>

/** One thing that changed about an asset, oldest evidence kept. */
export const AssetChange = z.object({
  kind: z.string(),
  at: Time,
  attribute: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  evidence: Evidence.optional(),
})

export const AssetPage = z.object({
  ...identity,
  modules: z.array(Module),
  facts: z.array(Fact),
  changes: z.array(AssetChange),
  openAlerts: z.number(),
})

export const AssetRows = listOf(AssetRow)

export const AssetPeer = z.object({
  /** The other end; absent when no asset stands behind the address. */
  asset: z.object({ id: z.string(), label: z.string(), type: AssetType, purdueLevel: z.number().optional() }).optional(),
  address: z.string(),
  direction: z.enum(['client', 'server']),
  protocols: z.array(z.string()),
  sessions: z.number(),
  bytes: z.number(),
  lastAt: Time,
})

export const AssetPeers = z.object({ items: z.array(AssetPeer) })

export const AssetQuery = z.object({
  ...siteFilter,
  q: searchText,
  type: AssetType.optional(),
  vendor: z.string().max(200).optional(),
  level: z.coerce.number().min(0).max(5).optional(),
  role: z.string().max(100).optional(),
  sort: z
    .enum(['last', 'first', 'name', 'ip', 'vendor', 'type', 'level', '-last', '-first', '-name', '-ip', '-vendor', '-type', '-level'])
    .default('-last'),
  ...page,
})

/** Attributes a person may set; null takes the setting back. */
export const Override = z
  .object({
    attribute: z.enum([
      'name',
      'vendor',
      'model',
      'family',
      'orderCode',
      'serial',
      'hardware',
      'firmware',
      'os',
      'type',
      'role',
      'purdueLevel',
      'criticality',
      'description',
      'location',
    ]),
    value: z.string().trim().min(1).max(300).nullable(),
  })
  .refine(({ attribute, value }) => attribute !== 'type' || value === null || AssetType.safeParse(value).success, {
    path: ['value'],
    message: 'not a type of asset',
  })
  .refine(({ attribute, value }) => attribute !== 'criticality' || value === null || /^(low|high|critical)$/.test(value), {
    path: ['value'],
    message: 'low, high or critical',
  })
  .refine(({ attribute, value }) => attribute !== 'purdueLevel' || value === null || /^([0-4](\.5)?|5)$/.test(value), {
    path: ['value'],
    message: 'a level from 0 to 5 in steps of 0.5',
  })
