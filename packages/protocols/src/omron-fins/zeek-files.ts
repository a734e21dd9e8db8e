/** Rows of omron_fins_file: everything about file devices. */
import { hex } from '../icsnpp.ts'
import type { Block, DosTime } from './bodies.ts'
import { BLOCK_MEMORIES, BLOCK_TYPES, END_CODES, FILE_PARAMETERS, TRANSFER_PARAMETERS, VOLUME_PARAMETERS } from './fins.table.ts'
import { FILES } from './logs.table.ts'
import type { Fins } from './omron-fins.ts'
import type { Cells, Rows } from './rows.ts'
import { areaName, hexBytes, parameterName } from './zeek-detail.ts'

export function putFiles(m: Fins, rows: Rows): void {
  const { body } = m
  const response_code = m.isAnswer ? (END_CODES[m.endCode] ?? 'Unknown') : undefined
  const put = (cells: Cells): void => rows.put('omron_fins_file', FILES, { response_code, ...cells })
  if (body.is === 'files') {
    const { label, total, unused, files, count, isLast } = body
    put({
      volume_label: label,
      ...timeCells(body.time),
      total_capacity: total,
      unused_capacity: unused,
      total_no_files: files,
      no_files_read: count,
      last_file: isLast,
    })
    for (const entry of body.entries) {
      rows.put('omron_fins_file', FILES, { file_name: entry.name, ...timeCells(entry.time), file_capacity: entry.capacity })
    }
  } else if (body.is === 'file' && m.command === 0x2205) {
    for (const file_name of body.names) put({ disk_no: body.disk, no_of_files: body.length, file_name })
  } else if (body.is === 'blocks') {
    for (const block of body.blocks) {
      put({
        remaining_blocks: body.remaining,
        total_no_of_blocks: body.total,
        memory_type: BLOCK_MEMORIES[body.memory] ?? 'Unknown',
        ...blockCells(block),
      })
    }
  } else {
    const cells = cellsOf(m)
    if (cells !== undefined) put(cells)
  }
}

function cellsOf(m: Fins): Cells | undefined {
  const { body } = m
  switch (body.is) {
    case 'files-asked':
      return { disk_no: body.disk, beginning_file_position: hex(body.first, 2), no_of_files: body.count }
    case 'file':
      if (m.command === 0x2206) {
        return { disk_no: body.disk, parameter_code: VOLUME_PARAMETERS[body.parameter] ?? 'Unknown', volume_label: body.names[0] }
      }
      return {
        disk_no: body.disk,
        file_name: body.names[0],
        file_position: known(body.position),
        data_length: known(body.length),
        parameter_code: body.parameter < 0 ? undefined : (FILE_PARAMETERS[body.parameter] ?? 'Unknown'),
      }
    case 'file-data':
      return { file_capacity: body.capacity, file_position: body.position, data_length: body.length }
    case 'copy':
      if (m.command === 0x2208) return { disk_no: body.from, old_file_name: body.source, new_file_name: body.target }
      return { src_disk_no: body.from, src_file_name: body.source, dst_disk_no: body.to, dst_file_name: body.target }
    case 'transfer':
      return {
        parameter_code: TRANSFER_PARAMETERS[body.parameter] ?? 'Unknown',
        disk_no: body.disk,
        file_name: body.name,
        ...placeCells(m),
      }
    case 'count':
      if (m.command === 0x220a) return { no_of_items: body.count }
      return m.command === 0x220b
        ? { no_of_words: body.count }
        : m.command === 0x220c
          ? { no_of_bytes: body.count }
          : { no_of_files: body.count }
    case 'blocks-asked':
      return body.count < 0 ? { block_no: body.first } : { beginning_block_no: body.first, no_of_blocks: body.count }
    case 'block':
      return { ...blockCells(body.block), block_no: m.isAnswer ? undefined : body.number, memory_data: hexBytes(body.data) }
    default:
      return undefined
  }
}

function placeCells(m: Fins): Cells | undefined {
  const { body } = m
  if (body.is !== 'transfer') return undefined
  const { area, address, count } = body
  switch (m.command) {
    case 0x220a:
      return { memory_area_code: areaName(area), beginning_address: hex(address, 6), no_of_items: count }
    case 0x220b:
      return { parameter_area_code: parameterName(area), beginning_address: hex(address, 2), no_of_words: count }
    default:
      return { program_no: hex(area, 2), beginning_address: hex(address, 2), no_of_bytes: count }
  }
}

const known = (value: number): number | undefined => (value < 0 ? undefined : value)

function blockCells({ type, control }: Block): Cells {
  return {
    data_type: BLOCK_TYPES[type & 7] ?? 'Unknown',
    last_block: type >> 7 === 1,
    protected: ((type >> 6) & 1) === 1,
    control_data: control,
  }
}

function timeCells({ year, month, day, hour, minute, second }: DosTime): Cells {
  return { year, month, day, hour, minute, second }
}
