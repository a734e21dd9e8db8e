/** COSEM data in A-XDR: IEC 62056-5-3 §9.5 (Data), IEC 61334-6. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'

export type Data = {
  readonly type: string
  readonly value: TagValue | undefined
  readonly parts: readonly Data[]
}

/** Elements of one value: a load profile has some thousands. */
const MAX_ELEMENTS = 16_384
const MAX_DEPTH = 12
const MAX_OCTETS = 64
const NONE: readonly Data[] = []

export type Budget = { left: number }
export const newBudget = (): Budget => ({ left: MAX_ELEMENTS })

export function readData(r: Reader, budget: Budget, depth = 0): Data {
  const tag = r.u8('type')
  budget.left--
  const of = (type: string, value: TagValue): Data => ({ type, value, parts: NONE })
  switch (tag) {
    case 0:
      return { type: 'null', value: undefined, parts: NONE }
    case 1:
    case 2:
      return { type: tag === 1 ? 'array' : 'structure', value: undefined, parts: readParts(r, budget, depth) }
    case 3:
      return of('bool', r.u8('boolean') !== 0)
    case 4:
      return of('bitstring', bits(r))
    case 5:
      return of('int32', r.i32('double-long'))
    case 6:
      return of('uint32', r.u32('double-long-unsigned'))
    case 9:
      return of('octets', octetText(r.view(readLength(r), 'octet-string')))
    case 10:
      return of('string', byteText(r.view(readLength(r), 'visible-string')))
    case 12:
      return of('string', r.utf8(readLength(r), 'utf8-string'))
    case 13:
      return of('bcd', r.u8('bcd'))
    case 15:
      return of('int8', r.i8('integer'))
    case 16:
      return of('int16', r.i16('long'))
    case 17:
      return of('uint8', r.u8('unsigned'))
    case 18:
      return of('uint16', r.u16('long-unsigned'))
    case 19:
      return compact(r)
    case 20:
      return of('int64', Number(BigInt.asIntN(64, r.u64('long64'))))
    case 21:
      return of('uint64', Number(r.u64('long64-unsigned')))
    case 22:
      return of('enum', r.u8('enum'))
    case 23:
      return of('float32', Number(r.f32('float32').toPrecision(7)))
    case 24:
      return of('float64', r.f64('float64'))
    case 25:
      return of('time', dateTime(r.view(12, 'date-time')))
    case 26:
      return of('date', hexOf(r.view(5, 'date')))
    case 27:
      return of('time', hexOf(r.view(4, 'time')))
    default:
      // What follows an unknown type cannot be found.
      r.short = true
      return of(`type ${tag}`, '')
  }
}

function readParts(r: Reader, budget: Budget, depth: number): readonly Data[] {
  const count = readLength(r)
  if (depth >= MAX_DEPTH) {
    r.short = true
    return NONE
  }
  const parts: Data[] = []
  while (parts.length < count && r.left > 0 && !r.short && budget.left > 0) parts.push(readData(r, budget, depth + 1))
  return parts
}

/** An array whose type is written once: kept as its bytes. */
function compact(r: Reader): Data {
  skipType(r, 0)
  const bytes = r.view(readLength(r), 'contents')
  return { type: 'compact array', value: hexOf(bytes), parts: NONE }
}

function skipType(r: Reader, depth: number): void {
  const tag = r.u8('type')
  if (depth > MAX_DEPTH || (tag !== 1 && tag !== 2)) return
  const count = tag === 1 ? r.u16('elements') : readLength(r)
  for (let n = 0; n < (tag === 1 ? 1 : count) && r.left > 0; n++) skipType(r, depth + 1)
}

/** One octet, or 0x80 with how many follow. */
export function readLength(r: Reader): number {
  const first = r.u8('length')
  if (first < 0x80) return first
  let length = 0
  for (let n = first & 0x7f; n > 0 && !r.short; n--) length = (length * 256 + r.u8('length')) % 0x1_0000_0000
  return length
}

function bits(r: Reader): string {
  const count = readLength(r)
  let text = ''
  for (const byte of r.view((count + 7) >> 3, 'bit-string').subarray(0, MAX_OCTETS)) text += byte.toString(2).padStart(8, '0')
  return text.slice(0, count)
}

export function hexOf(bytes: Uint8Array): string {
  return hexText(bytes, MAX_OCTETS)
}

/** Names are written as octets: text where all of it prints, times where it is one, else hexadecimal. */
export function octetText(bytes: Uint8Array): string {
  if (bytes.length > 0 && bytes.every((b) => b >= 0x20 && b < 0x7f)) return byteText(bytes)
  if (bytes.length === 12 && isDate(bytes)) return dateTime(bytes)
  return hexOf(bytes)
}

const isDate = (b: Uint8Array): boolean => b[0]! >= 0x07 && b[0]! <= 0x08 && b[2]! >= 1 && b[2]! <= 12 && b[3]! >= 1 && b[3]! <= 31

/** Year, month, day, weekday, hour, minute, second, hundredths, deviation, status; 0xff is anything. No zone is told apart. */
export function dateTime(b: Uint8Array): string {
  if (b.length < 8) return hexOf(b)
  const two = (n: number): string => (n === 0xff ? '??' : String(n).padStart(2, '0'))
  const year = (b[0]! << 8) | b[1]!
  return `${year === 0xffff ? '????' : year}-${two(b[2]!)}-${two(b[3]!)}T${two(b[5]!)}:${two(b[6]!)}:${two(b[7]!)}`
}
