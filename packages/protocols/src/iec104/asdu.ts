/**
 * What an I-frame carries (IEC 60870-5-101 §7.1, sizes as -104 §7.1 fixes them), little-endian:
 *
 *   | type u8 | SQ and count u8 | cause u8 | originator u8 | station u16 | objects: address u24, element |
 *
 * With SQ one address stands before all elements and counts on.
 */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { CAUSES, TYPES } from './iec104.table.ts'

export type InformationObject = {
  readonly address: number
  readonly value: TagValue | undefined
  readonly dataType: string
  /** Quality bits; -1 without. */
  readonly quality: number
  /** Select rather than execute. */
  readonly isSelect: boolean
  /** Qualifier octet of what is no value; -1 without. */
  readonly qualifier: number
  /** `2024-05-06T07:08:09.010`: the zone is not on the wire; '' without. */
  readonly time: string
}

export type Asdu = {
  readonly type: number
  readonly cause: number
  readonly isNegative: boolean
  readonly isTest: boolean
  readonly originator: number
  readonly station: number
  readonly objects: readonly InformationObject[]
  /** Objects as on the wire, borrowed. */
  readonly data: Uint8Array
  readonly isKnown: boolean
}

/** Bytes before the first object. */
export const ASDU_HEADER = 6

/** Bytes of the fields that -101 leaves open (§7.2.3 to §7.2.5 there). */
export type Form = { readonly cause: 1 | 2; readonly station: 1 | 2; readonly address: 1 | 2 | 3 }

/** What -104 fixes. */
const FULL: Form = { cause: 2, station: 2, address: 3 }

const SIZES: Readonly<Record<string, number>> = {
  s: 1, d: 1, v: 1, b: 4, n: 2, c: 2, f: 4, q: 1, r: 5, p: 1, o: 1, z: 4,
  S: 1, D: 1, R: 1, Q: 1, P: 1, y: 1, w: 2, e: 2, t: 3, T: 7,
} // biome-ignore format: a table
const elementSizes = new Map<string, number>()

function sizeOf(layout: string): number {
  let size = elementSizes.get(layout)
  if (size === undefined) {
    size = [...layout].reduce((sum, field) => sum + SIZES[field]!, 0)
    elementSizes.set(layout, size)
  }
  return size
}

/** Bytes of all objects; undefined where the type does not fix it. */
export function objectsSize(type: number, qualifier: number, address = FULL.address): number | undefined {
  const layout = TYPES[type]?.layout
  if (layout === undefined) return undefined
  const count = qualifier & 0x7f
  return qualifier >= 0x80 ? address + count * sizeOf(layout) : count * (address + sizeOf(layout))
}

export function readAsdu(r: Reader, form = FULL): Asdu {
  const type = r.u8('type')
  const known = TYPES[type]
  r.note(known?.name ?? '')
  const qualifier = r.u8('count')
  const cause = r.u8('cause')
  r.note(CAUSES[cause & 0x3f] ?? '')
  const originator = form.cause === 2 ? r.u8('originator') : 0
  const station = form.station === 2 ? r.u16le('station') : everyone(r.u8('station'))
  const data = dataOf(r, type, form)
  const objects: InformationObject[] = []
  const layout = known?.layout
  if (layout !== undefined) {
    const isSequence = qualifier >= 0x80
    const count = qualifier & 0x7f
    const needed = sizeOf(layout)
    let address = isSequence ? addressOf(r, form) : 0
    for (let i = 0; i < count && !r.short; i++) {
      if (!isSequence) address = addressOf(r, form)
      if (r.left < needed) {
        r.skip(needed)
        break
      }
      objects.push(readElement(r, layout, address))
      address++
    }
  } else {
    if (known !== undefined) objects.push({ ...EMPTY, address: addressOf(r, form) })
    r.skip(r.left, 'data')
  }
  return {
    type,
    cause: cause & 0x3f,
    isNegative: (cause & 0x40) !== 0,
    isTest: (cause & 0x80) !== 0,
    originator,
    station,
    objects,
    data,
    isKnown: known !== undefined,
  }
}

function addressOf(r: Reader, { address }: Form): number {
  return address === 3 ? r.u24le('object') : address === 2 ? r.u16le('object') : r.u8('object')
}

/** In one byte as in two, all ones address every station. */
const everyone = (station: number): number => (station === 0xff ? 0xffff : station)

/** Parts of files are looked at behind an address of three bytes. */
function dataOf(r: Reader, type: number, form: Form): Uint8Array {
  const data = r.bytes.subarray(r.at, r.end)
  if (form.address === 3 || type < 120) return data
  const padded = new Uint8Array(data.length + 3 - form.address)
  padded.set(data, 3 - form.address)
  return padded
}

const EMPTY: InformationObject = { address: 0, value: undefined, dataType: '', quality: -1, isSelect: false, qualifier: -1, time: '' }

const DOUBLE = ['intermediate', 'off', 'on', 'indeterminate']
const DOUBLE_COMMAND = ['not permitted 0', 'off', 'on', 'not permitted 3']
const STEP_COMMAND = ['not permitted 0', 'lower', 'higher', 'not permitted 3']

function readElement(r: Reader, layout: string, address: number): InformationObject {
  let value: TagValue | undefined
  let dataType = ''
  let quality = -1
  let isSelect = false
  let qualifier = -1
  let time = ''
  const is = (read: TagValue, type: string): void => {
    value = read
    dataType = type
  }
  for (let i = 0; i < layout.length; i++) {
    switch (layout[i]) {
      case 's': {
        const octet = r.u8('single point')
        is((octet & 1) === 1, 'bool')
        quality = octet & 0xf0
        break
      }
      case 'd': {
        const octet = r.u8('double point')
        is(DOUBLE[octet & 3]!, 'double-point')
        quality = octet & 0xf0
        break
      }
      case 'p': {
        const octet = r.u8('protection event')
        is(DOUBLE[octet & 3]!, 'double-point')
        quality = octet & 0xf0
        break
      }
      case 'v':
        // Seven bits with sign, the eighth says that the switch is moving.
        is((r.u8('step position') << 25) >> 25, 'int7')
        break
      case 'b':
        is(r.u32le('bits'), 'uint32')
        break
      case 'n':
        is(r.i16le('normalized value') / 32_768, 'normalized')
        break
      case 'c':
        is(r.i16le('scaled value'), 'int16')
        break
      case 'f':
        is(r.f32le('value'), 'float32')
        break
      case 'q':
        quality = r.u8('quality')
        break
      case 'r':
        is(r.i32le('counter'), 'int32')
        quality = r.u8('sequence') & 0x80
        break
      case 'o':
        is(r.u8('protection'), 'uint8')
        break
      case 'z':
        is(r.u16le('states'), 'uint16')
        r.skip(2, 'changes')
        break
      case 'S': {
        const octet = r.u8('single command')
        is((octet & 1) === 1, 'bool')
        isSelect = octet >= 0x80
        break
      }
      case 'D':
      case 'R': {
        const octet = r.u8('command')
        is((layout[i] === 'D' ? DOUBLE_COMMAND : STEP_COMMAND)[octet & 3]!, layout[i] === 'D' ? 'double-command' : 'step-command')
        isSelect = octet >= 0x80
        break
      }
      case 'Q':
        isSelect = r.u8('qualifier') >= 0x80
        break
      case 'P':
      case 'y':
        qualifier = r.u8('qualifier')
        break
      case 'w':
        qualifier = r.u16le('pattern')
        break
      case 'T':
        time = readTime(r)
        break
      default:
        r.skip(SIZES[layout[i]!]!, 'time')
    }
  }
  return { address, value, dataType, quality, isSelect, qualifier, time }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** §7.2.6.18: milliseconds u16, minute, hour, day, month, year. */
function readTime(r: Reader): string {
  const ms = r.u16le('milliseconds')
  const minute = r.u8('minute') & 0x3f
  const hour = r.u8('hour') & 0x1f
  const day = r.u8('day') & 0x1f
  const month = r.u8('month') & 0x0f
  const year = 2000 + (r.u8('year') & 0x7f)
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(Math.floor(ms / 1000))}.${String(ms % 1000).padStart(3, '0')}`
}

/** Invalid is bad; not topical, substituted, blocked and overflow are doubtful (§7.2.6.3). */
export function qualityOf(quality: number): 'good' | 'uncertain' | 'bad' | undefined {
  if (quality < 0) return undefined
  return (quality & 0x80) !== 0 ? 'bad' : (quality & 0x71) !== 0 ? 'uncertain' : 'good'
}
