/** RESP, Redis's serialisation (versions 2 and 3): a type's letter, a line or a length, nested values. */
import { NEED_MORE, NOT_MINE, type Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Value = {
  /** The type's letter: `+ - : $ * _ # , ( ! = % ~ > |`. */
  type: string
  /** Cut at MAX_TEXT; undefined for null and for what holds others. */
  text: string | undefined
  readonly items: Value[]
}

const MAX_TEXT = 4096
const MAX_DEPTH = 8
/** Values of one message that are kept; all are stepped over. */
const MAX_ITEMS = 1024
/** Values that one message may hold: bounds the time a count may ask for. */
const MAX_VALUES = 100_000
const NOTHING: Value[] = []
const LINE = 1
const SIZED = 2
const HOLDER = 3
/** Kinds of value by the type's letter. */
const KINDS = new Uint8Array(256)
for (const letter of '+-:_#,(') KINDS[letter.charCodeAt(0)] = LINE
for (const letter of '$!=') KINDS[letter.charCodeAt(0)] = SIZED
for (const letter of '*%~>|') KINDS[letter.charCodeAt(0)] = HOLDER
const MAP = 0x25
const ATTRIBUTES = 0x7c

type Walk = { at: number; values: number }

/** Length of the value at the cursor; `NEED_MORE` when its end is not there, `NOT_MINE` when it is none. */
export function valueLength(r: Reader): number {
  const walk: Walk = { at: r.at, values: 0 }
  const left = step(r, walk, 0)
  return left === 1 ? walk.at - r.at : left
}

/** 1: stepped over one value; else `NEED_MORE` or `NOT_MINE`. Past the end for a text that is not all there. */
function step(r: Reader, walk: Walk, depth: number): number {
  const { bytes, end } = r
  if (walk.at >= end) return NEED_MORE
  const letter = bytes[walk.at]!
  const kind = KINDS[letter]
  if (kind === 0 || depth > MAX_DEPTH || ++walk.values > MAX_VALUES) return NOT_MINE
  const stop = bytes.indexOf(10, walk.at)
  if (stop < 0 || stop >= end) return end - walk.at > 65_536 ? NOT_MINE : NEED_MORE
  if (bytes[stop - 1] !== 13) return NOT_MINE
  const from = walk.at + 1
  walk.at = stop + 1
  if (kind === SIZED) {
    const length = count(bytes, from, stop - 1)
    if (length === undefined) return NOT_MINE
    if (length >= 0) walk.at += length + 2
    return walk.at > end && depth > 0 ? NEED_MORE : 1
  }
  if (kind === LINE) return 1
  const stated = count(bytes, from, stop - 1)
  if (stated === undefined) return NOT_MINE
  const items = letter === MAP || letter === ATTRIBUTES ? stated * 2 : stated
  for (let i = 0; i < items; i++) {
    const inner = step(r, walk, depth + 1)
    if (inner !== 1) return inner
  }
  return 1
}

function count(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from === 2 && bytes[from] === 0x2d && bytes[from + 1] === 0x31) return -1
  if (to <= from || to - from > 9) return undefined
  let value = 0
  for (let i = from; i < to; i++) {
    const c = bytes[i]! - 0x30
    if (c < 0 || c > 9) return undefined
    value = value * 10 + c
  }
  return value
}

export function readValue(r: Reader, budget = { items: MAX_ITEMS }, depth = 0): Value {
  const letter = r.u8('type')
  const kind = KINDS[letter]
  const value: Value = { type: String.fromCharCode(letter), text: undefined, items: kind === HOLDER ? [] : NOTHING }
  const line = readLine(r)
  if (kind === SIZED) {
    const length = Number(line)
    if (length >= 0) {
      value.text = byteText(r.view(length, 'text').subarray(0, MAX_TEXT))
      r.skip(Math.min(2, r.left))
    }
  } else if (kind === HOLDER) {
    const stated = Number(line) * (letter === MAP || letter === ATTRIBUTES ? 2 : 1)
    for (let i = 0; i < stated && r.left > 0 && depth < MAX_DEPTH && budget.items > 0; i++) {
      budget.items--
      value.items.push(readValue(r, budget, depth + 1))
    }
  } else if (value.type !== '_') value.text = line.slice(0, MAX_TEXT)
  return value
}

function readLine(r: Reader): string {
  const { bytes, at, end } = r
  const stop = bytes.indexOf(10, at)
  const to = stop < 0 || stop >= end ? end : stop
  const text = byteText(r.view(Math.max(0, (to > at && bytes[to - 1] === 13 ? to - 1 : to) - at), 'line'))
  if (to < end) r.at = to + 1
  return text
}

/** As Zeek's log shows an answer. */
export function show(value: Value, depth = 0): string {
  if (KINDS[value.type.charCodeAt(0)] !== HOLDER) {
    if (value.type === '#') return value.text === 't' ? 'T' : 'F'
    return value.text ?? 'null'
  }
  if (depth > MAX_DEPTH) return ''
  if (value.type !== '%') return `[${value.items.map((item) => show(item, depth + 1)).join(', ')}]`
  const pairs: string[] = []
  for (let i = 0; i + 1 < value.items.length; i += 2)
    pairs.push(`${show(value.items[i]!, depth + 1)}: ${show(value.items[i + 1]!, depth + 1)}`)
  return `{${pairs.join(', ')}}`
}
