/**
 * S7comm numbers and their names: the protocol of S7-300/400 as publicly analysed (Siemens publishes no specification).
 * Sources: Siemens "System Software for S7-300/400 System and Standard Functions" (SZL, error codes), public analyses of the
 * wire format. Names in the `…_NAMES` tables are ICSNPP's.
 */
import type { Access } from '@isthmus/model'

export const ROSCTR = { job: 1, ack: 2, ackData: 3, userData: 7 } as const
export const ROSCTR_NAMES: Readonly<Record<number, string>> = { 1: 'Job-Request', 2: 'ACK', 3: 'ACK-Data', 7: 'User-Data' }

/** Job functions. */
export const FUNCTIONS: Readonly<Record<number, readonly [operation: string, zeek: string, access: Access]>> = {
  0: ['CPU services', 'CPU Services', 'session'],
  4: ['read variable', 'Read Variable', 'read'],
  5: ['write variable', 'Write Variable', 'write'],
  26: ['request download', 'Request Download', 'program'],
  27: ['download block', 'Download Block', 'program'],
  28: ['end download', 'Download Ended', 'program'],
  29: ['start upload', 'Start Upload', 'program'],
  30: ['upload', 'Upload', 'program'],
  31: ['end upload', 'End Upload', 'program'],
  40: ['program invocation', 'PLC Control', 'control'],
  41: ['stop', 'PLC Stop', 'control'],
  240: ['set up communication', 'Setup Communication', 'session'],
}

export const ERROR_CLASSES: Readonly<Record<number, string>> = {
  0: 'No error',
  129: 'Application relationship error',
  130: 'Object definition error',
  131: 'No ressources available error',
  132: 'Error on service processing',
  133: 'Error on supplies',
  135: 'Access error',
}

/** What an item's return code says, in our words. */
export const REFUSALS: Readonly<Record<number, string>> = {
  1: 'hardware error',
  3: 'access not allowed',
  5: 'invalid address',
  6: 'data type not supported',
  7: 'data type inconsistent',
  10: 'object does not exist',
}

/** The same as ICSNPP spells it. */
export const RETURN_CODES: Readonly<Record<number, string>> = {
  0: 'Reserved',
  1: 'Hardware error',
  3: 'Accessing the bbject not allowed',
  5: 'Invalid address',
  6: 'Data type not supported',
  7: 'Data type inconsistent',
  10: 'Object does not exist',
  255: 'Success',
}

type Sub = readonly [zeek: string, access: Access]

/** User-data groups with their sub-functions. */
export const GROUPS: Readonly<Record<number, { readonly name: string; readonly subs: Readonly<Record<number, Sub>> }>> = {
  0: {
    name: 'Mode-Transition',
    subs: {
      0: ['Stop', 'control'],
      1: ['Warm Restart', 'control'],
      2: ['Run', 'control'],
      3: ['Hot Restart', 'control'],
      4: ['Hold', 'control'],
      6: ['Cold Restart', 'control'],
      9: ['Run_R', 'control'],
      11: ['Link-Up', 'control'],
      12: ['Update', 'control'],
    },
  },
  1: {
    name: 'Programmer Controls',
    subs: {
      1: ['Block Status', 'read'],
      2: ['Variable Status', 'read'],
      3: ['Output ISTACK', 'read'],
      4: ['Output BSTACK', 'read'],
      5: ['Output LSTACK', 'read'],
      6: ['Time Measurement', 'read'],
      7: ['Force Selection', 'control'],
      8: ['Modify Variable', 'write'],
      9: ['Force', 'control'],
      10: ['Breakpoint', 'control'],
      11: ['Exit HOLD', 'control'],
      12: ['Memory Reset', 'control'],
      13: ['Disable Job', 'session'],
      14: ['Enable Job', 'session'],
      15: ['Delete Job', 'session'],
      16: ['Read Job List', 'session'],
      17: ['Read Job', 'session'],
      18: ['Replace Job', 'session'],
      19: ['Block Status v2', 'read'],
      22: ['Flash LED', 'control'],
    },
  },
  2: {
    name: 'Cyclic Services',
    subs: {
      1: ['Cyclic Transfer', 'read'],
      4: ['Unsubscribe', 'session'],
      5: ['Change Driven Transfer', 'read'],
      7: ['Change Driven Transfer Modify', 'read'],
      8: ['RDREC', 'read'],
    },
  },
  3: {
    name: 'Block Functions',
    subs: { 1: ['List Blocks', 'identify'], 2: ['List Blocks of Type', 'identify'], 3: ['Get Block Info', 'identify'] },
  },
  4: {
    name: 'CPU Functions',
    subs: {
      1: ['Read SZL', 'identify'],
      2: ['Message Service', 'session'],
      3: ['Diagnostic Message', 'read'],
      4: ['ALARM_8 Indication', 'read'],
      5: ['NOTIFY Indication', 'read'],
      6: ['ALARM_8 Lock', 'control'],
      7: ['ALARM_8 Unlock', 'control'],
      8: ['SCAN Indication', 'read'],
      11: ['ALARM_S Indication', 'read'],
      12: ['ALARM_SQ Indication', 'read'],
      13: ['ALARM Query', 'read'],
      14: ['ALARM ACK', 'control'],
      17: ['ALARM ACK Indication', 'read'],
      18: ['ALARM Lock Indication', 'read'],
      19: ['ALARM Unlock Indication', 'read'],
      22: ['NOTIFY_8 Indication', 'read'],
    },
  },
  5: { name: 'Security', subs: { 1: ['PLC Password', 'session'], 2: ['Clear PLC Password', 'session'] } },
  6: { name: 'PBC BSEND-BRECV', subs: { 0: ['Block Send', 'write'] } },
  7: {
    name: 'Time Functions',
    subs: {
      1: ['Read Clock', 'read'],
      2: ['Set Clock', 'configure'],
      3: ['Read Clock (Following)', 'read'],
      4: ['Set Clock (2)', 'configure'],
    },
  },
  15: { name: 'NC Programming', subs: {} },
}

/** Groups whose sub-functions ICSNPP names, and the one it leaves out there. */
export const NAMED_GROUPS: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 7])

/** Partial lists of the system status list, by the low byte of the SZL id. */
export const SZL_NAMES: Readonly<Record<number, string>> = {
  0: 'List of all the SZL-IDs of a module',
  17: 'Module identification',
  18: 'CPU characteristics',
  19: 'User memory areas',
  20: 'System areas',
  21: 'Block types',
  22: 'Priority classes',
  23: 'List of the permitted SDBs with a number < 1000',
  24: 'Maximum S7-300 I/O configuration',
  25: 'Status of the module LEDs',
  28: 'Component Identification',
  33: 'Interrupt / error assignment',
  34: 'Interrupt status',
  35: 'Priority classes',
  36: 'Modes',
  37: 'Assignment between process image partitions and OBs',
  49: 'Communication capability parameters',
  50: 'Communication status data',
  51: 'Diagnostics: device logon list',
  55: 'Ethernet - Details of a Module',
  113: 'H CPU group information',
  116: 'Status of the module LEDs',
  117: 'Switched DP slaves in the H-system',
  129: 'Start information list',
  130: 'Start event list',
  145: 'Module status information',
  146: 'Rack / station status information',
  148: 'Rack / station status information',
  149: 'Extended DP master system information',
  150: 'Module status information, PROFINET IO and PROFIBUS DP',
  160: 'Diagnostic buffer of the CPU',
  177: 'Module diagnostic information (data record 0)',
  178: 'Module diagnostic information (data record 1), geographical address',
  179: 'Module diagnostic information (data record 1), logical address',
  180: 'Diagnostic data of a DP slave',
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
  3: 'SI',
  5: 'SF',
  6: 'AI',
  7: 'AQ',
  28: 'C',
  29: 'T',
  30: 'IEC C',
  31: 'IEC T',
  128: 'P',
  129: 'I',
  130: 'Q',
  131: 'M',
  132: 'DB',
  133: 'DI',
  134: 'L',
  135: 'V',
}

/** Item types: name of the values, bytes of one, and the letter of the address notation. */
export const TYPES: Readonly<Record<number, readonly [name: string, width: number, letter: string]>> = {
  1: ['bool', 0, 'X'],
  2: ['uint8', 1, 'B'],
  3: ['char', 1, 'B'],
  4: ['uint16', 2, 'W'],
  5: ['int16', 2, 'W'],
  6: ['uint32', 4, 'D'],
  7: ['int32', 4, 'D'],
  8: ['float32', 4, 'D'],
  9: ['uint16', 2, 'W'],
  10: ['uint32', 4, 'D'],
  11: ['int32', 4, 'D'],
  12: ['uint16', 2, 'W'],
  15: ['bytes', 8, 'B'],
  19: ['string', 1, 'B'],
  28: ['uint16', 2, ''],
  29: ['uint16', 2, ''],
  30: ['uint16', 2, ''],
  31: ['uint16', 2, ''],
}

/** User-data parameter errors, as STEP 7 words them. */
export const PARAMETER_ERRORS: Readonly<Record<number, string>> = {
  272: 'invalid block number',
  273: 'invalid request length',
  274: 'invalid parameter',
  275: 'invalid block type',
  276: 'block not found',
  277: 'block already exists',
  278: 'block is write-protected',
  280: 'block has no valid password',
  33028: 'function not available or protected',
  53250: 'invalid SZL id',
  53251: 'invalid SZL index',
  53413: 'no job of that number',
  53761: 'syntax error in block name',
  53762: 'syntax error in function parameters',
  53769: 'block does not exist',
  53776: 'block number too large',
  53824: 'coordination rules violated',
  53825: 'operation not permitted at this protection level',
  54785: 'password syntax error',
  54786: 'wrong password',
  54788: 'connection already enabled',
  54789: 'no password configured',
}
