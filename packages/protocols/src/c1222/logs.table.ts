/** Columns of ICSNPP's C12.22 logs. */
import type { Column, LogSpec } from '../protocol.ts'

const COLUMNS: Readonly<Record<string, string>> = {
  authentication_value:
    'authentication_mechanism indirect_reference:bool octet_aligned c1222_key_id:int c1222_iv:int c1221_ident c1221_req c1221_resp',
  user_information:
    'indirect_reference_encoding:int padding mac epsem_control:vector[string] ed_class encrypted_epsem services:vector[string]',
  identification_service:
    'req_resp standard version:int revision:int security_mechanism nbr_session_supported:bool sessionless_supported:bool device_class device_identity_format:int device_identity',
  read_write_service:
    'req_resp service_type table_id:int offset:count index element_count:int count_m:vector[int] data:vector[string] chksum:vector[int] octet_count:int',
  logon_security_service: 'req_resp service_type user_id:int password user session_idle_timeout:int',
  wait_service: 'req_resp time_s:int',
  dereg_reg_service:
    'req_resp service_type node_type:vector[string] connection_type:vector[string] device_class ap_title electronic_serial_number native_address notification_pattern reg_period:count reg_delay:int reg_info:vector[string]',
  resolve_service: 'req_resp ap_title local_address',
  trace_service: 'req_resp ap_titles:vector[string]',
  service_error: 'service error_code rqtl_max_request_size:int rstl_max_response_size:int sigerr_resp',
}

const SUMMARY =
  'elements:vector[string] is_encrypted_epsem:bool services:vector[string] aso_context called_ap_title calling_ap_title calling_ae_qualifier:vector[string] mechanism_name calling_auth_value called_ap_invocation_id calling_ap_invocation_id'

const columnsOf = (text: string): readonly Column[] =>
  text.split(' ').map((part): Column => {
    const at = part.indexOf(':')
    return at < 0 ? [part, 'string'] : [part.slice(0, at), part.slice(at + 1)]
  })

export const DETAIL_COLUMNS: Readonly<Record<string, readonly Column[]>> = Object.fromEntries(
  Object.entries(COLUMNS).map(([log, text]) => [log, columnsOf(text)]),
)

const PROTOCOL: Column = ['proto', 'enum']

export const logs: Readonly<Record<string, LogSpec>> = {
  c1222: { columns: [PROTOCOL, ...columnsOf(SUMMARY)] },
  ...Object.fromEntries(Object.entries(DETAIL_COLUMNS).map(([log, columns]) => [`c1222_${log}`, { columns: [PROTOCOL, ...columns] }])),
}
