/**
 * Elements, services and answers of ANSI C12.22, standard tables and procedures of C12.19.
 * Source: IEEE 1703-2012 §5.3.2 (services), §5.3.4 (elements); ANSI C12.19 §9; names as ICSNPP's logs print them.
 */
import type { Access } from '@isthmus/model'

export const ELEMENT = {
  context: 0xa1,
  calledTitle: 0xa2,
  calledId: 0xa4,
  callingTitle: 0xa6,
  qualifier: 0xa7,
  callingId: 0xa8,
  authentication: 0xac,
  mechanism: 0x8b,
  user: 0xbe,
}
export const ELEMENT_NAMES: Readonly<Record<number, string>> = {
  161: 'Application Context',
  162: 'Called AP Title',
  164: 'Called AP Invocation ID',
  166: 'Calling AP Title',
  167: 'Calling Application Entity Qualifier',
  168: 'Calling AP Invocation ID',
  172: 'Calling Authentication Value',
  139: 'Mechanism Name',
  190: 'User Information',
}

export const SERVICE = {
  ok: 0,
  requestTooLarge: 0x0f,
  responseTooLarge: 0x10,
  segmentation: 0x12,
  lastAnswer: 0x12,
  identify: 0x20,
  terminate: 0x21,
  disconnect: 0x22,
  deregister: 0x24,
  resolve: 0x25,
  trace: 0x26,
  register: 0x27,
  fullRead: 0x30,
  lastIndexedRead: 0x39,
  defaultRead: 0x3e,
  offsetRead: 0x3f,
  fullWrite: 0x40,
  lastIndexedWrite: 0x49,
  offsetWrite: 0x4f,
  logon: 0x50,
  security: 0x51,
  logoff: 0x52,
  wait: 0x70,
}

const INDEXED: readonly (readonly [number, readonly [string, string, Access]])[] = Array.from({ length: 9 }, (_, i) => i + 1).flatMap(
  (n): readonly (readonly [number, readonly [string, string, Access]])[] => [
    [0x30 + n, [`REQ:Partial Read ${n}`, 'read elements', 'read']],
    [0x40 + n, [`REQ:Partial Write ${n}`, 'write elements', 'write']],
  ],
)

export const SERVICES: Readonly<Record<number, readonly [log: string, words: string, access: Access]>> = {
  32: ['REQ:Ident', 'identify', 'identify'],
  33: ['REQ:Terminate', 'terminate', 'session'],
  34: ['REQ:Disconnect', 'disconnect', 'control'],
  36: ['REQ:Deregister', 'deregister', 'configure'],
  37: ['REQ:Resolve', 'resolve', 'identify'],
  38: ['REQ:Trace', 'trace', 'identify'],
  39: ['REQ:Register', 'register', 'configure'],
  48: ['REQ:Full Read', 'read table', 'read'],
  62: ['REQ:Partial Read Default', 'read default', 'read'],
  63: ['REQ:Partial Read Offset', 'read at offset', 'read'],
  64: ['REQ:Full Write', 'write table', 'write'],
  79: ['REQ:Partial Write Offset', 'write at offset', 'write'],
  80: ['REQ:Logon', 'logon', 'session'],
  81: ['REQ:Security', 'security', 'session'],
  82: ['REQ:Logoff', 'logoff', 'session'],
  112: ['REQ:Wait', 'wait', 'session'],
  ...Object.fromEntries(INDEXED),
}

/** §5.3.2.3. */
export const ANSWERS: Readonly<Record<number, readonly [log: string, words: string]>> = {
  0: ['RESP:OK', ''],
  1: ['RESP:ERR', 'error'],
  2: ['RESP:SNS', 'service not supported'],
  3: ['RESP:ISC', 'insufficient security clearance'],
  4: ['RESP:ONP', 'operation not possible'],
  5: ['RESP:IAR', 'inappropriate action requested'],
  6: ['RESP:BSY', 'device busy'],
  7: ['RESP:DNR', 'data not ready'],
  8: ['RESP:DLK', 'data locked'],
  9: ['RESP:RNO', 'renegotiate'],
  10: ['RESP:ISSS', 'invalid service sequence state'],
  11: ['RESP:SME', 'security mechanism error'],
  12: ['RESP:UAT', 'unknown application title'],
  13: ['RESP:NETT', 'network time-out'],
  14: ['RESP:NETR', 'network not reachable'],
  15: ['RESP:RQTL', 'request too large'],
  16: ['RESP:RSTL', 'response too large'],
  17: ['RESP:SGNP', 'segmentation not possible'],
  18: ['RESP:SGERR', 'segmentation error'],
}

export const STANDARDS: Readonly<Record<number, string>> = { 0: 'ANSI C12.18', 2: 'ANSI C12.21', 3: 'ANSI C12.22' }
export const FEATURE = { security: 4, session: 5, deviceClass: 6, identity: 7 }

/** Bits from the lowest. */
export const NODE_TYPES = [
  'RELAY',
  'MASTER_RELAY',
  'HOST',
  'NOTIFICATION_HOST',
  'AUTHENTICATION_HOST',
  'END_DEVICE',
  'RESERVED',
  'MY_DOMAIN_PATTERN_FLAG',
]
export const CONNECTION_TYPES = [
  'BROADCAST_AND_MULTICAST',
  'MESSAGE_ACCEPT_WINDOW',
  'PLAYBACK_REJECTION',
  'RESERVED',
  'CONNECTIONLESS_MODE',
  'ACCEPT_CONNECTIONLESS',
  'CONNECTION_MODE',
  'ACCEPT_CONNECTIONS',
]
export const REGISTRATIONS = [
  'DIRECT_MESSAGING_AVAILABLE',
  'MESSAGE_ACCEPTANCE_WINDOW_MODE',
  'PLAYBACK_REJECTION_MODE',
  'RESERVED',
  'CONNECTIONLESS_MODE',
  'ACCEPT_CONNECTIONLESS',
  'CONNECTION_MODE',
  'ACCEPT_CONNECTIONS',
]
export const RESPONSE_CONTROLS = [
  'RESPONSE_CONTROL_ALWAYS_RESPOND',
  'RESPONSE_CONTROL_RESPOND_ON_EXCEPTION',
  'RESPONSE_CONTROL_NEVER_RESPOND',
]
export const SECURITY_MODES = [
  'SECURITY_MODE_CLEARTEXT',
  'SECURITY_MODE_CLEARTEXT_WITH_AUTHENTICATION',
  'SECURITY_MODE_CIPHERTEXT_WITH_AUTHENTICATION',
]

/** C12.19 §9: tables whose content says who a device is or changes what it does. */
export const TABLE = { manufacturer: 1, device: 5, procedure: 7, clock: 52 }
/** Highest table of the standard; manufacturers' begin at 2048. */
export const LAST_STANDARD_TABLE = 2039
/** Standard procedures, as written to table 7. */
export const PROCEDURES: Readonly<Record<number, string>> = {
  0: 'cold start',
  1: 'warm start',
  2: 'save configuration',
  3: 'clear data',
  4: 'reset list pointers',
  5: 'update last read entry',
  6: 'change end device mode',
  7: 'clear standard status flags',
  8: 'clear manufacturer status flags',
  9: 'remote reset',
  10: 'set date and time',
  11: 'execute diagnostics',
  12: 'activate all pending tables',
  13: 'activate pending table',
  14: 'clear all pending tables',
  15: 'clear pending table',
  16: 'start load profile',
  17: 'stop load profile',
  18: 'log in',
  19: 'log out',
  20: 'initiate an immediate self-read',
  21: 'direct load control',
  22: 'modify credit',
}
