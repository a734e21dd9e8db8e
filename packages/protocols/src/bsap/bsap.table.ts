/**
 * Functions of BSAP. Sources: BSAP Communications Application Programmer's Reference (Emerson D4052); names of the logs as
 * ICSNPP prints them.
 */
import type { Access } from '@isthmus/model'

/** Message functions of the IP header; the manual leaves them out. */
export const MESSAGE = { poll: 0, lastResponse: 1, response: 5, request: 6, request2: 0x84, request3: 0x86 }
export const MESSAGE_NAMES: Readonly<Record<number, string>> = {
  0: 'POLL',
  1: 'RESPONSECNT',
  5: 'RESPONSE',
  6: 'REQUEST',
  132: 'REQUEST',
  134: 'REQUEST',
}

export const APPLICATION = { online: 0x03, flashDownload: 0x68, flashConfiguration: 0x6a, rdb: 0xa0, rdbExtension: 0xa1 }
/** Destination functions: to whom in the node a message goes. */
export const APPLICATIONS: Readonly<Record<number, readonly [words: string, access: Access]>> = {
  64: ['RTU interface', 'session'],
  72: ['diagnostics', 'identify'],
  80: ['transmitter request', 'read'],
  81: ['transmitter response', 'read'],
  96: ['communication buffer', 'session'],
  104: ['flash download', 'program'],
  106: ['flash configuration', 'configure'],
  112: ['command', 'control'],
  120: ['download', 'program'],
  129: ['dial-up acknowledgement', 'session'],
  131: ['message discarded', 'session'],
  133: ['poll', 'session'],
  134: ['down transmit acknowledgement', 'session'],
  135: ['nothing to send', 'session'],
  136: ['time synchronisation and routing table', 'configure'],
  137: ['ask for time and routing table', 'read'],
  138: ['acknowledgement with poll', 'session'],
  139: ['acknowledgement', 'session'],
  149: ['no buffer', 'session'],
  160: ['remote data base', 'read'],
  161: ['remote data base extension', 'configure'],
  162: ['report by exception', 'read'],
  163: ['report by exception manager', 'configure'],
  168: ['acknowledge alarm', 'control'],
  169: ['initialise alarms', 'control'],
  170: ['alarm report', 'read'],
  176: ['peer-to-peer master', 'read'],
  177: ['peer-to-peer slave', 'read'],
  191: ['tunnel', 'session'],
}
export const LOGGED_APPLICATIONS: Readonly<Record<number, string>> = { 3: 'PEI_PC', 160: 'RDB', 161: 'RDB_EXTENSION' }

/** Functions of the remote data base. */
export const RDB_NAMES: Readonly<Record<number, string>> = {
  0: 'READ_SIGNAL_BY_ADDRESS',
  2: 'READ_LOGICAL_BY_ADDRESS',
  4: 'READ_SIGNAL_BY_NAME',
  6: 'READ_LOGICAL_BY_NAME',
  12: 'READ_SIGNAL_BY_LIST_START',
  13: 'READ_SIGNAL_BY_LIST_CONTINUE',
  14: 'READ_LOGICAL_BY_LIST_START',
  15: 'READ_LOGICAL_BY_LIST_CONTINUE',
  128: 'WRITE_SIGNAL_BY_ADDRESS',
  132: 'WRITE_SIGNAL_BY_NAME',
  140: 'WRITE_SIGNAL_BY_LIST_START',
  141: 'WRITE_SIGNAL_BY_LIST_CONTINUE',
}
/** ICSNPP numbers an answer by its question's function and this. */
export const ANSWERED = 0x50

export const RDB_EXTENSIONS: Readonly<Record<number, readonly [log: string, words: string, access: Access]>> = {
  257: ['RESET SYSTEM', 'reset system', 'control'],
  258: ['DIAGNOSTICS RESET', 'reset diagnostics', 'configure'],
  513: ['READ DATE AND TIME', 'read date and time', 'read'],
  514: ['READ DATE', 'read date', 'read'],
  515: ['READ TIME', 'read time', 'read'],
  641: ['WRITE DATE AND TIME', 'write date and time', 'configure'],
  1024: ['CHANGE LOCAL NODE ADDR', 'change local node address', 'configure'],
}

/** What a write does to a signal, and the bytes of the value behind it. */
export const WRITES: Readonly<Record<number, readonly [value: string | boolean | 'float', size: number]>> = {
  1: ['alarm enabled', 0],
  2: ['alarm disabled', 0],
  3: ['control enabled', 0],
  4: ['control inhibited', 0],
  5: ['manual enabled', 0],
  6: ['manual inhibited', 0],
  7: ['questionable', 0],
  8: ['not questionable', 0],
  9: [true, 0],
  10: [false, 0],
  11: ['float', 4],
}
