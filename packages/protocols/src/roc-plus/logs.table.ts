/** Columns of ICSNPP's roc_plus logs, in its order. */
import type { Column, LogSpec } from '../protocol.ts'

const LINK: Column = ['roc_plus_link_id', 'string']

const COLUMNS: Readonly<Record<string, string>> = {
  sys_cfg:
    'system_mode port_number:count security_access_mode:count logical_compatability_status opcode_revision subtype type_of_roc point_types:vector[count]',
  historical_min_max_vals:
    'history_segment:count historical_point_number:count historical_archival_method:count point_type:count point_logic_number:count parameter_number:count current_value:count minimum_value_since_contract:count maximum_value_since_contract:count time_of_min_value_occurrence:time time_of_max_value_occurrence:time minimum_value_yesterday:count maximum_value_yesterday:count time_of_yesterday_min_value:time time_of_yesterday_max_value:time value_during_last_completed_period:count',
  realtime_clock:
    'current_second:count current_minute:count current_hour:count current_day:count current_month:count current_year:count current_day_of_week timestamp:time',
  configurable_opcode: 'table_number:count starting_table_location:count num_table_locations:count table_version_number:count data',
  login: 'operator_id password access_level:count logout_string session_key_string wrapped_session_key',
  store_and_forward:
    'host_address:count host_group:count dest1_address:count dest1_group:count dest2_address:count dest2_group:count dest3_address:count dest3_group:count dest4_address:count dest4_group:count desired_opcode:count num_data_bytes:count opcode_data',
  data_request:
    'io_data_req io_data history_segment:count num_points:count historical_points:vector[string] periodic_index:count tag num_alarms:count starting_alarm_log_idx:count current_alarm_log_idx:count alarm_data:vector[string] num_events_req:count starting_event_log_idx:count num_events_sent:count current_event_log_idx:count event_data:vector[string] day_requested:count month_requested:count starting_periodic_idx:count num_periodic_entries:count daily_index:count num_daily_entries:count history_point:count periodic_values:vector[count] daily_values:vector[count]',
  user_defined_info: 'command:count start_point:count num_points:count point_types:vector[string]',
  single_point_parameters: 'point_type:count point_logic_number:count num_parameters:count start_parameter_num:count parameter_data',
  file_transfer:
    'command open_options path filename file_descriptor:count offset:count file_size:count num_bytes:count data additional_files:count total_num_files:count file_names:vector[string]',
  transaction_history:
    'command segment:count transaction_offset:count transaction_number:count data_offset:count num_transactions:count more_data:bool description payload_size:count transaction_num:vector[count] date_created:vector[count] msg_data_size:count data_type:vector[string] data:vector[count]',
  history_point_data:
    'history_segment:count point_number:count type_of_history history_segment_index:count num_values_requested:count current_history_segment_index:count num_values_sent:count starting_history_point:count num_history_points:count num_time_periods:count num_data_elements_sent:count history_timestamps:vector[time] history_values:vector[count]',
  history_information:
    'command history_segment:count history_segment_index:count current_index:count type_of_history num_time_periods:count request_timestamps:count num_points:count requested_history_points:vector[count] num_configured_points:count configured_points:vector[count]',
  time_period_history_points: 'timestamp_for_index:time history_point_values:vector[count]',
  unknown_data: 'data',
}

export const DETAIL_COLUMNS: Readonly<Record<string, readonly Column[]>> = Object.fromEntries(
  Object.entries(COLUMNS).map(([log, text]) => [
    log,
    text.split(' ').map((part): Column => {
      const at = part.indexOf(':')
      return at < 0 ? [part, 'string'] : [part.slice(0, at), part.slice(at + 1)]
    }),
  ]),
)

const MAIN: LogSpec = {
  columns: [
    ['protocol', 'enum'],
    LINK,
    ['packet_type', 'string'],
    ['destination_unit', 'count'],
    ['destination_group', 'count'],
    ['source_unit', 'count'],
    ['source_group', 'count'],
    ['opcode', 'string'],
    ['data_length', 'count'],
    ['lsb_crc', 'count'],
    ['msb_crc', 'count'],
    ['error_code', 'vector[string]'],
    ['error_offset', 'vector[count]'],
  ],
}

export const logs: Readonly<Record<string, LogSpec>> = {
  roc_plus: MAIN,
  ...Object.fromEntries(Object.entries(DETAIL_COLUMNS).map(([log, columns]) => [`roc_plus_${log}`, { columns: [LINK, ...columns] }])),
}
