/** Columns of Zeek's modbus.log and of ICSNPP's modbus_*.log. */
import { SENDER_COLUMNS } from '../icsnpp.ts'
import type { LogSpec } from '../protocol.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  modbus: {
    columns: [
      ['tid', 'count'],
      ['unit', 'count'],
      ['func', 'string'],
      ['pdu_type', 'string'],
      ['exception', 'string'],
    ],
  },
  modbus_detailed: {
    columns: [
      ['tid', 'count'],
      ['unit', 'count'],
      ['func', 'string'],
      ['address', 'count'],
      ['quantity', 'count'],
      ['request_values', 'vector[count]'],
      ['response_values', 'vector[count]'],
      ['modbus_detailed_link_id', 'string'],
      ['matched', 'bool'],
      ['request_subfunction_code', 'string'],
      ['response_subfunction_code', 'string'],
      ['request_data', 'string'],
      ['response_data', 'string'],
      ['exception_code', 'string'],
      ['mei_type', 'string'],
    ],
  },
  modbus_mask_write_register: {
    columns: [
      ...SENDER_COLUMNS,
      ['modbus_detailed_link_id', 'string'],
      ['tid', 'count'],
      ['unit', 'count'],
      ['func', 'string'],
      ['request_response', 'string'],
      ['address', 'count'],
      ['and_mask', 'count'],
      ['or_mask', 'count'],
    ],
  },
  modbus_read_write_multiple_registers: {
    columns: [
      ...SENDER_COLUMNS,
      ['modbus_detailed_link_id', 'string'],
      ['tid', 'count'],
      ['unit', 'count'],
      ['func', 'string'],
      ['request_response', 'string'],
      ['write_start_address', 'count'],
      ['write_registers', 'vector[count]'],
      ['read_start_address', 'count'],
      ['read_quantity', 'count'],
      ['read_registers', 'vector[count]'],
    ],
  },
  modbus_read_device_identification: {
    columns: [
      ...SENDER_COLUMNS,
      ['modbus_detailed_link_id', 'string'],
      ['tid', 'count'],
      ['unit', 'count'],
      ['func', 'string'],
      ['request_response', 'string'],
      ['mei_type', 'string'],
      ['conformity_level_code', 'string'],
      ['conformity_level', 'string'],
      ['device_id_code', 'count'],
      ['object_id_code', 'string'],
      ['object_id', 'string'],
      ['object_value', 'string'],
    ],
  },
}
