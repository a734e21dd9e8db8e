/** ICSNPP's ge_srtp_general log: a row a question or answer. */
import type { SeenMessage } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { Cell, LogSpec, PutRow } from '../protocol.ts'
import { ERRORS, MESSAGE_TYPES, MINOR_ERRORS, PLC_STATES, SEGMENTS, SERVICES, STATUS_BITS } from './ge-srtp.table.ts'
import type { GeSrtp, GeSrtpState } from './ge-srtp.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ge_srtp_general: {
    columns: [
      ['proto', 'string'],
      ['srtp_type', 'string'],
      ['sequence_number_1', 'count'],
      ['text_length', 'count'],
      ['time_seconds', 'count'],
      ['time_minutes', 'count'],
      ['time_hours', 'count'],
      ['sequence_number_2', 'count'],
      ['message_type', 'string'],
      ['mailbox_source', 'string'],
      ['mailbox_destination', 'string'],
      ['packet_number', 'count'],
      ['total_packet_number', 'count'],
      ['service_request_code', 'string'],
      ['segment_selector', 'string'],
      ['memory_offset', 'count'],
      ['data_length', 'count'],
      ['status_code', 'string'],
      ['minor_status_code', 'string'],
      ['data_requested', 'string'],
      ['control_program_number', 'count'],
      ['current_privilege_level', 'count'],
      ['last_sweep_time', 'count'],
      ['oversweep_flag', 'string'],
      ['constant_sweep_mode', 'string'],
      ['plc_fault_entry_last_read', 'string'],
      ['io_fault_entry_last_read', 'string'],
      ['plc_fault_entry_present', 'string'],
      ['io_fault_entry_present', 'string'],
      ['programmer_attachment', 'string'],
      ['front_panel_enable_switch', 'string'],
      ['front_panel_run_switch', 'string'],
      ['oem_protected', 'string'],
      ['plc_state', 'string'],
    ],
  },
}

const hex = (data: Uint8Array): string => `0x${hexText(data)}`
const NONE = (n: number): undefined[] => Array.from({ length: n }, () => undefined)

export function zeek({ message: m }: SeenMessage<GeSrtp, GeSrtpState>, put: PutRow): void {
  if (m.type < 2) return
  const isQuestion = m.type === 2
  const cells: Cell[] = [
    'ge_srtp',
    isQuestion ? 'Request' : 'Reply',
    m.sequence,
    m.textLength,
    ...m.time,
    isQuestion ? m.mailboxSequence : undefined,
    MESSAGE_TYPES[m.messageType] ?? 'Unknown',
    hex(m.source),
    hex(m.destination),
    m.packet,
    m.packets,
  ]
  if (isQuestion) {
    put('ge_srtp_general', [
      ...cells,
      SERVICES[m.service]?.[2] ?? 'Unknown',
      SEGMENTS[m.selector]?.[2] ?? 'Unknown',
      m.offset,
      m.length,
      ...NONE(17),
    ])
    return
  }
  put('ge_srtp_general', [
    ...cells,
    ...NONE(4),
    ERRORS[m.status] ?? 'Unknown',
    MINOR_ERRORS[m.minor] ?? 'Unknown',
    hex(m.inline),
    m.program,
    m.privilege,
    m.sweep,
    ...STATUS_BITS.map(([bit, set, clear]) => ((m.word >> bit) & 1 ? set : clear)),
    PLC_STATES[m.word >> 12] ?? 'Unknown',
  ])
}
