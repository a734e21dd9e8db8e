/** How well an asset is known: points for what matters of its kind, each with its reason. */
import type { Asset, AssetType } from '@isthmus/model'

/** One thing that matters: what it is worth, what is known of it. */
export type VisibilityPart = { readonly what: string; readonly points: number; readonly of: number }

type Weights = Readonly<Record<'vendor' | 'model' | 'firmware' | 'serial' | 'os' | 'name' | 'mac' | 'type' | 'role' | 'level', number>>

/** Firmware decides which advisories apply to a device; the operating system does for a computer. Each row sums to 100. */
const DEVICE: Weights = { vendor: 15, model: 20, firmware: 25, serial: 10, os: 0, name: 5, mac: 5, type: 10, role: 5, level: 5 }
const COMPUTER: Weights = { vendor: 5, model: 0, firmware: 0, serial: 0, os: 30, name: 25, mac: 10, type: 15, role: 10, level: 5 }
const COMPUTERS: ReadonlySet<AssetType> = new Set<AssetType>([
  'hmi',
  'engineering-station',
  'scada-server',
  'historian',
  'server',
  'domain-controller',
  'workstation',
  'external',
])
/** A guess earns half of what a statement earns. */
const STATED = 0.7

/** The parts of the score; `points` sum to the score, `of` to 100. */
export function explainVisibility(asset: Asset): readonly VisibilityPart[] {
  const weights = COMPUTERS.has(asset.type) ? COMPUTER : DEVICE
  const known: Record<keyof Weights, number> = {
    vendor: sureness(asset, 'vendor', asset.vendor),
    model: sureness(asset, 'model', asset.model ?? asset.orderCode),
    firmware: sureness(asset, 'firmware', asset.firmware),
    serial: sureness(asset, 'serial', asset.serial),
    os: sureness(asset, 'os', asset.os),
    name: asset.names.length > 0 ? 1 : 0,
    mac: asset.macs.length > 0 ? 1 : 0,
    type: asset.type === 'unknown' ? 0 : sureness(asset, 'type', asset.type),
    role: asset.role === 'unknown' ? 0 : 1,
    level: asset.purdueLevel === undefined ? 0 : 1,
  }
  return (Object.keys(weights) as (keyof Weights)[])
    .filter((what) => weights[what] > 0)
    .map((what) => ({ what, points: Math.round(weights[what] * known[what]), of: weights[what] }))
}

export function visibilityOf(asset: Asset): number {
  let sum = 0
  for (const part of explainVisibility(asset)) sum += part.points
  return sum
}

function sureness(asset: Asset, attribute: string, value: string | undefined): number {
  if (value === undefined) return 0
  if (asset.overrides[attribute] !== undefined) return 1
  return asset.facts.some((fact) => fact.attribute === attribute && fact.confidence >= STATED) ? 1 : 0.5
}
