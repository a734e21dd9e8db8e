/**
 * Where on the Purdue reference model a type of host belongs, by the kind of network it lives in. Undefined where the
 * type alone does not tell.
 */
import type { AssetType } from '@isthmus/model'

/** `control`: a controller lives there. `plant`: a third of its hosts supervise controllers. */
export type NetworkKind = 'control' | 'plant' | 'other'

type Levels = Readonly<Record<NetworkKind, number | undefined>>

const everywhere = (level: number | undefined): Levels => ({ control: level, plant: level, other: level })
const levels = (control: number, plant: number, other: number | undefined): Levels => ({ control, plant, other })

export const LEVELS: Readonly<Record<AssetType, Levels>> = {
  sensor: everywhere(0),
  'io-module': everywhere(0.5),
  drive: everywhere(0.5),
  plc: everywhere(1),
  'safety-controller': everywhere(1),
  rtu: everywhere(1),
  ied: everywhere(1),
  'building-controller': everywhere(1),
  gateway: everywhere(1),
  hmi: everywhere(2),
  'engineering-station': levels(2, 2, 3),
  'scada-server': levels(2, 2, 3),
  historian: everywhere(3),
  switch: levels(2, 2, undefined),
  'access-point': levels(2, 2, undefined),
  router: levels(3, 3, undefined),
  firewall: everywhere(3.5),
  server: levels(3, 3, 4),
  'domain-controller': levels(3, 3, 4),
  workstation: levels(3, 3, 4),
  printer: levels(3, 3, 4),
  camera: levels(3, 3, 4),
  phone: levels(3, 3, 4),
  medical: everywhere(undefined),
  external: everywhere(5),
  unknown: everywhere(undefined),
}

/** Between office and plant, whatever else the host is. */
export const ROLE_LEVELS: Readonly<Record<string, number>> = { 'jump host': 3.5 }

/** Who supervises: a network where a third of the hosts do belongs to the plant. Not who programs: that is what intruders do. */
export const SUPERVISORS: ReadonlySet<AssetType> = new Set<AssetType>(['hmi', 'scada-server', 'historian', 'gateway'])

/** The role that goes with a type: believed first where a host has several. */
export const ROLE_OF: Partial<Record<AssetType, string>> = {
  plc: 'controller',
  'safety-controller': 'controller',
  rtu: 'controller',
  ied: 'controller',
  'building-controller': 'controller',
  hmi: 'hmi',
  'engineering-station': 'engineering-station',
  'scada-server': 'scada',
  historian: 'historian',
  gateway: 'gateway',
  switch: 'switch',
  router: 'router',
  firewall: 'firewall',
  'access-point': 'access point',
  printer: 'printer',
  camera: 'camera',
  phone: 'phone',
  'io-module': 'field device',
  drive: 'drive',
  sensor: 'sensor',
  'domain-controller': 'domain controller',
}
