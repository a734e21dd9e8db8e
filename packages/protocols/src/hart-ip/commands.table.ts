/**
 * HART commands by number, and how their data is laid out. Spec: HCF_SPEC-127 (universal), HCF_SPEC-151 (common practice).
 *
 * A layout is a list of `kind:name`, `|` where a message may end. Kinds: `b` `w` `t` `l` integers of 1 to 4 bytes, `f` a float,
 * `pN` N bytes of packed ASCII, `aN` N letters, `d` a date, `c` a time, `h` N bytes as they are; the others are codes or bits (fields.ts).
 * Names are those of ICSNPP's columns.
 */
import type { Access } from '@isthmus/model'

export type CommandRow = {
  readonly number: number
  /** As ICSNPP words it, its slips included. */
  readonly name: string
  readonly access: Access
  /** Which log, and what its columns begin with. */
  readonly log: 'universal' | 'common' | ''
  readonly prefix: string
  /** Undefined: no data, or none that is known. */
  readonly request: string | undefined
  readonly response: string | undefined
  /** Request and response share their columns. */
  readonly isShared: boolean
}

const identity =
  'b:_254 D:expanded_device_type b:minimum_preambles_master_slave b:hart_protocol_major_revision b:device_revision_level b:software_revision_level hw:hardware_revision_level_and_physical_signaling_codes'
const ID = `${identity} fl:flags t:device_id | b:number_preambles_slave_master b:last_device_variable_this w:configuration_change_counter xs:extended_field_device_status | M:manufacturer_identification_code M:private_label_distributor_code P:device_profile`
/** ICSNPP spells one flag differently where the command is not universal. */
const ID2 = ID.replace('fl:flags', 'fm:flags')

const codes = (many: number): string => Array.from({ length: many }, (_, i) => `b:slot${i}_device_variable_code`).join(' | ')
const slots = (many: number, one: (i: number) => string): string => Array.from({ length: many }, (_, i) => one(i)).join(' | ')
const VARIABLES = slots(
  8,
  (i) =>
    `b:slot${i}_device_variable_code C:slot${i}_device_variable_class U:slot${i}_units_code f:slot${i}_device_variable ds:slot${i}_device_variable_status`,
)
const FOUR = slots(4, (i) => `b:slot${i}_device_variable_code U:slot${i}_units_code f:slot${i}_device_variable`)
const CHANNELS = slots(
  4,
  (i) => `b:analog_channel_number_code_slot${i} U:analog_channel_units_code_slot${i} f:analog_channel_level_slot${i}`,
)
const RANGE =
  'b:analog_channel_number_code U:analog_channel_upper_and_lower_range_values_units_code f:analog_channel_upper_range_value f:analog_channel_lower_range_value'
const TRIM = 'b:analog_channel_number_code U:analog_channel_units_code f:analog_channel_level'

type Short = readonly [number: number, name: string, access: Access, prefix: string, request?: string, response?: string]
const NOTHING = ''

function rows(log: CommandRow['log'], list: readonly Short[]): CommandRow[] {
  return list.map(([number, name, access, prefix, request, response]) => {
    const isShared = request !== undefined && response === undefined
    return {
      number,
      name,
      access,
      log: prefix === '' ? '' : log,
      prefix,
      request: request === NOTHING ? undefined : request,
      response: isShared ? request : response,
      isShared,
    }
  })
}

/** In the order of the columns of `hart_ip_universal_commands.log`. */
export const UNIVERSAL: readonly CommandRow[] = rows('universal', [
  [0, 'Read Unique Identifier', 'identify', 'read_unique_identifier', NOTHING, ID],
  [1, 'Read Primary Variable', 'read', 'read_primary_variable', NOTHING, 'U:primary_variable_units f:primary_variable'],
  [2, 'Read Loop Current', 'read', 'read_loop_current', NOTHING, 'f:primary_variable_loop_current f:primary_variable_percent_range'],
  [
    3,
    'Read Dynamic Variable',
    'read',
    'read_dynamic_variable',
    NOTHING,
    'f:primary_variable_loop_current | U:primary_variable_units f:primary_variable | U:secondary_variable_units f:secondary_variable | U:tertiary_variable_units f:tertiary_variable | U:quaternary_variable_units f:quaternary_variable',
  ],
  [6, 'Write Polling Address', 'configure', 'write_polling_address', 'b:polling_address_device | L:loop_current_mode'],
  [7, 'Read Loop Configuration', 'read', 'read_loop_configuration', NOTHING, 'b:polling_address_device L:loop_current_mode'],
  [
    8,
    'Read Dynamic Variable Classifications',
    'read',
    'read_dynamic_variable_classifications',
    NOTHING,
    'C:primary_variable_classification C:secondary_variable_classification C:tertiary_variable_classification C:quaternary_variable_classification',
  ],
  [9, 'Read Device Variable', 'read', 'read_device_variable', codes(8), `xs:extended_field_device_status | ${VARIABLES} | l:slot0_time`],
  [11, 'Read Unique Identifier Tag', 'identify', 'read_unique_identifier_tag', 'p6:tag', ID],
  [12, 'Read Message', 'read', 'read_message', NOTHING, 'p24:message'],
  [13, 'Read Tag', 'identify', 'read_tag', NOTHING, 'p6:tag p12:descriptor d:date_code'],
  [
    14,
    'Read Primary Variable Transducer Information',
    'identify',
    'read_primary_variable_transducer_information',
    NOTHING,
    't:p_v_transducer_serial_number U:p_v_transducer_limits_units f:p_v_upper_transducer_limit f:p_v_lower_transducer_limit f:p_v_minimum_span',
  ],
  [
    15,
    'Read Device Information',
    'identify',
    'read_device_information',
    NOTHING,
    'A:p_v_alarm_selection_code T:p_v_transfer_function_code U:p_v_upper_lower_range f:p_v_upper_range_value f:p_v_lower_range_value f:p_v_damping_value W:write_protect_code b:_250 an:p_v_analog_channel_flags',
  ],
  [16, 'Read Final Assembly Number', 'identify', 'read_final_assembly_number', NOTHING, 't:final_assembly_number'],
  [17, 'Write Message', 'configure', 'write_message', 'p24:message_string'],
  [18, 'Write Tag Descriptor Date', 'configure', 'write_tag_descriptor_date', 'p6:tag p12:record_keeping_descriptor d:date_code'],
  [19, 'Write Final Assembly Number', 'configure', 'write_final_assembly_number', 't:final_assembly_number'],
  [20, 'Read Long Tag', 'identify', 'read_long_tag', NOTHING, 'a32:long_tag'],
  [21, 'Read Unique Identifier Long Tag', 'identify', 'read_unique_identifier_long_tag', 'a32:long_tag', ID],
  [22, 'Write Long Tag', 'configure', 'write_long_tag', 'a32:long_tag'],
  [38, 'Reset Configuration Changed Flag', 'configure', 'reset_configuration_changed_flag', 'w:configuration_change_counter'],
  [
    48,
    'Read Additional Device Status',
    'read',
    'read_additional_device_status_contents',
    'h6:device_specific_status_0 xs:extended_field_device_status O:device_operating_mode s0:standardized_status0 | s1:standardized_status1 | sa:analog_channel_saturated | s2:standardized_status2 | s3:standardized_status3 | sc:analog_channel | h11:device_specific_status_1',
  ],
])

/** In the order of the columns of `hart_ip_common_commands.log`; those without columns at the end. */
export const COMMON: readonly CommandRow[] = rows('common', [
  [33, 'Read Device Variables', 'read', 'read_device_variables', codes(4), FOUR],
  [34, 'Write Primary Variable Damping Value', 'configure', 'write_primary_variable_damping_value', 'f:pv_damping_value'],
  [
    35,
    'Write Primary Variable Range Values',
    'configure',
    'write_primary_variable_range_values',
    'U:pv_upper_and_lower_range_values_units_code f:pv_upper_range_value f:p_v_lower_range_value',
  ],
  [39, 'EEPROM Control', 'configure', 'eeprom_control', 'E:eeprom_control_code'],
  [40, 'Enter/Exit Fixed Current Mode', 'control', 'enter_exit_fixed_current_mode', 'f:pv_fixed_current_level'],
  [44, 'Write Primary Variable Units', 'configure', 'write_primary_variable_units', 'U:pv_unit_codes'],
  [45, 'Trim Loop Current Zero', 'configure', 'trim_loop_current_zero', 'f:measured_pv_loop_current_level'],
  [46, 'Trim Loop Current Gain', 'configure', 'trim_loop_current_gain', 'f:measured_pv_loop_current_level'],
  [47, 'Write Primary Variable Transfer Function', 'configure', 'write_primary_variable_transfer_function', 'T:p_v_transfer_function_code'],
  [
    49,
    'Write Primary Variable Transducer Serial Number',
    'configure',
    'write_primary_variable_transducer_serial_number',
    't:pv_transducer_serial_number',
  ],
  [
    50,
    'Read Dynamic Variable Assignments',
    'read',
    'read_dynamic_variable_assignments',
    NOTHING,
    'b:device_variable_assigned_to_primary_variable b:device_variable_assigned_to_secondary_variable b:device_variable_assigned_to_tertiary_variable b:device_variable_assigned_to_quaternary_variable',
  ],
  [
    51,
    'Write Dynamic Variable Assignments',
    'configure',
    'write_dynamic_variable_assignments',
    'b:device_variable_assigned_to_primary_variable | b:device_variable_assigned_to_secondary_variable | b:device_variable_assigned_to_tertiary_variable | b:device_variable_assigned_to_quaternary_variable',
  ],
  [52, 'Set Device Variable Zero', 'configure', 'set_device_variable_zero', 'b:device_variable_zeroed'],
  [53, 'Write Device Variable Units', 'configure', 'write_device_variable_units', 'b:device_variable_code C:device_variable_units_code'],
  [
    54,
    'Read Device Variable Information',
    'identify',
    'read_device_variable_information',
    'b:device_variable_code',
    'b:device_variable_code t:device_variable_transducer_serial_number U:device_variable_limits_minimum_span_units_code f:device_variable_upper_transducer_limit f:device_variable_lower_transducer_limit f:device_variable_damping_value f:device_variable_minimum_span C:device_variable_classification F:device_variable_family | c:acquisition_period | dp:device_variable_properties',
  ],
  [
    55,
    'Write Device Variable Damping Value',
    'configure',
    'write_device_variable_damping_value',
    'b:device_variable_code f:device_variable_damping_value',
  ],
  [
    56,
    'Write Device Variable Transducer Serial No.',
    'configure',
    'write_device_variable_transducer_serial_no',
    'b:device_variable_code t:device_variable_transducer_serial_number',
  ],
  [
    57,
    'Read Unit Tag, Descriptor, Date',
    'identify',
    'read_unit_tag_descriptor_date',
    NOTHING,
    'p6:unit_tag p6:unit_descriptor d:unit_date',
  ],
  [58, 'Read Unit Tag, Descriptor, Date', 'configure', 'write_unit_tag_descriptor_date', 'p6:unit_tag p6:unit_descriptor d:unit_date'],
  [59, 'Write Number of Response Preambles', 'configure', 'write_number_of_response_preambles', 'b:number_of_preambles'],
  [
    60,
    'Read Analog Channel and Percent of Range',
    'read',
    'read_analog_channel_and_percent_of_range',
    'b:analog_channel_number_code',
    'b:analog_channel_number_code U:analog_channel_units_code f:analog_channel_level f:analog_channel_percent_of_range',
  ],
  [
    61,
    'Read Dynamic Variables and Primary Variable Analog Channel',
    'read',
    'read_dynamic_variables_and_primary_variable_analog_channel',
    NOTHING,
    'U:primary_variable_analog_channel_units_code f:primary_variable_analog_level U:primary_variable_units_code f:primary_variable U:secondary_variable_units_code f:secondary_variable U:tertiary_variable_units_code f:tertiary_variable U:quaternary_variable_units_code f:quaternary_variable',
  ],
  [62, 'Read Analog Channels', 'read', 'read_analog_channels', slots(4, (i) => `b:analog_channel_number_code_slot${i}`), CHANNELS],
  [
    63,
    'Read Analog Channel Information',
    'identify',
    'read_analog_channel_information',
    'b:analog_channel_number_code',
    `b:analog_channel_number_code A:analog_channel_alarm_selection_code T:analog_channel_transfer_function_code ${RANGE.replace('b:analog_channel_number_code ', '')} f:analog_channel_damping_value dp:analog_channel_flags`,
  ],
  [
    64,
    'Write Analog Channel Additional Damping Value',
    'configure',
    'write_analog_channel_additional_damping_value',
    'b:analog_channel_number_code f:analog_channel_damping_value',
  ],
  [65, 'Write Analog Channel Range Values', 'configure', 'write_analog_channel_range_values', RANGE],
  [
    66,
    'Enter/Exit Fixed Analog Channel Mode',
    'control',
    'enter_exit_fixed_analog_channel_mode',
    'b:analog_channel_number_code U:analog_channel_units_code f:fixed_analog_channel_level',
  ],
  [67, 'Trim Analog Channel Zero', 'configure', 'trim_analog_channel_zero', TRIM],
  [68, 'Trim Analog Channel GAIN', 'configure', 'trim_analog_channel_gain', TRIM],
  [
    69,
    'Write Analog Channel Transfer Function',
    'configure',
    'write_analog_channel_transfer_function',
    'b:analog_channel_number_code T:analog_channel_units_code',
  ],
  [
    70,
    'Read Analog Channel Endpoint Values',
    'read',
    'read_analog_channel_endpoint_values',
    'b:analog_channel_number_code',
    'b:analog_channel_number_code U:analog_channel_upper_and_lower_endpoint_values_units_code f:analog_channel_upper_endpoint_value f:analog_channel_lower_endpoint_value f:analog_channel_upper_limit_value f:analog_channel_lower_limit_value',
  ],
  [71, 'Lock Device', 'configure', 'lock_device', 'K:lock_code'],
  [72, 'Squawk', 'control', 'squawk', 'Q:squawk_control'],
  [73, 'Find Device', 'identify', 'find_device', NOTHING, ID2],
  [
    74,
    'Read I/O System Capabilities',
    'identify',
    'read_io_system_capabilities',
    NOTHING,
    'b:max_io_cards b:max_channels_per_io_card b:max_sub_devices_per_channel w:number_of_devices_detected b:max_delayed_responses_supported S:master_mode b:retry_count',
  ],
  [75, 'Pull Sub-Device', 'identify', 'poll_sub_device', 'b:io_card b:channel b:sub_device_polling_address', ID2],
  [76, 'Read Lock Device State', 'read', 'read_lock_device_state', NOTHING, 'lk:lock_status'],
  [
    79,
    'Write Device Variable',
    'write',
    'write_device_variable',
    'b:device_variable_code V:write_device_variable_command_code U:units_code f:device_variable_value ds:device_variable_status',
  ],
  [
    80,
    'Read Device Variable Trim Points',
    'read',
    'read_device_variable_trim_points',
    'b:device_variable_code',
    'b:device_variable_code U:response_trim_points_units_code f:response_lower_or_single_trim_point f:response_upper_trim_point',
  ],
  [81, 'Read Device Variable Trim Guidelines', 'read', 'read_device_variable_trim_guidelines', 'b:device_variable_guidelines'],
  [
    82,
    'Write Device Variable Trim Point',
    'configure',
    'write_device_variable_trim_point',
    'b:device_variable_to_trim R:trim_point U:trim_points_units_code f:trim_point_value',
  ],
  [83, 'Write Device Variable Trim Point', 'configure', 'reset_device_variable_trim', 'b:device_variable_trim_to_reset'],
  [
    84,
    'Read Sub-Device Identity Summary',
    'identify',
    'read_sub_device_identity_summary',
    'w:sub_device_index',
    'w:sub_device_index b:response_io_card b:response_channel M:response_manufacturer_identification_code D:response_expanded_device_type t:response_device_id b:response_universal_command_revision_level a32:response_long_tag | b:response_device_revision | P:response_device_profile M:response_private_label_distributor_code',
  ],
  [
    85,
    'Read I/O Channel Statistics',
    'read',
    'read_io_channel_statistics',
    'b:io_card b:channel',
    'b:io_card b:channel w:response_stx_count w:response_ack_count w:response_ostx_count w:response_oack_count w:response_back_count',
  ],
  [
    86,
    'Read Sub-Device Statistics',
    'read',
    'read_sub_device_statistics',
    'w:sub_device_index',
    'w:sub_device_index w:response_stx_count w:response_ack_count w:response_back_count',
  ],
  [87, 'Write I/O System Master Mode', 'configure', 'write_io_system_master_mode', 'S:master_mode'],
  [88, 'Write I/O System Retry Count', 'configure', 'write_io_system_retry_count', 'b:retry_count'],
  [89, 'Set Real-Time Clock', 'configure', 'set_real_time_clock', 'G:time_set_code d:date c:time_of_day | w:null_bytes'],
  [36, 'Set Primary Variable Upper Range Value', 'configure', ''],
  [37, 'Set Primary Variable Lower Range Value', 'configure', ''],
  [41, 'Perform Self-Test', 'control', ''],
  [42, 'Perform Device Reset', 'control', ''],
  [43, 'Set Primary Variable Zero', 'configure', ''],
  [77, 'Send Command to Sub-Device', 'unknown', ''],
  [78, 'Read Aggregated Commands', 'read', ''],
])

/** Commands that repeat part of their request under the response's own columns. */
export const SHARES_HEAD: readonly number[] = [80, 84, 85, 86]

/** Names of common practice and wireless commands that carry data nobody lays out here, for people only. */
export const MORE_NAMES: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  90: ['Read Real-Time Clock', 'read'],
  91: ['Read Trend Configuration', 'read'],
  92: ['Write Trend Configuration', 'configure'],
  93: ['Read Trend', 'read'],
  95: ['Read Device Communication Statistics', 'read'],
  96: ['Read Synchronous Action', 'read'],
  97: ['Configure Synchronous Action', 'configure'],
  98: ['Read Command Action', 'read'],
  99: ['Configure Command Action', 'configure'],
  101: ['Read Sub-Device to Burst Message Map', 'read'],
  102: ['Map Sub-Device to Burst Message', 'configure'],
  103: ['Write Burst Period', 'configure'],
  104: ['Write Burst Trigger', 'configure'],
  105: ['Read Burst Mode Configuration', 'read'],
  106: ['Flush Delayed Responses', 'configure'],
  107: ['Write Burst Device Variables', 'configure'],
  108: ['Write Burst Mode Command Number', 'configure'],
  109: ['Burst Mode Control', 'configure'],
  110: ['Read All Dynamic Variables', 'read'],
  111: ['Transfer Service Control', 'program'],
  112: ['Transfer Service', 'program'],
  113: ['Catch Device Variable', 'configure'],
  114: ['Read Caught Device Variable', 'read'],
  115: ['Read Event Notification Summary', 'read'],
  116: ['Write Event Notification Bit Mask', 'configure'],
  117: ['Write Event Notification Timing', 'configure'],
  118: ['Event Notification Control', 'configure'],
  119: ['Acknowledge Event Notification', 'control'],
  512: ['Read Country Code', 'read'],
  513: ['Write Country Code', 'configure'],
  768: ['Write Join Key', 'configure'],
  769: ['Read Join Status', 'read'],
  770: ['Request Active Advertising', 'control'],
  771: ['Force Join Mode', 'configure'],
  772: ['Read Join Mode Configuration', 'read'],
  773: ['Write Network Id', 'configure'],
  774: ['Read Network Id', 'read'],
  775: ['Write Network Tag', 'configure'],
  776: ['Read Network Tag', 'read'],
  777: ['Read Wireless Device Capabilities', 'identify'],
  778: ['Read Battery Life', 'read'],
  779: ['Report Device Health', 'read'],
  780: ['Report Neighbor Health List', 'read'],
  814: ['Read Device List Entries', 'identify'],
  840: ["Read Network Device's Statistics", 'read'],
  841: ['Read Network Device Identity using Nickname', 'identify'],
}
