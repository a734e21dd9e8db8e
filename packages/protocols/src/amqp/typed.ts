/** Values of AMQP 1.0 (part 1 §1.6) and field tables of 0-9-1 (§4.2.5), bounded in depth and number. */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

/** A described value of 1.0: its descriptor's number (-1 for a symbol) and the value. */
export type Described = { readonly code: number; readonly value: Value }
export type Value = undefined | boolean | number | bigint | string | Uint8Array | readonly Value[] | ReadonlyMap<string, Value> | Described

const MAX_DEPTH = 8
const MAX_ELEMENTS = 256

export function isDescribed(value: Value): value is Described {
  return typeof value === 'object' && value !== null && 'code' in value
}
export const textOf = (value: Value): string => (typeof value === 'string' ? value : '')
export const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : [])

export function readValue(r: Reader, label = 'value', depth = 0): Value {
  if (depth > MAX_DEPTH) {
    r.skip(r.left + 1)
    return undefined
  }
  const code = r.u8('type')
  if (code !== 0) return readPlain(r, code, label, depth)
  const descriptor = readValue(r, 'descriptor', depth + 1)
  const number = typeof descriptor === 'bigint' ? Number(descriptor) : typeof descriptor === 'number' ? descriptor : -1
  return { code: number, value: readValue(r, label, depth + 1) }
}

function readPlain(r: Reader, code: number, label: string, depth: number): Value {
  switch (code) {
    case 0x40:
      return undefined
    case 0x41:
      return true
    case 0x42:
      return false
    case 0x43:
    case 0x44:
      return 0
    case 0x45:
      return []
    case 0x56:
      return r.u8(label) !== 0
    case 0x50:
    case 0x52:
    case 0x53:
      return r.u8(label)
    case 0x51:
    case 0x54:
    case 0x55:
      return r.i8(label)
    case 0x60:
      return r.u16(label)
    case 0x61:
      return r.i16(label)
    case 0x70:
    case 0x73:
      return r.u32(label)
    case 0x71:
      return r.i32(label)
    case 0x72:
      return r.f32(label)
    case 0x80:
      return r.u64(label)
    case 0x81:
    case 0x83:
      return BigInt.asIntN(64, r.u64(label))
    case 0x82:
      return r.f64(label)
    case 0x74:
      return r.view(4, label)
    case 0x84:
      return r.view(8, label)
    case 0x94:
    case 0x98:
      return r.view(16, label)
    case 0xa0:
      return r.view(r.u8('length'), label)
    case 0xb0:
      return r.view(r.u32('length'), label)
    case 0xa1:
    case 0xa3:
      return byteText(r.view(r.u8('length'), label))
    case 0xb1:
    case 0xb3:
      return byteText(r.view(r.u32('length'), label))
    case 0xc0:
    case 0xd0:
      return readList(r, code === 0xd0, label, depth)
    case 0xc1:
    case 0xd1:
      return readMap(r, code === 0xd1, depth)
    case 0xe0:
    case 0xf0:
      return readArray(r, code === 0xf0, label, depth)
    default:
      r.skip(r.left + 1)
      return undefined
  }
}

function readList(r: Reader, isWide: boolean, label: string, depth: number): Value[] {
  const body = r.sub(isWide ? r.u32('size') : r.u8('size'), label)
  const count = isWide ? body.u32('count') : body.u8('count')
  const values: Value[] = []
  for (let i = 0; i < count && i < MAX_ELEMENTS && body.left > 0 && !body.short; i++) values.push(readValue(body, `field ${i}`, depth + 1))
  if (body.short) r.short = true
  return values
}

/** Keys that are no texts are left out. */
function readMap(r: Reader, isWide: boolean, depth: number): Map<string, Value> {
  const body = r.sub(isWide ? r.u32('size') : r.u8('size'), 'map')
  const count = isWide ? body.u32('count') : body.u8('count')
  const values = new Map<string, Value>()
  for (let i = 0; i + 1 < count && i < MAX_ELEMENTS && body.left > 0 && !body.short; i += 2) {
    const key = readValue(body, 'key', depth + 1)
    const value = readValue(body, 'value', depth + 1)
    if (typeof key === 'string') values.set(key, value)
  }
  if (body.short) r.short = true
  return values
}

/** All elements share one constructor. */
function readArray(r: Reader, isWide: boolean, label: string, depth: number): Value[] {
  const body = r.sub(isWide ? r.u32('size') : r.u8('size'), label)
  const count = isWide ? body.u32('count') : body.u8('count')
  const code = body.u8('type')
  const values: Value[] = []
  // Described elements are rare and their descriptor says nothing here.
  if (code === 0) return values
  for (let i = 0; i < count && i < MAX_ELEMENTS && body.left > 0 && !body.short; i++) values.push(readPlain(body, code, label, depth + 1))
  return values
}

/** 0-9-1: name, type letter, value; letters as RabbitMQ and Qpid use them. */
export function readTable(r: Reader, depth = 0): Map<string, Value> {
  const body = r.sub(r.u32('table length'), 'table')
  const values = readEntries(body, depth)
  if (body.short) r.short = true
  return values
}

export function readEntries(body: Reader, depth = 0): Map<string, Value> {
  const values = new Map<string, Value>()
  while (body.left > 0 && !body.short && values.size < MAX_ELEMENTS) {
    const name = byteText(body.view(body.u8('name length'), 'name'))
    values.set(name, readField(body, depth + 1))
  }
  return values
}

function readField(r: Reader, depth: number): Value {
  const type = String.fromCharCode(r.u8('type'))
  switch (depth > MAX_DEPTH ? '' : type) {
    case 't':
      return r.u8('boolean') !== 0
    case 'b':
      return r.i8('value')
    case 'B':
      return r.u8('value')
    case 's':
    case 'U':
      return r.i16('value')
    case 'u':
      return r.u16('value')
    case 'I':
      return r.i32('value')
    case 'i':
      return r.u32('value')
    case 'l':
    case 'L':
      return BigInt.asIntN(64, r.u64('value'))
    case 'T':
      return r.u64('timestamp')
    case 'f':
      return r.f32('value')
    case 'd':
      return r.f64('value')
    case 'D':
      return r.view(5, 'decimal')
    case 'S':
      return byteText(r.view(r.u32('length'), 'text'))
    case 'x':
      return r.view(r.u32('length'), 'bytes')
    case 'A': {
      const body = r.sub(r.u32('length'), 'array')
      const values: Value[] = []
      while (body.left > 0 && !body.short && values.length < MAX_ELEMENTS) values.push(readField(body, depth + 1))
      return values
    }
    case 'F':
      return readTable(r, depth)
    case 'V':
      return undefined
    default:
      r.skip(r.left + 1)
      return undefined
  }
}
