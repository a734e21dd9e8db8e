/**
 * Operation codes, enumerations and lengths of ROC and ROC Plus.
 * Source: ROC Plus Protocol Specifications Manual (Emerson D301180X012) chapter 2; names as ICSNPP's logs print them.
 */
import type { Access } from '@isthmus/model'

/** How a message's length tells questions from answers; there is no bit for it (§1.2). */
export type LengthRule =
  | { readonly ask: number } // the question has this many bytes
  | { readonly answer: number } // the answer has this many bytes
  | 'content' // body.ts decides
  | 'unknown'

export type Opcode = readonly [log: string, words: string, access: Access, rule: LengthRule]

const asks = (ask: number): LengthRule => ({ ask })
const answers = (answer: number): LengthRule => ({ answer })

export const OPCODES: Readonly<Record<number, Opcode>> = {
  6: ['System Config (006)', 'system configuration', 'identify', asks(0)],
  7: ['Read Realtime Clock (007)', 'read clock', 'read', asks(0)],
  8: ['Set Realtime Clock (008)', 'set clock', 'configure', answers(0)],
  10: ['Read Configurable Opcode Point Data (010)', 'read configurable opcode', 'read', asks(3)],
  11: ['Write Configurable Opcode Point Data (011)', 'write configurable opcode', 'write', answers(0)],
  17: ['Login Request (017)', 'login', 'session', 'content'],
  24: ['Store And Forward (024)', 'store and forward', 'session', answers(0)],
  50: ['Request IO Point Position (050)', 'request I/O positions', 'identify', asks(1)],
  100: ['Access User Defined Information (100)', 'user-defined information', 'identify', asks(3)],
  105: ["Request Today's Yesterday's Min/Max Values (105)", 'request minimum and maximum', 'read', asks(2)],
  108: ['Request History Tag And Periodic Index (108)', 'request history tags', 'read', 'content'],
  118: ['Request Alarm Data (118)', 'request alarms', 'read', asks(3)],
  119: ['Request Event Data (119)', 'request events', 'read', asks(3)],
  135: ['Request Single History Point Data (135)', 'request history of a point', 'read', asks(6)],
  136: ['Request Multiple History Point Data (136)', 'request history of points', 'read', asks(7)],
  137: ['Request History Index (137)', 'request history index', 'read', asks(3)],
  138: ['Request Daily And Periodic History (138)', 'request history of a day', 'read', asks(4)],
  139: ['History Information Data (139)', 'history information', 'read', 'content'],
  166: ['Set Single Point Parameters (166)', 'set parameters of a point', 'write', answers(0)],
  167: ['Request Single Point Parameters (167)', 'request parameters of a point', 'read', asks(4)],
  180: ['Request Parameters (180)', 'request parameters', 'read', 'unknown'],
  181: ['Write Parameters (181)', 'write parameters', 'write', 'unknown'],
  203: ['General File Transfer (203)', 'file transfer', 'configure', 'content'],
  205: ['Peer To Peer Network Messages (205)', 'peer-to-peer message', 'session', 'unknown'],
  206: ['Read Transaction History Data (206)', 'transaction history', 'read', 'content'],
  224: ['Srbx Signal (224)', 'report by exception', 'read', answers(0)],
  225: ['Acknowledge Srbx (225)', 'acknowledge report by exception', 'session', asks(2)],
  255: ['Error Indicator (255)', 'error', 'unknown', 'content'],
}

/** Of the older ROC protocol, which frames its messages alike; read as far as the header. */
export const OLD_OPCODES: Readonly<Record<number, readonly [words: string, access: Access]>> = {
  0: ['general update', 'read'],
  2: ['send test data', 'read'],
  18: ['store in event log', 'write'],
  102: ['set system variables', 'configure'],
  103: ['system information', 'identify'],
  107: ['request history point', 'read'],
  120: ['request log pointers', 'read'],
  121: ['request alarms', 'read'],
  122: ['request events', 'read'],
  123: ['user template', 'read'],
  126: ['request the last hour', 'read'],
  128: ['request history of a day', 'read'],
  130: ['request history', 'read'],
  165: ['history configuration', 'configure'],
}

/** Table 2-2: what the answer to opcode 6 says. */
export const SYSTEM_MODES = ['Firmware Update', 'Run Mode']
export const COMPATIBILITY = [
  'Compatability Mode: 0 | 16 points per slot | 160 bytes total | 9  module slots max',
  'Compatability Mode: 1 | 16 points per slot | 240 bytes total | 14 module slots max',
  'Compatability Mode: 2 | 9 points per slot  | 224 bytes total | 27 module slots max',
]
export const REVISIONS = ['Original', 'Extended']
export const SUBTYPES = ['Series One', 'Series Two']
export const ROC_TYPES: Readonly<Record<number, string>> = {
  1: 'ROCPAC ROC300-Series',
  2: 'FloBoss 407',
  3: 'FlashPAC ROC300-Series',
  4: 'FloBoss 503',
  5: 'FloBoss 504',
  6: 'ROC800 (809/827)',
  11: 'DL8000',
}
/** The manual names it by a placeholder only. */
export const OTHER_ROC = 'FB100'
/** Point types 60 to 137, or to 255 in the extended revision. */
export const POINT_TYPES_KEPT = [78, 196]

/** From 1. */
export const DAYS = ['', 'Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const IO_REQUESTS = ['Point Type', 'Logical Number']
export const HISTORY_TYPES = ['Minute', 'Periodic', 'Daily']
export const HISTORY_COMMANDS = ['Request Configured Points', 'Request Specified Point Data']
export const POINT_OWNERS: Readonly<Record<number, string>> = {
  0: 'User Program 0',
  1: 'User Program 1',
  2: 'User Program 2',
  3: 'User Program 3',
  4: 'User Program 4',
  5: 'User Program 5',
  6: 'User Program 6',
  7: 'User Program 7',
  253: 'User Defined',
  254: 'ROC Point Type',
  255: 'No Point Type',
}

/** Table 2-27. */
export const FILE = { open: 1, read: 2, write: 3, close: 4, delete: 5, directory: 6, directory64: 64 }
export const FILE_COMMANDS: Readonly<Record<number, string>> = {
  1: 'Open',
  2: 'Read',
  3: 'Write',
  4: 'Close',
  5: 'Delete',
  6: 'Read Directory <= v3.05',
  64: 'Read Directory >= v3.10',
}
export const OPEN_OPTIONS = ['Open Read', 'Open Write', 'Create Write', 'Open Update', 'Truncate Write']

export const TRANSACTION_COMMANDS: Readonly<Record<number, string>> = { 1: 'List', 2: 'Read' }
/** Opcode 206: types of values and their bytes. */
export const DATA_TYPES: Readonly<Record<number, readonly [name: string, size: number]>> = {
  1: ['U8', 1],
  2: ['S8', 1],
  3: ['U16', 2],
  4: ['S16', 2],
  5: ['U32', 4],
  6: ['S32', 4],
  7: ['FLOAT', 4],
  8: ['DOUBLE', 4],
  9: ['STRING3', 3],
  10: ['STRING7', 7],
  11: ['STRING10', 10],
  13: ['STRING20', 20],
  14: ['STRING30', 30],
  15: ['T_STRING40', 40],
  16: ['BINARY', 1],
  17: ['TLP', 3],
  20: ['TIME', 4],
}

/** Opcode 255. */
export const ERRORS: Readonly<Record<number, string>> = {
  1: 'Invalid Opcode Request',
  2: 'Invalid Parameter Number',
  3: 'Invalid Logical Number',
  4: 'Invalid Point Type',
  5: 'Received Too Many Data Bytes',
  6: 'Received Too Few Data Bytes',
  12: 'Obsolete (Reserved, Not Used)',
  13: 'Outside Valid Address Range',
  14: 'Invalid History Request',
  15: 'Invalid FST Request',
  16: 'Invalid Event Entry',
  17: 'Requested Too Many Alarms',
  18: 'Requested Too Many Events',
  19: 'Write to Read-Only Parameter',
  20: 'Security Error',
  21: 'Invalid Security Logon',
  22: 'Invalid Store and Forward Path',
  24: 'History Configuration in Progress',
  25: 'Invalid Parameter Range',
  29: 'Invalid 1 Day History Index Request',
  30: 'Invalid History Point',
  31: 'Invalid Min/Max Request',
  32: 'Invalid TLP',
  33: 'Invalid Time',
  34: 'Illegal Modbus Range',
  50: 'General Error',
  51: 'Invalid State for Write',
  52: 'Invalid Configurable Opcode Request',
  61: 'HART Passthrough Comm Disabled',
  62: 'HART Passthrough Not Licensed',
  63: 'Request Access Level Too High',
  64: 'Invalid Logoff String',
}

/** Parameters that say who a device is: point types 15 (ROC) and 91 (ROC Plus), system variables. */
export const IDENTITY_POINTS: ReadonlySet<number> = new Set([15, 91])
export const IDENTITY_PARAMETERS: Readonly<
  Record<number, readonly [attribute: 'name' | 'firmware' | 'vendor' | 'serial' | 'description', size: number]>
> = {
  2: ['name', 20],
  9: ['firmware', 20],
  10: ['vendor', 20],
  12: ['serial', 12],
  13: ['description', 20],
}
