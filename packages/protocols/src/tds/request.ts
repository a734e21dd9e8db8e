/** What clients send besides logins: prelogin options, batches, procedures ([MS-TDS] §2.2.6.5 to §2.2.6.7; TDS 5.0 language token). */
import type { Reader } from '@isthmus/wire'
import { LANGUAGE, PROCEDURES } from './tds.table.ts'
import type { Tds } from './tds.ts'

/** Bytes of a statement that are kept. */
const MAX_STATEMENT = 32_768
const MAX_OPTIONS = 16

export function readPrelogin(r: Reader, m: Tds): void {
  const begin = r.at
  const places: [option: number, at: number, length: number][] = []
  while (r.left > 0 && places.length < MAX_OPTIONS) {
    const option = r.u8('option')
    if (option === 0xff) break
    places.push([option, r.u16('offset'), r.u16('length')])
  }
  const { bytes, end } = r
  for (const [option, offset, length] of places) {
    const at = begin + offset
    if (at + length > end) continue
    if (option === 0 && length >= 4) m.version = `${bytes[at]}.${bytes[at + 1]}.${(bytes[at + 2]! << 8) | bytes[at + 3]!}`
    else if (option === 1 && length >= 1) m.encryption = bytes[at]!
    else if (option === 2 && length > 1) m.instance = String.fromCharCode(...bytes.subarray(at, at + Math.min(length - 1, 64)))
  }
  if (r.left > 0) r.view(r.left, 'option data')
}

/** Since 7.2 a list of headers goes before the text; its length is its own first word. */
function skipHeaders(r: Reader): void {
  const { bytes, at } = r
  if (r.left < 8) return
  const total = (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  const first = (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24)) >>> 0
  if (total >= 10 && total <= 512 && total <= r.left && first >= 6 && first <= total - 4) r.view(total, 'headers')
}

export function readBatch(r: Reader, isOld: boolean): string {
  if (isOld) return r.text(Math.min(r.left, MAX_STATEMENT), 'batch')
  skipHeaders(r)
  return r.utf16(Math.min(r.left, MAX_STATEMENT) & ~1, 'batch')
}

export function readRemoteProcedure(r: Reader): string {
  skipHeaders(r)
  const length = r.u16le('name length')
  if (length !== 0xffff) return r.utf16(Math.min(length, 512) * 2, 'procedure')
  const id = r.u16le('procedure')
  const name = PROCEDURES[id] ?? `procedure ${id}`
  if (id !== 10 && id !== 11 && id !== 13) return name
  // The first long text among the parameters is the statement.
  const statement = longText(r)
  return statement === '' ? name : statement
}

/** The first NVARCHAR parameter of some length: type 0xe7, size, collation, length, text. */
function longText(r: Reader): string {
  const { bytes, end } = r
  for (let at = r.at; at + 12 < Math.min(end, r.at + 256); at++) {
    if (bytes[at] !== 0xe7) continue
    const length = bytes[at + 8]! | (bytes[at + 9]! << 8)
    if (length < 8 || length > end - at - 10 || bytes[at + 11] !== 0) continue
    r.view(at + 10 - r.at, 'parameters')
    return r.utf16(Math.min(length, MAX_STATEMENT) & ~1, 'statement')
  }
  return ''
}

export function readQuery5(r: Reader): string {
  if (r.peek() !== LANGUAGE) return ''
  r.u8('language token')
  const length = r.peek(2) === 0 && r.peek(3) === 0 ? r.u32le('length') : r.u32('length')
  r.u8('status')
  return r.text(Math.min(Math.max(0, length - 1), r.left, MAX_STATEMENT), 'statement')
}
