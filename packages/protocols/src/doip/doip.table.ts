/** Words of DoIP (ISO 13400-2) and UDS (ISO 14229-1). */
import type { Access, AssetAttribute } from '@isthmus/model'

export const TYPE = {
  nack: 0x0000,
  identification: 0x0001,
  identificationEid: 0x0002,
  identificationVin: 0x0003,
  announcement: 0x0004,
  activation: 0x0005,
  activationResponse: 0x0006,
  aliveRequest: 0x0007,
  aliveResponse: 0x0008,
  status: 0x4001,
  statusResponse: 0x4002,
  power: 0x4003,
  powerResponse: 0x4004,
  diagnostic: 0x8001,
  diagnosticAck: 0x8002,
  diagnosticNack: 0x8003,
} as const

/** Payload types: name, least and greatest length, who sends it. */
export const TYPES: Readonly<Record<number, readonly [name: string, least: number, most: number, from: 'client' | 'server' | undefined]>> =
  {
    0x0000: ['header refused', 1, 1, 'server'],
    0x0001: ['vehicle identification', 0, 0, 'client'],
    0x0002: ['vehicle identification by EID', 6, 6, 'client'],
    0x0003: ['vehicle identification by VIN', 17, 17, 'client'],
    0x0004: ['vehicle announcement', 32, 33, 'server'],
    0x0005: ['activate routing', 7, 12, 'client'],
    0x0006: ['routing activation response', 9, 13, 'server'],
    0x0007: ['alive check', 0, 0, 'server'],
    0x0008: ['alive check response', 2, 2, 'client'],
    0x4001: ['entity status', 0, 0, 'client'],
    0x4002: ['entity status response', 3, 7, 'server'],
    0x4003: ['power mode', 0, 0, 'client'],
    0x4004: ['power mode response', 1, 1, 'server'],
    0x8001: ['diagnostic message', 5, 1 << 24, undefined],
    0x8002: ['diagnostic message accepted', 5, 1 << 24, 'server'],
    0x8003: ['diagnostic message refused', 5, 1 << 24, 'server'],
  }

export const ACTIVATIONS: Readonly<Record<number, string>> = { 0: 'default', 1: 'WWH-OBD', 0xe0: 'central security' }

export const ACTIVATION_RESULTS: Readonly<Record<number, string>> = {
  0x00: 'unknown source address',
  0x01: 'all sockets in use',
  0x02: 'source address differs',
  0x03: 'source address active on another socket',
  0x04: 'authentication missing',
  0x05: 'confirmation rejected',
  0x06: 'activation type not supported',
  0x07: 'TLS required',
  0x10: 'activated',
  0x11: 'activated, confirmation required',
}

export const HEADER_REFUSALS: readonly string[] = [
  'pattern format',
  'unknown payload type',
  'message too large',
  'out of memory',
  'payload length',
]

export const MESSAGE_REFUSALS: Readonly<Record<number, string>> = {
  2: 'source address',
  3: 'target address unknown',
  4: 'message too large',
  5: 'out of memory',
  6: 'target unreachable',
  7: 'network unknown',
  8: 'transport protocol error',
}

export const NODES: readonly string[] = ['doip gateway', 'doip node']

export const SID = {
  session: 0x10,
  reset: 0x11,
  clearFaults: 0x14,
  readFaults: 0x19,
  read: 0x22,
  readMemory: 0x23,
  securityAccess: 0x27,
  communication: 0x28,
  authentication: 0x29,
  write: 0x2e,
  control: 0x2f,
  routine: 0x31,
  download: 0x34,
  upload: 0x35,
  transfer: 0x36,
  exit: 0x37,
  file: 0x38,
  writeMemory: 0x3d,
  present: 0x3e,
  faultSetting: 0x85,
} as const

export const SERVICES: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x10: ['diagnostic session control', 'session'],
  0x11: ['ECU reset', 'control'],
  0x14: ['clear diagnostic information', 'control'],
  0x19: ['read DTC information', 'read'],
  0x22: ['read data by identifier', 'read'],
  0x23: ['read memory by address', 'program'],
  0x24: ['read scaling data', 'read'],
  0x27: ['security access', 'session'],
  0x28: ['communication control', 'control'],
  0x29: ['authentication', 'session'],
  0x2a: ['read data by periodic identifier', 'read'],
  0x2c: ['dynamically define data identifier', 'configure'],
  0x2e: ['write data by identifier', 'configure'],
  0x2f: ['input output control', 'control'],
  0x31: ['routine control', 'control'],
  0x34: ['request download', 'program'],
  0x35: ['request upload', 'program'],
  0x36: ['transfer data', 'program'],
  0x37: ['request transfer exit', 'program'],
  0x38: ['request file transfer', 'program'],
  0x3d: ['write memory by address', 'program'],
  0x3e: ['tester present', 'session'],
  0x83: ['access timing parameter', 'configure'],
  0x84: ['secured data transmission', 'unknown'],
  0x85: ['control DTC setting', 'configure'],
  0x86: ['response on event', 'configure'],
  0x87: ['link control', 'configure'],
}

export const SESSIONS: Readonly<Record<number, string>> = { 1: 'default', 2: 'programming', 3: 'extended', 4: 'safety system' }
export const RESETS: Readonly<Record<number, string>> = {
  1: 'hard',
  2: 'key off on',
  3: 'soft',
  4: 'enable rapid power shutdown',
  5: 'disable rapid power shutdown',
}
export const ROUTINES: Readonly<Record<number, string>> = { 1: 'start', 2: 'stop', 3: 'result of' }

export const REFUSALS: Readonly<Record<number, string>> = {
  0x10: 'general reject',
  0x11: 'service not supported',
  0x12: 'sub-function not supported',
  0x13: 'incorrect message length or format',
  0x14: 'response too long',
  0x21: 'busy, repeat request',
  0x22: 'conditions not correct',
  0x24: 'request sequence error',
  0x25: 'no response from subnet',
  0x26: 'failure prevents execution',
  0x31: 'request out of range',
  0x33: 'security access denied',
  0x34: 'authentication required',
  0x35: 'invalid key',
  0x36: 'exceeded number of attempts',
  0x37: 'required time delay not expired',
  0x70: 'upload download not accepted',
  0x71: 'transfer data suspended',
  0x72: 'general programming failure',
  0x73: 'wrong block sequence counter',
  0x78: 'response pending',
  0x7e: 'sub-function not supported in session',
  0x7f: 'service not supported in session',
}

/** Data identifiers of ISO 14229-1 annex C.1, and those that say what an ECU is. */
export const IDENTIFIERS: Readonly<Record<number, readonly [name: string, attribute: AssetAttribute | undefined]>> = {
  0xf180: ['boot software', 'software'],
  0xf181: ['application software', 'software'],
  0xf182: ['application data', undefined],
  0xf186: ['active session', undefined],
  0xf187: ['spare part number', 'orderCode'],
  0xf188: ['software number', 'software'],
  0xf189: ['software version', 'firmware'],
  0xf18a: ['system supplier', 'vendor'],
  0xf18b: ['manufacturing date', undefined],
  0xf18c: ['serial number', 'serial'],
  0xf190: ['VIN', 'serial'],
  0xf191: ['hardware number', 'model'],
  0xf192: ['supplier hardware number', undefined],
  0xf193: ['supplier hardware version', 'hardware'],
  0xf194: ['supplier software number', undefined],
  0xf195: ['supplier software version', 'firmware'],
  0xf197: ['system name', 'name'],
  0xf198: ['repair shop or tester', undefined],
  0xf199: ['programming date', undefined],
}
