/** Columns of ICSNPP's six FINS logs. */
import type { Column, LogSpec } from '../protocol.ts'

const columns = (text: string): Column[] =>
  text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [name = '', type = 's'] = word.split(':')
      return [name, TYPES[type] ?? 'string'] as const
    })

const TYPES: Readonly<Record<string, string>> = {
  s: 'string',
  c: 'count',
  d: 'double',
  b: 'bool',
  t: 'time',
  vc: 'vector[count]',
  vs: 'vector[string]',
}

/** `message_no_0:b message_no_1:b …` */
const numbered = (name: string, n: number, type: string): string => Array.from({ length: n }, (_, i) => `${name}_${i}:${type}`).join(' ')

const COMMON = 'omron_fins_link_id command_code icf_data_type'

export const GENERAL = columns(`proto omron_fins_link_id tcp_header tcp_length:c tcp_command tcp_error_code client_node_address:c
  server_node_address:c icf_gateway icf_data_type icf_response_setting gateway_count:c destination_network_address
  destination_node_number destination_unit_address source_network_address source_node_number source_unit_address service_id
  command_code response_code`)

export const DETAIL = columns(`${COMMON} memory_area_code beginning_address number_of_items:c parameter_area_code beginning_word
  number_of_words:c last_word_bit:c response_code data year:c month:c date:c hour:c minute:c second:c day clock_time:t
  intelligent_id_no first_word read_length data_length num_of_link_nodes:c block_record_data_link_status
  block_record_num_of_link_nodes:c block_record_node_num:c block_record_cio_area_first_word block_record_kind_of_dm
  block_record_dm_area_first_word block_record_num_of_total_words:c program_no:c protect_code:c password last_word clear_code
  number_of_bytes:c run_mode controller_data_to_read controller_model controller_version for_system_use program_area_size:c
  iom_size:c no_of_dm_words:c timer_size:c expansion_dm_size:c no_of_steps_transitions:c kind_of_memory_card memory_card_size:c
  cpu_bus_unit_config:vc no_of_sysmac_bus_master_mounted:c no_of_sysmac_bus2_master_mounted:c peripheral_device_connected:c
  built_in_host_interface:c no_of_racks_connected:c no_of_units:c unit_address model_number controller_status_data_read_status
  controller_status_data_read_mode fatal_error:vs non_fatal_error:vs message_yes_no:vs fal_fals_no:c error_message
  cycle_time_read_parameter average_cycle_time:d max_cycle_time:d min_cycle_time:d test_data number_of_receptions:c command
  ${numbered('message_no', 8, 'b')} ${numbered('message', 8, 's')} ${numbered('fal_fals_no', 14, 'b')}
  ${numbered('fal_fals', 14, 's')} acquire_network_address:c acquire_node_number:c acquire_unit_address:c no_of_bits:c
  set_reset_specification bit_flag:c`)

export const NETWORK = columns(`${COMMON} response_code node_number:c in_network exit_status polling communication_cycle_time:d
  current_polling_node_number:c cyclic_operation cyclic_transmission_status non_fatal_error cyclic_error_count:c`)

export const LINKS = columns(`${COMMON} response_code node_number:c data_links node_setting master_node_number:c error_status
  mode_status warning_status`)

export const ERRORS = columns(`${COMMON} response_code error_reset_fal_no beginning_record_no:c max_no_stored_records:c
  no_of_stored_records:c no_of_records:c error_code_1 error_code_2 minute:c second:c day:c hour:c year:c month:c`)

export const FILES = columns(`${COMMON} response_code disk_no:c beginning_file_position no_of_files:c volume_label year:c month:c
  day:c hour:c minute:c second:c total_capacity:c unused_capacity:c total_no_files:c no_files_read:c last_file:b file_name
  file_capacity:c file_position:c data_length:c fuid parameter_code src_disk_no:c src_file_name dst_disk_no:c dst_file_name
  old_file_name new_file_name parameter_area_code beginning_address no_of_words:c memory_area_code no_of_items:c program_no
  no_of_bytes:c beginning_word beginning_block_no:c no_of_blocks:c remaining_blocks:c total_no_of_blocks:c memory_type data_type
  last_block:b protected:b control_data:c block_no:c memory_data`)

export const logs: Readonly<Record<string, LogSpec>> = {
  omron_fins_general: { columns: GENERAL },
  omron_fins_detail: { columns: DETAIL },
  omron_fins_network_status_read: { columns: NETWORK },
  omron_fins_data_link_status_read: { columns: LINKS },
  omron_fins_error: { columns: ERRORS },
  omron_fins_file: { columns: FILES },
}
