/** EtherNet/IP encapsulation: commands, status, items. Source: ODVA, The CIP Networks Library Vol. 2, ch. 2. Names are ICSNPP's. */
import type { Access } from '@isthmus/model'

/** §2-3.2 */
export const COMMANDS: Readonly<Record<number, readonly [zeek: string, access: Access]>> = {
  0: ['NOP', 'session'],
  4: ['List Services', 'identify'],
  99: ['List Identity', 'identify'],
  100: ['List Interfaces', 'identify'],
  101: ['Register Session', 'session'],
  102: ['Unregister Session', 'session'],
  111: ['Send RR Data', 'session'],
  112: ['Send Unit Data', 'session'],
  114: ['Indicate Status', 'session'],
  115: ['Cancel', 'session'],
}

/** §2-3.5 */
export const STATUS: Readonly<Record<number, string>> = {
  0: 'Success',
  1: 'Invalid/Unsupported Command',
  2: 'Insufficient Memory Resources',
  3: 'Malformed or Incorrect Data',
  100: 'Invalid Session Handle',
  101: 'Invalid Length',
  105: 'Unsupported Protocol Version',
  106: 'CIP Service Not Allowed',
}

/** Items of the common packet format, §2-6. */
export const ITEM = {
  null: 0x0000,
  identity: 0x000c,
  security: 0x0086,
  capability: 0x0087,
  connectedAddress: 0x00a1,
  connectedData: 0x00b1,
  unconnectedData: 0x00b2,
  services: 0x0100,
  socketToTarget: 0x8000,
  socketToOriginator: 0x8001,
  sequencedAddress: 0x8002,
} as const
