/**
 * Modbus numbers and their names.
 *
 * Source: MODBUS Application Protocol V1.1b3, §5.1 and §6 (functions), §7 (exceptions), §6.8.1 (diagnostics), §6.21 (device
 * identification). Vendor functions from Modicon's reference guide PI-MBUS-300 rev. J. `zeek` names are Zeek's.
 */
import type { Access } from '@isthmus/model'

export type Table = 'coil' | 'discrete' | 'holding' | 'input' | ''

/** How the bytes after the function code are laid out. */
export type Shape =
  | 'read-bits'
  | 'read-registers'
  | 'write-one'
  | 'write-many'
  | 'diagnostics'
  | 'none'
  | 'sized'
  | 'read-file'
  | 'write-file'
  | 'mask'
  | 'read-write'
  | 'fifo'
  | 'mei'
  | 'events'
  | 'status'
  | 'umas'
  | 'rest'

export type FunctionRow = {
  readonly name: string
  readonly zeek: string
  readonly access: Access
  readonly table: Table
  readonly shape: Shape
}

const row = (name: string, zeek: string, access: Access, table: Table, shape: Shape): FunctionRow => ({ name, zeek, access, table, shape })

const NAMED: Readonly<Record<number, FunctionRow>> = {
  1: row('read coils', 'READ_COILS', 'read', 'coil', 'read-bits'),
  2: row('read discrete inputs', 'READ_DISCRETE_INPUTS', 'read', 'discrete', 'read-bits'),
  3: row('read holding registers', 'READ_HOLDING_REGISTERS', 'read', 'holding', 'read-registers'),
  4: row('read input registers', 'READ_INPUT_REGISTERS', 'read', 'input', 'read-registers'),
  5: row('write single coil', 'WRITE_SINGLE_COIL', 'write', 'coil', 'write-one'),
  6: row('write single register', 'WRITE_SINGLE_REGISTER', 'write', 'holding', 'write-one'),
  7: row('read exception status', 'READ_EXCEPTION_STATUS', 'read', '', 'status'),
  8: row('diagnostics', 'DIAGNOSTICS', 'control', '', 'diagnostics'),
  9: row('program (484)', 'PROGRAM_484', 'program', '', 'rest'),
  10: row('poll (484)', 'POLL_484', 'read', '', 'rest'),
  11: row('get comm event counter', 'GET_COMM_EVENT_COUNTER', 'read', '', 'events'),
  12: row('get comm event log', 'GET_COMM_EVENT_LOG', 'read', '', 'sized'),
  13: row('program (584/984)', 'PROGRAM_584_984', 'program', '', 'rest'),
  14: row('poll (584/984)', 'POLL_584_984', 'read', '', 'rest'),
  15: row('write multiple coils', 'WRITE_MULTIPLE_COILS', 'write', 'coil', 'write-many'),
  16: row('write multiple registers', 'WRITE_MULTIPLE_REGISTERS', 'write', 'holding', 'write-many'),
  17: row('report server id', 'REPORT_SLAVE_ID', 'identify', '', 'sized'),
  18: row('program (884/U84)', 'PROGRAM_884_U84', 'program', '', 'rest'),
  19: row('reset comm link (884/U84)', 'RESET_COMM_LINK_884_U84', 'control', '', 'rest'),
  20: row('read file record', 'READ_FILE_RECORD', 'read', '', 'read-file'),
  21: row('write file record', 'WRITE_FILE_RECORD', 'write', '', 'write-file'),
  22: row('mask write register', 'MASK_WRITE_REGISTER', 'write', 'holding', 'mask'),
  23: row('read/write multiple registers', 'READ_WRITE_MULTIPLE_REGISTERS', 'write', 'holding', 'read-write'),
  24: row('read FIFO queue', 'READ_FIFO_QUEUE', 'read', 'holding', 'fifo'),
  40: row('program (Concept)', 'PROGRAM_CONCEPT', 'program', '', 'rest'),
  41: row('multiple function codes', 'MULTIPLE_FUNCTION_CODES', 'unknown', '', 'rest'),
  43: row('encapsulated interface transport', 'ENCAP_INTERFACE_TRANSPORT', 'identify', '', 'mei'),
  90: row('UMAS', 'PROGRAM_UNITY', 'program', '', 'umas'),
  91: row('object messaging', 'OBJECT_MESSAGING', 'unknown', '', 'rest'),
  125: row('firmware replacement', 'FIRMWARE_REPLACEMENT', 'program', '', 'rest'),
  126: row('program (584/984, 2)', 'PROGRAM_584_984_2', 'program', '', 'rest'),
  127: row('report local address', 'REPORT_LOCAL_ADDRESS', 'identify', '', 'rest'),
}

/** Indexed by function code without the exception bit; every code has a row. */
export const FUNCTIONS: readonly FunctionRow[] = Array.from(
  { length: 128 },
  (_, code) => NAMED[code] ?? row(`function ${code}`, `unknown-${code}`, 'unknown', '', 'rest'),
)

export function isNamed(code: number): boolean {
  return NAMED[code] !== undefined
}

/** §7 */
export const EXCEPTIONS: Readonly<Record<number, readonly [name: string, zeek: string]>> = {
  1: ['illegal function', 'ILLEGAL_FUNCTION'],
  2: ['illegal data address', 'ILLEGAL_DATA_ADDRESS'],
  3: ['illegal data value', 'ILLEGAL_DATA_VALUE'],
  4: ['server device failure', 'SLAVE_DEVICE_FAILURE'],
  5: ['acknowledge', 'ACKNOWLEDGE'],
  6: ['server device busy', 'SLAVE_DEVICE_BUSY'],
  8: ['memory parity error', 'MEMORY_PARITY_ERROR'],
  10: ['gateway path unavailable', 'GATEWAY_PATH_UNAVAILABLE'],
  11: ['gateway target device failed to respond', 'GATEWAY_TARGET_DEVICE_FAILED_TO_RESPOND'],
}

/** §6.8.1, as ICSNPP writes them. */
export const DIAGNOSTICS: Readonly<Record<number, string>> = {
  0: 'Return Query Data',
  1: 'Restart Communications Option',
  2: 'Return Diagnostic Register',
  3: 'Change ASCII Input Delimiter',
  4: 'Force Listen Only Mode',
  10: 'Clear Counters and Diagnostic Register',
  11: 'Return Bus Message Count',
  12: 'Return Bus Communication Error Count',
  13: 'Return Bus Exception Error Count',
  14: 'Return Server Message Count',
  15: 'Return Server No Response Count',
  16: 'Return Server NAK Count',
  17: 'Return Server Busy Count',
  18: 'Return Bus Character Overrun Count',
  20: 'Clear Overrun Counter and Flag',
}

/** §6.21: the request's read-device-id code, the objects, and what a conformity level promises. */
export const READ_ID_CODES: Readonly<Record<number, string>> = {
  0: 'Basic Device Identification',
  1: 'Regular Device Identification',
  2: 'Extended Device Identification',
  3: 'Specific Device Identification',
}
export const ID_OBJECTS: Readonly<Record<number, string>> = {
  0: 'VendorName',
  1: 'ProductCode',
  2: 'MajorMinorVersion',
  3: 'VendorURL',
  4: 'ProductName',
  5: 'ModelName',
  6: 'UserApplicationName',
}
export const CONFORMITY: Readonly<Record<number, string>> = {
  1: 'Basic Identification (Stream)',
  2: 'Regular Identification (Stream)',
  4: 'Extended Identification (Stream)',
  129: 'Basic Identification (Stream, Individual)',
  130: 'Regular Identification (Stream, Individual)',
  131: 'Extended Identification (Stream, Individual)',
}

/** Functions of UMAS, Schneider's engineering protocol inside function 90, as publicly analysed. */
export const UMAS: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  1: ['initialise communication', 'session'],
  2: ['read PLC identification', 'identify'],
  3: ['read project information', 'identify'],
  4: ['read PLC information', 'identify'],
  6: ['read memory card information', 'identify'],
  10: ['repeat', 'session'],
  16: ['take PLC reservation', 'session'],
  17: ['release PLC reservation', 'session'],
  18: ['keep alive', 'session'],
  32: ['read memory block', 'read'],
  33: ['write memory block', 'write'],
  34: ['read variables', 'read'],
  35: ['write variables', 'write'],
  36: ['read coils and registers', 'read'],
  37: ['write coils and registers', 'write'],
  38: ['read data dictionary', 'read'],
  48: ['initialise download', 'program'],
  49: ['download block', 'program'],
  50: ['end download', 'program'],
  51: ['initialise upload', 'program'],
  52: ['upload block', 'program'],
  53: ['end upload', 'program'],
  57: ['read Ethernet master data', 'read'],
  64: ['start PLC', 'control'],
  65: ['stop PLC', 'control'],
  80: ['monitor PLC', 'read'],
  88: ['check PLC', 'session'],
  112: ['read I/O object', 'read'],
  113: ['write I/O object', 'write'],
  115: ['get status of module', 'read'],
}
