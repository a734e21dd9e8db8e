/** Addresses and typed data of PLC-5 processors within PCCC. Spec: Rockwell publication 1770-6.5.16, ch. 13 and 14. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { ascii } from './path.ts'
import { hexOf } from './values.ts'

/** The files that every processor has under these numbers: letter, and the code of the file's type. */
const DEFAULTS: readonly (readonly [letter: string, type: number])[] = [
  ['O', 0x8b],
  ['I', 0x8c],
  ['S', 0x84],
  ['B', 0x85],
  ['T', 0x86],
  ['C', 0x87],
  ['R', 0x88],
  ['N', 0x89],
  ['F', 0x8a],
]
const LEVELS = 7
const INTEGER = 4
const FLOAT = 8
const ARRAY = 9
const MAX_VALUES = 128

export type Plc5Address = { readonly address: string; readonly file: number; readonly element: number }

/** One byte, or FF and a word. */
export function wide(r: Reader): number {
  const value = r.u8()
  return value === 0xff ? r.u16le() : value
}

/** Ch. 13: a byte of flags and the levels they announce (area, file, element, part); or `00 24`, text, `00`. */
export function readPlc5Address(r: Reader): Plc5Address {
  const flags = r.u8()
  if (flags === 0 && r.left > 0 && r.peek(0) === 0x24) {
    r.skip(1)
    let size = 0
    while (size < r.left && r.peek(size) !== 0) size++
    const address = ascii(r.view(size))
    r.skip(1)
    const file = DEFAULTS.find(([letter]) => address.startsWith(letter))
    return { address, file: file?.[1] ?? 0, element: Number(/^[A-Z]+\d+:(\d+)$/.exec(address)?.[1] ?? 0) }
  }
  const level: number[] = []
  for (let i = 0; i < LEVELS; i++) level.push((flags >> i) & 1 ? wide(r) : 0)
  const [area, number, element, sub] = level as [number, number, number, number]
  const known = area === 0 ? DEFAULTS[number] : undefined
  const prefix = area > 0 ? `area ${area} file ` : (known?.[0] ?? 'file ')
  return { address: `${prefix}${number}:${element}${sub === 0 ? '' : `.${sub}`}`, file: known?.[1] ?? 0, element }
}

type Parameter = { readonly type: number; readonly size: number }

/** Ch. 14: a nibble each for type and size; with its upper bit it says how many bytes of them follow. */
function readParameter(r: Reader): Parameter {
  const flags = r.u8()
  const type = part(flags >> 4, r)
  return { type, size: part(flags & 0x0f, r) }
}

function part(nibble: number, r: Reader): number {
  if (nibble < 8) return nibble
  const n = nibble & 7
  return n === 1 ? r.u8() : n === 2 ? r.u16le() : n === 4 ? r.u32le() : 0
}

/** What a typed write sends or a typed read answers: one element, or an array of them. */
export function typedValues(at: Plc5Address, r: Reader): [tag: string, value: TagValue, type: string][] {
  let { type, size } = readParameter(r)
  if (type === ARRAY) ({ type, size } = readParameter(r))
  const name =
    type === FLOAT && size === 4 ? 'float32' : type === INTEGER && size === 2 ? 'int16' : type === INTEGER && size === 4 ? 'int32' : ''
  if (name === '' || r.left < size) return r.left > 0 ? [[at.address, hexOf(r.view(r.left)), 'bytes']] : []
  const [file] = at.address.split(':')
  const values: [string, TagValue, string][] = []
  for (let i = 0; r.left >= size && i < MAX_VALUES; i++) {
    const value = name === 'float32' ? r.f32le() : name === 'int16' ? r.i16le() : r.i32le()
    values.push([i === 0 ? at.address : `${file}:${at.element + i}`, Number.isFinite(value) ? value : String(value), name])
  }
  return values
}
