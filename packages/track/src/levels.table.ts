/**
 * Where on the Purdue reference model a type of host belongs: next to the controllers, that is in a network where one
 * was seen, or away from them. Undefined where the type alone does not tell. A firewall or remote access host between
 * office and plant sits at 3.5.
 */
import type { AssetType } from '@isthmus/model'

type Levels = readonly [besideControllers: number | undefined, elsewhere: number | undefined]

export const LEVELS: Readonly<Record<AssetType, Levels>> = {
  sensor: [0, 0],
  'io-module': [0.5, 0.5],
  drive: [0.5, 0.5],
  plc: [1, 1],
  'safety-controller': [1, 1],
  rtu: [1, 1],
  ied: [1, 1],
  'building-controller': [1, 1],
  gateway: [1.5, 1.5],
  hmi: [2, 2],
  'engineering-station': [2, 3],
  'scada-server': [2, 3],
  historian: [3, 3],
  switch: [2, undefined],
  'access-point': [2, undefined],
  router: [3, undefined],
  firewall: [3.5, 3.5],
  server: [3, 4],
  'domain-controller': [3, 4],
  workstation: [3, 4],
  printer: [3, 4],
  camera: [3, 4],
  phone: [3, 4],
  medical: [undefined, undefined],
  external: [5, 5],
  unknown: [undefined, undefined],
}

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
  'domain-controller': 'domain controller',
}
