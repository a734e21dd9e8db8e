/**
 * Rows of Zeek's modbus.log and of ICSNPP's modbus_*.log. ICSNPP writes one detailed row an exchange: a question waits for
 * its answer by transaction, and what is left at the end of the conversation is written unmatched.
 */
import type { SeenMessage } from '@isthmus/wire'
import { hex, linkId, senderCells } from '../icsnpp.ts'
import type { Cell, PutRow } from '../protocol.ts'
import { CONFORMITY, DIAGNOSTICS, EXCEPTIONS, ID_OBJECTS, READ_ID_CODES } from './modbus.table.ts'
import type { DetailedRow, Modbus, ModbusState, PendingRows } from './modbus.ts'
import { identityObjects } from './observe.ts'

type Seen = SeenMessage<Modbus, ModbusState>

/** Zeek keeps the first 100 elements of a vector in a log (`Log::default_max_field_container_elements`). */
const MAX_VALUES = 100
const MAX_PENDING = 64

export function zeek(seen: Seen, put: PutRow): void {
  const { message: m } = seen
  // Zeek drops a question whose function has the exception bit.
  if (m.kind === 'request' && m.code !== 0 && m.anomalies.includes('invalid-function')) return
  const rows = (seen.state.rows ??= { requests: new Map(), responses: new Map() })
  const { func, exception } = namesOf(m)
  put('modbus', [m.transaction, m.unit, func, m.kind === 'request' ? 'REQ' : 'RESP', exception])
  if (m.kind === 'exception') putException(m, func, exception, rows, put, seen.at)
  else if (!PAIRED.has(m.row.shape)) putDetailed(rowOf(m, seen.at), put)
  else if (m.kind === 'request') asks(seen, rows, put)
  else answers(seen, rows, put)
}

export function zeekEnded(seen: SeenMessage<Modbus | undefined, ModbusState>, put: PutRow): void {
  const rows = seen.state.rows
  if (rows === undefined) return
  for (const kind of [rows.requests, rows.responses]) {
    for (const row of kind.values()) putDetailed({ ...row, matched: false }, put)
    kind.clear()
  }
}

/** Functions for which ICSNPP waits; the others are written message by message. */
const PAIRED: ReadonlySet<string> = new Set([
  'read-bits',
  'read-registers',
  'write-one',
  'write-many',
  'read-file',
  'write-file',
  'mask',
  'read-write',
  'fifo',
  'diagnostics',
  'mei',
])

function namesOf(m: Modbus): { func: string; exception: string | undefined } {
  if (m.kind !== 'exception') return { func: m.row.zeek, exception: undefined }
  const unnamed = m.row.zeek.startsWith('unknown-')
  return {
    func: unnamed ? `unknown-${m.code | 0x80}` : `${m.row.zeek}_EXCEPTION`,
    exception: EXCEPTIONS[m.error]?.[1] ?? `unknown-${m.error}`,
  }
}

function rowOf(m: Modbus, at: number): DetailedRow {
  return {
    tid: m.transaction,
    unit: m.unit,
    func: m.row.zeek,
    address: undefined,
    quantity: undefined,
    requestValues: undefined,
    responseValues: undefined,
    link: undefined,
    matched: undefined,
    requestSub: undefined,
    responseSub: undefined,
    requestData: undefined,
    responseData: undefined,
    exception: undefined,
    mei: undefined,
    at,
  }
}

function putDetailed(row: DetailedRow, put: PutRow): void {
  put(
    'modbus_detailed',
    [
      row.tid,
      row.unit,
      row.func,
      row.address,
      row.quantity,
      row.requestValues?.slice(0, MAX_VALUES),
      row.responseValues?.slice(0, MAX_VALUES),
      row.link,
      row.matched,
      row.requestSub,
      row.responseSub,
      row.requestData,
      row.responseData,
      row.exception,
      row.mei,
    ],
    row.at,
  )
}

function putException(m: Modbus, func: string, exception: string | undefined, rows: PendingRows, put: PutRow, at: number): void {
  const waiting = rows.requests.get(m.transaction)
  if (waiting === undefined) {
    putDetailed({ ...rowOf(m, at), func, exception }, put)
    return
  }
  rows.requests.delete(m.transaction)
  putDetailed({ ...waiting, matched: true, exception }, put)
}

function keep(waiting: Map<number, DetailedRow>, row: DetailedRow): void {
  if (waiting.size >= MAX_PENDING) waiting.delete(waiting.keys().next().value!)
  waiting.set(row.tid, row)
}

function asks(seen: Seen, rows: PendingRows, put: PutRow): void {
  const { message: m } = seen
  const answered = rows.responses.get(m.transaction)
  const row = rowOf(m, seen.at)
  fillRequest(row, seen, put)
  if (answered === undefined) {
    keep(rows.requests, row)
    return
  }
  rows.responses.delete(m.transaction)
  putDetailed({ ...row, ...definedOf(answered), address: row.address, quantity: row.quantity, matched: true }, put)
}

function definedOf(row: DetailedRow): Partial<DetailedRow> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined))
}

function fillRequest(row: DetailedRow, seen: Seen, put: PutRow): void {
  const { message: m } = seen
  switch (m.row.shape) {
    case 'read-bits':
    case 'read-registers':
      row.address = m.address
      row.quantity = m.count
      return
    case 'write-one':
    case 'write-many':
      row.address = m.address
      row.requestValues = valuesOf(m, m.data)
      row.quantity = row.requestValues.length
      return
    case 'fifo':
      row.address = m.address
      return
    case 'read-file':
    case 'write-file':
      row.quantity = m.count
      return
    case 'diagnostics':
      row.requestSub = DIAGNOSTICS[m.sub] ?? `unknown-${m.sub}`
      row.requestData = latin1(m.data)
      return
    case 'mask':
      row.address = m.address
      row.link = linkId(seen.flow.uid, m.transaction, seen.at)
      putMask(seen, row.link, put)
      return
    case 'read-write':
      row.link = linkId(seen.flow.uid, m.transaction, seen.at)
      put('modbus_read_write_multiple_registers', [
        ...senderCells(seen.from, seen.flow),
        row.link,
        m.transaction,
        m.unit,
        m.row.zeek,
        'REQUEST',
        m.writeAddress,
        registers(m.data),
        m.address,
        m.count,
        undefined,
      ])
      return
    case 'mei':
      row.link = linkId(seen.flow.uid, m.transaction, seen.at)
      row.mei = meiOf(m)
      if (m.sub === 14) putIdentity(seen, row.link, put)
      return
    default:
  }
}

function answers(seen: Seen, rows: PendingRows, put: PutRow): void {
  const { message: m } = seen
  const asked = rows.requests.get(m.transaction)
  const row = asked ?? rowOf(m, seen.at)
  fillResponse(row, seen, asked !== undefined, put)
  if (asked === undefined) {
    keep(rows.responses, row)
    return
  }
  rows.requests.delete(m.transaction)
  row.matched = true
  putDetailed(row, put)
}

function fillResponse(row: DetailedRow, seen: Seen, asked: boolean, put: PutRow): void {
  const { message: m } = seen
  switch (m.row.shape) {
    case 'read-bits': {
      const bits = bitsOf(m.data, m.data.length * 8)
      row.quantity ??= bits.length
      row.responseValues = bits.slice(0, row.quantity)
      if (bits.length > row.quantity) row.responseData = bits.slice(row.quantity).join(',')
      return
    }
    case 'read-registers':
      row.responseValues = registers(m.data)
      row.quantity ??= row.responseValues.length
      return
    case 'write-one':
      row.address = m.address
      row.quantity = 1
      row.responseValues = valuesOf(m, m.data)
      return
    case 'write-many':
      if (m.row.table === 'holding' || !asked) {
        row.address = m.address
        row.quantity = m.count
      }
      return
    case 'fifo':
      row.quantity = m.data.length >> 1
      if (m.data.length > 1) row.responseValues = registers(m.data)
      return
    case 'diagnostics':
      row.responseSub = DIAGNOSTICS[m.sub] ?? `unknown-${m.sub}`
      row.responseData = latin1(m.data)
      return
    case 'mask':
      if (!asked) row.address = m.address
      putMask(seen, row.link, put)
      return
    case 'read-write':
      put('modbus_read_write_multiple_registers', [
        ...senderCells(seen.from, seen.flow),
        row.link,
        m.transaction,
        m.unit,
        m.row.zeek,
        'RESPONSE',
        undefined,
        undefined,
        undefined,
        undefined,
        registers(m.data),
      ])
      return
    case 'mei':
      row.link ??= linkId(seen.flow.uid, m.transaction, seen.at)
      row.mei = row.mei === undefined || row.mei === meiOf(m) ? meiOf(m) : `${row.mei} and ${meiOf(m)}`
      if (m.sub === 14) putIdentity(seen, row.link, put)
      return
    default:
  }
}

function putMask(seen: Seen, link: string | undefined, put: PutRow): void {
  const { message: m } = seen
  put('modbus_mask_write_register', [
    ...senderCells(seen.from, seen.flow),
    link,
    m.transaction,
    m.unit,
    m.row.zeek,
    m.kind === 'request' ? 'REQUEST' : 'RESPONSE',
    m.address,
    m.andMask,
    m.orMask,
  ])
}

function putIdentity(seen: Seen, link: string, put: PutRow): void {
  const { message: m } = seen
  const { data } = m
  const head: Cell[] = [...senderCells(seen.from, seen.flow), link, m.transaction, m.unit, m.row.zeek]
  if (m.kind === 'request') {
    if (data.length < 2) return
    // ICSNPP takes the object id for a read code; the column repeats that.
    const object = READ_ID_CODES[data[1]!] ?? 'Unknown'
    put('modbus_read_device_identification', [
      ...head,
      'REQUEST',
      'READ-DEVICE-IDENTIFICATION',
      undefined,
      undefined,
      data[0],
      hex(data[1]!, 2),
      object,
      undefined,
    ])
    return
  }
  const conformity = data[1] ?? 0
  for (const [id, value] of identityObjects(data)) {
    put('modbus_read_device_identification', [
      ...head,
      'RESPONSE',
      'READ-DEVICE-IDENTIFICATION',
      hex(conformity, 2),
      CONFORMITY[conformity] ?? 'Unknown',
      data[0],
      hex(id, 2),
      ID_OBJECTS[id] ?? 'Unknown',
      value,
    ])
  }
}

function meiOf(m: Modbus): string {
  if (m.sub === 13) return 'CANopen'
  if (m.sub === 14) return 'Read Device Identification'
  return m.kind === 'request'
    ? `invalid encapsulated interface transport mei-(${hex(m.sub, 2)})`
    : `unknown encapsulated interface transport mei-(o${hex(m.sub, 2).slice(1)})`
}

function valuesOf(m: Modbus, data: Uint8Array): number[] {
  if (m.row.table !== 'coil') return registers(data)
  return m.row.shape === 'write-one' ? [data[0] === 0xff ? 1 : 0] : bitsOf(data, m.count)
}

function registers(data: Uint8Array): number[] {
  const values: number[] = []
  for (let i = 0; i + 1 < data.length && values.length < 125; i += 2) values.push((data[i]! << 8) | data[i + 1]!)
  return values
}

function bitsOf(data: Uint8Array, count: number): number[] {
  const bits: number[] = []
  const n = Math.min(count, data.length * 8)
  for (let i = 0; i < n; i++) bits.push((data[i >> 3]! >> (i & 7)) & 1)
  return bits
}

function latin1(data: Uint8Array): string {
  let text = ''
  for (const byte of data.subarray(0, 256)) text += String.fromCharCode(byte)
  return text
}
