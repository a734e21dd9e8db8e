/** IEC 61158-6-10 §4.3 (DCP): options, roles, refusals; vendor ids as PROFIBUS & PROFINET International assigns them. */
import type { Access, AssetType } from '@isthmus/model'

export const FRAME_IDS: Readonly<Record<number, string>> = {
  0xfefc: 'hello',
  0xfefd: 'get and set',
  0xfefe: 'identify request',
  0xfeff: 'identify response',
}

export const SERVICE = { get: 3, set: 4, identify: 5, hello: 6 } as const
export const SERVICES: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  3: ['get', 'identify'],
  4: ['set', 'configure'],
  5: ['identify', 'identify'],
  6: ['hello', 'identify'],
}

/** By option × 256 + suboption. */
export const BLOCKS: Readonly<Record<number, string>> = {
  257: 'MAC address',
  258: 'IP address',
  259: 'IP address and name servers',
  513: 'type of station',
  514: 'name of station',
  515: 'device id',
  516: 'role',
  517: 'options',
  518: 'alias',
  519: 'instance',
  520: 'OEM device id',
  1281: 'start transaction',
  1282: 'end transaction',
  1283: 'signal',
  1284: 'response',
  1285: 'factory reset',
  1286: 'reset to factory',
  1537: 'device initiative',
  65535: 'everybody',
}

export const IP = 258
export const IP_SUITE = 259
export const TYPE_OF_STATION = 513
export const NAME_OF_STATION = 514
export const DEVICE_ID = 515
export const ROLE = 516
export const ALIAS = 518
export const END_TRANSACTION = 1282
export const SIGNAL = 1283
export const RESPONSE = 1284
export const FACTORY_RESET = 1285
export const RESET_TO_FACTORY = 1286
export const EVERYBODY = 65535

export const ROLES: readonly (readonly [bit: number, role: string, type: AssetType])[] = [
  [2, 'IO controller', 'plc'],
  [8, 'IO supervisor', 'engineering-station'],
  [1, 'IO device', 'io-module'],
  [4, 'IO multidevice', 'io-module'],
]

export const REFUSALS: Readonly<Record<number, string>> = {
  1: 'option not supported',
  2: 'suboption not supported',
  3: 'suboption not set',
  4: 'resource error',
  5: 'not possible for local reasons',
  6: 'not possible in operation',
}

/** Vendor ids as published device descriptions (GSDML) state them; the whole list is its association's own. */
export const VENDORS: Readonly<Record<number, string>> = {
  0x002a: 'Siemens',
  0x010a: 'SEW-EURODRIVE',
  0x010c: 'HMS Industrial Networks',
  0x0493: 'RT-Labs',
}
