/** Node ids, values and statuses as a person reads them (OPC 10000-6 §5.3.1.10 for node ids). */
import type { TagValue } from '@isthmus/model'
import { hexText, readable } from '../byte-text.ts'
import type { LocalizedText, NodeId, QualifiedName } from './built-in.ts'
import { OBJECT_TYPES, TYPES } from './names.table.ts'
import { STATUS } from './status.table.ts'
import type { DataValue, ExtensionObject, Variant } from './variant.ts'

/** Elements of an array, characters of a text, bytes of a byte string that a value keeps. */
const MAX_ELEMENTS = 32
const MAX_TEXT = 256
const MAX_BYTES = 64

/** `i=2258`, `ns=4;s=Pump.Speed` */
export function nodeText(node: NodeId): string {
  const prefix = node.namespace > 0 ? `ns=${node.namespace};` : node.uri !== '' ? `nsu=${readable(node.uri)};` : ''
  if (typeof node.id === 'number') return `${prefix}i=${node.id}`
  if (typeof node.id === 'string') return `${prefix}s=${clip(readable(node.id))}`
  return node.kind === 4 ? `${prefix}g=${guid(node.id)}` : `${prefix}b=${digits(node.id)}`
}

export const isBad = (code: number): boolean => code >>> 31 === 1
export const qualityOf = (status: number | undefined): 'good' | 'uncertain' | 'bad' =>
  status === undefined || status >>> 30 === 0 ? 'good' : status >>> 30 === 1 ? 'uncertain' : 'bad'

export function statusText(code: number): string {
  return STATUS[code >>> 16] ?? `0x${code.toString(16).padStart(8, '0')}`
}

/** `Int32`, `Double[]` */
export function typeText(v: Variant): string {
  const name = TYPES[v.type] ?? `type ${v.type}`
  return v.values === undefined ? name : `${name}[]`
}

/** Undefined for null. */
export function tagValue(v: Variant | undefined): TagValue | undefined {
  if (v === undefined || v.type === 0) return undefined
  if (v.values === undefined) return scalar(v.type, v.value, 0)
  const shown = v.values.slice(0, MAX_ELEMENTS).map((element) => String(scalar(v.type, element, 0) ?? 'null'))
  if (v.values.length > MAX_ELEMENTS) shown.push(`… ${v.values.length} elements`)
  return `[${clip(shown.join(', '))}]`
}

function scalar(type: number, value: unknown, depth: number): TagValue | undefined {
  switch (type) {
    case 8:
    case 9: {
      const whole = value as bigint
      return whole <= 9_007_199_254_740_991n && whole >= -9_007_199_254_740_991n ? Number(whole) : whole.toString()
    }
    // Digits that a single has.
    case 10:
      return Number.isFinite(value) ? Number((value as number).toPrecision(7)) : String(value)
    case 12:
    case 16:
      return clip(readable(value as string))
    case 13:
      return dateText(value as number)
    case 14:
      return guid(value as Uint8Array)
    case 15:
      return digits(value as Uint8Array)
    case 17:
    case 18:
      return nodeText(value as NodeId)
    case 19:
      return statusText(value as number)
    case 20:
      return nameText(value as QualifiedName)
    case 21:
      return clip(readable((value as LocalizedText).text))
    case 22: {
      const { typeId, type: node, bytes } = value as ExtensionObject
      return `${OBJECT_TYPES[typeId] ?? nodeText(node)} ${digits(bytes)}`
    }
    case 23:
      return depth > 3 ? undefined : inner((value as DataValue).value, depth)
    case 24:
      return depth > 3 ? undefined : inner(value as Variant, depth)
    case 25:
      return undefined
    default:
      return typeof value === 'number' || typeof value === 'boolean' ? value : digits(value as Uint8Array)
  }
}

const inner = (v: Variant | undefined, depth: number): TagValue | undefined =>
  v === undefined || v.values !== undefined || v.value === undefined ? undefined : scalar(v.type, v.value, depth + 1)

export function nameText({ namespace, name }: QualifiedName): string {
  return namespace === 0 ? clip(readable(name)) : `${namespace}:${clip(readable(name))}`
}

/** 100 ns since 1601; '' for what no calendar holds. */
export function dateText(ticks: number): string {
  const ms = ticks / 10_000 - 11_644_473_600_000
  return ticks === 0 || Math.abs(ms) > 8.64e15 ? '' : new Date(ms).toISOString()
}

/** Its first three groups are little-endian on the wire. */
function guid(b: Uint8Array): string {
  const hex = (from: number, to: number): string => digits(b.subarray(from, to))
  const turned = (from: number, to: number): string => digits(b.slice(from, to).reverse())
  return `${turned(0, 4)}-${turned(4, 6)}-${turned(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`
}

function digits(bytes: Uint8Array): string {
  const text = hexText(bytes, MAX_BYTES)
  return bytes.length > MAX_BYTES ? `${text}… ${bytes.length} bytes` : text
}

export const clip = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

/** The host of `opc.tcp://plant-7:4840/path`; '' for an address or nothing. */
export function hostName(url: string): string {
  const host = /^[a-z.]+:\/\/([^/:[\]]+)/i.exec(readable(url))?.[1] ?? ''
  return /^[\d.]+$/.test(host) || host === 'localhost' ? '' : clip(host)
}
