/**
 * The tagged encoding of BACnet's application layer, flattened: every value, opening and closing tag in order.
 *
 *   | number 4 bits | class 1 bit | length, value or type 3 bits | longer number u8 | longer length | data … |
 *
 * Spec: ANSI/ASHRAE 135-2020 §20.2.1.
 */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { byteText, hexText, SHOWN_BYTES } from '../byte-text.ts'
import { objectName } from './names.ts'

export type Tag = {
  readonly kind: 'value' | 'open' | 'close'
  readonly number: number
  readonly isContext: boolean
  /** Length as encoded; of an application boolean its value. */
  readonly length: number
  readonly data: Uint8Array
}

/** An APDU joined of all its segments has at most some thousand. */
const MAX_TAGS = 8192
const NOTHING = new Uint8Array(0)
const OPENING = 6
const CLOSING = 7
const BOOLEAN = 1

export function readTags(r: Reader): Tag[] {
  const tags: Tag[] = []
  while (r.left > 0 && !r.short && tags.length < MAX_TAGS) tags.push(readTag(r))
  return tags
}

function readTag(r: Reader): Tag {
  const first = r.u8('tag')
  const isContext = (first & 8) !== 0
  const number = first >> 4 === 15 ? r.u8('tag number') : first >> 4
  const low = first & 7
  if (isContext && (low === OPENING || low === CLOSING)) {
    return { kind: low === OPENING ? 'open' : 'close', number, isContext, length: 0, data: NOTHING }
  }
  if (!isContext && number === BOOLEAN) return { kind: 'value', number, isContext, length: low, data: NOTHING }
  let length = low
  if (low === 5) {
    length = r.u8('length')
    if (length === 254) length = r.u16('length')
    else if (length === 255) length = r.u32('length')
  }
  return { kind: 'value', number, isContext, length, data: r.view(length, 'value') }
}

export type ObjectId = { readonly type: number; readonly instance: number }

/** §20.2.14: 10 bits of type, 22 of instance. */
export function objectId(data: Uint8Array): ObjectId | undefined {
  if (data.length !== 4) return undefined
  return { type: (data[0]! << 2) | (data[1]! >> 6), instance: ((data[1]! & 0x3f) << 16) | (data[2]! << 8) | data[3]! }
}

export function unsigned(data: Uint8Array): number {
  let value = 0
  for (let i = 0; i < data.length && i < 6; i++) value = value * 256 + data[i]!
  return value
}

export function signed(data: Uint8Array): number {
  const value = unsigned(data)
  const bits = Math.min(data.length, 6) * 8
  return bits > 0 && value >= 2 ** (bits - 1) ? value - 2 ** bits : value
}

/** §20.2.9: the first octet names the character set. */
export function characters(data: Uint8Array): string {
  if (data[0] === 4) {
    let text = ''
    for (let i = 1; i + 1 < data.length; i += 2) text += String.fromCharCode((data[i]! << 8) | data[i + 1]!)
    return text
  }
  return byteText(data.subarray(1))
}

const view = new DataView(new ArrayBuffer(8))

export function real(data: Uint8Array): number {
  for (let i = 0; i < data.length && i < 8; i++) view.setUint8(i, data[i]!)
  return data.length === 4 ? view.getFloat32(0) : data.length === 8 ? view.getFloat64(0) : 0
}

export function bits(data: Uint8Array): string {
  let text = ''
  for (let i = 1; i < data.length && i < 65; i++) text += (0x100 + data[i]!).toString(2).slice(1)
  return text.slice(0, Math.max(0, text.length - (data[0] ?? 0)))
}

const DATA_TYPES = [
  'null',
  'bool',
  'unsigned',
  'signed',
  'float32',
  'float64',
  'bytes',
  'string',
  'bitstring',
  'enumerated',
  'date',
  'time',
  'object',
]

export function dataTypeOf(tag: Tag): string {
  return tag.isContext ? 'bytes' : (DATA_TYPES[tag.number] ?? 'bytes')
}

/** An application value in the platform's types. */
export function applicationValue(tag: Tag): TagValue {
  if (tag.isContext) return hexText(tag.data, SHOWN_BYTES)
  const { number, data } = tag
  if (number === 0) return 'null'
  if (number === 1) return tag.length === 1
  if (number === 2 || number === 9) return unsigned(data)
  if (number === 3) return signed(data)
  if (number === 4 || number === 5) return real(data)
  if (number === 7) return characters(data)
  if (number === 8) return bits(data)
  if (number === 10) return dateText(data)
  if (number === 11) return timeText(data)
  const id = number === 12 ? objectId(data) : undefined
  return id === undefined ? hexText(data, SHOWN_BYTES) : `${objectName(id.type)} ${id.instance}`
}

/** Unspecified parts are 255. */
export function dateText(data: Uint8Array): string {
  if (data.length !== 4) return ''
  const two = (n: number): string => (n === 255 ? '*' : String(n).padStart(2, '0'))
  return `${data[0] === 255 ? '*' : data[0]! + 1900}-${two(data[1]!)}-${two(data[2]!)}`
}

export function timeText(data: Uint8Array): string {
  if (data.length !== 4) return ''
  const two = (n: number): string => (n === 255 ? '*' : String(n).padStart(2, '0'))
  return `${two(data[0]!)}:${two(data[1]!)}:${two(data[2]!)}.${two(data[3]!)}`
}
