/**
 * Decoders of OPC UA's built-in types (Part 6 §5.2.2), little-endian, and how structures are made of them. A decoder reads
 * one value; `depth` counts how deep it lies within variants and extension objects.
 */
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Decode<T> = (r: Reader, label: string, depth: number) => T
export type Of<D> = D extends Decode<infer T> ? T : never

/** Part 6 §5.2.2.9. `id` is a number, a text, or bytes (GUID as on the wire, opaque); `kind` is the encoding without its flags. */
export type NodeId = {
  readonly mask: number
  readonly kind: number
  /** -1 where the encoding has none (two-byte form). */
  readonly namespace: number
  readonly id: number | string | Uint8Array
  /** Of expanded node ids; '' and -1 where absent. */
  readonly uri: string
  readonly server: number
}
export type QualifiedName = { readonly namespace: number; readonly name: string }
export type LocalizedText = { readonly mask: number; readonly locale: string; readonly text: string }
/** Indices into the string table of the response; -1 where absent. */
export type DiagnosticInfo = {
  readonly mask: number
  readonly symbol: number
  readonly namespace: number
  readonly locale: number
  readonly text: number
  readonly more: string
  readonly status: number
  readonly inner: DiagnosticInfo | undefined
}

/** Part 6 §5.2.2.12 wants 100 levels of nesting read; more is an attack on the reader. */
export const MAX_DEPTH = 100

export const boolean: Decode<boolean> = (r, label) => r.u8(label) !== 0
export const i8: Decode<number> = (r, label) => r.i8(label)
export const u8: Decode<number> = (r, label) => r.u8(label)
export const i16: Decode<number> = (r, label) => r.i16le(label)
export const u16: Decode<number> = (r, label) => r.u16le(label)
export const i32: Decode<number> = (r, label) => r.i32le(label)
export const u32: Decode<number> = (r, label) => r.u32le(label)
export const i64: Decode<bigint> = (r, label) => r.i64le(label)
export const u64: Decode<bigint> = (r, label) => r.u64le(label)
export const float: Decode<number> = (r, label) => r.f32le(label)
export const double: Decode<number> = (r, label) => r.f64le(label)
export const statusCode = u32
/** 16 bytes, borrowed. */
export const guid: Decode<Uint8Array> = (r, label) => r.view(16, label)

/** 100 ns since 1601 as a double: seven digits of a second are kept for a thousand years, the last one is not. */
export const dateTime: Decode<number> = (r, label) => {
  const low = r.u32le(label)
  return r.u32le(label) * 0x1_0000_0000 + low
}

const NO_BYTES = new Uint8Array(0)

/** Borrowed; empty for null. */
export const byteString: Decode<Uint8Array> = (r, label) => {
  const length = r.i32le('length')
  return length <= 0 ? NO_BYTES : r.view(length, label)
}

/** One character a byte; '' for null. */
export const string: Decode<string> = (r, label) => {
  const length = r.i32le('length')
  if (length <= 0) return ''
  const text = byteText(r.view(length, label))
  r.note(text)
  return text
}

export const qualifiedName: Decode<QualifiedName> = (r, label) => ({ namespace: r.u16le('namespace'), name: string(r, label, 0) })

export const localizedText: Decode<LocalizedText> = (r, label) => {
  const mask = r.u8('mask')
  const locale = (mask & 1) !== 0 ? string(r, 'locale', 0) : ''
  return { mask, locale, text: (mask & 2) !== 0 ? string(r, label, 0) : '' }
}

export const nodeId: Decode<NodeId> = (r, label) => {
  const mask = r.u8('encoding')
  return readNode(r, mask, label)
}

export const expandedNodeId: Decode<NodeId> = (r, label) => {
  const mask = r.u8('encoding')
  const node = readNode(r, mask, label)
  if ((mask & 0xc0) === 0) return node
  const uri = (mask & 0x80) !== 0 ? string(r, 'namespace uri', 0) : ''
  return { ...node, uri, server: (mask & 0x40) !== 0 ? r.u32le('server index') : -1 }
}

function readNode(r: Reader, mask: number, label: string): NodeId {
  const kind = mask & 0x0f
  let namespace = -1
  let id: NodeId['id'] = 0
  switch (kind) {
    case 0:
      id = r.u8(label)
      break
    case 1:
      namespace = r.u8('namespace')
      id = r.u16le(label)
      break
    case 2:
      namespace = r.u16le('namespace')
      id = r.u32le(label)
      break
    case 3:
      namespace = r.u16le('namespace')
      id = string(r, label, 0)
      break
    case 4:
      namespace = r.u16le('namespace')
      id = r.view(16, label)
      break
    case 5:
      namespace = r.u16le('namespace')
      id = byteString(r, label, 0)
      break
    default:
      giveUp(r)
  }
  return { mask, kind, namespace, id, uri: '', server: -1 }
}

/** The rest cannot be read: its length is unknown. */
export function giveUp(r: Reader): 0 {
  r.skip(r.left + 1, 'undecodable')
  return 0
}

/** Part 6 §5.2.2.12: the locale comes before the text although its bit comes after. */
export const diagnosticInfo: Decode<DiagnosticInfo> = (r, label, depth) => {
  const mask = depth > MAX_DEPTH ? giveUp(r) : r.u8(label)
  return {
    mask,
    symbol: (mask & 0x01) !== 0 ? r.i32le('symbolic id') : -1,
    namespace: (mask & 0x02) !== 0 ? r.i32le('namespace uri') : -1,
    locale: (mask & 0x08) !== 0 ? r.i32le('locale') : -1,
    text: (mask & 0x04) !== 0 ? r.i32le('localized text') : -1,
    more: (mask & 0x10) !== 0 ? string(r, 'additional info', 0) : '',
    status: (mask & 0x20) !== 0 ? r.u32le('inner status code') : 0,
    inner: (mask & 0x40) !== 0 ? diagnosticInfo(r, label, depth + 1) : undefined,
  }
}

/** A length of -1 is a null array; counts are believed only as far as there are bytes. */
export function array<T>(element: Decode<T>): Decode<T[]> {
  return (r, label, depth) => {
    const count = r.i32le('count')
    const values: T[] = []
    for (let i = 0; i < count; i++) {
      if (r.left === 0 || r.short) {
        r.short = true
        break
      }
      values.push(element(r, label, depth))
    }
    return values
  }
}

type Fields = Readonly<Record<string, Decode<unknown>>>
export type Struct<F extends Fields> = Decode<{ readonly [K in keyof F]: Of<F[K]> }>

/** Fields in the order they are encoded. */
export function struct<F extends Fields>(fields: F): Struct<F> {
  const all = Object.entries(fields).map(([key, decode]) => ({ key, decode, label: words(key) }))
  return (r, _label, depth) => {
    const value: Record<string, unknown> = {}
    for (const { key, decode, label } of all) value[key] = decode(r, label, depth)
    return value as { readonly [K in keyof F]: Of<F[K]> }
  }
}

/** `attributeId` → `attribute id` */
function words(key: string): string {
  return key.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
}
