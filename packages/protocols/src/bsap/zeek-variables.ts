/**
 * Variables and values as ICSNPP's columns spell them: it looks for marks in the bytes rather than at their types, so an
 * analog value reads `Errdata`. Beyond the data its reading is not defined; zeros stand there.
 */
import { byteText } from '../byte-text.ts'
import type { Kept } from './rdb.ts'

export type Variables = { count: number; readonly names: string[]; readonly values: string[] }

const READ_BY_NAME = 0x04
const WRITE_BY_ADDRESS = 0x80
const WRITE_BY_NAME = 0x84
/** The marks: the end of an element in UDP (a version that its devices happen to have), of a frame on a serial line. */
const UDP_END = [0x24, 0x77] as const
const SERIAL_END = [0x10, 0x03] as const

function hex(data: Uint8Array, at: number, count: number): string {
  let text = ''
  for (let i = at; i < at + count; i++) text += (data[i] ?? 0).toString(16).padStart(2, '0').toUpperCase()
  return text
}

const nothing = (): Variables => ({ count: 0, names: [], values: [] })

/** @param data behind the function. */
export function askedVariables(code: number, data: Uint8Array, isSerial: boolean, kept: Kept): Variables {
  const out = nothing()
  switch (code) {
    case READ_BY_NAME:
      out.count = data[isSerial ? 3 : 4] ?? 0
      pushNames(data, isSerial ? 2 : 0, out)
      return out
    case WRITE_BY_NAME:
      out.count = data[isSerial ? 1 : 4] ?? 0
      kept.count = out.count
      pushNames(data, isSerial ? 2 : 0, out)
      return out
    case WRITE_BY_ADDRESS: {
      out.count = data[3] ?? 0
      let name = ''
      let value = ''
      for (let i = 0, at = 4; i < out.count && at <= data.length; i++, at += 3) {
        name += `Addr 0x${hex(data, at, 2)} `
        value += hex(data, at + 2, 1)
      }
      kept.address = name
      out.names.push(name)
      out.values.push(value)
      return out
    }
    default:
      return out
  }
}

function pushNames(data: Uint8Array, from: number, out: Variables): void {
  let at = from
  for (let i = 0; i < out.count; i++) {
    at = data.indexOf(0x40, at)
    if (at < 0) return
    const end = data.indexOf(0, at)
    out.names.push(byteText(data.subarray(at, end < 0 ? data.length : end)))
    if (end < 0) return
    at = end
  }
}

/** @param data behind the count in UDP, behind the header on a serial line. @param code of the question. */
export function answeredVariables(code: number, count: number, data: Uint8Array, isSerial: boolean, kept: Kept): Variables {
  const out = nothing()
  switch (code) {
    case READ_BY_NAME:
      out.count = isSerial ? (data[1] ?? 0) : count
      if (isSerial) eachFlagged(data, 2, out.count, SERIAL_END, ' ', false, out)
      else pushElements(data, out)
      return out
    case WRITE_BY_ADDRESS:
      if (data.length > 0) out.values.push('0000')
      out.names.push(kept.address)
      return out
    case WRITE_BY_NAME:
      out.count = isSerial ? kept.count : count
      if (isSerial) eachFlagged(data, 0, 1, SERIAL_END, '', true, out)
      else for (let i = 0; i < out.count; i++) eachFlagged(data, 0, 1, UDP_END, '', true, out)
      return out
    default:
      return out
  }
}

const isEnd = (data: Uint8Array, at: number, [first, second]: readonly [number, number]): boolean =>
  data[at] === first || data[at + 1] === second

function pushElements(data: Uint8Array, out: Variables): void {
  let at = 0
  for (let i = 0; i < out.count; i++) {
    const isError = (data[at] ?? 0) > 0
    if (at < data.length) {
      if (isError) at++
      do {
        let name = isError ? `Errdata 0x${hex(data, at, 2)} Errdata 0x${hex(data, at + 2, 2)} ` : `0x${hex(data, at, 2)} `
        at += isError ? 4 : 2
        name += `Addr 0x${hex(data, at, 2)}`
        out.names.push(name)
        at += 2
      } while (at <= data.length - 2 && !isEnd(data, at, UDP_END))
    }
    at += 2
  }
}

/** Bytes with a high digit are taken for errors; without one the value is spelled whole. */
function eachFlagged(
  data: Uint8Array,
  from: number,
  count: number,
  end: readonly [number, number],
  gap: string,
  skipsFlagged: boolean,
  out: Variables,
): void {
  let at = from
  for (let i = 0; i < count; i++) {
    let value = ''
    let hasError = false
    do {
      if (((data[at] ?? 0) & 0xf0) !== 0) {
        hasError = true
        value += `Errdata 0x${hex(data, at, 1)}${gap}`
        if (skipsFlagged) at++
      }
      at++
    } while (at <= data.length - 2 && !isEnd(data, at, end))
    if (!hasError) {
      at = from
      do {
        value += hex(data, at, 1)
        at++
      } while (at <= data.length - 2 && !isEnd(data, at, end))
    }
    out.values.push(value)
  }
}
