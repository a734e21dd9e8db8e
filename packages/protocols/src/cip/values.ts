/** Typed values as tags carry them. Spec: Vol. 1, App. C-5 and C-6; structures: Rockwell 1756-PM020. */
import type { TagValue } from '@isthmus/model'
import { shownBytes } from '../byte-text.ts'
import { TYPES } from './cip.table.ts'
import { ascii } from './path.ts'

const STRUCTURE = 0x02a0
/** The handle of Logix' own STRING: length u32, 82 characters. */
const LOGIX_STRING = 0x0fce
const SHORT_STRING = 0xda
const MAX_ELEMENTS = 128
const MAX_HEX = 256

export type Element = { readonly tag: string; readonly value: TagValue; readonly dataType: string }

/** Elements of a value: `type u16 (handle u16) data`. `counted`: a count u16 stands before the data (a write). */
export function elementsOf(tag: string, bytes: Uint8Array, counted: boolean, isPart: boolean): Element[] {
  if (bytes.length < 2) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = view.getUint16(0, true)
  const isStructure = type === STRUCTURE
  const handle = isStructure && bytes.length >= 4 ? view.getUint16(2, true) : 0
  // A fragment's write has an offset u32 behind its count.
  const at = (isStructure ? 4 : 2) + (counted ? 2 : 0) + (counted && isPart ? 4 : 0)
  const length = bytes.length - at
  if (length <= 0) return []
  if (isStructure) return [structure(tag, handle, bytes.subarray(at))]
  const [name, width] = TYPES[type] ?? ['', 0]
  if (type === SHORT_STRING) return [{ tag, value: ascii(bytes.subarray(at + 1, at + 1 + (bytes[at] ?? 0))), dataType: 'string' }]
  if (width === 0 || isPart) return [{ tag, value: hexOf(bytes.subarray(at)), dataType: name === '' ? 'bytes' : `${name}[]` }]
  const n = Math.min(Math.floor(length / width), MAX_ELEMENTS)
  const elements: Element[] = []
  for (let i = 0; i < n; i++)
    elements.push({ tag: n === 1 ? tag : elementTag(tag, i), value: valueAt(view, at + i * width, name), dataType: name })
  return elements
}

/** `A`, third element: `A[2]`; `A[5]`, third: `A[7]`. */
function elementTag(tag: string, i: number): string {
  const indexed = /^(.*\[(?:\d+,)*)(\d+)\]$/.exec(tag)
  return indexed === null ? `${tag}[${i}]` : `${indexed[1]}${Number(indexed[2]) + i}]`
}

function structure(tag: string, handle: number, data: Uint8Array): Element {
  if (handle === LOGIX_STRING && data.length >= 4) {
    const length = data[0]! | (data[1]! << 8)
    return { tag, value: ascii(data.subarray(4, 4 + Math.min(length, 82))), dataType: 'string' }
  }
  return { tag, value: hexOf(data), dataType: `structure 0x${handle.toString(16).padStart(4, '0')}` }
}

function valueAt(view: DataView, at: number, name: string): TagValue {
  switch (name) {
    case 'bool':
      return view.getUint8(at) !== 0
    case 'int8':
      return view.getInt8(at)
    case 'uint8':
      return view.getUint8(at)
    case 'int16':
      return view.getInt16(at, true)
    case 'uint16':
      return view.getUint16(at, true)
    case 'int32':
      return view.getInt32(at, true)
    case 'uint32':
      return view.getUint32(at, true)
    case 'float32':
      return finite(view.getFloat32(at, true))
    case 'float64':
      return finite(view.getFloat64(at, true))
    case 'int64':
      return whole(view.getBigInt64(at, true))
    default:
      return whole(view.getBigUint64(at, true))
  }
}

const finite = (value: number): TagValue => (Number.isFinite(value) ? value : String(value))
/** Numbers that a double cannot hold stay text. */
const whole = (value: bigint): TagValue => (Number.isSafeInteger(Number(value)) ? Number(value) : value.toString())

export function hexOf(bytes: Uint8Array): string {
  return shownBytes(bytes, MAX_HEX)
}
