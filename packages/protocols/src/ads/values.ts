/** Values whose type the wire does not tell: their size decides. */

import type { TagValue } from '@isthmus/model'
import { hexText } from '../byte-text.ts'

/** Longer values are told as their first bytes. */
const MAX_HEX = 64

export function valueOfBytes(data: Uint8Array): readonly [value: TagValue, dataType: string] {
  switch (data.length) {
    case 1:
      return [data[0]!, 'uint8']
    case 2:
      return [data[0]! | (data[1]! << 8), 'uint16']
    case 4:
      return [(data[0]! | (data[1]! << 8) | (data[2]! << 16) | (data[3]! << 24)) >>> 0, 'uint32']
    default: {
      const hex = hexText(data, MAX_HEX)
      return [data.length > MAX_HEX ? `${hex}…` : hex, 'bytes']
    }
  }
}

/** Text up to the first NUL, blanks around it dropped. */
export function textIn(data: Uint8Array): string {
  let text = ''
  for (const c of data) {
    if (c === 0) break
    text += String.fromCharCode(c)
  }
  return text.trim()
}
