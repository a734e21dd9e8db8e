/** Columns of Zeek's dnp3.log and of ICSNPP's dnp3_control.log and dnp3_objects.log. */
import { SENDER_COLUMNS } from '../icsnpp.ts'
import type { LogSpec } from '../protocol.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  dnp3: {
    columns: [
      ['fc_request', 'string'],
      ['fc_reply', 'string'],
      ['iin', 'count'],
    ],
  },
  dnp3_control: {
    columns: [
      ...SENDER_COLUMNS,
      ['block_type', 'string'],
      ['function_code', 'string'],
      ['index_number', 'count'],
      ['trip_control_code', 'string'],
      ['operation_type', 'string'],
      ['clear_bit', 'bool'],
      ['execute_count', 'count'],
      ['on_time', 'count'],
      ['off_time', 'count'],
      ['status_code', 'string'],
    ],
  },
  dnp3_objects: {
    columns: [
      ...SENDER_COLUMNS,
      ['function_code', 'string'],
      ['object_type', 'string'],
      ['object_count', 'count'],
      ['range_low', 'count'],
      ['range_high', 'count'],
    ],
  },
}
