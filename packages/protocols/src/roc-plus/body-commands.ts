/** The data of the opcodes that have commands of their own: files (203, table 2-27) and transactions (206). */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { DATA_TYPES, FILE, FILE_COMMANDS, OPEN_OPTIONS, TRANSACTION_COMMANDS } from './roc-plus.table.ts'
import { type Content, type Fields, hexOf } from './text.ts'

const UNKNOWN = 'Unknown'
const PATH = 100
const NAME = 25

/** A question to delete has the number of the question for a directory; its length tells. */
export function fileCommand(first: number, length: number): number {
  if (first === FILE.directory && length === 126) return FILE.delete
  if (length === 102) return FILE.directory
  return length === 103 ? FILE.directory64 : first
}

export function readFile(r: Reader, command: number, isRequest: boolean): Content {
  r.u8('command')
  r.note(FILE_COMMANDS[command] ?? '')
  const fields = isRequest ? askedOfFile(r, command) : toldOfFile(r, command)
  return { log: 'file_transfer', fields: { command: FILE_COMMANDS[command] ?? UNKNOWN, ...fields } }
}

function askedOfFile(r: Reader, command: number): Fields {
  switch (command) {
    case FILE.open:
      return {
        open_options: OPEN_OPTIONS[r.u8('options')] ?? UNKNOWN,
        path: padded(r, PATH, 'path'),
        filename: padded(r, NAME, 'file name'),
      }
    case FILE.read:
      return { file_descriptor: r.u32('file descriptor'), offset: r.u32('offset') }
    case FILE.write:
      return block(r)
    case FILE.close:
      return { file_descriptor: r.u32('file descriptor') }
    case FILE.delete:
      return { path: padded(r, PATH, 'path'), filename: padded(r, NAME, 'file name') }
    case FILE.directory:
      return { path: padded(r, PATH, 'path'), total_num_files: r.u8('files') }
    default:
      return { path: padded(r, PATH, 'path'), total_num_files: r.u16('files') }
  }
}

function toldOfFile(r: Reader, command: number): Fields {
  switch (command) {
    case FILE.open:
      return { file_descriptor: r.u32('file descriptor') }
    case FILE.read:
      return block(r)
    case FILE.write:
      return { file_descriptor: r.u32('file descriptor'), offset: r.u32('offset') }
    case FILE.directory:
    case FILE.directory64: {
      const additional_files = r.u8('more files')
      const total_num_files = command === FILE.directory ? r.u8('files') : r.u16('files')
      const names = byteText(r.view(r.left, 'file names')).split('\0')
      while (names.at(-1) === '') names.pop()
      return { additional_files, total_num_files, file_names: names }
    }
    default:
      r.view(r.left, 'data')
      return {}
  }
}

function block(r: Reader): Fields {
  const file_descriptor = r.u32('file descriptor')
  const file_size = r.u32('file size')
  const offset = r.u32('offset')
  const num_bytes = r.u8('bytes')
  return { file_descriptor, file_size, offset, num_bytes, data: byteText(r.view(num_bytes, 'data')) }
}

/** A NUL ends a name; pieces after one are joined, as ICSNPP does. */
function padded(r: Reader, size: number, label: string): string {
  return byteText(r.view(size, label)).replaceAll('\0', '')
}

export function readTransactions(r: Reader, isRequest: boolean): Content {
  const number = r.u8('command')
  const command = TRANSACTION_COMMANDS[number] ?? UNKNOWN
  const log = 'transaction_history'
  if (isRequest) return { log, fields: { command, segment: r.u8('segment'), transaction_offset: r.u16('offset') } }
  return number === 1 ? { log, fields: { command, ...listed(r) } } : { log, fields: { command, ...values(r) } }
}

function listed(r: Reader): Fields {
  const num_transactions = r.u8('transactions')
  const more_data = r.u8('more follows') !== 0
  const description = hexOf(r.view(10, 'description'))
  const payload_size = r.u16('payload size')
  const transaction_num: number[] = []
  const date_created: number[] = []
  for (let i = 0; i < num_transactions && r.left > 0; i++) {
    transaction_num.push(r.u16('transaction'))
    date_created.push(r.u32('created'))
  }
  return { num_transactions, more_data, description, payload_size, transaction_num, date_created }
}

/** Type u8 and value, over and over. A type that nobody knows has no length: the rest cannot be told apart. */
function values(r: Reader): Fields {
  const msg_data_size = r.u8('data size')
  const more_data = r.u8('more follows') !== 0
  const data_type: string[] = []
  const data: number[] = []
  while (r.left > 0) {
    const type = DATA_TYPES[r.u8('data type')]
    if (type === undefined) break
    data_type.push(type[0])
    for (const byte of r.view(Math.min(type[1], r.left), 'value')) data.push(byte)
  }
  return { more_data, msg_data_size, data_type, data }
}
