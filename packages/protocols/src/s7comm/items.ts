/** What S7comm reads and writes: addresses in requests, values in answers, and both as engineers write them. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { byteText, shownBytes } from '../byte-text.ts'
import { AREAS, COUNTERS, RANGES, REFUSALS, TABLE_AREAS, TIMERS, TYPES } from './s7comm.table.ts'

/**
 * One address: `DB1.DBW4`, ten words. `start` counts bits, or elements for timers and counters. `parts`: the byte ranges that
 * an S7-400 is asked for in one item (syntax 0xb0).
 */
export type Item = {
  readonly syntax: number
  readonly type: number
  readonly count: number
  readonly db: number
  readonly area: number
  readonly start: number
  readonly parts: readonly Item[]
}

/** One value of an answer or of a write: `size` as on the wire, `data` borrowed (of a job: copied). */
export type ItemValue = { readonly code: number; readonly size: number; readonly data: Uint8Array }

const EMPTY = new Uint8Array(0)
/** Elements of one item reported one by one; longer ones are reported whole. */
const MAX_ELEMENTS = 128
const MAX_BYTES_APART = 64
const view = new DataView(new ArrayBuffer(8))
const NO_PARTS: readonly Item[] = []
const BYTES = 0x02
const DATA_BLOCK = 0x84

/** Addresses of a request: `12 | length | syntax | …`. */
export function readItems(r: Reader, count: number): Item[] {
  const items: Item[] = []
  for (let i = 0; i < count && r.left >= 2; i++) {
    r.skip(1, 'specification')
    const length = r.u8('length')
    const body = r.sub(length, `item ${i + 1}`)
    if (body.short) r.short = true
    const syntax = body.u8('syntax')
    if (syntax === 0x10) {
      const type = body.u8('type')
      body.note(TYPES[type]?.[0] ?? '')
      items.push({
        syntax,
        type,
        count: body.u16('count'),
        db: body.u16('DB'),
        area: body.u8('area'),
        start: body.u24('address'),
        parts: NO_PARTS,
      })
    } else items.push({ syntax, type: -1, count: 0, db: 0, area: -1, start: 0, parts: syntax === RANGES ? readRanges(body) : NO_PARTS })
    // Items have even length on the wire; the last needs no filler.
    if (length % 2 === 1 && i + 1 < count) r.skip(1, 'filler')
  }
  if (items.length < count) r.short = true
  return items
}

/** `count u8`, then of each range `bytes u8 | data block u16 | first byte u16`. */
function readRanges(r: Reader): Item[] {
  const parts: Item[] = []
  for (let n = r.u8('ranges'); n > 0 && r.left >= 5; n--) {
    const count = r.u8('bytes')
    const db = r.u16('DB')
    parts.push({ syntax: 0x10, type: BYTES, count, db, area: DATA_BLOCK, start: r.u16('first byte') * 8, parts: NO_PARTS })
  }
  return parts
}

/** Addresses of a variable table: `area and width u8 | count or bit u8 | data block u16 | first byte or number u16`. */
export function readTableItems(r: Reader, count: number): Item[] {
  const items: Item[] = []
  for (let i = 0; i < count && r.left >= 6; i++) {
    const kind = r.u8('area and width')
    const [area, type] = TABLE_AREAS[kind] ?? [-1, -1]
    r.note(AREAS[area] ?? '')
    const n = r.u8('count or bit')
    const db = r.u16('DB')
    const at = r.u16('address')
    const isBit = type === 0x01
    const start = isBit ? at * 8 + (n & 7) : area === TIMERS || area === COUNTERS ? at : at * 8
    items.push({ syntax: 0x10, type, count: isBit ? 1 : n, db, area, start, parts: NO_PARTS })
  }
  return items
}

/** Values: `code | size | length | data`, padded to even length; a write's answer is codes alone. */
export function readItemValues(r: Reader, count: number, withData: boolean): ItemValue[] {
  const values: ItemValue[] = []
  for (let i = 0; i < count && r.left > 0; i++) {
    const code = r.u8('return code')
    r.note(REFUSALS[code] ?? '')
    if (!withData) {
      values.push({ code, size: 0, data: EMPTY })
      continue
    }
    const size = r.u8('transport size')
    const length = r.u16('length')
    const bytes = size >= 3 && size <= 5 ? (length + 7) >> 3 : length
    values.push({ code, size, data: r.view(bytes, `value ${i + 1}`) })
    if (bytes % 2 === 1 && i + 1 < count) r.skip(1, 'filler')
  }
  return values
}

/** `DB1.DBW4`, `M10.2`, `T5`, with `[10]` where there are several elements. */
export function addressOf(item: Item): string {
  if (item.parts.length > 0) {
    const shown = item.parts.slice(0, 4).map(addressOf).join(', ')
    return item.parts.length > 4 ? `${shown}, … ${item.parts.length} ranges` : shown
  }
  if (item.syntax !== 0x10) return `symbol 0x${item.syntax.toString(16)}`
  return item.count > 1 ? `${elementAddress(item, 0)}[${item.count}]` : elementAddress(item, 0)
}

/** The address of one element of an item. */
export function elementAddress(item: Item, index: number): string {
  const area = AREAS[item.area] ?? `area 0x${item.area.toString(16)} `
  const [, width, letter] = TYPES[item.type] ?? UNKNOWN_TYPE
  if (letter === '') return `${area}${item.start + index}`
  const bit = item.start + (width === 0 ? index : index * width * 8)
  const byte = bit >> 3
  const isBlock = item.area === 0x84 || item.area === 0x85
  const prefix = isBlock ? `DB${item.db}.${area}` : area
  if (width === 0) return isBlock ? `${prefix}X${byte}.${bit & 7}` : `${prefix}${byte}.${bit & 7}`
  return `${prefix}${letter}${byte}`
}

const UNKNOWN_TYPE = ['bytes', 1, 'B'] as const

export type Element = { readonly tag: string; readonly value: TagValue; readonly dataType: string }

/** The values of one item, element by element; what is long or of no known type as one in hex. */
export function elementsOf(item: Item, data: Uint8Array): Element[] {
  if (item.parts.length > 0) return rangesOf(item.parts, data)
  const [name, width] = TYPES[item.type] ?? UNKNOWN_TYPE
  const n = width === 0 ? item.count : Math.min(item.count, Math.floor(data.length / width))
  const whole = name === 'bytes' || name === 'string' || (name === 'char' && n > 1)
  const limit = width === 1 ? MAX_BYTES_APART : MAX_ELEMENTS
  if (data.length === 0) return []
  if (whole || n > limit || item.syntax !== 0x10) {
    const isText = name === 'char' || name === 'string'
    return [{ tag: addressOf(item), value: isText ? textOf(data) : hexOf(data), dataType: isText ? 'string' : 'bytes' }]
  }
  const elements: Element[] = []
  for (let i = 0; i < n; i++) {
    const value = width === 0 ? bitAt(data, i) : valueAt(name, data, i * width)
    if (value !== undefined) elements.push({ tag: elementAddress(item, i), value, dataType: name })
  }
  return elements
}

/** Of each range a code (FF: its bytes follow, FE: as before, others: none). Values that do not end with the last range are none. */
function rangesOf(parts: readonly Item[], data: Uint8Array): Element[] {
  const elements: Element[] = []
  let at = 0
  for (const part of parts) {
    if (data[at++] !== 0xff) continue
    const bytes = data.subarray(at, (at += part.count))
    const isOne = part.count === 1
    elements.push({ tag: addressOf(part), value: isOne ? bytes[0]! : hexOf(bytes), dataType: isOne ? 'uint8' : 'bytes' })
  }
  return at === data.length ? elements : []
}

/** A single bit comes as one byte; several come packed. */
function bitAt(data: Uint8Array, i: number): boolean | undefined {
  const byte = data[i >> 3]
  return byte === undefined ? undefined : ((byte >> (i & 7)) & 1) === 1
}

function valueAt(name: string, data: Uint8Array, at: number): TagValue {
  for (let i = 0; i < 4; i++) view.setUint8(i, data[at + i] ?? 0)
  switch (name) {
    case 'uint8':
      return view.getUint8(0)
    case 'char':
      return String.fromCharCode(view.getUint8(0))
    case 'int16':
      return view.getInt16(0)
    case 'uint32':
      return view.getUint32(0)
    case 'int32':
      return view.getInt32(0)
    case 'float32': {
      const value = view.getFloat32(0)
      return Number.isFinite(value) ? value : String(value)
    }
    default:
      return view.getUint16(0)
  }
}

export function hexOf(bytes: Uint8Array): string {
  return shownBytes(bytes, 256)
}

/** Latin-1 without the blanks and NULs that pad names. */
export function textOf(bytes: Uint8Array): string {
  return byteText(bytes).replace(/[\0 ]+$/, '')
}
