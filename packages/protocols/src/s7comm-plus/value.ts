/**
 * Values and variable-length numbers of S7comm-plus. A value is | flags u8 | type u8 | content |; numbers marked VLQ take
 * seven bits a byte, the high bit while more follow. Numbers of fixed size are big-endian.
 */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'

const ARRAY = 0x10
const ADDRESSES = 0x20
const SPARSE = 0x40
const BLOB = 0x14
const STRUCT = 0x17
const MAX_DEPTH = 8
/** Elements of an array that are shown. */
const SHOWN = 8
/** Elements of one value; a message is at most 64 KiB a fragment. */
const MAX_ELEMENTS = 16_384

export type Value = {
  readonly type: number
  /** Undefined for what is no single value: structures, blobs, nothing. */
  readonly shown: TagValue | undefined
  /** Content of a blob. */
  readonly blob: Uint8Array | undefined
  /** Of an array of numbers. */
  readonly numbers: readonly number[] | undefined
}

export type OnMember = (id: number, value: Value) => void

export const TYPE_NAMES: Readonly<Record<number, string>> = {
  1: 'bool',
  2: 'usint',
  3: 'uint',
  4: 'udint',
  5: 'ulint',
  6: 'sint',
  7: 'int',
  8: 'dint',
  9: 'lint',
  10: 'byte',
  11: 'word',
  12: 'dword',
  13: 'lword',
  14: 'real',
  15: 'lreal',
  16: 'timestamp',
  17: 'timespan',
  18: 'rid',
  19: 'aid',
  20: 'blob',
  21: 'wstring',
  23: 'struct',
}

export function vlq(r: Reader, label?: string): number {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = r.u8(label)
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) break
  }
  return value % 0x1_0000_0000
}

/** Two's complement: bit 6 of the first byte is the sign. */
function signedVlq(r: Reader, bytes: number): number {
  let value = 0
  for (let i = 0; i < bytes; i++) {
    const byte = r.u8('value')
    if (i === 0 && (byte & 0x40) !== 0) value = -1
    // The ninth byte holds eight bits.
    value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)
    if (byte < 0x80) break
  }
  return value
}

function vlq64(r: Reader): number {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = r.u8('value')
    value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)
    if (byte < 0x80) break
  }
  return value
}

/** The code in the low sixteen bits of a return value, signed: what lies above says where it came from. */
export function readReturn(r: Reader): number {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = r.u8('return value')
    value = (i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)) % 0x1_0000
    if (byte < 0x80) break
  }
  return value >= 0x8000 ? value - 0x1_0000 : value
}

const single = (type: number, shown: TagValue | undefined): Value => ({ type, shown, blob: undefined, numbers: undefined })

/** A type that nobody knows has no length: `r.short` is set, and what follows is not read. */
export function readValue(r: Reader, onMember?: OnMember, depth = 0): Value {
  const flags = r.u8('flags')
  const type = r.u8('type')
  r.note(TYPE_NAMES[type] ?? '')
  if ((flags & (ARRAY | ADDRESSES)) !== 0) return readArray(r, type, depth)
  if ((flags & SPARSE) !== 0) return readSparse(r, type, depth)
  return readContent(r, type, onMember, depth)
}

function readArray(r: Reader, type: number, depth: number): Value {
  const count = vlq(r, 'elements')
  const numbers: number[] = []
  const shown: string[] = []
  for (let i = 0; i < count && i < MAX_ELEMENTS && r.left > 0; i++) {
    const element = readContent(r, type, undefined, depth)
    if (typeof element.shown === 'number') numbers.push(element.shown)
    if (i < SHOWN && element.shown !== undefined) shown.push(String(element.shown))
  }
  return { type, shown: count > SHOWN ? `${shown.join(', ')}, …` : shown.join(', '), blob: undefined, numbers }
}

/** Index VLQ and content, until an index of zero. A single blob in it counts as one. */
function readSparse(r: Reader, type: number, depth: number): Value {
  let blob: Uint8Array | undefined
  for (let i = 0; i < MAX_ELEMENTS && r.left > 0; i++) {
    if (vlq(r, 'index') === 0) break
    blob ??= readContent(r, type, undefined, depth).blob
  }
  return { type, shown: undefined, blob, numbers: undefined }
}

function readContent(r: Reader, type: number, onMember: OnMember | undefined, depth: number): Value {
  switch (type) {
    case 0x00:
      return single(type, undefined)
    case 0x01:
      return single(type, r.u8('value') !== 0)
    case 0x02:
    case 0x0a:
      return single(type, r.u8('value'))
    case 0x03:
    case 0x0b:
      return single(type, r.u16('value'))
    case 0x04:
    case 0x13:
      return single(type, vlq(r, 'value'))
    case 0x05:
      return single(type, vlq64(r))
    case 0x06:
      return single(type, r.i8('value'))
    case 0x07:
      return single(type, r.i16('value'))
    case 0x08:
      return single(type, signedVlq(r, 5))
    case 0x09:
    case 0x11:
      return single(type, signedVlq(r, 9))
    case 0x0c:
    case 0x12:
      return single(type, r.u32('value'))
    case 0x0d:
      return single(type, String(r.u64('value')))
    case 0x0e:
      return single(type, r.f32('value'))
    case 0x0f:
      return single(type, r.f64('value'))
    case 0x10:
      return single(type, timeOf(r))
    case BLOB: {
      // A blob of another object's layout has more before its length than anybody has told.
      if (vlq(r, 'blob root') !== 0) r.short = true
      return { type, shown: undefined, blob: r.view(vlq(r, 'bytes'), 'blob'), numbers: undefined }
    }
    case 0x15:
      return single(type, r.utf8(vlq(r, 'bytes'), 'text'))
    case STRUCT:
      readStruct(r, onMember, depth)
      return single(type, undefined)
    default:
      r.short = true
      return single(type, undefined)
  }
}

/** Nanoseconds since 1970. */
function timeOf(r: Reader): string {
  const seconds = Number(r.u64('nanoseconds') / 1_000_000_000n)
  return new Date(seconds * 1000).toISOString()
}

/** Members under their ids until an id of zero; structures of a data type come packed. */
function readStruct(r: Reader, onMember: OnMember | undefined, depth: number): void {
  const id = r.u32('structure')
  if ((id > 0x9000_0000 && id < 0x9fff_ffff) || (id > 0x0200_0000 && id < 0x02ff_ffff)) {
    r.skip(8, 'interface time')
    if ((vlq(r, 'transport flags') & 0x400) !== 0) vlq(r, 'count')
    r.view(vlq(r, 'bytes'), 'packed')
    return
  }
  if (depth >= MAX_DEPTH) {
    r.short = true
    return
  }
  for (let i = 0; i < MAX_ELEMENTS && r.left > 0 && !r.short; i++) {
    const member = vlq(r, 'member')
    if (member === 0) return
    onMember?.(member, readValue(r, onMember, depth + 1))
  }
}
