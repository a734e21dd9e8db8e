/** Rows of ICSNPP's enip.log, cip_identity.log and cip_io.log. */
import type { SeenMessage } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { DEVICE_TYPES } from '../cip/cip.table.ts'
import { VENDORS } from '../cip/vendors.table.ts'
import { hex, linkId, SENDER_COLUMNS, senderCells } from '../icsnpp.ts'
import type { LogSpec, PutRow } from '../protocol.ts'
import { COMMANDS, STATUS } from './enip.table.ts'
import type { Enip } from './enip.ts'
import type { CipIo } from './io.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  enip: {
    columns: [
      ...SENDER_COLUMNS,
      ['packet_correlation_id', 'string'],
      ['enip_command_code', 'string'],
      ['enip_command', 'string'],
      ['length', 'count'],
      ['session_handle', 'string'],
      ['enip_status', 'string'],
      ['sender_context', 'string'],
      ['options', 'string'],
    ],
  },
  cip_identity: {
    columns: [
      ...SENDER_COLUMNS,
      ['packet_correlation_id', 'string'],
      ['encapsulation_version', 'count'],
      ['socket_address', 'addr'],
      ['socket_port', 'count'],
      ['vendor_id', 'count'],
      ['vendor_name', 'string'],
      ['device_type_id', 'count'],
      ['device_type_name', 'string'],
      ['product_code', 'count'],
      ['revision', 'string'],
      ['device_status', 'string'],
      ['serial_number', 'string'],
      ['product_name', 'string'],
      ['device_state', 'string'],
    ],
  },
}

export const ioLogs: Readonly<Record<string, LogSpec>> = {
  cip_io: {
    columns: [
      ...SENDER_COLUMNS,
      ['packet_correlation_id', 'string'],
      ['connection_id', 'string'],
      ['sequence_number', 'count'],
      ['data_length', 'count'],
      ['io_data', 'string'],
    ],
  },
}

export function zeek({ message: m, from, flow, lastPacket }: SeenMessage<Enip>, put: PutRow): void {
  const head = [...senderCells(from, flow), linkId(flow.uid, lastPacket)]
  put('enip', [
    ...head,
    hex(m.command, 2),
    COMMANDS[m.command]?.[0] ?? 'unknown',
    m.length,
    hex(m.session, 8),
    STATUS[m.status] ?? `Unknown ENIP Status-${hex(m.status, 2)}`,
    `0x${m.context}`,
    hex(m.options, 8),
  ])
  const id = m.identity
  if (id === undefined) return
  put('cip_identity', [
    ...head,
    id.version,
    id.socketAddress,
    id.socketPort,
    id.vendor,
    VENDORS[id.vendor] ?? 'unknown',
    id.deviceType,
    DEVICE_TYPES[id.deviceType] ?? 'unknown',
    id.productCode,
    `${id.revisionMajor}.${id.revisionMinor}`,
    hex(id.status, 4),
    hex(id.serial, 8),
    id.productName,
    hex(id.state, 4),
  ])
}

export function zeekIo({ message: m, from, flow, lastPacket }: SeenMessage<CipIo>, put: PutRow): void {
  const data = hexText(m.data)
  put('cip_io', [...senderCells(from, flow), linkId(flow.uid, lastPacket), hex(m.connection, 8), m.sequence, m.length, data])
}
