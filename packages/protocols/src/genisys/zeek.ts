/** Rows of ICSNPP's genisys.log. It begins its own check with zero, so its two columns differ for every good message. */
import type { SeenMessage } from '@isthmus/wire'
import { crc16 } from '../crc16.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { FIRST_QUESTION, MESSAGES } from './genisys.table.ts'
import type { Genisys, GenisysState } from './genisys.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  genisys: {
    columns: [
      ['proto', 'enum'],
      ['header', 'string'],
      ['server', 'count'],
      ['direction', 'string'],
      ['crc_transmitted', 'string'],
      ['crc_calculated', 'string'],
      ['payload', 'vector[string]'],
    ],
  },
}

export function zeek({ message: m, flow }: SeenMessage<Genisys, GenisysState>, put: PutRow): void {
  const payload: string[] = []
  for (let i = 0; i + 1 < m.pairs.length; i += 2) payload.push(`${m.pairs[i]}=${m.pairs[i + 1]}`)
  const isSent = m.crc > 0
  put('genisys', [
    flow.transport,
    MESSAGES[m.code]?.[0] ?? 'unknown',
    m.unit,
    m.code >= FIRST_QUESTION ? 'request' : 'response',
    isSent ? hex(m.crc) : undefined,
    isSent ? hex(crc16(m.plain, 0, m.plain.length, 0)) : undefined,
    payload.length > 0 ? payload : undefined,
  ])
}

/** At least two digits. */
const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`
