/** Words of CN/IP (ISO/IEC 14908-4) and of the control network protocol it carries (ISO/IEC 14908-1 §12 and §13). */
import type { Access } from '@isthmus/model'

export const CNIP_DATA = 0x01

export const CNIP_TYPES: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x01: ['data', 'unknown'],
  0x03: ['device registration', 'session'],
  0x04: ['channel membership', 'configure'],
  0x06: ['send list', 'configure'],
  0x07: ['acknowledgement', 'session'],
  0x08: ['channel routing', 'configure'],
  0x60: ['status request', 'identify'],
  0x63: ['device configuration request', 'identify'],
  0x64: ['channel membership request', 'identify'],
  0x66: ['send list request', 'identify'],
  0x68: ['channel routing request', 'identify'],
  0x70: ['status response', 'identify'],
  0x71: ['device configuration', 'configure'],
  0x7f: ['segment', 'unknown'],
}

/** What a PDU is by format and type; tshark's numbers. */
export const FORMAT = { transport: 0, session: 1, authentication: 2, application: 3 } as const
export const TRANSPORT: Readonly<Record<number, string>> = {
  0: 'acknowledged',
  1: 'repeated',
  2: 'acknowledgement',
  4: 'reminder',
  5: 'reminder with message',
}
export const SESSION: Readonly<Record<number, string>> = { 0: 'request', 2: 'response', 4: 'reminder', 5: 'reminder with message' }

/** Network management and diagnostics by message code. */
export const MANAGEMENT: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x51: ['query status', 'identify'],
  0x52: ['proxy', 'unknown'],
  0x53: ['clear status', 'control'],
  0x54: ['query transceiver status', 'identify'],
  0x61: ['query id', 'identify'],
  0x62: ['respond to query', 'configure'],
  0x63: ['update domain', 'configure'],
  0x64: ['leave domain', 'configure'],
  0x65: ['update key', 'configure'],
  0x66: ['update address', 'configure'],
  0x67: ['query address', 'identify'],
  0x68: ['query network variable configuration', 'identify'],
  0x69: ['update group address', 'configure'],
  0x6a: ['query domain', 'identify'],
  0x6b: ['update network variable configuration', 'configure'],
  0x6c: ['set node mode', 'control'],
  0x6d: ['read memory', 'program'],
  0x6e: ['write memory', 'program'],
  0x6f: ['recalculate checksum', 'configure'],
  0x70: ['wink', 'control'],
  0x71: ['refresh memory', 'configure'],
  0x72: ['query self-identification', 'identify'],
  0x73: ['fetch network variable', 'read'],
  0x7f: ['service pin', 'identify'],
}

/** Arguments of `set node mode`. */
export const MODES: readonly string[] = ['offline', 'online', 'reset', 'change state']
