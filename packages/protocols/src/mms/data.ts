/** MMS values: data of ISO 9506-2 §14.4.2, in reads, writes and reports. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { tlvOpen, tlvTag } from '../asn1/tlv.ts'
import { hexText } from '../byte-text.ts'

export type Data = {
  /** Context tag: 1 array, 2 structure, 3 boolean …; ERROR for a DataAccessError. */
  readonly kind: number
  readonly type: string
  readonly value: TagValue | undefined
  readonly parts: readonly Data[]
}

export const KIND = {
  array: 1,
  structure: 2,
  boolean: 3,
  bits: 4,
  integer: 5,
  unsigned: 6,
  float: 7,
  octets: 9,
  visible: 10,
  generalTime: 11,
  binaryTime: 12,
  bcd: 13,
  booleans: 14,
  objectId: 15,
  text: 16,
  utc: 17,
} as const
export const ERROR = 0

/** Protects against megabytes of empty elements. */
export const MAX_VALUES = 8192
const MAX_DEPTH = 16
const MAX_BITS = 512
const MAX_OCTETS = 64
const NONE: readonly Data[] = []
/** Days before the epoch of binary time (1984-01-01). */
const BINARY_EPOCH = 5113

export type Budget = { left: number; isTooDeep: boolean }

export const newBudget = (): Budget => ({ left: MAX_VALUES, isTooDeep: false })

export function readList(r: Reader, budget: Budget, depth = 0): Data[] {
  const list: Data[] = []
  while (r.left > 0 && !r.short && budget.left-- > 0) list.push(readOne(r, budget, depth))
  return list
}

/** One value, or an error of reading it: context tag 0. */
export function readOne(r: Reader, budget: Budget, depth = 0): Data {
  const tag = tlvTag(r)
  const kind = tag & 31
  const body = tlvOpen(r, LABELS[kind] ?? 'value')
  if ((tag & 0x20) !== 0) {
    if (depth >= MAX_DEPTH) budget.isTooDeep = true
    const parts = depth >= MAX_DEPTH ? NONE : readList(body, budget, depth + 1)
    return { kind, type: kind === KIND.array ? 'array' : 'structure', value: undefined, parts }
  }
  return leaf(kind, body)
}

const LABELS: Readonly<Record<number, string>> = {
  0: 'failure',
  1: 'array',
  2: 'structure',
  3: 'boolean',
  4: 'bit string',
  5: 'integer',
  6: 'unsigned',
  7: 'floating point',
  9: 'octet string',
  10: 'visible string',
  11: 'generalized time',
  12: 'binary time',
  13: 'bcd',
  14: 'boolean array',
  16: 'string',
  17: 'utc time',
}

function leaf(kind: number, r: Reader): Data {
  const size = r.left
  const of = (type: string, value: TagValue): Data => ({ kind, type, value, parts: NONE })
  switch (kind) {
    case ERROR:
      return of('error', integer(r, false))
    case KIND.boolean:
      return of('bool', r.u8('boolean') !== 0)
    case KIND.bits:
    case KIND.booleans:
      return of('bitstring', bits(r))
    case KIND.integer:
      return of(`int${size * 8}`, integer(r, true))
    case KIND.unsigned:
      return of(`uint${size * 8}`, integer(r, false))
    case KIND.float:
      return float(r, of)
    case KIND.visible:
    case KIND.generalTime:
      return of(kind === KIND.visible ? 'string' : 'time', r.text(size, 'text'))
    case KIND.text:
      return of('string', r.utf8(size, 'text'))
    case KIND.binaryTime:
      return of('time', binaryTime(r))
    case KIND.utc:
      return size === 8 ? of('time', utcTime(r)) : of('octets', octets(r))
    default:
      return of(kind === KIND.octets ? 'octets' : `type ${kind}`, octets(r))
  }
}

/** The first octet counts the bits left over in the last. */
function bits(r: Reader): string {
  const unused = r.u8('unused bits') & 7
  let text = ''
  while (r.left > 0 && text.length < MAX_BITS) text += r.u8('bits').toString(2).padStart(8, '0')
  return text.slice(0, Math.max(0, text.length - unused))
}

function integer(r: Reader, isSigned: boolean): number | string {
  const size = r.left
  if (size === 0) return 0
  // An unsigned value may have a leading zero octet.
  if (size > 7 || (size === 7 && r.peek() !== 0)) return octets(r)
  let value = 0
  for (let n = 0; n < size; n++) value = value * 256 + r.u8('octet')
  return isSigned && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value
}

/** The first octet is the width of the exponent: 8 for single, 11 for double precision. */
function float(r: Reader, of: (type: string, value: TagValue) => Data): Data {
  const exponent = r.u8('exponent width')
  if (exponent === 8 && r.left === 4) return of('float32', r.f32('float'))
  if (exponent === 11 && r.left === 8) return of('float64', r.f64('float'))
  return of('float', octets(r))
}

/** Milliseconds since midnight, with days since 1984 where there are six octets: seconds. */
function binaryTime(r: Reader): number {
  const milliseconds = r.u32('milliseconds')
  if (r.left < 2) return milliseconds / 1000
  return (r.u16('days') + BINARY_EPOCH) * 86_400 + milliseconds / 1000
}

/** IEC 61850-8-1 §8.1.3.7: seconds, a 24 bit fraction of one, quality of the clock. */
function utcTime(r: Reader): number {
  const seconds = r.u32('seconds') + Math.round((r.u24('fraction') / 0x1_00_00_00) * 1e6) / 1e6
  r.u8('clock quality')
  return seconds
}

function octets(r: Reader): string {
  return hexText(r.view(Math.min(r.left, MAX_OCTETS), 'octets'))
}

/** The first value that is no structure. */
export function firstLeaf(data: Data): Data | undefined {
  let here: Data | undefined = data
  for (let n = 0; n < MAX_DEPTH && here !== undefined && here.value === undefined; n++) here = here.parts[0]
  return here
}
