/** Modbus in the platform's words: tables become tags, functions become operations. Silent while nothing is new. */
import type { Access, AssetAttribute } from '@isthmus/model'
import type { SeenMessage } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import type { OperationStatement, Sink } from '../protocol.ts'
import { DIAGNOSTICS, EXCEPTIONS, type Table, UMAS } from './modbus.table.ts'
import type { Modbus, ModbusState } from './modbus.ts'
import { printable, text } from './text.ts'
import { observeUmas, umasEnded } from './umas.ts'

/** Questions of a pipelining client that may wait; beyond it the oldest counts as unanswered. */
const MAX_OPEN = 16

export function observe(seen: SeenMessage<Modbus, ModbusState>, sink: Sink): void {
  const { message: m, asked, state } = seen
  for (let i = 0; i < m.anomalies.length; i++) sink.anomaly(`modbus.${m.anomalies[i]}`)
  if (m.kind === 'request') {
    state.hasAsked = true
    if (state.asking !== undefined) wait(state, state.asking, sink)
    state.asking = m
    return
  }
  if (asked === undefined) {
    if (m.kind === 'response' && isEcho(m) && !state.hasAsked) settle(m, m, state, sink)
    return
  }
  if (state.asking === asked) state.asking = undefined
  else state.open?.delete(asked.transaction)
  settle(asked, m, state, sink)
}

/** §6.5, §6.6, §6.11, §6.12, §6.16: the answer repeats what was written where, which tells it where only this direction is captured. */
function isEcho({ row: { shape }, anomalies }: Modbus): boolean {
  return (shape === 'write-one' || shape === 'write-many' || shape === 'mask') && !anomalies.includes('truncated')
}

/** Questions that nobody answered are tries: said without an outcome. */
export function ended(state: ModbusState, sink: Sink): void {
  if (state.open !== undefined) for (const m of state.open.values()) settle(m, undefined, state, sink)
  if (state.asking !== undefined) settle(state.asking, undefined, state, sink)
  state.open = undefined
  state.asking = undefined
  umasEnded(state, sink)
}

function wait(state: ModbusState, m: Modbus, sink: Sink): void {
  const open = (state.open ??= new Map<number, Modbus>())
  const displaced = open.get(m.transaction)
  if (displaced !== undefined) settle(displaced, undefined, state, sink)
  else if (open.size >= MAX_OPEN) {
    const [oldest, question] = open.entries().next().value!
    open.delete(oldest)
    settle(question, undefined, state, sink)
  }
  open.set(m.transaction, m)
}

/** Unit, function, outcome, address and count in one number below 2^53: equal for repeated operations. */
function keyOf(q: Modbus, outcome: number, detail: number): number {
  const where = Math.max(q.address, 0)
  const count = Math.min(Math.max(q.count, 0), 4095)
  return (((q.unit * 128 + q.code) * 4 + outcome) * 256 + detail) * 0x1000_0000 + where * 4096 + count
}

function settle(q: Modbus, a: Modbus | undefined, state: ModbusState, sink: Sink): void {
  const ok = a === undefined ? undefined : a.kind === 'response' && a.error === 0
  const detail = ok === false ? a!.error : q.sub < 0 ? 0 : q.sub & 255
  const key = keyOf(q, ok === undefined ? 2 : ok ? 1 : 0, detail)
  if (!sink.again(key)) sink.operation(key, describe(q, a, ok))
  switch (q.row.shape) {
    case 'read-registers':
      if (ok && a !== undefined && !sink.sameBytes(key, a.data)) readRegisters(q.row.table, q.address, a.data, q.unit, sink)
      return
    case 'read-bits':
      if (ok && a !== undefined && !sink.sameBytes(key, a.data)) readBits(q, a.data, sink)
      return
    case 'write-one':
    case 'write-many':
      wrote(q, q.address, ok, sink)
      return
    case 'read-write':
      if (ok && a !== undefined && !sink.sameBytes(key, a.data)) readRegisters('holding', q.address, a.data, q.unit, sink)
      wrote(q, q.writeAddress, ok, sink)
      return
    case 'mask':
      sink.wrote(tagOf('holding', q.address), `AND ${hex4(q.andMask)} OR ${hex4(q.orMask)}`, 'mask', ok, partOf(q.unit))
      return
    case 'fifo':
      if (ok && a !== undefined && !sink.sameBytes(key, a.data)) readFifo(q, a.data, sink)
      return
    default:
      observeRest(q, a, ok, state, sink)
  }
}

function describe(q: Modbus, a: Modbus | undefined, ok: boolean | undefined): OperationStatement {
  return {
    operation: operationOf(q),
    object: objectOf(q),
    access: accessOf(q),
    ok,
    error: ok === false ? errorOf(a!) : '',
    part: partOf(q.unit),
  }
}

/** §6.8.1: restart and silence act on the device, clearing and delimiters change it, the others ask. */
const DIAGNOSTIC_ACCESS: Readonly<Record<number, Access>> = { 1: 'control', 3: 'configure', 4: 'control', 10: 'configure', 20: 'configure' }

function accessOf(q: Modbus): Access {
  if (q.row.shape === 'umas') return UMAS[q.sub]?.[1] ?? 'unknown'
  return q.row.shape === 'diagnostics' ? (DIAGNOSTIC_ACCESS[q.sub] ?? 'read') : q.row.access
}

function errorOf(a: Modbus): string {
  return a.row.shape === 'umas' && a.kind === 'response' ? 'refused' : (EXCEPTIONS[a.error]?.[0] ?? `exception ${a.error}`)
}

function operationOf(q: Modbus): string {
  switch (q.row.shape) {
    case 'diagnostics':
      return `diagnostics: ${(DIAGNOSTICS[q.sub] ?? `sub-function ${q.sub}`).toLowerCase()}`
    case 'mei':
      return q.sub === 14 ? 'read device identification' : q.sub === 13 ? 'CANopen general reference' : `encapsulated interface ${q.sub}`
    case 'umas':
      return `UMAS ${UMAS[q.sub]?.[0] ?? `function ${q.sub}`}`
    default:
      return q.row.name
  }
}

function objectOf(q: Modbus): string {
  if (q.row.shape === 'read-write') {
    return `${spanOf('holding', q.address, q.count)}, ${spanOf('holding', q.writeAddress, q.data.length >> 1)}`
  }
  if (q.row.table !== '') return spanOf(q.row.table, q.address, q.count)
  if ((q.row.shape === 'read-file' || q.row.shape === 'write-file') && q.data.length >= 5) {
    return `file ${(q.data[1]! << 8) | q.data[2]!} record ${(q.data[3]! << 8) | q.data[4]!}`
  }
  return ''
}

function spanOf(table: Table, address: number, count: number): string {
  return count > 1 ? `${table} ${address}..${address + count - 1}` : `${table} ${address}`
}

/** A tag is named by its table and the address on the wire (from 0): `holding 107`. Names are kept: 65536 a table at most. */
const TAGS: Readonly<Record<Table, string[]>> = { coil: [], discrete: [], holding: [], input: [], '': [] }
function tagOf(table: Table, address: number): string {
  const names = TAGS[table]
  return (names[address & 0xffff] ??= `${table} ${address & 0xffff}`)
}

/**
 * Units behind a gateway are parts of it. 0 and 255 address the device itself (Messaging on TCP/IP §4.4.1.2), and 1 is what
 * most clients send to a device that ignores the unit.
 */
const PARTS: (string | undefined)[] = Array.from({ length: 256 }, (_, unit) => (unit < 2 || unit === 255 ? undefined : `unit ${unit}`))
export function partOf(unit: number): string | undefined {
  return PARTS[unit]
}

function readRegisters(table: Table, address: number, data: Uint8Array, unit: number, sink: Sink): void {
  const part = PARTS[unit]
  for (let i = 0; i + 1 < data.length; i += 2) sink.read(tagOf(table, address + (i >> 1)), (data[i]! << 8) | data[i + 1]!, 'uint16', part)
}

function readBits(q: Modbus, data: Uint8Array, sink: Sink): void {
  const count = Math.min(q.count, data.length * 8)
  const part = PARTS[q.unit]
  for (let i = 0; i < count; i++) sink.read(tagOf(q.row.table, q.address + i), ((data[i >> 3]! >> (i & 7)) & 1) === 1, 'bool', part)
}

function readFifo(q: Modbus, data: Uint8Array, sink: Sink): void {
  if (data.length < 2) return
  const values: number[] = []
  for (let i = 0; i + 1 < data.length; i += 2) values.push((data[i]! << 8) | data[i + 1]!)
  sink.read(`FIFO ${q.address}`, values.join(','), 'uint16[]', PARTS[q.unit])
}

function wrote(q: Modbus, address: number, ok: boolean | undefined, sink: Sink): void {
  const { data } = q
  const part = PARTS[q.unit]
  if (q.row.table === 'coil') {
    if (q.row.shape === 'write-one') {
      sink.wrote(tagOf('coil', address), data[0] === 0xff, 'bool', ok, part)
      return
    }
    const count = Math.min(q.count, data.length * 8)
    for (let i = 0; i < count; i++) sink.wrote(tagOf('coil', address + i), ((data[i >> 3]! >> (i & 7)) & 1) === 1, 'bool', ok, part)
    return
  }
  for (let i = 0; i + 1 < data.length; i += 2) {
    sink.wrote(tagOf('holding', address + (i >> 1)), (data[i]! << 8) | data[i + 1]!, 'uint16', ok, part)
  }
}

function observeRest(q: Modbus, a: Modbus | undefined, ok: boolean | undefined, state: ModbusState, sink: Sink): void {
  const part = PARTS[q.unit]
  switch (q.row.shape) {
    case 'diagnostics':
      if (q.sub === 1) sink.say({ kind: 'device.restarted', how: 'restart communications option', ok })
      else if (q.sub === 4) sink.say({ kind: 'mode.changed', mode: 'listen-only', by: 'command', detail: 'force listen only mode', ok })
      else if (ok) sink.say({ kind: 'device.diagnosed', what: operationOf(q), fault: false })
      return
    case 'mei':
      if (ok && a !== undefined && q.sub === 14) identify(a.data, part, sink)
      return
    case 'sized':
      if (ok && a !== undefined && q.code === 17) sink.hint('server', 'description', printable(a.data), 0.6, part)
      return
    case 'status':
      if (ok && a !== undefined && a.data.length > 0 && a.data[0] !== 0) {
        sink.say({ kind: 'device.diagnosed', what: `exception status ${a.data[0]}`, fault: true })
      }
      return
    case 'write-file':
      wroteRecords(q, ok, part, sink)
      return
    case 'umas':
      observeUmas(q, a, ok, state, sink)
      return
    default:
  }
}

/** §6.15: reference type, file, record, length in words, then the words. */
function wroteRecords(q: Modbus, ok: boolean | undefined, part: string | undefined, sink: Sink): void {
  const { data } = q
  for (let at = 0; at + 7 <= data.length; ) {
    const length = 2 * ((data[at + 5]! << 8) | data[at + 6]!)
    const tag = `file ${(data[at + 1]! << 8) | data[at + 2]!} record ${(data[at + 3]! << 8) | data[at + 4]!}`
    const value = hexText(data.subarray(at + 7, at + 7 + length))
    sink.wrote(tag, value, 'bytes', ok, part)
    at += 7 + length
  }
}

/** §6.21: what each object says of the device. */
const ATTRIBUTES: Readonly<Record<number, AssetAttribute>> = {
  0: 'vendor',
  1: 'orderCode',
  2: 'firmware',
  4: 'family',
  5: 'model',
  6: 'project',
}

function identify(data: Uint8Array, part: string | undefined, sink: Sink): void {
  for (const [id, value] of identityObjects(data)) {
    const attribute = ATTRIBUTES[id]
    if (attribute !== undefined && value !== '') sink.hint('server', attribute, value, 1, part)
  }
}

/** Objects of a 43/14 answer: `read code, conformity, more follows, next id, n, (id, length, value) × n`. */
export function identityObjects(data: Uint8Array): [id: number, value: string][] {
  const objects: [number, string][] = []
  const n = data[4] ?? 0
  for (let at = 5; objects.length < n && at + 2 <= data.length; ) {
    const length = data[at + 1]!
    objects.push([data[at]!, text(data.subarray(at + 2, at + 2 + length))])
    at += 2 + length
  }
  return objects
}

const hex4 = (value: number): string => value.toString(16).padStart(4, '0')
