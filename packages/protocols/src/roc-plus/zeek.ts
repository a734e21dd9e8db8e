/** Rows of ICSNPP's roc_plus.log and of the log of each kind of data. */
import type { SeenMessage } from '@isthmus/wire'
import { linkId } from '../icsnpp.ts'
import type { PutRow } from '../protocol.ts'
import { DETAIL_COLUMNS } from './logs.table.ts'
import { OPCODES } from './roc-plus.table.ts'
import type { Roc, RocState } from './roc-plus.ts'

export function zeek(seen: SeenMessage<Roc, RocState>, put: PutRow): void {
  const { message: m, flow } = seen
  const link = linkId(flow.uid, seen.firstPacket, seen.fromByte, m.crc)
  const main = m.contents.find(({ log }) => log === '')?.fields
  put('roc_plus', [
    flow.transport,
    link,
    m.type,
    m.destinationUnit,
    m.destinationGroup,
    m.sourceUnit,
    m.sourceGroup,
    OPCODES[m.opcode]?.[0] ?? 'Unknown',
    m.data.length,
    m.crc & 0xff,
    m.crc >> 8,
    main?.error_code,
    main?.error_offset,
  ])
  for (const { log, fields } of m.contents) {
    if (log !== '') put(`roc_plus_${log}`, [link, ...DETAIL_COLUMNS[log]!.map(([column]) => fields[column])])
  }
}
