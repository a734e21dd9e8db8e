/** ICSNPP's columns. */
import { SENDER_COLUMNS } from '../icsnpp.ts'
import type { LogSpec } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  bacnet: {
    columns: [
      ...SENDER_COLUMNS,
      ['bvlc_function', 'string'],
      ['pdu_type', 'string'],
      ['pdu_service', 'string'],
      ['invoke_id', 'count'],
      ['result_code', 'string'],
    ],
  },
  bacnet_discovery: {
    columns: [
      ...SENDER_COLUMNS,
      ['pdu_service', 'string'],
      ['device_id_type', 'string'],
      ['device_id_number', 'count'],
      ['object_type', 'string'],
      ['instance_number', 'count'],
      ['vendor', 'string'],
      ['range', 'string'],
      ['object_name', 'string'],
    ],
  },
  bacnet_property: {
    columns: [
      ...SENDER_COLUMNS,
      ['invoke_id', 'count'],
      ['pdu_service', 'string'],
      ['object_type', 'string'],
      ['instance_number', 'count'],
      ['property', 'string'],
      ['array_index', 'count'],
      ['value', 'string'],
    ],
  },
  bacnet_device_control: {
    columns: [
      ...SENDER_COLUMNS,
      ['invoke_id', 'count'],
      ['pdu_service', 'string'],
      ['time_duration', 'count'],
      ['device_state', 'string'],
      ['password', 'string'],
      ['result', 'string'],
      ['result_code', 'string'],
    ],
  },
}
