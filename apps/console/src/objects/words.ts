/** The console's words for what the model spells as identifiers. */
import type { AlertState, AssetType, Host, Level, Resolution } from '../api/types.ts'
import { words } from '../ui/format.ts'

export const LEVELS: readonly Level[] = ['critical', 'high', 'medium', 'low', 'informational']

export const STATE_WORDS: Readonly<Record<AlertState, string>> = {
  new: 'New',
  acknowledged: 'Acknowledged',
  'in-progress': 'In progress',
  resolved: 'Resolved',
}
export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  'true-positive': 'True positive',
  'false-positive': 'False positive',
  benign: 'Benign',
  duplicate: 'Duplicate',
}

const TYPES: Partial<Record<AssetType, string>> = {
  plc: 'PLC',
  rtu: 'RTU',
  ied: 'IED',
  hmi: 'HMI',
  'io-module': 'I/O module',
  'scada-server': 'SCADA server',
  external: 'External host',
  unknown: 'Unknown type',
}

export function typeWord(type: AssetType): string {
  return TYPES[type] ?? words(type)
}

/** ISA-95 levels as the map's bands are read. */
export const PURDUE: readonly (readonly [level: number, name: string])[] = [
  [5, 'Enterprise'],
  [4, 'Business'],
  [3.5, 'DMZ'],
  [3, 'Operations'],
  [2, 'Supervision'],
  [1, 'Control'],
  [0, 'Process'],
]

export function levelName(level: number | null | undefined): string {
  if (level === null || level === undefined) return 'Level unknown'
  const name = PURDUE.find(([each]) => each === level)?.[1]
  return name === undefined ? `Level ${level}` : `L${level} ${name}`
}

export function hostText(host: Host): string {
  const name = host.ip ?? host.mac ?? 'unknown'
  if (host.port === undefined) return name
  return host.ip?.includes(':') ? `[${name}]:${host.port}` : `${name}:${host.port}`
}

type Named = { readonly names: readonly string[]; readonly ips: readonly string[]; readonly macs: readonly string[]; readonly id: string }

export function assetName(asset: Named): string {
  return asset.names[0] ?? asset.ips[0] ?? asset.macs[0] ?? asset.id
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  enip: 'EtherNet/IP',
  cip: 'CIP',
  s7comm: 'S7comm',
  cotp: 'COTP',
  arp: 'ARP',
  lldp: 'LLDP',
  ethernet: 'Ethernet',
  ssh: 'SSH',
}

/** A protocol's registered name as its standard writes it: short names are initials, unless a table knows better. */
export function protocolName(name: string): string {
  if (name.includes('/')) return name.toUpperCase()
  return PROTOCOLS[name] ?? (name.length <= 5 && name !== '' ? name.toUpperCase() : words(name))
}
