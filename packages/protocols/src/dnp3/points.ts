/** The values behind an object header, one point at a time. */
import type { TagValue } from '@isthmus/model'
import { Reader } from '@isthmus/wire'
import { type Application, bytesOf, type ObjectHeader, sizeAt } from './application.ts'
import { GROUPS, OPERATIONS, OTHER_KINDS, TRIPS } from './dnp3.table.ts'

/** What a point holds. The object is reused: copy what outlives the call. */
export type Point = {
  index: number
  value: TagValue
  dataType: string
  /** -1 without flags. */
  flags: number
  /** State of a control; -1 without. */
  state: number
}

const point: Point = { index: 0, value: 0, dataType: '', flags: -1, state: -1 }
const DOUBLE = ['intermediate', 'off', 'on', 'indeterminate']

export function kindOf(group: number): string {
  return GROUPS[group]?.kind ?? OTHER_KINDS[group] ?? `group ${group}`
}

/** Every point whose bytes are there, in order. Bounded by the fragment. */
export function eachPoint(application: Application, header: ObjectHeader, visit: (point: Point) => void): void {
  const { group, variation, at, end, indexed } = header
  if (end <= at || header.sized > 0) return
  const isText = group >= 110 && group <= 113
  const layout = isText ? '' : GROUPS[group]?.layouts[variation - 1]
  if (layout === undefined) return
  if (layout === 'b' || layout === 'B') {
    if (indexed === 0) eachPacked(application, header, layout === 'b' ? 1 : 2, visit)
    return
  }
  const size = isText ? variation : bytesOf(layout)
  if (size === 0) return
  const r = new Reader(application.bytes, at, end)
  for (let i = 0; i < header.count && r.left >= indexed + size; i++) {
    point.index = indexed > 0 ? sizeAt(r.bytes, r.at, indexed) : Math.max(0, header.from) + i
    r.skip(indexed)
    if (isText) {
      point.value = r.text(size)
      point.dataType = 'string'
      point.flags = point.state = -1
    } else readFields(r, layout)
    visit(point)
  }
}

function eachPacked(application: Application, header: ObjectHeader, width: 1 | 2, visit: (point: Point) => void): void {
  const { bytes } = application
  const count = Math.min(header.count, ((header.end - header.at) * 8) / width)
  point.flags = point.state = -1
  point.dataType = width === 1 ? 'bool' : 'double-bit'
  for (let i = 0; i < count; i++) {
    const bit = i * width
    const raw = bytes[header.at + (bit >> 3)]! >> (bit & 7)
    point.index = Math.max(0, header.from) + i
    point.value = width === 1 ? (raw & 1) === 1 : DOUBLE[raw & 3]!
    visit(point)
  }
}

function readFields(r: Reader, layout: string): void {
  point.flags = point.state = -1
  for (let i = 0; i < layout.length; i++) {
    switch (layout[i]) {
      case 'X':
        point.flags = r.u8()
        set(point.flags >= 0x80, 'bool')
        break
      case 'D':
        point.flags = r.u8()
        set(DOUBLE[point.flags >> 6]!, 'double-bit')
        break
      case 'F':
        point.flags = r.u8()
        break
      case 'S':
        point.state = r.u8() & 0x7f
        break
      case 'I':
        set(r.i32le(), 'int32')
        break
      case 'i':
        set(r.i16le(), 'int16')
        break
      case 'U':
        set(r.u32le(), 'uint32')
        break
      case 'u':
        set(r.u16le(), 'uint16')
        break
      case 'h':
        set(r.u8(), 'uint8')
        break
      case 'f':
        set(r.f32le(), 'float32')
        break
      case 'd':
        set(r.f64le(), 'float64')
        break
      case 'c':
        set(controlName(r.u8()), 'control')
        r.skip(9)
        point.state = r.u8() & 0x7f
        break
      default:
        r.skip(layout[i] === 'T' ? 6 : 2)
    }
  }
}

function set(value: TagValue, dataType: string): void {
  point.value = value
  point.dataType = dataType
}

/** `trip pulse on`, `latch off`, `close pulse off, queue cleared`. */
function controlName(code: number): string {
  const trip = code >> 6 === 0 ? '' : `${TRIPS[code >> 6] ?? 'reserved'} `
  const cleared = (code & 0x20) === 0 ? '' : ', queue cleared'
  return `${trip}${OPERATIONS[code & 0x0f] ?? `operation ${code & 0x0f}`}`.toLowerCase() + cleared
}

/** Bits of flags that follow the first five differ: out of range and reference error for analogs, chatter for binaries (§11.6). */
export function qualityOf(flags: number, group: number): 'good' | 'uncertain' | 'bad' | undefined {
  if (flags < 0) return undefined
  const isAnalog = group >= 30 && group <= 42
  if ((flags & 0x01) === 0 || (flags & 0x04) !== 0 || (isAnalog && (flags & 0x40) !== 0)) return 'bad'
  return (flags & (group === 10 || group === 11 ? 0x1a : 0x3a)) !== 0 ? 'uncertain' : 'good'
}
