/** S7comm-plus numbers as publicly analysed. Names are ICSNPP's. */
import type { Access } from '@isthmus/model'

export const OPCODES: Readonly<Record<number, string>> = { 0x31: 'Request', 0x32: 'Response', 0x33: 'Notification' }

export const FUNCTIONS: Readonly<Record<number, readonly [zeek: string, access: Access]>> = {
  0x04bb: ['Explore', 'identify'],
  0x04ca: ['Create Object', 'session'],
  0x04d4: ['Delete Object', 'session'],
  0x04f2: ['Set Variable', 'write'],
  0x0524: ['Get Link', 'identify'],
  0x0542: ['Set Multi Variables', 'write'],
  0x054c: ['Get Multi Variables', 'read'],
  0x0556: ['Begin Sequence', 'program'],
  0x0560: ['End Sequence', 'program'],
  0x056b: ['Invoke', 'control'],
  0x0586: ['Get Variable Sub Streamed', 'read'],
}

/** Attribute of the CPU's execution unit (object 0x34) that asks for a state, and of a session that proves the right to it. */
export const EXECUTION_UNIT = 0x34
export const OPERATING_STATE_REQUEST = 2167
export const LEGITIMATION = 1846
export const OPERATING_STATES: Readonly<Record<number, 'stop' | 'run'>> = { 0x01: 'stop', 0x03: 'run' }
