/** The layouts of commands.table.ts made to readers: one engine for every command's data. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import type { Cell, Column } from '../protocol.ts'
import * as codes from './codes.table.ts'
import { DEVICE_TYPES, MANUFACTURERS } from './manufacturers.table.ts'
import { dateText, durationText, packedText } from './texts.ts'

export type Layout = {
  readonly columns: readonly Column[]
  /** Reads what is there; cells of what is not stay undefined. */
  read(r: Reader): Cell[]
}

type Field = { readonly size: number; readonly columns: readonly Column[]; read(r: Reader, into: Cell[]): void }
type Names = Readonly<Record<number, string>>

const HEX_UNKNOWN = (code: number): string => `unknown-0x${code.toString(16)}`

const CODES: Readonly<Record<string, (code: number) => string | undefined>> = {
  U: (code) => codes.UNITS[code],
  C: codes.className,
  P: (code) => codes.PROFILES[code],
  L: (code) => codes.LOOP_MODES[code],
  A: (code) => codes.ALARMS[code] ?? (code >= 240 && code < 250 ? `Manufacturer Specific Definition (${code})` : undefined),
  T: (code) => codes.TRANSFERS[code] ?? (code >= 210 && code < 250 ? `Manufacturer Specific Definition (${code})` : undefined),
  W: (code) => codes.WRITE_PROTECT[code],
  F: (code) => codes.FAMILIES[code],
  E: (code) => codes.EEPROM[code],
  K: (code) => codes.LOCKS[code],
  Q: (code) => codes.SQUAWKS[code],
  S: (code) => codes.MASTER_MODES[code],
  V: (code) => codes.WRITE_CODES[code],
  R: (code) => codes.TRIM_POINTS[code],
  G: (code) => codes.TIME_SETS[code],
  O: (code) => codes.OPERATING_MODES[code],
}

/** Bits of one byte from the highest: a name is a flag, `name*N` a number of N bits, `name=` a code. */
type Bit = string | readonly [name: string, width: number, names?: Names]
const XS: readonly Bit[] = [
  ['undefined_bits', 2],
  'function_check',
  'out_of_specification',
  'failure',
  'critical_power_failure',
  'device_variable_alert',
  'maintenance_required',
]
const FLAGS: readonly Bit[] = [
  'c8_psk_in_multi_drop_only',
  'c8_psk_capable_field_device',
  'undefined_5',
  'safehart_capable_field_device',
  'ieee_802_15_4_dsss_o_qpsk_modulation',
  'protocol_bridge_device',
  'eeprom_control',
  'multi_sensor_field_device',
]
const BITS: Readonly<Record<string, readonly Bit[]>> = {
  xs: XS,
  fl: FLAGS,
  fm: FLAGS.map((bit) => (bit === 'multi_sensor_field_device' ? 'mutli_sensor_field_device' : bit)),
  hw: [
    ['hardware_revision_level', 5],
    ['physical_signaling_code', 3, codes.SIGNALING],
  ],
  ds: [
    ['process_data_status', 2, codes.DATA_STATUS],
    ['limit_status', 2, codes.LIMITS],
    'more_device_variable_status_available',
    ['device_family_specific_status', 3],
  ],
  dp: ['is_simulated', ['undefined_bits_1_6', 6], 'is_input'],
  an: [['undefined_bits', 7], 'analog_channel'],
  lk: [['undefined_bits', 3], 'lock_gateway', 'configuration_locked', 'lock_primary', 'lock_permanent', 'device_locked'],
  s0: [
    'device_configuration_lock',
    'electronic_defect',
    'environmental_conditions_out_of_range',
    'power_supply_conditions_out_of_range',
    'watchdog_reset_executed',
    'volatile_memory_defect',
    'non_volatile_memory_defect',
    'device_variable_simulation_active',
  ],
  s1: [
    ['undefined_bits', 3],
    'reserved',
    'battery_or_power_supply_needs_maintenance',
    'event_notification_overflow',
    'discrete_variable_simulation_active',
    'status_simulation_active',
  ],
  sa: [['undefined_bits', 4], 'quinary_analog', 'quaternary_analog', 'tertiary_analog', 'secondary_analog'],
  s2: [
    ['undefined_bits', 3],
    'stale_data_notice',
    'sub_device_with_duplicate_id',
    'sub_device_mismatch',
    'duplicate_master_detected',
    'sub_device_list_changed',
  ],
  s3: [['undefined_bits', 3], 'radio_failure', 'block_transfer_pending', 'bandwidth_allocation_pending', 'reserved', 'capacity_denied'],
  sc: [['undefined_bits', 7], 'analog_channel'],
}

export function layoutOf(spec: string): Layout {
  const groups = spec.split('|').map((group) => group.trim().split(' ').filter(Boolean).map(fieldOf))
  const columns = groups.flat().flatMap((field) => field.columns)
  const sizes = groups.map((group) => group.reduce((sum, field) => sum + field.size, 0))
  return {
    columns,
    read(r) {
      const cells: Cell[] = []
      for (let i = 0; i < groups.length; i++) {
        // A group is there as a whole or not at all.
        if (r.left < sizes[i]!) break
        for (const field of groups[i]!) field.read(r, cells)
      }
      return cells
    },
  }
}

function fieldOf(token: string): Field {
  const colon = token.indexOf(':')
  const kind = token.slice(0, colon)
  const name = token.slice(colon + 1)
  const bits = BITS[kind]
  if (bits !== undefined) return bitField(name, bits)
  const code = CODES[kind]
  if (code !== undefined) {
    return one(name, 'string', 1, (r) => {
      const value = r.u8(name)
      const text = code(value)
      r.note(text ?? '')
      return text ?? HEX_UNKNOWN(value)
    })
  }
  const size = Number(kind.slice(1))
  switch (kind[0]) {
    case 'b':
      return one(name, 'count', 1, (r) => r.u8(name))
    case 'w':
      return one(name, 'count', 2, (r) => r.u16(name))
    case 't':
      return one(name, 'count', 3, (r) => r.u24(name))
    case 'l':
      return one(name, 'count', 4, (r) => r.u32(name))
    case 'f':
      return one(name, 'double', 4, (r) => r.f32(name))
    case 'M':
      return one(name, 'string', 2, (r) => named(r.u16(name), MANUFACTURERS))
    case 'D':
      return one(name, 'string', 2, (r) => named(r.u16(name), DEVICE_TYPES))
    case 'p':
      return one(name, 'string', size, (r) => packedText(r.view(size, name)))
    case 'd':
      return one(name, 'string', 3, (r) => dateText(r.view(3, name)))
    case 'c':
      return one(name, 'string', 4, (r) => durationText(r.u32(name)))
    default:
      return one(name, 'string', size, (r) => byteText(r.view(size, name)))
  }
}

function named(code: number, names: Names): string {
  return names[code] ?? HEX_UNKNOWN(code)
}

function one(name: string, type: string, size: number, read: (r: Reader) => Cell): Field {
  return { size, columns: [[name, type]], read: (r, into) => void into.push(read(r)) }
}

function bitField(name: string, bits: readonly Bit[]): Field {
  const columns = bits.map(
    (bit): Column =>
      typeof bit === 'string' ? [`${name}_${bit}`, 'bool'] : [`${name}_${bit[0]}`, bit[2] === undefined ? 'count' : 'string'],
  )
  return {
    size: 1,
    columns,
    read(r, into) {
      const value = r.u8(name)
      let shift = 8
      for (const bit of bits) {
        const width = typeof bit === 'string' ? 1 : bit[1]
        shift -= width
        const part = (value >> shift) & ((1 << width) - 1)
        into.push(typeof bit === 'string' ? part === 1 : bit[2] === undefined ? part : named(part, bit[2]))
      }
    },
  }
}
