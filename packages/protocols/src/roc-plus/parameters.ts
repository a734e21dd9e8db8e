/**
 * Values of parameters: tags `type.logical.parameter` (TLP). The types of most are in no message, so a value is what its
 * bytes allow: one is a number, four a float where that is a plausible one, text where all of it prints.
 */
import type { AssetAttribute, TagValue } from '@isthmus/model'
import type { Side } from '@isthmus/wire'
import { byteText, hexText } from '../byte-text.ts'
import type { Sink } from '../protocol.ts'
import { IDENTITY_PARAMETERS, IDENTITY_POINTS } from './roc-plus.table.ts'
import type { Roc } from './roc-plus.ts'

/** Bytes a parameter can have (chapter 3). */
const SIZES = [1, 2, 3, 4, 7, 8, 10, 12, 20, 30, 40]

type Tell = (type: number, logical: number, parameter: number, value: Uint8Array) => void

/** Opcode 167: one point, parameters in a row. 180: TLP and value, in the order asked. */
export function readParameters(a: Roc, q: Roc | undefined, from: Side, part: string, sink: Sink): void {
  if (sink.sameBytes(`values ${a.opcode} ${part} ${a.data.subarray(0, 4).join()}`, a.data)) return
  const tell: Tell = (type, logical, parameter, value) => {
    const [attribute, size] = (IDENTITY_POINTS.has(type) ? IDENTITY_PARAMETERS[parameter] : undefined) ?? []
    if (attribute !== undefined && value.length === size) {
      const own = textOf(value)
      if (own !== undefined) for (const where of [undefined, part]) sink.hint(from, attribute as AssetAttribute, own, 1, where)
    }
    const [text, kind] = shownAs(value)
    sink.read(`${type}.${logical}.${parameter}`, text, kind, part)
  }
  if (a.opcode === 167) eachInRow(a.data, tell)
  else eachListed(a.data, q, tell)
}

/** Opcodes 166 and 181. Where several values without known sizes follow one another, their bytes are one value. */
export function wroteParameters(q: Roc, ok: boolean | undefined, part: string, sink: Sink): void {
  const tell: Tell = (type, logical, parameter, value) => {
    const [text, kind] = shownAs(value)
    sink.wrote(`${type}.${logical}.${parameter}`, text, kind, ok, part)
  }
  if (q.opcode === 166) eachInRow(q.data, tell)
  else eachListed(q.data, undefined, tell)
}

function eachInRow(d: Uint8Array, tell: Tell): void {
  if (d.length < 5) return
  const [type = 0, logical = 0, count = 0, first = 0] = d
  let at = 4
  if (IDENTITY_POINTS.has(type)) {
    for (let i = 0; i < count && at < d.length; i++) {
      const known = IDENTITY_PARAMETERS[first + i]
      if (known === undefined) break
      tell(type, logical, first + i, d.subarray(at, at + known[1]))
      at += known[1]
    }
    if (at > 4) return
  }
  const size = (d.length - 4) / Math.max(1, count)
  // Equal sizes only where they divide the bytes and such a size exists.
  if (!SIZES.includes(size)) return tell(type, logical, first, d.subarray(4))
  for (let i = 0; i < count; i++) tell(type, logical, (first + i) & 0xff, d.subarray(4 + i * size, 4 + (i + 1) * size))
}

/** Count u8, then TLP and value: the next TLP asked for ends a value; without the question all must have one size. */
function eachListed(d: Uint8Array, q: Roc | undefined, tell: Tell): void {
  const count = d[0] ?? 0
  if (d.length < 5 || count === 0) return
  const stride = (d.length - 1) / count
  const isEven = SIZES.includes(stride - 3)
  const names = q !== undefined && q.data.length === 1 + 3 * count ? q.data : undefined
  if (names === undefined && !isEven) return
  let at = 1
  for (let i = 0; i < count && at + 3 < d.length; i++) {
    let size = stride - 3
    if (names !== undefined) {
      if (!startsAt(d, at, names, 1 + 3 * i)) return
      const rest = d.length - at - 3
      size = i === count - 1 ? rest : (SIZES.find((n) => startsAt(d, at + 3 + n, names, 4 + 3 * i)) ?? -1)
      if (size < 0) return
    }
    tell(d[at]!, d[at + 1]!, d[at + 2]!, d.subarray(at + 3, at + 3 + size))
    at += 3 + size
  }
}

const startsAt = (d: Uint8Array, at: number, names: Uint8Array, i: number): boolean =>
  d[at] === names[i] && d[at + 1] === names[i + 1] && d[at + 2] === names[i + 2]

function shownAs(value: Uint8Array): readonly [TagValue, string] {
  const view = new DataView(value.buffer, value.byteOffset, value.length)
  if (value.length === 1) return [value[0]!, 'u8']
  if (value.length === 2) return [view.getUint16(0, true), 'u16']
  if (value.length === 4) {
    const float = view.getFloat32(0, true)
    const size = Math.abs(float)
    return float === 0 || (size > 1e-6 && size < 1e12) ? [float, 'float'] : [view.getUint32(0, true), 'u32']
  }
  const text = textOf(value)
  if (text !== undefined) return [text, 'text']
  const hex = hexText(value, 40)
  return [hex, 'bytes']
}

function textOf(value: Uint8Array): string | undefined {
  const text = byteText(value).replace(/[\0 ]+$/, '')
  return /^[\x20-\x7e]*$/.test(text) ? text : undefined
}
