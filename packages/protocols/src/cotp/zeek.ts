/** Rows of ICSNPP's cotp.log: one a TPDU. */
import type { SeenMessage } from '@isthmus/wire'
import { hex, SENDER_COLUMNS, senderCells } from '../icsnpp.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { TPDU } from './cotp.table.ts'
import type { Cotp } from './cotp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  cotp: { columns: [...SENDER_COLUMNS, ['pdu_code', 'string'], ['pdu_name', 'string']] },
}

export function zeek({ message: m, from, flow }: SeenMessage<Cotp>, put: PutRow): void {
  put('cotp', [...senderCells(from, flow), hex(m.pdu, 2), TPDU[m.pdu] ?? `Unknown COTP PDU-${hex(m.pdu, 2)}`])
}
