/**
 * The five logs of icsnpp-hart-ip: every message, the commands in it, the sessions of an audit log. Ids that link their rows
 * stand last in each, where ICSNPP has them first.
 */
import type { SeenMessage } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { linkId } from '../icsnpp.ts'
import type { Cell, Column, LogSpec, PutRow } from '../protocol.ts'
import * as codes from './codes.table.ts'
import { COMMON_COLUMNS, type CommandData, UNIVERSAL_COLUMNS, zeekName } from './commands.ts'
import { type HartIp, type HartState, TYPE } from './hart-ip.ts'

const flags = (prefix: string, names: readonly string[]): Column[] => names.map((name) => [`${prefix}_${name}`, 'bool'])
const count = (name: string): Column => [name, 'count']
const text = (name: string): Column => [name, 'string']
const STATUS = [
  'device_malfunction',
  'configuration_changed',
  'cold_start',
  'more_status_available',
  'loop_current_fixed',
  'loop_current_saturated',
  'non_primary_variable_out_of_limits',
  'primary_variable_out_of_limits',
]
const EXTENDED = [
  'function_check',
  'out_of_specification',
  'failure',
  'critical_power_failure',
  'device_variable_alert',
  'maintenance_required',
]
const PROTO: Column = ['proto', 'enum']
const COMMAND_LINK = text('command_number_link_id')
const DIRECT_LINK = text('direct_pdu_command_link_id')
const SESSION_LINK = text('session_log_record_link_id')

export const logs: Readonly<Record<string, LogSpec>> = {
  hart_ip_general: {
    columns: [
      PROTO,
      ['message_packet_bytes', 'vector[count]'],
      count('header_version'),
      count('header_message_type_reserved'),
      text('header_message_type_message_type'),
      text('header_message_id'),
      text('header_status_code'),
      count('header_sequence_number'),
      count('header_length'),
      count('session_initiate_master_type'),
      count('session_initiate_inactivity_close_timer'),
      text('token_passing_pdu_delimiter_address_type'),
      count('token_passing_pdu_delimiter_expansion_bytes'),
      text('token_passing_pdu_delimiter_physical_layer_type'),
      text('token_passing_pdu_delimiter_frame_type'),
      count('token_passing_pdu_address_v4'),
      text('token_passing_pdu_address_v6'),
      text('token_passing_pdu_command_number'),
      count('token_passing_pdu_byte_count'),
      count('token_passing_pdu_check_byte'),
      ['token_passing_pdu_contents_data_data', 'vector[count]'],
      count('token_passing_pdu_contents_response_response_code'),
      ...flags('token_passing_pdu_contents_response_device_status', STATUS),
      ...flags('direct_pdu_device_status', STATUS),
      count('direct_pdu_extended_status_undefined_bits'),
      ...flags('direct_pdu_extended_status', EXTENDED),
      count('read_audit_log_start_record'),
      count('read_audit_log_number_of_records'),
      ['read_audit_log_power_up_time', 'double'],
      ['read_audit_log_last_security_change', 'double'],
      count('read_audit_log_server_status_undefined_bits'),
      ...flags('read_audit_log_server_status', [
        'insecure_syslog_connection',
        'syslog_server_located_but_connection_failed',
        'unable_to_locate_syslog_server',
      ]),
      count('read_audit_log_session_record_size'),
      COMMAND_LINK,
      DIRECT_LINK,
      SESSION_LINK,
    ],
  },
  hart_ip_direct_pdu_command: {
    columns: [
      PROTO,
      ['direct_pdu_command_data_data', 'vector[count]'],
      text('direct_pdu_command_command_number'),
      count('direct_pdu_command_byte_count'),
      count('direct_pdu_contents_response_response_code'),
      DIRECT_LINK,
      COMMAND_LINK,
    ],
  },
  hart_ip_session_record: {
    columns: [
      PROTO,
      ['session_log_record_client_i_pv4_address', 'addr'],
      ['session_log_record_client_i_pv6_address', 'addr'],
      count('session_log_record_client_port'),
      count('session_log_record_server_port'),
      ['session_log_record_connect_time', 'double'],
      ['session_log_record_disconnect_time', 'double'],
      count('session_log_record_session_status_summary_undefined_bits'),
      ...flags('session_log_record_session_status_summary', [
        'insecure_session',
        'session_timeout',
        'aborted_session',
        'bad_session_initialization',
        'writes_occured',
      ]),
      count('session_log_record_start_configuration_change_count'),
      count('session_log_record_end_configuration_change_count'),
      count('session_log_record_num_publish_pdu'),
      count('session_log_record_num_request_pdu'),
      count('session_log_record_num_response_pdu'),
      SESSION_LINK,
    ],
  },
  hart_ip_universal_commands: { columns: [PROTO, ...UNIVERSAL_COLUMNS, COMMAND_LINK] },
  hart_ip_common_commands: { columns: [PROTO, ...COMMON_COLUMNS, COMMAND_LINK] },
}

const named = (code: number, names: Readonly<Record<number, string>>): string => names[code] ?? `unknown-0x${code.toString(16)}`
/** `width` bits of `value`, the highest first. */
const bits = (value: number, width: number): boolean[] => Array.from({ length: width }, (_, i) => ((value >> (width - 1 - i)) & 1) === 1)
const nothing = (many: number): Cell[] => new Array<Cell>(many).fill(undefined)

export function zeek({ message: m, flow, lastPacket }: SeenMessage<HartIp, HartState>, put: PutRow): void {
  if (m.isTruncated) return
  const proto = flow.transport
  const isParsed = m.type === TYPE.request || m.type === TYPE.response
  const token = isParsed ? m.token : undefined
  const direct = isParsed ? m.direct : undefined
  const audit = isParsed ? m.audit : undefined
  const link = (...parts: readonly (string | number)[]): string => linkId(flow.uid, lastPacket, m.sequence, ...parts)
  const tokenLink = token?.called.data === undefined ? undefined : link('token')
  if (token?.called.data !== undefined) commandRow(token.called.data, proto, tokenLink!, put)
  const directLink = direct === undefined ? undefined : link('direct')
  direct?.commands.forEach((called, i) => {
    const id = called.data === undefined ? undefined : link('command', i)
    if (called.data !== undefined) commandRow(called.data, proto, id!, put)
    const raw = called.data === undefined || called.data.raw.length === 0 ? undefined : [...called.data.raw]
    put('hart_ip_direct_pdu_command', [proto, raw, zeekName(called.number), called.byteCount, called.responseCode, directLink, id])
  })
  const sessionLink = audit === undefined ? undefined : link('session')
  for (const s of audit?.records ?? []) {
    put('hart_ip_session_record', [
      ...[proto, s.clientIpv4, s.clientIpv6, s.clientPort, s.serverPort, s.connectedAt, s.disconnectedAt, s.status >> 5],
      ...bits(s.status, 5),
      ...[s.startCount, s.endCount, s.published, s.requests, s.responses, sessionLink],
    ])
  }
  const cells: Cell[] = [proto, isParsed || m.raw === undefined ? undefined : [...m.raw], m.version, m.reserved]
  cells.push(named(m.type, codes.MESSAGE_TYPES), named(m.id, codes.MESSAGE_IDS), named(m.status, codes.STATUS), m.sequence, m.length)
  const session = isParsed ? m.session : undefined
  cells.push(session?.masterType, session?.closeAfterMs)
  if (token === undefined) cells.push(...nothing(19))
  else {
    const { delimiter, called, deviceStatus } = token
    cells.push(
      named(delimiter >> 7, codes.ADDRESS_TYPES),
      (delimiter >> 5) & 3,
      named((delimiter >> 3) & 3, codes.LAYERS),
      named(delimiter & 7, codes.FRAMES),
    )
    cells.push(
      token.polling,
      token.unique === undefined ? undefined : byteText(token.unique),
      zeekName(called.number),
      called.byteCount,
      token.check,
    )
    cells.push(called.data === undefined || called.data.raw.length === 0 ? undefined : [...called.data.raw], called.responseCode)
    cells.push(...(deviceStatus === undefined ? nothing(8) : bits(deviceStatus, 8)))
  }
  if (direct === undefined) cells.push(...nothing(15))
  else cells.push(...bits(direct.deviceStatus, 8), direct.extendedStatus >> 6, ...bits(direct.extendedStatus, 6))
  if (audit === undefined) cells.push(...nothing(9))
  else if (audit.poweredUpAt === undefined) cells.push(audit.start, audit.count, ...nothing(7))
  else {
    cells.push(audit.start, audit.count, audit.poweredUpAt, audit.securityChangedAt, audit.serverStatus >> 3)
    cells.push(...bits(audit.serverStatus, 3), audit.recordSize)
  }
  put('hart_ip_general', [...cells, tokenLink, directLink, sessionLink])
}

function commandRow({ command, isResponse, cells }: CommandData, proto: string, link: string, put: PutRow): void {
  const layout = isResponse ? command?.response : command?.request
  if (command === undefined || command.row.log === '' || layout === undefined) return
  const columns = command.row.log === 'universal' ? UNIVERSAL_COLUMNS : COMMON_COLUMNS
  const row = nothing(columns.length + 2)
  row[0] = proto
  const at = 1 + (isResponse ? command.responseAt : command.requestAt)
  cells.forEach((cell, i) => {
    row[at + i] = cell
  })
  row[row.length - 1] = link
  put(`hart_ip_${command.row.log}_commands`, row)
}
