/** ANSI/ASHRAE 135-2020: §20.1.2 (PDU types), §21 (services and enumerations), annex J.2 (BVLC), §6.2.4 (network messages). */
import type { Access } from '@isthmus/model'

export const PDU = { confirmed: 0, unconfirmed: 1, simpleAck: 2, complexAck: 3, segmentAck: 4, error: 5, reject: 6, abort: 7 } as const
export const PDU_NAMES = [
  'CONFIRMED_REQUEST',
  'UNCONFIRMED_REQUEST',
  'SIMPLE_ACK',
  'COMPLEX_ACK',
  'SEGMENT_ACK',
  'ERROR_PDU',
  'REJECT_PDU',
  'ABORT_PDU',
] as const

export const BVLC = {
  result: 0,
  writeTable: 1,
  tableAck: 3,
  foreignAck: 7,
  forwarded: 4,
  registerForeign: 5,
  distribute: 9,
  unicast: 10,
  broadcast: 11,
} as const
export const BVLC_NAMES = [
  'BVLC_Result',
  'Write_Broadcast_Table',
  'Read_Broadcast_Table',
  'Read_Broadcast_Table_ACK',
  'Forwarded_NPDU',
  'Register_Foreign_Device',
  'Read_Foreign_Device_Table',
  'Read_Foreign_Device_Table_ACK',
  'Delete_Foreign_Device_Table_Entry',
  'Distribute_Broadcast_to_Network',
  'Original_Unicast_NPDU',
  'Original_Broadcast_NPDU',
  'Secure_BVLL',
] as const

export const BVLC_RESULTS: Readonly<Record<number, string>> = {
  0: 'Successful_completion',
  0x10: 'Write-Broadcast-Distribution-Table_NAK',
  0x20: 'Read-Broadcast-Distribution-Table_NAK',
  0x30: 'Register-Foreign-Device_NAK',
  0x40: 'Read-Foreign-Device-Table_NAK',
  0x50: 'Delete-Foreign-Device-Table-Entry_NAK',
  0x60: 'Distribute-Broadcast-To-Network_NAK',
}

/** Operations on broadcast management, by BVLC function. */
export const BVLC_OPERATIONS: Readonly<Record<number, readonly [operation: string, access: Access]>> = {
  1: ['write broadcast distribution table', 'configure'],
  2: ['read broadcast distribution table', 'identify'],
  5: ['register foreign device', 'session'],
  6: ['read foreign device table', 'identify'],
  8: ['delete foreign device', 'configure'],
}

export const NETWORK_MESSAGES: Readonly<Record<number, readonly [name: string, access: Access]>> = {
  0x00: ['who_is_router_to_network', 'identify'],
  0x01: ['i_am_router_to_network', 'identify'],
  0x02: ['i_could_be_router_to_network', 'identify'],
  0x03: ['reject_message_to_network', 'session'],
  0x04: ['router_busy_to_network', 'session'],
  0x05: ['router_available_to_network', 'session'],
  0x06: ['initialize_routing_table', 'configure'],
  0x07: ['initialize_routing_table_ack', 'session'],
  0x08: ['establish_connection_to_network', 'configure'],
  0x09: ['disconnect_connection_to_network', 'configure'],
  0x12: ['what_is_network_number', 'identify'],
  0x13: ['network_number_is', 'identify'],
}

type Service = readonly [name: string, access: Access]

export const CONFIRMED: readonly Service[] = [
  ['acknowledge_alarm', 'control'],
  ['confirmed_cov_notification', 'read'],
  ['confirmed_event_notification', 'read'],
  ['get_alarm_summary', 'read'],
  ['get_enrollment_summary', 'read'],
  ['subscribe_cov', 'read'],
  ['atomic_read_file', 'read'],
  ['atomic_write_file', 'program'],
  ['add_list_element', 'configure'],
  ['remove_list_element', 'configure'],
  ['create_object', 'configure'],
  ['delete_object', 'configure'],
  ['read_property', 'read'],
  ['read_property_conditional', 'read'],
  ['read_property_multiple', 'read'],
  ['write_property', 'write'],
  ['write_property_multiple', 'write'],
  ['device_communication_control', 'control'],
  ['confirmed_private_transfer', 'unknown'],
  ['confirmed_text_message', 'unknown'],
  ['reinitialize_device', 'control'],
  ['vt_open', 'session'],
  ['vt_close', 'session'],
  ['vt_data', 'control'],
  ['authenticate', 'session'],
  ['request_key', 'session'],
  ['read_range', 'read'],
  ['life_safety_operation', 'control'],
  ['subscribe_cov_property', 'read'],
  ['get_event_information', 'read'],
  ['subscribe_cov_property_multiple', 'read'],
  ['confirmed_cov_notification_multiple', 'read'],
  ['confirmed_audit_notification', 'read'],
  ['audit_log_query', 'read'],
]

export const UNCONFIRMED: readonly Service[] = [
  ['i_am', 'identify'],
  ['i_have', 'identify'],
  ['unconfirmed_cov_notification', 'read'],
  ['unconfirmed_event_notification', 'read'],
  ['unconfirmed_private_transfer', 'unknown'],
  ['unconfirmed_text_message', 'unknown'],
  ['time_synchronization', 'configure'],
  ['who_has', 'identify'],
  ['who_is', 'identify'],
  ['utc_time_synchronization', 'configure'],
  ['write_group', 'write'],
  ['unconfirmed_cov_notification_multiple', 'read'],
]

export const REINITIALIZE = [
  'coldstart',
  'warmstart',
  'start-backup',
  'end-backup',
  'start-restore',
  'end-restore',
  'abort-restore',
  'activate-changes',
] as const
export const COMMUNICATION = ['enable', 'disable', 'disable-initiation'] as const

/** §21: event types. */
export const EVENT_TYPES = [
  'change-of-bitstring',
  'change-of-state',
  'change-of-value',
  'command-failure',
  'floating-limit',
  'out-of-range',
  'complex-event-type',
  'complex-event-type',
  'change-of-life-safety',
  'extended',
  'buffer-ready',
  'unsigned-range',
  'reserved',
  'access-event',
  'double-out-of-range',
  'signed-out-of-range',
  'unsigned-out-of-range',
  'change-of-characterstring',
  'change-of-status-flags',
  'change-of-reliability',
  'none',
  'change-of-discrete-value',
  'change-of-timer',
] as const

/** Enumerations by the property that holds them. */
export const ENUMERATIONS: Readonly<Record<number, readonly string[]>> = {
  36: ['normal', 'fault', 'offnormal', 'high-limit', 'low-limit', 'life-safety-alarm'],
  72: ['alarm', 'event', 'ack-notification'],
  103: [
    'no-fault-detected',
    'no-sensor',
    'over-range',
    'under-range',
    'open-loop',
    'shorted-loop',
    'no-output',
    'unreliable-other',
    'process-error',
    'multi-state-fault',
    'configuration-error',
    'reserved',
    'communication-failure',
    'member-fault',
    'monitored-object-fault',
    'tripped',
  ],
  107: ['segmented-both', 'segmented-transmit', 'segmented-receive', 'no-segmentation'],
  112: ['operational', 'operational-read-only', 'download-required', 'download-in-progress', 'non-operational', 'backup-in-progress'],
  117: unitNames(),
  197: ['polled', 'cov', 'triggered'],
}

/** BACnetEngineeringUnits from 0. */
function unitNames(): readonly string[] {
  return `square-meters square-feet milliamperes amperes ohms volts kilovolts megavolts volt-amperes kilovolt-amperes
    megavolt-amperes volt-amperes-reactive kilovolt-amperes-reactive megavolt-amperes-reactive degrees-phase power-factor joules
    kilojoules watt-hours kilowatt-hours btus therms ton-hours joules-per-kilogram-dry-air btus-per-pound-dry-air cycles-per-hour
    cycles-per-minute hertz grams-of-water-per-kilogram-dry-air percent-relative-humidity millimeters meters inches feet
    watts-per-square-foot watts-per-square-meter lumens luxes foot-candles kilograms pounds-mass tons kilograms-per-second
    kilograms-per-minute kilograms-per-hour pounds-mass-per-minute pounds-mass-per-hour watts kilowatts megawatts btus-per-hour
    horsepower tons-refrigeration pascals kilopascals bars pounds-force-per-square-inch centimeters-of-water inches-of-water
    millimeters-of-mercury centimeters-of-mercury inches-of-mercury degrees-celsius degrees-kelvin degrees-fahrenheit
    degree-days-celsius degree-days-fahrenheit years months weeks days hours minutes seconds meters-per-second
    kilometers-per-hour feet-per-second feet-per-minute miles-per-hour cubic-feet cubic-meters imperial-gallons liters us-gallons
    cubic-feet-per-minute cubic-meters-per-second imperial-gallons-per-minute liters-per-second liters-per-minute
    us-gallons-per-minute degrees-angular degrees-celsius-per-hour degrees-celsius-per-minute degrees-fahrenheit-per-hour
    degrees-fahrenheit-per-minute no-units parts-per-million parts-per-billion percent percent-per-second per-minute per-second
    psi-per-degree-fahrenheit radians revolutions-per-minute`.split(/\s+/)
}
