/** profinet_io_cm.log, as icsnpp-profinet-io-cm writes it: one row a packet, header fields only. */
import type { SeenMessage } from '@isthmus/wire'
import { SENDER_COLUMNS, senderCells } from '../icsnpp.ts'
import type { Cell, Column, LogSpec, PutRow } from '../protocol.ts'
import { CALLS, FLAG, TYPES } from './profinet-io-cm.table.ts'
import type { Cm, CmState } from './profinet-io-cm.ts'

const flag = (name: string): Column => [name, 'bool']
const count = (name: string): Column => [name, 'count']
const text = (name: string): Column => [name, 'string']

export const logs: Readonly<Record<string, LogSpec>> = {
  profinet_io_cm: {
    columns: [
      ...SENDER_COLUMNS.slice(1),
      ['proto', 'enum'],
      count('rpc_version'),
      text('packet_type'),
      flag('reserved_for_impl_1'),
      flag('last_fragment'),
      flag('fragment'),
      flag('no_fragment_requested'),
      flag('maybe'),
      flag('idempotent'),
      flag('broadcast'),
      flag('reserved_for_impl_2'),
      flag('cancel_was_pending_at_call_end'),
      text('integer_encoding'),
      text('character_encoding'),
      text('floating_point_encoding'),
      count('serial_high'),
      text('object_uuid'),
      text('interface_uuid'),
      text('activity_uuid'),
      count('server_boot_time'),
      count('interface_vers_major'),
      count('interface_vers_minor'),
      count('sequence_num'),
      text('operation_num'),
      count('interface_hint'),
      count('activity_hint'),
      count('len_of_body'),
      count('fragment_num'),
      count('auth_protocol'),
      count('serial_low'),
      text('vers_fack'),
      count('window_size'),
      count('max_tsdu'),
      count('max_frag_size'),
      count('serial_number'),
      count('sel_ack_len'),
      ['array_of_sel_ack', 'vector[count]'],
    ],
  },
}

const FLAGS = [FLAG.reserved1, FLAG.last, FLAG.fragment, FLAG.noFack, FLAG.maybe, FLAG.idempotent, FLAG.broadcast, FLAG.reserved2]
const CHARACTERS = ['ASCII', 'EBCDIC']
const FLOATS = ['IEEE', 'VAX', 'CRAY', 'IBM']
const FACK_VERSIONS = ['Initial version', 'Default version']

export function zeek(seen: SeenMessage<Cm, CmState>, put: PutRow): void {
  const { header: h, fack } = seen.message
  const cells: Cell[] = senderCells(seen.from, seen.flow).slice(1)
  cells.push(seen.flow.transport, 4, TYPES[h.type] ?? 'unknown')
  for (const bit of FLAGS) cells.push((h.flags1 & bit) !== 0)
  cells.push((h.flags2 & 2) !== 0, h.isLittle ? 'Little Endian' : 'Big Endian')
  cells.push(CHARACTERS[h.characters] ?? 'unknown', FLOATS[h.floats] ?? 'unknown')
  cells.push(h.serialHigh, h.object, h.iface, h.activity, h.bootTime)
  // ICSNPP calls the upper half major; C706 has it the other way round.
  cells.push(h.interfaceVersion >>> 16, h.interfaceVersion & 0xffff)
  cells.push(
    h.sequence,
    CALLS[h.operation]?.[0] ?? 'unknown',
    h.interfaceHint,
    h.activityHint,
    h.bodyLength,
    h.fragment,
    h.auth,
    h.serialLow,
  )
  if (fack === undefined) cells.push(undefined, undefined, undefined, undefined, undefined, undefined, undefined)
  else {
    cells.push(FACK_VERSIONS[fack.version] ?? 'unknown', fack.windowSize, fack.maxTsdu, fack.maxFragment, fack.serial)
    cells.push(fack.acknowledged.length, fack.acknowledged)
  }
  put('profinet_io_cm', cells)
}
