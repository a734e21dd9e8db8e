/** Columns of ICSNPP's s7comm*.log. */
import { SENDER_COLUMNS } from '../icsnpp.ts'
import type { LogSpec } from '../protocol.ts'
import { FILE_LOGS } from '../zeek-files.ts'

export const logs: Readonly<Record<string, LogSpec>> = {
  ...FILE_LOGS,
  s7comm: {
    columns: [
      ...SENDER_COLUMNS,
      ['rosctr_code', 'count'],
      ['rosctr_name', 'string'],
      ['pdu_reference', 'count'],
      ['function_code', 'string'],
      ['function_name', 'string'],
      ['subfunction_code', 'string'],
      ['subfunction_name', 'string'],
      ['error_class', 'string'],
      ['error_code', 'string'],
    ],
  },
  s7comm_read_szl: {
    columns: [
      ...SENDER_COLUMNS,
      ['pdu_reference', 'count'],
      ['method', 'string'],
      ['szl_id', 'string'],
      ['szl_id_name', 'string'],
      ['szl_index', 'string'],
      ['return_code', 'string'],
      ['return_code_name', 'string'],
    ],
  },
  s7comm_upload_download: {
    columns: [
      ...SENDER_COLUMNS,
      ['rosctr', 'string'],
      ['pdu_reference', 'count'],
      ['function_name', 'string'],
      ['function_status', 'string'],
      ['session_id', 'count'],
      ['blocklength', 'count'],
      ['filename', 'string'],
      ['block_type', 'string'],
      ['block_number', 'string'],
      ['destination_filesystem', 'string'],
    ],
  },
  s7comm_known_devices: {
    columns: [
      ...SENDER_COLUMNS,
      ['automation_system_name', 'string'],
      ['module_name', 'string'],
      ['plant_name', 'string'],
      ['module_serial', 'string'],
    ],
  },
}
