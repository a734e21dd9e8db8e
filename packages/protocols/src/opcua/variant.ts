/** Values of any type: variants, data values, extension objects (Part 6 §5.2.2.15 to §5.2.2.17). */
import {
  array,
  boolean,
  byteString,
  type Decode,
  dateTime,
  diagnosticInfo,
  double,
  expandedNodeId,
  float,
  giveUp,
  guid,
  i8,
  i16,
  i32,
  i64,
  localizedText,
  MAX_DEPTH,
  type NodeId,
  nodeId,
  qualifiedName,
  statusCode,
  string,
  u8,
  u16,
  u32,
  u64,
} from './built-in.ts'

/** `value` of a scalar, `values` of an array; `dimensions` where more than one. */
export type Variant = {
  readonly mask: number
  readonly type: number
  readonly value: unknown
  readonly values: readonly unknown[] | undefined
  readonly dimensions: readonly number[] | undefined
}

/** Absent parts are undefined; which were there, the mask says. */
export type DataValue = {
  readonly mask: number
  readonly value: Variant | undefined
  readonly status: number | undefined
  readonly sourceTime: number | undefined
  readonly sourcePico: number | undefined
  readonly serverTime: number | undefined
  readonly serverPico: number | undefined
}

export type ExtensionObject = {
  readonly type: NodeId
  /** Its numeric id in namespace 0, -1 otherwise. */
  readonly typeId: number
  readonly encoding: number
  /** Undefined where the type is not known here. */
  readonly body: unknown
  /** Borrowed; empty without a body. */
  readonly bytes: Uint8Array
}

const dimensionsOf = array(i32)
const NO_BYTES = new Uint8Array(0)
/** Decoders of extension objects' bodies by the id of their binary encoding; structures.ts fills it. */
const BODIES = new Map<number, Decode<unknown>>()

export function knowBody(typeId: number, decode: Decode<unknown>): void {
  BODIES.set(typeId, decode)
}

export const extensionObject: Decode<ExtensionObject> = (r, label, depth) => {
  const type = nodeId(r, 'type id', depth)
  const encoding = r.u8('encoding')
  const typeId = type.namespace <= 0 && typeof type.id === 'number' ? type.id : -1
  if ((encoding & 3) === 0) return { type, typeId, encoding, body: undefined, bytes: NO_BYTES }
  const length = r.i32le('length')
  if (length <= 0) return { type, typeId, encoding, body: undefined, bytes: NO_BYTES }
  const decode = encoding === 1 ? BODIES.get(typeId) : undefined
  if (decode === undefined || depth >= MAX_DEPTH) return { type, typeId, encoding, body: undefined, bytes: r.view(length, label) }
  const inner = r.sub(length, label)
  const at = inner.at
  const body = decode(inner, label, depth + 1)
  return { type, typeId, encoding, body: inner.short ? undefined : body, bytes: inner.bytes.subarray(at, inner.end) }
}

export const dataValue: Decode<DataValue> = (r, label, depth) => {
  const mask = depth > MAX_DEPTH ? giveUp(r) : r.u8('data value mask')
  return {
    mask,
    value: (mask & 0x01) !== 0 ? variant(r, label, depth + 1) : undefined,
    status: (mask & 0x02) !== 0 ? r.u32le('status') : undefined,
    sourceTime: (mask & 0x04) !== 0 ? dateTime(r, 'source timestamp', depth) : undefined,
    sourcePico: (mask & 0x10) !== 0 ? r.u16le('source picoseconds') : undefined,
    serverTime: (mask & 0x08) !== 0 ? dateTime(r, 'server timestamp', depth) : undefined,
    serverPico: (mask & 0x20) !== 0 ? r.u16le('server picoseconds') : undefined,
  }
}

export const variant: Decode<Variant> = (r, label, depth) => {
  const mask = depth > MAX_DEPTH ? giveUp(r) : r.u8('variant type')
  const type = mask & 0x3f
  const decode = type === 0 ? undefined : (ELEMENTS[type] ?? (type <= 31 ? byteString : undefined))
  if (decode === undefined) {
    if (type !== 0) giveUp(r)
    return { mask, type, value: undefined, values: undefined, dimensions: undefined }
  }
  if ((mask & 0x80) === 0) return { mask, type, value: decode(r, label, depth + 1), values: undefined, dimensions: undefined }
  const values = (ARRAYS[type] ?? byteStrings)(r, label, depth + 1)
  const dimensions = (mask & 0x40) !== 0 ? dimensionsOf(r, 'dimension', 0) : undefined
  return { mask, type, value: undefined, values, dimensions }
}

/** Part 6 table 1; types 26 to 31 are to be read as byte strings. */
const ELEMENTS: readonly (Decode<unknown> | undefined)[] = [
  undefined,
  boolean,
  i8,
  u8,
  i16,
  u16,
  i32,
  u32,
  i64,
  u64,
  float,
  double,
  string,
  dateTime,
  guid,
  byteString,
  string,
  nodeId,
  expandedNodeId,
  statusCode,
  qualifiedName,
  localizedText,
  extensionObject,
  dataValue,
  variant,
  diagnosticInfo,
]
const ARRAYS = ELEMENTS.map((element) => (element === undefined ? undefined : array(element)))
const byteStrings = array(byteString)
