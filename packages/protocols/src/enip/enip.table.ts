/** EtherNet/IP encapsulation: commands, status, items. Source: ODVA, The CIP Networks Library Vol. 2, ch. 2. Names are ICSNPP's. */
import type { Access } from '@isthmus/model'

/** §2-3.2 */
export const COMMANDS: Readonly<Record<number, readonly [zeek: string, access: Access]>> = {
  0x00: ['NOP', 'session'],
  0x04: ['List Services', 'identify'],
  0x63: ['List Identity', 'identify'],
  0x64: ['List Interfaces', 'identify'],
  0x65: ['Register Session', 'session'],
  0x66: ['Unregister Session', 'session'],
  0x6f: ['Send RR Data', 'session'],
  0x70: ['Send Unit Data', 'session'],
  0x72: ['Indicate Status', 'session'],
  0x73: ['Cancel', 'session'],
}

/** §2-3.5 */
export const STATUS: Readonly<Record<number, string>> = {
  0x00: 'Success',
  0x01: 'Invalid/Unsupported Command',
  0x02: 'Insufficient Memory Resources',
  0x03: 'Malformed or Incorrect Data',
  0x64: 'Invalid Session Handle',
  0x65: 'Invalid Length',
  0x69: 'Unsupported Protocol Version',
  0x6a: 'CIP Service Not Allowed',
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
