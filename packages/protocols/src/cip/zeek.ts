/** Rows of ICSNPP's cip.log: one a service, those inside a multiple service packet included. */
import type { SeenMessage } from '@isthmus/wire'
import { hex, linkId, SENDER_COLUMNS, senderCells } from '../icsnpp.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { CLASSES, EXTENDED, SERVICES, STATUS } from './cip.table.ts'
import type { Cip, CipState } from './cip.ts'
import type { Service } from './service.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  cip: {
    columns: [
      ...SENDER_COLUMNS,
      ['packet_correlation_id', 'string'],
      ['cip_sequence_count', 'count'],
      ['direction', 'string'],
      ['cip_service_code', 'string'],
      ['cip_service', 'string'],
      ['cip_status_code', 'string'],
      ['cip_status', 'string'],
      ['cip_extended_status_code', 'string'],
      ['cip_extended_status', 'string'],
      ['class_id', 'string'],
      ['class_name', 'string'],
      ['instance_id', 'string'],
      ['attribute_id', 'string'],
    ],
  },
}

export function zeek({ message: m, from, flow, lastPacket }: SeenMessage<Cip, CipState>, put: PutRow): void {
  if (m.service === undefined) return
  const head = [...senderCells(from, flow), linkId(flow.uid, lastPacket), m.sequence > 0 ? m.sequence : undefined]
  put('cip', [...head, ...cellsOf(m.service)])
  for (const part of m.service.parts) put('cip', [...head, ...cellsOf(part)])
}

function cellsOf(s: Service): Cell[] {
  const named: Cell[] = [s.isAnswer ? 'response' : 'request', hex(s.code, 2), SERVICES[s.code]?.[0] ?? 'unknown']
  if (s.isAnswer) {
    const isExtended = s.extended >= 0
    return [
      ...named,
      hex(s.status, 2),
      STATUS[s.status] ?? `Unknown CIP Status-${hex(s.status, 2)}`,
      isExtended ? hex(s.extended, 4) : undefined,
      isExtended ? (EXTENDED[s.extended] ?? `Unknown Extended Status-${hex(s.extended, 4)}`) : undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]
  }
  const { classId, instance, attribute } = s.path
  const hasClass = classId >= 0
  return [
    ...named,
    undefined,
    undefined,
    undefined,
    undefined,
    hasClass ? hex(classId, 2) : undefined,
    hasClass ? (CLASSES[classId] ?? 'unknown') : undefined,
    instance < 0 ? undefined : hex(instance, 2),
    attribute < 0 ? undefined : hex(attribute, 2),
  ]
}
