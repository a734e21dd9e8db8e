/**
 * S7comm numbers and their names: the protocol of S7-300/400 as publicly analysed (Siemens publishes no specification).
 * Sources: Siemens "System Software for S7-300/400 System and Standard Functions" (SZL, error codes), public analyses of the
 * wire format. Names in the `…_NAMES` tables are ICSNPP's.
 */
import type { Access } from '@isthmus/model'

export const ROSCTR = { job: 1, ack: 2, ackData: 3, userData: 7 } as const
export const ROSCTR_NAMES: Readonly<Record<number, string>> = { 0x01: 'Job-Request', 0x02: 'ACK', 0x03: 'ACK-Data', 0x07: 'User-Data' }

/** Job functions. */
export const FUNCTIONS: Readonly<Record<number, readonly [operation: string, zeek: string, access: Access]>> = {
  0x00: ['CPU services', 'CPU Services', 'session'],
  0x04: ['read variable', 'Read Variable', 'read'],
  0x05: ['write variable', 'Write Variable', 'write'],
  0x1a: ['request download', 'Request Download', 'program'],
  0x1b: ['download block', 'Download Block', 'program'],
  0x1c: ['end download', 'Download Ended', 'program'],
  0x1d: ['start upload', 'Start Upload', 'program'],
  0x1e: ['upload', 'Upload', 'program'],
  0x1f: ['end upload', 'End Upload', 'program'],
  0x28: ['program invocation', 'PLC Control', 'control'],
  0x29: ['stop', 'PLC Stop', 'control'],
  0xf0: ['set up communication', 'Setup Communication', 'session'],
}

export const ERROR_CLASSES: Readonly<Record<number, string>> = {
  0x00: 'No error',
  0x81: 'Application relationship error',
  0x82: 'Object definition error',
  0x83: 'No ressources available error',
  0x84: 'Error on service processing',
  0x85: 'Error on supplies',
  0x87: 'Access error',
}

/** What an item's return code says, in our words. */
export const REFUSALS: Readonly<Record<number, string>> = {
  0x01: 'hardware error',
  0x03: 'access not allowed',
  0x05: 'invalid address',
  0x06: 'data type not supported',
  0x07: 'data type inconsistent',
  0x0a: 'object does not exist',
}

/** The same as ICSNPP spells it. */
export const RETURN_CODES: Readonly<Record<number, string>> = {
  0x00: 'Reserved',
  0x01: 'Hardware error',
  0x03: 'Accessing the bbject not allowed',
  0x05: 'Invalid address',
  0x06: 'Data type not supported',
  0x07: 'Data type inconsistent',
  0x0a: 'Object does not exist',
  0xff: 'Success',
}

type Sub = readonly [zeek: string, access: Access]

/** User-data groups with their sub-functions. */
export const GROUPS: Readonly<Record<number, { readonly name: string; readonly subs: Readonly<Record<number, Sub>> }>> = {
  0x00: {
    name: 'Mode-Transition',
    subs: {
      0x00: ['Stop', 'control'],
      0x01: ['Warm Restart', 'control'],
      0x02: ['Run', 'control'],
      0x03: ['Hot Restart', 'control'],
      0x04: ['Hold', 'control'],
      0x06: ['Cold Restart', 'control'],
      0x09: ['Run_R', 'control'],
      0x0b: ['Link-Up', 'control'],
      0x0c: ['Update', 'control'],
    },
  },
  0x01: {
    name: 'Programmer Controls',
    subs: {
      0x01: ['Block Status', 'read'],
      0x02: ['Variable Status', 'read'],
      0x03: ['Output ISTACK', 'read'],
      0x04: ['Output BSTACK', 'read'],
      0x05: ['Output LSTACK', 'read'],
      0x06: ['Time Measurement', 'read'],
      0x07: ['Force Selection', 'control'],
      0x08: ['Modify Variable', 'write'],
      0x09: ['Force', 'control'],
      0x0a: ['Breakpoint', 'control'],
      0x0b: ['Exit HOLD', 'control'],
      0x0c: ['Memory Reset', 'control'],
      0x0d: ['Disable Job', 'session'],
      0x0e: ['Enable Job', 'session'],
      0x0f: ['Delete Job', 'session'],
      0x10: ['Read Job List', 'session'],
      0x11: ['Read Job', 'session'],
      0x12: ['Replace Job', 'session'],
      0x13: ['Block Status v2', 'read'],
      0x16: ['Flash LED', 'control'],
    },
  },
  0x02: {
    name: 'Cyclic Services',
    subs: {
      0x01: ['Cyclic Transfer', 'read'],
      0x04: ['Unsubscribe', 'session'],
      0x05: ['Change Driven Transfer', 'read'],
      0x07: ['Change Driven Transfer Modify', 'read'],
      0x08: ['RDREC', 'read'],
    },
  },
  0x03: {
    name: 'Block Functions',
    subs: { 0x01: ['List Blocks', 'identify'], 0x02: ['List Blocks of Type', 'identify'], 0x03: ['Get Block Info', 'identify'] },
  },
  0x04: {
    name: 'CPU Functions',
    subs: {
      0x01: ['Read SZL', 'identify'],
      0x02: ['Message Service', 'session'],
      0x03: ['Diagnostic Message', 'read'],
      0x04: ['ALARM_8 Indication', 'read'],
      0x05: ['NOTIFY Indication', 'read'],
      0x06: ['ALARM_8 Lock', 'control'],
      0x07: ['ALARM_8 Unlock', 'control'],
      0x08: ['SCAN Indication', 'read'],
      0x0b: ['ALARM_S Indication', 'read'],
      0x0c: ['ALARM_SQ Indication', 'read'],
      0x0d: ['ALARM Query', 'read'],
      0x0e: ['ALARM ACK', 'control'],
      0x11: ['ALARM ACK Indication', 'read'],
      0x12: ['ALARM Lock Indication', 'read'],
      0x13: ['ALARM Unlock Indication', 'read'],
      0x16: ['NOTIFY_8 Indication', 'read'],
    },
  },
  0x05: { name: 'Security', subs: { 0x01: ['PLC Password', 'session'], 0x02: ['Clear PLC Password', 'session'] } },
  0x06: { name: 'PBC BSEND-BRECV', subs: { 0x00: ['Block Send', 'write'] } },
  0x07: {
    name: 'Time Functions',
    subs: {
      0x01: ['Read Clock', 'read'],
      0x02: ['Set Clock', 'configure'],
      0x03: ['Read Clock (Following)', 'read'],
      0x04: ['Set Clock (2)', 'configure'],
    },
  },
  0x0f: { name: 'NC Programming', subs: {} },
}

/** Groups whose sub-functions ICSNPP names, and the one it leaves out there. */
export const NAMED_GROUPS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 7])

/** Partial lists of the system status list, by the low byte of the SZL id. */
export const SZL_NAMES: Readonly<Record<number, string>> = {
  0x00: 'List of all the SZL-IDs of a module',
  0x11: 'Module identification',
  0x12: 'CPU characteristics',
  0x13: 'User memory areas',
  0x14: 'System areas',
  0x15: 'Block types',
  0x16: 'Priority classes',
  0x17: 'List of the permitted SDBs with a number < 1000',
  0x18: 'Maximum S7-300 I/O configuration',
  0x19: 'Status of the module LEDs',
  0x1c: 'Component Identification',
  0x21: 'Interrupt / error assignment',
  0x22: 'Interrupt status',
  0x23: 'Priority classes',
  0x24: 'Modes',
  0x25: 'Assignment between process image partitions and OBs',
  0x31: 'Communication capability parameters',
  0x32: 'Communication status data',
  0x33: 'Diagnostics: device logon list',
  0x37: 'Ethernet - Details of a Module',
  0x71: 'H CPU group information',
  0x74: 'Status of the module LEDs',
  0x75: 'Switched DP slaves in the H-system',
  0x81: 'Start information list',
  0x82: 'Start event list',
  0x91: 'Module status information',
  0x92: 'Rack / station status information',
  0x94: 'Rack / station status information',
  0x95: 'Extended DP master system information',
  0x96: 'Module status information, PROFINET IO and PROFIBUS DP',
  0xa0: 'Diagnostic buffer of the CPU',
  0xb1: 'Module diagnostic information (data record 0)',
  0xb2: 'Module diagnostic information (data record 1), geographical address',
  0xb3: 'Module diagnostic information (data record 1), logical address',
  0xb4: 'Diagnostic data of a DP slave',
}

/** Block types by their two hex digits in file names: how engineers write them, and ICSNPP's name. */
export const BLOCKS: Readonly<Record<string, readonly [short: string, zeek: string]>> = {
  '08': ['OB', 'Organization Block'],
  '0A': ['DB', 'Data Block'],
  '0B': ['SDB', 'System Data Block'],
  '0C': ['FC', 'Function'],
  '0D': ['SFC', 'System Function'],
  '0E': ['FB', 'Function Block'],
  '0F': ['SFB', 'System Function Block'],
}
export const FILESYSTEMS: Readonly<Record<string, string>> = { P: 'Passive', A: 'Active' }

/** Program invocation services; those of numerical controls begin with `_N_`. */
export const SERVICES: Readonly<Record<string, string>> = {
  _INSE: 'Activates a PLC module',
  _INS2: 'Activates a PLC module',
  _DELE: "Removes module from the PLC's passive file system",
  P_PROGRAM: 'PLC Start / Stop',
  _MODU: 'PLC Copy Ram to Rom',
  _GARB: 'Compress PLC memory',
  _N_LOGIN_: 'Login',
  _N_LOGOUT: 'Logout',
  _N_CANCEL: 'Cancels NC alarm',
  _N_DASAVE: 'PI-Service for copying data from SRAM to FLASH',
  _N_DIGIOF: 'Turns off digitizing',
  _N_DIGION: 'Turns on digitizing',
  _N_DZERO_: 'Set all D numbers invalid for function',
  _N_F_OPER: 'Opens a file read-only',
  _N_OST_OF: 'Overstore OFF',
  _N_OST_ON: 'Overstore ON',
  _N_SCALE_: 'Unit of measurement setting (metric<->INCH)',
  _N_SETUFR: 'Activates user frame',
  _N_STRTLK: 'The global start disable is set',
  _N_STRTUL: 'The global start disable is reset',
  _N_TMRASS: 'Resets the Active status',
  _N_F_DELE: 'Deletes file',
  _N_EXTERN: 'Selects external program for execution',
  _N_EXTMOD: 'Selects external program for execution',
  _N_F_DELR: 'Delete file even without access rights',
  _N_F_XFER: 'Selects file for uploading',
  _N_LOCKE_: 'Locks the active file for editing',
  _N_SELECT: 'Selects program for execution',
  _N_SRTEXT: 'A file is being marked in _N_EXT_DIR',
  _N_F_CLOS: 'Closes file',
  _N_F_OPEN: 'Opens file',
  _N_F_SEEK: 'Position the file search pointer',
  _N_ASUP__: 'Assigns interrupt',
  _N_CHEKDM: 'Start uniqueness check on D numbers',
  _N_CHKDNO: 'Check whether the tools have unique D numbers',
  _N_CONFIG: 'Reconfigures machine data',
  _N_CRCEDN: 'Creates a cutting edge by specifying an edge number',
  _N_DELECE: 'Deletes a cutting edge',
  _N_CREACE: 'Creates a cutting edge',
  _N_CREATO: 'Creates a tool',
  _N_DELETO: 'Deletes tool',
  _N_CRTOCE: 'Generate tool with specified edge number',
  _N_DELVAR: 'Delete data block',
  _N_F_COPY: 'Copies file within the NCK',
  _N_F_DMDA: 'Deletes MDA memory',
  _N_F_PROT: 'Assigns a protection level to a file',
  _N_F_RENA: 'Renames file',
  _N_FINDBL: 'Activates search',
  _N_IBN_SS: 'Sets the set-up switch',
  _N_MMCSEM: 'MMC-Semaphore',
  _N_NCKMOD: 'The mode in which the NCK will work is being set',
  _N_NEWPWD: 'New password',
  _N_SEL_BL: 'Selects a new block',
  _N_SETTST: 'Activate tools for replacement tool group',
  _N_TMAWCO: 'Set the active wear group in one magazine',
  _N_TMCRTC: 'Create tool with specified edge number',
  _N_TMCRTO: 'Creates tool in the tool management',
  _N_TMFDPL: 'Searches an empty place for loading',
  _N_TMFPBP: 'Searches for empty location',
  _N_TMGETT: 'Determines T-number for specific toolID with Duplono',
  _N_TMMVTL: 'Loads or unloads a tool',
  _N_TMPCIT: 'Sets increment value of the piece counter',
  _N_TMPOSM: 'Positions a magazine or tool',
  _N_TRESMO: 'Reset monitoring values',
  _N_TSEARC: 'Complex search via search screenforms',
}

/** Memory areas: letter, and whether a data block number goes before. */
export const AREAS: Readonly<Record<number, string>> = {
  0x03: 'SI',
  0x05: 'SF',
  0x06: 'AI',
  0x07: 'AQ',
  0x1c: 'C',
  0x1d: 'T',
  0x1e: 'IEC C',
  0x1f: 'IEC T',
  0x80: 'P',
  0x81: 'I',
  0x82: 'Q',
  0x83: 'M',
  0x84: 'DB',
  0x85: 'DI',
  0x86: 'L',
  0x87: 'V',
}

/** Item types: name of the values, bytes of one, and the letter of the address notation. */
export const TYPES: Readonly<Record<number, readonly [name: string, width: number, letter: string]>> = {
  0x01: ['bool', 0, 'X'],
  0x02: ['uint8', 1, 'B'],
  0x03: ['char', 1, 'B'],
  0x04: ['uint16', 2, 'W'],
  0x05: ['int16', 2, 'W'],
  0x06: ['uint32', 4, 'D'],
  0x07: ['int32', 4, 'D'],
  0x08: ['float32', 4, 'D'],
  0x09: ['uint16', 2, 'W'],
  0x0a: ['uint32', 4, 'D'],
  0x0b: ['int32', 4, 'D'],
  0x0c: ['uint16', 2, 'W'],
  0x0f: ['bytes', 8, 'B'],
  0x13: ['string', 1, 'B'],
  0x1c: ['uint16', 2, ''],
  0x1d: ['uint16', 2, ''],
  0x1e: ['uint16', 2, ''],
  0x1f: ['uint16', 2, ''],
}

/** User-data parameter errors, as STEP 7 words them. */
export const PARAMETER_ERRORS: Readonly<Record<number, string>> = {
  0x0110: 'invalid block number',
  0x0111: 'invalid request length',
  0x0112: 'invalid parameter',
  0x0113: 'invalid block type',
  0x0114: 'block not found',
  0x0115: 'block already exists',
  0x0116: 'block is write-protected',
  0x0118: 'block has no valid password',
  0x8104: 'function not available or protected',
  0xd002: 'invalid SZL id',
  0xd003: 'invalid SZL index',
  0xd0a5: 'no job of that number',
  0xd201: 'syntax error in block name',
  0xd202: 'syntax error in function parameters',
  0xd209: 'block does not exist',
  0xd210: 'block number too large',
  0xd240: 'coordination rules violated',
  0xd241: 'operation not permitted at this protection level',
  0xd601: 'password syntax error',
  0xd602: 'wrong password',
  0xd604: 'connection already enabled',
  0xd605: 'no password configured',
}

/** Syntax of an item that names byte ranges of data blocks. */
export const RANGES = 0xb0
export const COUNTERS = 0x1c
export const TIMERS = 0x1d

/** Area and width as the tables of STEP 7 for monitoring, modifying and forcing variables name them: our area and type. */
export const TABLE_AREAS: Readonly<Record<number, readonly [area: number, type: number]>> = {
  0x00: [0x83, 0x01],
  0x01: [0x83, 0x02],
  0x02: [0x83, 0x04],
  0x03: [0x83, 0x06],
  0x10: [0x81, 0x01],
  0x11: [0x81, 0x02],
  0x12: [0x81, 0x04],
  0x13: [0x81, 0x06],
  0x20: [0x82, 0x01],
  0x21: [0x82, 0x02],
  0x22: [0x82, 0x04],
  0x23: [0x82, 0x06],
  0x31: [0x80, 0x02],
  0x32: [0x80, 0x04],
  0x33: [0x80, 0x06],
  0x54: [TIMERS, TIMERS],
  0x64: [COUNTERS, COUNTERS],
  0x70: [0x84, 0x01],
  0x71: [0x84, 0x02],
  0x72: [0x84, 0x04],
  0x73: [0x84, 0x06],
}

/** CPU functions from 4 on as Wireshark numbers them; the list above is ICSNPP's, whose logs number them otherwise. */
export const CPU_FUNCTIONS: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x05: ['ALARM_8 indication', 'read'],
  0x06: ['NOTIFY indication', 'read'],
  0x07: ['ALARM_8 lock', 'control'],
  0x08: ['ALARM_8 unlock', 'control'],
  0x09: ['SCAN indication', 'read'],
  0x0b: ['ALARM acknowledge', 'control'],
  0x0c: ['ALARM acknowledge indication', 'read'],
  0x0d: ['ALARM lock indication', 'read'],
  0x0e: ['ALARM unlock indication', 'read'],
  0x11: ['ALARM_SQ indication', 'read'],
  0x12: ['ALARM_S indication', 'read'],
  0x13: ['ALARM query', 'read'],
  0x16: ['NOTIFY_8 indication', 'read'],
}
