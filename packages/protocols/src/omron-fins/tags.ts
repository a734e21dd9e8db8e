/** How places of a controller's memory are written: `D100`, `CIO10.05`, `E0_3`. */
import type { TagValue } from '@isthmus/model'
import { AREAS } from './fins.table.ts'

/** Elements of one command that become tags: a frame holds no more words. */
const MAX_ELEMENTS = 1024

export function tagAt(area: number, address: number): string {
  const known = AREAS[area]
  if (known === undefined) return `area 0x${area.toString(16).padStart(2, '0')} ${address >> 8}.${address & 255}`
  const word = `${known[0]}${address >> 8}`
  return known[2] ? `${word}.${String(address & 255).padStart(2, '0')}` : word
}

/** Bits count on through their word, words by one. */
function addressAfter(area: number, address: number, n: number): number {
  if (AREAS[area]?.[2] !== true) return address + (n << 8)
  const bit = (address & 255) + n
  return address - (address & 255) + ((bit >> 4) << 8) + (bit & 15)
}

/** `D100..109` */
export function spanAt(area: number, address: number, count: number): string {
  const first = tagAt(area, address)
  if (count < 2) return first
  const last = addressAfter(area, address, count - 1)
  return `${first}..${AREAS[area]?.[2] ? tagAt(area, last) : last >> 8}`
}

const dataTypes: Readonly<Record<number, string>> = { 1: 'bool', 2: 'uint16', 4: 'uint32' }

export function elementAt(size: number, data: Uint8Array, at: number): TagValue {
  if (size === 1) return (data[at]! & 1) === 1
  return size === 2
    ? (data[at]! << 8) | data[at + 1]!
    : ((data[at]! << 24) | (data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!) >>> 0
}

/** Consecutive elements from one address. */
export function eachElement(
  area: number,
  address: number,
  data: Uint8Array,
  tell: (tag: string, value: TagValue, dataType: string) => void,
): void {
  const size = AREAS[area]?.[1]
  if (size === undefined) return
  for (let i = 0; i < MAX_ELEMENTS && (i + 1) * size <= data.length; i++) {
    tell(tagAt(area, addressAfter(area, address, i)), elementAt(size, data, i * size), dataTypes[size]!)
  }
}
