/** Fields of the MC protocol in either of its codings: little-endian numbers, or hexadecimal digits, highest first. */
import type { Reader } from '@isthmus/wire'
import { DEVICES, DEVICES_BY_NAME, type Device, UNKNOWN_DEVICE } from './melsec.table.ts'

export type Coding = 'binary' | 'ascii'
/** Consecutive elements of one device. */
export type Span = { readonly device: Device; readonly number: number; readonly count: number; readonly unit: 'bit' | 'word' | 'dword' }

export class Digits {
  readonly r: Reader
  readonly coding: Coding

  constructor(r: Reader, coding: Coding) {
    this.r = r
    this.coding = coding
  }

  /** Bytes of the wire that one byte of a value takes. */
  get scale(): number {
    return this.coding === 'ascii' ? 2 : 1
  }

  get left(): number {
    return this.r.left
  }

  u8(label: string): number {
    return this.coding === 'ascii' ? this.#hex(2, label) : this.r.u8(label)
  }

  u16(label: string): number {
    return this.coding === 'ascii' ? this.#hex(4, label) : this.r.u16le(label)
  }

  u32(label: string): number {
    return this.coding === 'ascii' ? this.#hex(8, label) : this.r.u32le(label)
  }

  /** Letters and number of a device; `isLong` for iQ-R, whose fields are wider. */
  device(isLong: boolean): { device: Device; number: number } {
    if (this.coding === 'binary') {
      const number = isLong ? this.r.u32le('device number') : this.r.u24le('device number')
      const device = DEVICES.get((isLong ? this.r.u16le('device') : this.r.u8('device')) & 0xff) ?? UNKNOWN_DEVICE
      this.r.note(device[1])
      return { device, number }
    }
    const name = this.r.text(isLong ? 4 : 2, 'device').replaceAll('*', '')
    const device = DEVICES_BY_NAME.get(name) ?? UNKNOWN_DEVICE
    const text = this.r.text(isLong ? 8 : 6, 'device number')
    const number = Number.parseInt(text, device[2])
    return { device, number: Number.isNaN(number) ? 0 : number }
  }

  #hex(n: number, label: string): number {
    const bytes = this.r.view(n, label)
    let value = 0
    for (const c of bytes) value = value * 16 + digit(c)
    return value
  }
}

export function digit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const letter = c & 0xdf
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x37 : 0
}

export const isDigit = (c: number): boolean => (c >= 0x30 && c <= 0x39) || ((c & 0xdf) >= 0x41 && (c & 0xdf) <= 0x46)

/** `D100`, `X1F` */
export function tagAt(device: Device, number: number): string {
  return `${device[1]}${number.toString(device[2]).toUpperCase()}`
}

/** `D100..109` */
export function spanText({ device, number, count, unit }: Span): string {
  const first = tagAt(device, number)
  const last = number + (unit === 'word' && device[3] ? count * 16 : count) - 1
  return last <= number ? first : `${first}..${last.toString(device[2]).toUpperCase()}`
}

/** Reads one span's values from `data`, from `at`; returns where they end. Bits in words of bit devices are taken apart. */
export function eachValue(
  span: Span,
  coding: Coding,
  data: Uint8Array,
  at: number,
  tell: (tag: string, value: number | boolean, dataType: string) => void,
): number {
  const { device, number, count, unit } = span
  let here = at
  if (unit === 'bit') {
    for (let i = 0; i < count; i++) {
      const where = coding === 'ascii' ? here + i : here + (i >> 1)
      if (where >= data.length) return data.length
      const value = coding === 'ascii' ? data[where]! & 1 : (data[where]! >> (i & 1 ? 0 : 4)) & 1
      tell(tagAt(device, number + i), value === 1, 'bool')
    }
    return here + (coding === 'ascii' ? count : (count + 1) >> 1)
  }
  const bytes = unit === 'dword' ? 4 : 2
  const width = coding === 'ascii' ? bytes * 2 : bytes
  for (let i = 0; i < count && here + width <= data.length; i++, here += width) {
    const value = numberAt(coding, data, here, width)
    if (device[3] && unit === 'word')
      for (let bit = 0; bit < 16; bit++) tell(tagAt(device, number + i * 16 + bit), ((value >> bit) & 1) === 1, 'bool')
    else tell(tagAt(device, number + i), value, unit === 'dword' ? 'uint32' : 'uint16')
  }
  return here
}

function numberAt(coding: Coding, data: Uint8Array, at: number, width: number): number {
  let value = 0
  if (coding === 'ascii') for (let i = 0; i < width; i++) value = value * 16 + digit(data[at + i]!)
  else for (let i = width - 1; i >= 0; i--) value = value * 256 + data[at + i]!
  return value
}
