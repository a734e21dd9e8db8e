/** The header of a connectionless remote procedure call: 80 bytes, integers in the order its third field tells. */
import type { Reader } from '@isthmus/wire'
import { INTERFACES, type Interface, TYPE, TYPES } from './profinet-io-cm.table.ts'

export const HEADER = 80

export type Fack = {
  readonly version: number
  readonly windowSize: number
  readonly maxTsdu: number
  readonly maxFragment: number
  readonly serial: number
  readonly acknowledged: readonly number[]
}

export type Header = {
  readonly type: number
  readonly flags1: number
  readonly flags2: number
  readonly isLittle: boolean
  /** 0 ASCII, 1 EBCDIC; 0 IEEE, 1 VAX, 2 Cray, 3 IBM. */
  readonly characters: number
  readonly floats: number
  readonly serialHigh: number
  /** As the bytes stand, whatever the order of integers. */
  readonly object: string
  readonly iface: string
  readonly activity: string
  readonly bootTime: number
  readonly interfaceVersion: number
  readonly sequence: number
  readonly operation: number
  readonly interfaceHint: number
  readonly activityHint: number
  readonly bodyLength: number
  readonly fragment: number
  readonly auth: number
  readonly serialLow: number
}

/** Selective acknowledgement words one packet may hold; protects against a count that lies. */
const MAX_ACKNOWLEDGED = 256
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0').toUpperCase())

export function readHeader(r: Reader): Header {
  r.u8('version')
  const type = r.u8('packet type') & 31
  r.note(TYPES[type] ?? 'unknown')
  const flags1 = r.u8('flags 1')
  const flags2 = r.u8('flags 2')
  const order = r.u8('integers and characters')
  const isLittle = order >> 4 === 1
  const floats = r.u8('floats') & 7
  r.skip(1, 'reserved')
  const serialHigh = r.u8('serial high')
  const object = uuid(r, 'object')
  const iface = uuid(r, 'interface')
  r.note(interfaceOf(iface, isLittle) ?? '')
  const activity = uuid(r, 'activity')
  const bootTime = u32(r, isLittle, 'server boot time')
  const interfaceVersion = u32(r, isLittle, 'interface version')
  const sequence = u32(r, isLittle, 'sequence number')
  const operation = u16(r, isLittle, 'operation')
  const interfaceHint = u16(r, isLittle, 'interface hint')
  const activityHint = u16(r, isLittle, 'activity hint')
  const bodyLength = u16(r, isLittle, 'length of body')
  const fragment = u16(r, isLittle, 'fragment number')
  const auth = r.u8('authentication')
  const serialLow = r.u8('serial low')
  return {
    type,
    flags1,
    flags2,
    isLittle,
    characters: order & 15,
    floats,
    serialHigh,
    object,
    iface,
    activity,
    bootTime,
    interfaceVersion,
    sequence,
    operation,
    interfaceHint,
    activityHint,
    bodyLength,
    fragment,
    auth,
    serialLow,
  }
}

/** C706 §12.5.3.4. */
export function readFack(r: Reader, h: Header): Fack | undefined {
  if (h.type !== TYPE.fack || r.left < 16) return undefined
  const version = r.u8('version')
  r.skip(1, 'padding')
  const windowSize = u16(r, h.isLittle, 'window size')
  const maxTsdu = u32(r, h.isLittle, 'max TSDU')
  const maxFragment = u32(r, h.isLittle, 'max fragment')
  const serial = u16(r, h.isLittle, 'serial number')
  const count = u16(r, h.isLittle, 'acknowledgement words')
  const acknowledged: number[] = []
  while (acknowledged.length < Math.min(count, MAX_ACKNOWLEDGED) && r.left >= 4) acknowledged.push(u32(r, h.isLittle, 'acknowledged'))
  return { version, windowSize, maxTsdu, maxFragment, serial, acknowledged }
}

export function u16(r: Reader, isLittle: boolean, label: string): number {
  return isLittle ? r.u16le(label) : r.u16(label)
}

export function u32(r: Reader, isLittle: boolean, label: string): number {
  return isLittle ? r.u32le(label) : r.u32(label)
}

function uuid(r: Reader, label: string): string {
  return uuidText(r.view(16, label))
}

/** Sixteen bytes in the order they stand. */
export function uuidText(b: Uint8Array): string {
  let text = ''
  for (let i = 0; i < b.length; i++) text += (i === 4 || i === 6 || i === 8 || i === 10 ? '-' : '') + HEX[b[i]!]
  return text
}

/** The UUID as it would stand in a big-endian header. */
function turned(text: string, isLittle: boolean): string {
  if (!isLittle || text.length !== 36) return text
  const [a, b, c, rest] = [text.slice(0, 8), text.slice(9, 13), text.slice(14, 18), text.slice(18)]
  const swap = (part: string) => (part.match(/../g) ?? []).reverse().join('')
  return `${swap(a)}-${swap(b)}-${swap(c)}${rest}`
}

export function interfaceOf(iface: string, isLittle: boolean): Interface | undefined {
  return INTERFACES[turned(iface, isLittle)]
}

/** The last six bytes of an object UUID are instance, device and vendor (IEC 61158-6-10 §4.10.3.2.8). */
export function objectIds(object: string, isLittle: boolean): { device: number; vendor: number } | undefined {
  if (!turned(object, isLittle).startsWith('DEA00000-6C97-11D1-8271-')) return undefined
  return { device: Number.parseInt(object.slice(28, 32), 16), vendor: Number.parseInt(object.slice(32, 36), 16) }
}
