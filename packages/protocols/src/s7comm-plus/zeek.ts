/**
 * Rows of ICSNPP's s7comm_plus.log. ICSNPP reads the byte behind the length as a digest's length in every version, so that
 * only version 3 shows true opcodes; the log repeats that, the observations do not.
 */
import type { SeenMessage } from '@isthmus/wire'
import { hex, SENDER_COLUMNS, senderCells } from '../icsnpp.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { FUNCTIONS, OPCODES } from './s7comm-plus.table.ts'
import type { PlusState, S7commPlus } from './s7comm-plus.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  s7comm_plus: {
    columns: [
      ...SENDER_COLUMNS,
      ['version', 'count'],
      ['opcode', 'string'],
      ['opcode_name', 'string'],
      ['function_code', 'string'],
      ['function_name', 'string'],
    ],
  },
}

export function zeek({ message: m, from, flow }: SeenMessage<S7commPlus, PlusState>, put: PutRow): void {
  const { whole } = m
  const at = 5 + (whole[4] ?? 0)
  // Opcode and four more bytes must be there.
  if (at + 5 > whole.length) return
  const opcode = whole[at]!
  const isCall = opcode === 0x31 || opcode === 0x32
  const code = isCall ? (whole[at + 3]! << 8) | whole[at + 4]! : -1
  put('s7comm_plus', [
    ...senderCells(from, flow),
    m.version,
    hex(opcode, 2),
    OPCODES[opcode] ?? `Unknown s7comm-plus opcode-${hex(opcode, 2)}`,
    isCall ? hex(code, 4) : undefined,
    isCall ? (FUNCTIONS[code]?.[0] ?? `Unknown s7comm-plus function-${hex(code, 4)}`) : undefined,
  ])
}
