/** Columns of ICSNPP's BSAP logs. */
import { SENDER_COLUMNS } from '../icsnpp.ts'
import type { LogSpec } from '../protocol.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  bsap_ip_header: { columns: [...SENDER_COLUMNS, ['num_msg', 'count'], ['type_name', 'string']] },
  bsap_ip_rdb: {
    columns: [
      ...SENDER_COLUMNS,
      ['header_size', 'count'],
      ['mes_seq', 'count'],
      ['res_seq', 'count'],
      ['data_len', 'count'],
      ['sequence', 'count'],
      ['app_func_code', 'string'],
      ['node_status', 'count'],
      ['func_code', 'string'],
      ['variable_count', 'count'],
      ['variables', 'vector[string]'],
      ['variable_value', 'vector[string]'],
    ],
  },
  bsap_serial_header: {
    columns: [
      ...SENDER_COLUMNS,
      ['ser', 'count'],
      ['dadd', 'count'],
      ['sadd', 'count'],
      ['ctl', 'count'],
      ['dfun', 'string'],
      ['seq', 'count'],
      ['sfun', 'string'],
      ['nsb', 'count'],
      ['type_name', 'string'],
    ],
  },
  bsap_serial_rdb: {
    columns: [
      ...SENDER_COLUMNS,
      ['func_code', 'string'],
      ['variable_count', 'count'],
      ['variables', 'vector[string]'],
      ['variable_value', 'vector[string]'],
    ],
  },
  bsap_serial_rdb_ext: {
    columns: [
      ...SENDER_COLUMNS,
      ['dfun', 'string'],
      ['seq', 'count'],
      ['sfun', 'string'],
      ['nsb', 'count'],
      ['extfun', 'string'],
      ['data', 'string'],
    ],
  },
}
