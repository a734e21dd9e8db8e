/**
 * The system status list: what a controller says of itself, in partial lists by id and index.
 * Source: Siemens, System and Standard Functions for S7-300/400, chapter "System Status Lists (SSL)".
 */
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { textOf } from './items.ts'
import type { S7comm, S7State } from './s7comm.ts'

/** A list that comes in several answers, as far as it came. */
export type SzlParts = { id: number; index: number; bytes: Uint8Array }

/** Longest list kept while its parts come. */
const MAX_LIST = 65_536

/** The whole list's records once its last part is there: after id and index come the length of a record and their number. */
export function joinSzl(m: S7comm, parts: SzlParts): SzlParts | undefined {
  const isFirst = parts.id < 0
  const head = (m.data[0]! << 8) | m.data[1]!
  if (isFirst && m.data.length < 8) return undefined
  const id = isFirst ? head : parts.id
  const index = isFirst ? (m.data[2]! << 8) | m.data[3]! : parts.index
  const body = isFirst ? m.data.subarray(4) : m.data
  const bytes = new Uint8Array(Math.min(MAX_LIST, parts.bytes.length + body.length))
  bytes.set(parts.bytes)
  bytes.set(body.subarray(0, bytes.length - parts.bytes.length), parts.bytes.length)
  const more = m.lastUnit === 1
  parts.id = more ? id : -1
  parts.index = more ? index : -1
  parts.bytes = more ? bytes : bytes.subarray(0, 0)
  return more ? undefined : { id, index, bytes }
}

/** Records of a list as views. */
function recordsOf(bytes: Uint8Array): Uint8Array[] {
  const r = new Reader(bytes)
  const length = r.u16()
  const count = r.u16()
  const records: Uint8Array[] = []
  while (length > 0 && r.left >= length && records.length < count) records.push(r.view(length))
  return records
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)

export function observeSzl(list: SzlParts, state: S7State, sink: Sink): void {
  const records = recordsOf(list.bytes)
  switch (list.id & 0xff) {
    case 0x11:
      for (const record of records) identification(record, sink)
      return
    case 0x1c:
      for (const record of records) component(record, sink)
      return
    case 0x24:
      if (records[0] !== undefined) observeMode(records[0], state, sink)
      return
    case 0x32:
      if (list.index === 4 && records[0] !== undefined) protection(records[0], sink)
      return
    case 0x19:
    case 0x74:
      for (const record of records) light(record, sink)
      return
    default:
  }
}

/** Id 11: index, order number of 20 characters, type, version in two words. */
function identification(record: Uint8Array, sink: Sink): void {
  const order = textOf(record.subarray(2, 22))
  const version = record.subarray(24, 28)
  const index = u16(record, 0)
  if (index === 1 && order !== '') {
    sink.hint('server', 'orderCode', order, 1)
    if (order.startsWith('6')) sink.hint('server', 'vendor', 'Siemens', 0.9)
    sink.hint('server', 'type', 'plc', 0.8)
  }
  // Hardware is a number, software a letter V and three numbers.
  if (index === 6) sink.hint('server', 'hardware', String(u16(version, 0)), 1)
  if (index === 7 && version[0] === 0x56) sink.hint('server', 'firmware', `V${version[1]}.${version[2]}.${version[3]}`, 1)
  if (index === 0x81 && version[0] === 0x56) sink.hint('server', 'software', `boot loader V${version[1]}.${version[2]}.${version[3]}`, 0.9)
}

/** Id 1C: index and 32 characters. */
function component(record: Uint8Array, sink: Sink): void {
  const text = textOf(record.subarray(2, 34))
  if (text === '') return
  switch (u16(record, 0) & 0xff) {
    case 1:
      sink.hint('server', 'name', text, 1)
      return
    case 2:
      sink.hint('server', 'name', text, 0.8)
      return
    case 3:
      sink.hint('server', 'location', text, 0.9)
      return
    case 4:
      if (text.includes('Siemens')) sink.hint('server', 'vendor', 'Siemens', 1)
      return
    case 5:
      sink.hint('server', 'serial', text, 1)
      return
    case 7:
      sink.hint('server', 'model', text, 1)
      return
    case 8:
      sink.hint('server', 'serial', text, 1, 'memory card')
      return
    case 0xb:
      sink.hint('server', 'location', text, 1)
      return
    default:
  }
}

/** The four names that ICSNPP lists of a device. */
export function componentNames(list: SzlParts): { system: string; module: string; plant: string; serial: string } | undefined {
  if ((list.id & 0xff) !== 0x1c) return undefined
  const names = new Map(recordsOf(list.bytes).map((record) => [u16(record, 0) & 0xff, textOf(record.subarray(2, 34))]))
  return { system: names.get(1) ?? '', module: names.get(2) ?? '', plant: names.get(3) ?? '', serial: names.get(5) ?? '' }
}

const MODES: Readonly<Record<number, 'run' | 'stop' | 'test'>> = { 3: 'stop', 4: 'stop', 8: 'run', 9: 'run', 10: 'stop' }

/** Id 24: event, error byte, then the mode. The first is a fact of the device, a later other one a change. */
function observeMode(record: Uint8Array, state: S7State, sink: Sink): void {
  const mode = MODES[record[3] ?? 0] ?? 'unknown'
  if (mode === 'unknown' || mode === state.mode) return
  sink.hint('server', 'state', mode, 1)
  if (state.mode !== '') sink.say({ kind: 'mode.changed', mode, by: 'report', detail: 'SZL 0x0424', ok: true })
  state.mode = mode
}

const KEYS = ['', 'RUN', 'RUN-P', 'STOP', 'MRES']

/** Id 32, index 4: protection levels, then the position of the mode selector. */
function protection(record: Uint8Array, sink: Sink): void {
  const level = u16(record, 4)
  if (level > 0 && level <= 4) sink.hint('server', 'state', `protection level ${level}`, 1)
  const key = KEYS[u16(record, 8)]
  if (key) sink.hint('server', 'state', `mode selector ${key}`, 1)
}

/** Id 19 and 74: LED, on, blinking. LED 1 is the group error. */
function light(record: Uint8Array, sink: Sink): void {
  if ((u16(record, 0) & 0xff) === 1 && record[2] === 1)
    sink.say({ kind: 'device.diagnosed', what: 'group error (SF) LED is on', fault: true })
}
