/** S7comm-plus numbers as publicly analysed. Names are ICSNPP's. */
import type { Access } from '@isthmus/model'

export const OPCODES: Readonly<Record<number, string>> = { 49: 'Request', 50: 'Response', 51: 'Notification' }

export const FUNCTIONS: Readonly<Record<number, readonly [zeek: string, access: Access]>> = {
  1211: ['Explore', 'identify'],
  1226: ['Create Object', 'session'],
  1236: ['Delete Object', 'session'],
  1266: ['Set Variable', 'write'],
  1316: ['Get Link', 'identify'],
  1346: ['Set Multi Variables', 'write'],
  1356: ['Get Multi Variables', 'read'],
  1366: ['Begin Sequence', 'program'],
  1376: ['End Sequence', 'program'],
  1387: ['Invoke', 'control'],
  1414: ['Get Variable Sub Streamed', 'read'],
}

/** Attribute of the CPU's execution unit (object 0x34) that asks for a state, and of a session that proves the right to it. */
export const EXECUTION_UNIT = 0x34
export const OPERATING_STATE_REQUEST = 2167
export const LEGITIMATION = 1846
export const OPERATING_STATES: Readonly<Record<number, 'stop' | 'run'>> = { 1: 'stop', 3: 'run' }
