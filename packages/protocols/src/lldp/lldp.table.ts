/** IEEE 802.1AB-2016 §8.4 (TLV types), §8.5.8 (capabilities); ANSI/TIA-1057 §10.2.4 (inventory subtypes). */
import type { AssetAttribute, AssetType } from '@isthmus/model'

export const TLV = {
  end: 0,
  chassis: 1,
  port: 2,
  ttl: 3,
  portDescription: 4,
  name: 5,
  description: 6,
  capabilities: 7,
  management: 8,
  organisation: 127,
}

/** By bit; the first enabled of `BY_WEIGHT` names the asset's type. */
export const CAPABILITIES = [
  'other',
  'repeater',
  'bridge',
  'access-point',
  'router',
  'telephone',
  'docsis',
  'station',
  'c-vlan',
  's-vlan',
  'two-port-mac-relay',
] as const

export const BY_WEIGHT: readonly (readonly [capability: string, type: AssetType])[] = [
  ['access-point', 'access-point'],
  ['telephone', 'phone'],
  ['router', 'router'],
  ['bridge', 'switch'],
]

export const MED_OUI = 0x0012bb
/** LLDP-MED inventory subtypes and the attribute they state. */
export const MED_INVENTORY: Readonly<Record<number, AssetAttribute>> = {
  5: 'hardware',
  6: 'firmware',
  7: 'software',
  8: 'serial',
  9: 'vendor',
  10: 'model',
}

export const PROFINET_OUI = 0x000ecf
