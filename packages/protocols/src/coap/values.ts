/** Values in payloads: plain text, flat JSON and CBOR, SenML in both (RFC 8428). */
import type { TagValue } from '@isthmus/model'
import { Reader } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { readCbor } from './cbor.ts'
import { FORMAT, SENML } from './coap.table.ts'

/** Longer payloads are documents, not values. */
const MAX_PAYLOAD = 1024
const MAX_TEXT = 64
const MAX_VALUES = 32

export type Named = { readonly name: string; readonly value: TagValue }

/** `name` is '' for the resource itself. */
export function valuesOf(payload: Uint8Array, format: number): Named[] {
  if (payload.length === 0 || payload.length > MAX_PAYLOAD) return []
  if (format === FORMAT.json || format === FORMAT.senml) return structured(fromJson(payload), format === FORMAT.senml)
  if (format === FORMAT.cbor || format === FORMAT.senmlCbor) return structured(fromCbor(payload), format === FORMAT.senmlCbor)
  if (format > 0 || payload.length > MAX_TEXT) return []
  const text = readable(byteText(payload)).trim()
  // Without a format it is a value only where it reads as text.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what no text holds
  if (text === '' || /[\x00-\x1f\x7f\ufffd]/.test(text)) return []
  return [{ name: '', value: scalar(text) }]
}

function scalar(text: string): TagValue {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text === 'true' || text === 'false' ? text === 'true' : text
}

function fromJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(readable(byteText(payload)))
  } catch {
    return undefined
  }
}

function fromCbor(payload: Uint8Array): unknown {
  const r = new Reader(payload)
  const value = readCbor(r)
  return r.short ? undefined : value
}

function structured(parsed: unknown, isSenml: boolean): Named[] {
  if (isValue(parsed)) return [{ name: '', value: parsed }]
  if (typeof parsed !== 'object' || parsed === null) return []
  if (Array.isArray(parsed)) return isSenml ? records(parsed) : []
  const named: Named[] = []
  for (const [name, value] of Object.entries(parsed).slice(0, MAX_VALUES)) if (isValue(value)) named.push({ name, value })
  return named
}

function records(list: readonly unknown[]): Named[] {
  const named: Named[] = []
  let base = ''
  for (const each of list.slice(0, MAX_VALUES)) {
    if (typeof each !== 'object' || each === null) continue
    const { bn, n, v, vs, vb } = Object.fromEntries(Object.entries(each).map(([label, value]) => [SENML[label] ?? label, value]))
    if (typeof bn === 'string') base = bn
    const value = v ?? vs ?? vb
    if (isValue(value)) named.push({ name: base + (typeof n === 'string' ? n : ''), value })
  }
  return named
}

function isValue(value: unknown): value is TagValue {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= MAX_TEXT)
}
