/** ICSNPP's FINS logs: a row a frame in omron_fins_general, what it holds in the others. */
import type { SeenMessage } from '@isthmus/wire'
import { hex, linkId } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import { COMMANDS, END_CODES, TCP_COMMANDS, TCP_ERRORS } from './fins.table.ts'
import { GENERAL } from './logs.table.ts'
import type { Fins, FinsState } from './omron-fins.ts'
import { Rows } from './rows.ts'
import { putDetail } from './zeek-detail.ts'
import { putFiles } from './zeek-files.ts'

export function zeek({ message: m, flow, lastPacket, fromByte }: SeenMessage<Fins, FinsState>, put: PutRow): void {
  const link = linkId(flow.uid, lastPacket, fromByte)
  const { envelope } = m
  const hasFrame = m.command >= 0
  const rows = new Rows(put, {
    omron_fins_link_id: link,
    command_code: hasFrame ? (COMMANDS[m.command]?.[2] ?? 'Unknown') : undefined,
    icf_data_type: hasFrame ? (m.isAnswer ? 'Response (1)' : 'Command (0)') : undefined,
  })
  rows.put('omron_fins_general', GENERAL, {
    proto: envelope === undefined ? 'udp' : 'omron_fins',
    tcp_header: envelope === undefined ? undefined : '0x46494e53',
    tcp_length: envelope?.length,
    tcp_command: envelope === undefined ? undefined : (TCP_COMMANDS[envelope.command] ?? 'Unknown'),
    tcp_error_code: envelope === undefined ? undefined : (TCP_ERRORS[envelope.error] ?? 'Unknown'),
    client_node_address: known(envelope?.client),
    server_node_address: known(envelope?.server),
    ...(hasFrame ? header(m) : undefined),
  })
  if (!hasFrame) return
  if (m.command >> 8 === 0x22) putFiles(m, rows)
  else putDetail(m, rows)
}

const known = (value: number | undefined): number | undefined => (value === undefined || value < 0 ? undefined : value)

function header(m: Fins): Record<string, Cell> {
  return {
    icf_gateway: m.isGateway ? 'Use (1)' : "Don't Use (0)",
    icf_response_setting: m.wantsAnswer ? 'Response-Required (0)' : 'Response-Not-Required (1)',
    gateway_count: m.gateways,
    destination_network_address: hex(m.to[0], 2),
    destination_node_number: hex(m.to[1], 2),
    destination_unit_address: hex(m.to[2], 2),
    source_network_address: hex(m.from[0], 2),
    source_node_number: hex(m.from[1], 2),
    source_unit_address: hex(m.from[2], 2),
    service_id: hex(m.service, 2),
    response_code: m.isAnswer ? (END_CODES[m.endCode] ?? 'Unknown') : '',
  }
}
