/** MMS data in GOOSE: the entries of a data set as values. Spec: ISO 9506-2 §14.4.2 (Data); IEC 61850-8-1 §8. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { hexText } from '../byte-text.ts'
import { berLength, type GooseAnomaly } from './goose.ts'

export type Entry = { readonly dataType: string; readonly value: TagValue | undefined; readonly parts: readonly Entry[] }

/** Protects against frames of empty elements; a data set of a whole Ethernet frame has fewer. */
const MAX_ENTRIES = 512
const MAX_DEPTH = 6
const MAX_BITS = 256
/** A leading one keeps the zeroes behind it. */
const EIGHT = 0x100
const SIXTEEN = 0x1_0000
const shown = new Map<number, string>()
const MAX_SHOWN = 1024
const NONE: readonly Entry[] = []

export function readEntries(r: Reader, anomalies: GooseAnomaly[]): readonly Entry[] {
  const budget = { left: MAX_ENTRIES }
  const entries = readList(r, 0, budget, anomalies)
  if (budget.left <= 0 && r.left > 0) anomalies.push('too-many-entries')
  return entries
}

function readList(r: Reader, depth: number, budget: { left: number }, anomalies: GooseAnomaly[]): Entry[] {
  const entries: Entry[] = []
  while (r.left > 0 && budget.left-- > 0) entries.push(readOne(r, depth, budget, anomalies))
  return entries
}

function readOne(r: Reader, depth: number, budget: { left: number }, anomalies: GooseAnomaly[]): Entry {
  const tag = r.u8('data')
  const size = berLength(r)
  if (size > r.left && !anomalies.includes('bad-data')) anomalies.push('bad-data')
  const body = r.sub(size, 'value')
  if ((tag === 0xa1 || tag === 0xa2) && depth < MAX_DEPTH) {
    return { dataType: tag === 0xa1 ? 'array' : 'structure', value: undefined, parts: readList(body, depth + 1, budget, anomalies) }
  }
  return primitive(tag, body)
}

function primitive(tag: number, r: Reader): Entry {
  if (tag === 0x83) return leaf('bool', r.u8('boolean') !== 0)
  if (tag === 0x84) return leaf('bitstring', bits(r))
  if (tag === 0x85) return leaf(`int${r.left * 8}`, integer(r, true))
  if (tag === 0x86) return leaf(`uint${r.left * 8}`, integer(r, false))
  if (tag === 0x87) return float(r)
  if (tag === 0x8a) return leaf('string', r.text(r.left, 'text'))
  if (tag === 0x90) return leaf('string', r.utf8(r.left, 'text'))
  if (tag === 0x91 && r.left === 8) return leaf('time', r.u32('seconds') + Math.round((r.u24('fraction') / 0x1_00_00_00) * 1e6) / 1e6)
  return leaf(tag === 0x89 ? 'bytes' : `type 0x${tag.toString(16)}`, octets(r))
}

function leaf(dataType: string, value: TagValue): Entry {
  return { dataType, value, parts: NONE }
}

/** The first octet counts the bits left over in the last. */
function bits(r: Reader): string {
  const unused = r.u8('unused bits') & 7
  const size = r.left
  if (size === 2) return shortBits(r.u16('bits'), 16 - unused)
  let text = ''
  while (r.left > 0 && text.length < MAX_BITS) text += (EIGHT + r.u8('bits')).toString(2).slice(1)
  return text.slice(0, Math.max(0, text.length - unused))
}

/** Qualities and double points: few values, again and again. */
function shortBits(word: number, width: number): string {
  const key = word * 32 + width
  let text = shown.get(key)
  if (text === undefined) {
    text = (SIXTEEN + word).toString(2).slice(1, 1 + width)
    if (shown.size < MAX_SHOWN) shown.set(key, text)
  }
  return text
}

function integer(r: Reader, isSigned: boolean): number | string {
  const size = r.left
  if (size === 0) return 0
  if (size > 6) return octets(r)
  let value = 0
  for (let n = 0; n < size; n++) value = value * 256 + r.u8('integer')
  return isSigned && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value
}

/** ISO 9506-2: the first octet is the width of the exponent, 8 for single and 11 for double precision. */
function float(r: Reader): Entry {
  const exponent = r.u8('exponent width')
  if (exponent === 8 && r.left === 4) return leaf('float32', r.f32('float'))
  if (exponent === 11 && r.left === 8) return leaf('float64', r.f64('float'))
  return leaf('float', octets(r))
}

function octets(r: Reader): string {
  const bytes = r.view(Math.min(r.left, 64), 'octets')
  return hexText(bytes)
}
