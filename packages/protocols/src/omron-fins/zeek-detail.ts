/** Rows of omron_fins_detail, omron_fins_error and the two status logs. */
import { byteText } from '../byte-text.ts'
import { hex } from '../icsnpp.ts'
import { maskSecret } from '../mask.ts'
import type { Cell } from '../protocol.ts'
import {
  CONTROLLER_DATA,
  CYCLE_TIME,
  DAYS,
  END_CODES,
  errorName,
  FATAL_ERRORS,
  FORCES,
  LOGGED_AREAS,
  MEMORY_CARDS,
  MESSAGE_TYPES,
  MODES,
  NON_FATAL_ERRORS,
  PARAMETER_AREAS,
  RUN_MODES,
  STATUSES,
} from './fins.table.ts'
import { DETAIL, ERRORS, LINKS, NETWORK } from './logs.table.ts'
import type { Fins } from './omron-fins.ts'
import type { Cells, Rows } from './rows.ts'

/** ICSNPP's own limit. */
const HEX_BYTES = 15
const utf8 = new TextDecoder()
const encoder = new TextEncoder()

export function hexBytes(data: Uint8Array): string {
  if (data.length === 0) return ''
  let text = '0x'
  for (const b of data.subarray(0, HEX_BYTES)) text += b.toString(16).padStart(2, '0')
  return text
}

/** As UTF-8, one character a byte again, as logs hold text. */
const textOf = (data: Uint8Array): string => byteText(encoder.encode(utf8.decode(data)))
export const areaName = (code: number): string => LOGGED_AREAS[code] ?? 'Unknown'
export const parameterName = (code: number): string => PARAMETER_AREAS[code] ?? 'Unknown'
export const bcd = (byte: number): number => (byte >> 4) * 10 + (byte & 15)

export function putDetail(m: Fins, rows: Rows): void {
  const response_code = m.isAnswer ? (END_CODES[m.endCode] ?? 'Unknown') : undefined
  const put = (cells: Cells): void => rows.put('omron_fins_detail', DETAIL, { response_code, ...cells })
  const { body } = m
  switch (body.is) {
    case 'items':
      putItems(m, put)
      return
    case 'data':
      put(m.command === 0x0101 ? { data: hexBytes(body.data) } : { test_data: hexBytes(body.data) })
      return
    case 'values':
      for (const { area, data } of body.values) put({ memory_area_code: areaName(area), data: hexBytes(data) })
      return
    case 'parameters': {
      const isClear = m.command === 0x0203
      put({
        parameter_area_code: parameterName(body.area),
        beginning_word: hex(body.word, 2),
        number_of_words: isClear ? body.count : body.count & 0x7fff,
        last_word_bit: isClear ? undefined : body.count >> 15,
        data: isClear ? hexBytes(body.data) : m.isAnswer || m.command === 0x0202 ? textOf(body.data) : undefined,
      })
      return
    }
    case 'link-table':
      putLinkTable(m, put)
      return
    case 'program':
      put({
        program_no: body.program,
        beginning_word: hex(body.word, 2),
        number_of_bytes: body.count & 0x7fff,
        last_word_bit: body.count >> 15,
        data: (m.command === 0x0306) === m.isAnswer ? textOf(body.data) : undefined,
      })
      return
    case 'clock':
      put(clockCells(body.fields))
      return
    case 'controller':
      putController(body, put)
      return
    case 'units':
      for (const unit of body.units) put({ no_of_units: body.count, unit_address: hex(unit.address, 2), model_number: unit.model })
      return
    case 'messages':
      putMessages(m, put)
      return
    case 'forces':
      for (const bit of body.bits) {
        put({
          no_of_bits: body.count,
          set_reset_specification: FORCES[bit.action] ?? 'Unknown',
          memory_area_code: areaName(bit.area),
          bit_flag: bit.address,
        })
      }
      return
    case 'network':
      putNetwork(body, response_code, rows)
      return
    case 'links':
      putLinks(body, response_code, rows)
      return
    case 'error':
      rows.put('omron_fins_error', ERRORS, { error_reset_fal_no: errorName(body.code) })
      return
    case 'error-log-asked':
      rows.put('omron_fins_error', ERRORS, { beginning_record_no: body.first, no_of_records: body.count })
      return
    case 'error-log':
      putErrors(body, response_code, rows)
      return
    case 'nothing':
      if (m.isAnswer && m.command === 0x0221) put({})
      return
    default: {
      const cells = plainCells(m)
      if (cells !== undefined) put(cells)
    }
  }
}

/** Bodies of one row with a cell a field. */
function plainCells(m: Fins): Cells | undefined {
  const { body } = m
  switch (body.is) {
    case 'protect':
      return {
        program_no: body.program,
        protect_code: body.code,
        beginning_word: hex(body.word, 2),
        last_word: hex(body.last, 2),
        password: maskSecret(body.password),
      }
    case 'clear':
      return { program_no: body.program, clear_code: hex(body.code, 2) }
    case 'run':
      return { program_no: body.program, run_mode: RUN_MODES[body.mode] ?? 'Not Set: Default to Monitor (2)' }
    case 'choice':
      if (m.command === 0x0501) return { controller_data_to_read: CONTROLLER_DATA[body.value] ?? 'Unknown' }
      return m.command === 0x0620 ? { cycle_time_read_parameter: CYCLE_TIME[body.value] ?? 'Unknown' } : { program_no: body.value }
    case 'units-asked':
      return { no_of_units: body.count, unit_address: hex(body.first, 2) }
    case 'status':
      return {
        controller_status_data_read_status: STATUSES[body.status] ?? 'Unknown',
        controller_status_data_read_mode: MODES[body.mode] ?? 'Unknown',
        fatal_error: FATAL_ERRORS.map(([bit, name]) => `${name}: ${(body.fatal >> bit) & 1}`),
        non_fatal_error: NON_FATAL_ERRORS.map(([bit, name]) => `${name}: ${(body.nonFatal >> bit) & 1}`),
        message_yes_no: Array.from({ length: 8 }, (_, i) => `Message no. ${i}: ${(body.messages >> i) & 1}`),
        fal_fals_no: body.fal,
        error_message: body.error,
      }
    case 'cycle':
      return { average_cycle_time: body.average / 10, max_cycle_time: body.longest / 10, min_cycle_time: body.shortest / 10 }
    case 'count':
      return { number_of_receptions: body.count }
    case 'holder':
      return { acquire_network_address: body.network, acquire_node_number: body.node, acquire_unit_address: body.unit }
    case 'name':
      return { data: body.name }
    default:
      return undefined
  }
}

function putItems(m: Fins, put: (cells: Cells) => void): void {
  const { body } = m
  if (body.is !== 'items') return
  body.places.forEach((place, i) => {
    const memory_area_code = areaName(place.area)
    const beginning_address = hex(place.address, 6)
    switch (m.command) {
      case 0x0104:
        put({ memory_area_code, beginning_address })
        return
      case 0x0105:
        put({
          memory_area_code: `${memory_area_code} (${i === 0 ? 'Source' : 'Destination'})`,
          beginning_address,
          number_of_items: i === 0 ? body.count : undefined,
        })
        return
      case 0x230a:
        put({ memory_area_code, beginning_address, no_of_units: body.count, data: m.isAnswer ? hexBytes(body.data) : undefined })
        return
      default: {
        const data = m.command === 0x0102 ? textOf(body.data) : m.command === 0x0103 ? hexBytes(body.data) : undefined
        put({ memory_area_code, beginning_address, number_of_items: body.count, data })
      }
    }
  })
}

function putLinkTable(m: Fins, put: (cells: Cells) => void): void {
  const { body } = m
  if (body.is !== 'link-table') return
  const asked = { intelligent_id_no: hex(body.id, 2), first_word: hex(body.word, 2) }
  if (m.command === 0x0220 && !m.isAnswer) {
    put({ ...asked, read_length: hex(body.length, 2) })
    return
  }
  for (const record of body.records) {
    const cells = {
      num_of_link_nodes: body.nodes,
      block_record_cio_area_first_word: hex(record.cio, 2),
      block_record_kind_of_dm: hex(record.kind, 2),
      block_record_dm_area_first_word: hex(record.dm, 2),
      block_record_num_of_total_words: record.words,
    }
    const node = record.node & 0x7f
    if (m.isAnswer) {
      const block_record_data_link_status = record.node >> 7 === 0 ? 'Normal (0)' : 'Warning (1)'
      put({ ...cells, block_record_data_link_status, block_record_num_of_link_nodes: node })
    } else put({ ...asked, ...cells, data_length: hex(body.length, 2), block_record_node_num: node })
  }
}

function clockCells(fields: Uint8Array): Cells {
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = Array.from(fields, bcd)
  const day = fields.length > 6 ? (DAYS[fields[6]!] ?? 'Unknown') : 'Unknown'
  // Read as UTC: no zone is on the wire.
  const clock_time = Date.UTC(2000 + year, month - 1, date, hour, minute, second) / 1000
  return { year: 2000 + year, month, date, hour, minute, second, day, clock_time }
}

function putController(body: Extract<Fins['body'], { is: 'controller' }>, put: (cells: Cells) => void): void {
  const [program_area_size, iom_size, no_of_dm_words, timer_size, expansion_dm_size, no_of_steps_transitions] = body.sizes
  put({
    controller_model: body.model,
    controller_version: body.version,
    for_system_use: body.system,
    program_area_size,
    iom_size,
    no_of_dm_words,
    timer_size,
    expansion_dm_size,
    no_of_steps_transitions,
    kind_of_memory_card: MEMORY_CARDS[body.card] ?? 'Unknown',
    memory_card_size: body.cardSize,
    cpu_bus_unit_config: body.units,
    no_of_sysmac_bus_master_mounted: body.remote,
    no_of_sysmac_bus2_master_mounted: body.remote2,
    peripheral_device_connected: body.pcStatus >> 7,
    built_in_host_interface: (body.pcStatus >> 6) & 1,
    no_of_racks_connected: body.pcStatus & 15,
  })
}

function putMessages(m: Fins, put: (cells: Cells) => void): void {
  const { body } = m
  if (body.is !== 'messages' || body.type === 3) return
  const cells: Record<string, Cell> = { command: MESSAGE_TYPES[body.type] }
  const [n, name] = body.type === 2 ? [14, 'fal_fals'] : [8, 'message']
  if (!m.isAnswer || body.type !== 1) for (let i = 0; i < n; i++) cells[`${name}_no_${i}`] = ((body.bits >> i) & 1) === 1
  for (let i = 0; i < n && i < body.texts.length; i++) if ((body.bits >> i) & 1) cells[`${name}_${i}`] = body.texts[i]
  put(cells)
}

function putNetwork(body: Extract<Fins['body'], { is: 'network' }>, response_code: Cell, rows: Rows): void {
  for (let node = 1; node <= 62; node++) {
    const member = (body.members[(node - 1) >> 1] ?? 0) >> ((node & 1) === 1 ? 0 : 4)
    rows.put('omron_fins_network_status_read', NETWORK, {
      response_code,
      node_number: node,
      in_network: member & 1 ? 'In network (0x01)' : 'Not in network (0x00)',
      exit_status: member & 2 ? 'Exited due to error (0x01)' : 'Normal exit (0x00)',
      polling: member & 8 ? 'Does not respond to polling (0x01)' : 'Responds to polling (0x00)',
      communication_cycle_time: body.cycle,
      current_polling_node_number: body.polling,
      cyclic_operation: body.operation === 0 ? 'Stopped (0x00)' : body.operation === 1 ? 'Active (0x01)' : 'Unknown',
      cyclic_transmission_status:
        body.transmission === 0 ? 'No Transmission (0x00)' : body.transmission === 1 ? 'Transmission (0x01)' : 'Unknown',
      non_fatal_error: ((body.nonFatal[node >> 3] ?? 0) >> (node & 7)) & 1 ? 'On (0x01)' : 'Off (0x00)',
      cyclic_error_count: body.counters[node - 1],
    })
  }
}

/** Three bytes for eight nodes each: error, mode, warning. */
function putLinks(body: Extract<Fins['body'], { is: 'links' }>, response_code: Cell, rows: Rows): void {
  const nodes = Math.floor(body.flags.length / 3) * 8
  for (let node = 0; node < nodes; node++) {
    const at = (node >> 3) * 3
    const bit = (i: number): boolean => ((body.flags[at + i]! >> (node & 7)) & 1) === 1
    rows.put('omron_fins_data_link_status_read', LINKS, {
      response_code,
      node_number: node + 1,
      data_links: body.status >> 7 === 1 ? 'Active (0x01)' : 'Not active (0x00)',
      node_setting: body.status & 1 ? 'Master (0x01)' : 'Slave (0x00)',
      master_node_number: body.master,
      error_status: bit(0) ? 'Error (0x01)' : 'Normal (0x00)',
      mode_status: bit(1) ? 'Run (0x01)' : 'Stop (0x00)',
      warning_status: bit(2) ? 'Warning (0x01)' : 'Normal (0x00)',
    })
  }
}

function putErrors(body: Extract<Fins['body'], { is: 'error-log' }>, response_code: Cell, rows: Rows): void {
  for (const record of body.records) {
    const [minute, second, day, hour, year, month] = Array.from(record.time, bcd)
    rows.put('omron_fins_error', ERRORS, {
      response_code,
      max_no_stored_records: body.most,
      no_of_stored_records: body.stored,
      no_of_records: body.count,
      error_code_1: errorName(record.code),
      error_code_2: errorName(record.detail),
      minute,
      second,
      day,
      hour,
      year,
      month,
    })
  }
}
