/**
 * S7comm-plus numbers as publicly analysed (S7CommPlusDriver's list of identifiers, the Wireshark plug-in of its author).
 * Names of functions are ICSNPP's.
 */
import type { Access } from '@isthmus/model'

export const OPCODES: Readonly<Record<number, string>> = { 0x31: 'Request', 0x32: 'Response', 0x33: 'Notification' }

export const FUNCTION = {
  explore: 0x04bb,
  create: 0x04ca,
  delete: 0x04d4,
  setVariable: 0x04f2,
  link: 0x0524,
  setMany: 0x0542,
  getMany: 0x054c,
  begin: 0x0556,
  end: 0x0560,
  invoke: 0x056b,
  getStreamed: 0x0586,
}

export const FUNCTIONS: Readonly<Record<number, readonly [zeek: string, access: Access]>> = {
  0x04bb: ['Explore', 'identify'],
  0x04ca: ['Create Object', 'session'],
  0x04d4: ['Delete Object', 'session'],
  0x04f2: ['Set Variable', 'write'],
  0x0524: ['Get Link', 'identify'],
  0x0542: ['Set Multi Variables', 'write'],
  0x054c: ['Get Multi Variables', 'read'],
  0x0556: ['Begin Sequence', 'program'],
  0x0560: ['End Sequence', 'program'],
  0x056b: ['Invoke', 'control'],
  0x0586: ['Get Variable Sub Streamed', 'read'],
}
/** Functions that ICSNPP has no name for. */
export const MORE_FUNCTIONS: Readonly<Record<number, readonly [words: string, access: Access]>> = {
  0x04b1: ['error', 'unknown'],
  0x057c: ['set variable sub streamed', 'write'],
  0x0590: ['get variables address', 'identify'],
  0x059a: ['abort', 'session'],
  0x05a4: ['error', 'unknown'],
  0x05b3: ['start tls', 'session'],
}

/** Objects every controller has. */
export const OBJECTS: Readonly<Record<number, string>> = {
  1: 'root',
  3: 'program',
  49: 'CPU proxy',
  50: 'CPU common',
  52: 'execution unit',
  80: 'inputs',
  81: 'outputs',
  82: 'markers',
  83: 'counters',
  84: 'timers',
  201: 'object root',
  285: 'session container',
  288: 'session',
  537: 'type information',
}
/** Areas of variables, as engineers write them. */
export const AREAS: Readonly<Record<number, string>> = { 80: 'I', 81: 'Q', 82: 'M', 83: 'C', 84: 'T' }
/** High half of an object id: what kind of block the low half numbers. */
export const BLOCK_KINDS: Readonly<Record<number, string>> = { 0x8a0e: 'DB', 0x8a32: 'OB' }
/** In a variable's address between area and symbol: the actual values of a data block, of an area. */
export const ACTUAL_VALUES: ReadonlySet<number> = new Set([2550, 3736])

export const ATTRIBUTE = {
  name: 233,
  host: 298,
  clientSoftware: 297,
  software: 301,
  sessionResponse: 304,
  sessionVersion: 306,
  subscriptionList: 1048,
  creditLimit: 1053,
  sessionKey: 1830,
  effectiveProtection: 1842,
  legitimation: 1846,
  operatingStateRequest: 2167,
  blockNumber: 2521,
  identification: 3753,
}
export const ATTRIBUTES: Readonly<Record<number, string>> = {
  233: 'name',
  300: 'client id',
  303: 'challenge',
  304: 'challenge response',
  306: 'session version',
  1037: 'system limits',
  1041: 'subscription active',
  1053: 'credit limit',
  1830: 'session key',
  1842: 'effective protection level',
  1843: 'active protection level',
  1845: 'expected legitimation level',
  1846: 'legitimation',
  2167: 'operating state request',
  2521: 'block number',
  2550: 'actual values',
  3753: 'identification and maintenance',
}

/** The CPU's execution unit, and the states it can be asked for. */
export const EXECUTION_UNIT = 0x34
export const OPERATING_STATES: Readonly<Record<number, 'stop' | 'run'>> = { 0x01: 'stop', 0x03: 'run' }

/** Of a block: its body and interface as the station keeps them, and the code that runs. */
export const BLOCK_CODE = [2533, 2544, 2580]

/** Class of a subscription. */
export const SUBSCRIPTION_CLASS = 1001

/** Low sixteen bits of a return value, signed: negative ones are refusals. */
export const ERRORS: Readonly<Record<string, string>> = {
  '-12': 'object not found',
  '-17': 'invalid crc',
  '-134': 'service multi-es not supported',
  '-255': 'invalid lid',
}
