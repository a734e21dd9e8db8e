/**
 * LwM2M TLV: resources without their types; those whose type their number tells are read.
 *
 *   | kind 2 bits, wide id 1 bit, length's bytes 2 bits, length 3 bits | id u8 or u16 | (length 1 to 3 bytes) | value |   big-endian
 *
 * Spec: OMA LwM2M 1.1 core §7.4.3 (format), appendix E (objects); OMA registry (IPSO resources).
 */
import type { TagValue } from '@isthmus/model'
import { Reader } from '@isthmus/wire'
import { byteText, readable } from '../byte-text.ts'
import { RESOURCES } from './coap.table.ts'

const MAX_RESOURCES = 64
const MAX_TEXT = 64
const MAX_PAYLOAD = 4096
/** An instance of an object, or several of a resource, hold others. */
const OBJECT_INSTANCE = 0
const MULTIPLE = 2
const MAX_DEPTH = 3
/** Of `/3303/0` and `/3303/0/5700`, the empty one before the first slash included. */
const INSTANCE_PARTS = 3
const RESOURCE_PARTS = 4

export type Resource = { readonly path: string; readonly value: TagValue }

/** Paths as in the request: `/3/0/1` when `base` is `/3/0`. */
export function resources(bytes: Uint8Array, base: string): Resource[] {
  const found: Resource[] = []
  if (bytes.length <= MAX_PAYLOAD) read(new Reader(bytes), base, 0, found)
  return found
}

function read(r: Reader, base: string, depth: number, found: Resource[]): void {
  while (r.left > 0 && found.length < MAX_RESOURCES) {
    const first = r.u8()
    const kind = first >> 6
    const id = (first & 0x20) === 0 ? r.u8() : r.u16()
    const wide = (first >> 3) & 3
    const length = wide === 0 ? first & 7 : wide === 1 ? r.u8() : wide === 2 ? r.u16() : r.u24()
    const value = r.view(length)
    if (r.short) return
    // Asked for one instance or one resource, the device may name it again.
    const isOwn = base.endsWith(`/${id}`) && base.split('/').length === (kind === OBJECT_INSTANCE ? INSTANCE_PARTS : RESOURCE_PARTS)
    const path = isOwn ? base : `${base}/${id}`
    if (kind === OBJECT_INSTANCE || kind === MULTIPLE) {
      if (depth < MAX_DEPTH) read(new Reader(value), path, depth + 1, found)
      continue
    }
    const known = typed(path, value)
    if (known !== undefined) found.push({ path, value: known })
  }
}

function typed(path: string, bytes: Uint8Array): TagValue | undefined {
  const [, object, , resource] = path.split('/')
  const type = RESOURCES[`${object}/${resource}`] ?? RESOURCES[resource ?? '']
  const r = new Reader(bytes)
  switch (type) {
    case 'text':
      return bytes.length > 0 && bytes.length <= MAX_TEXT ? readable(byteText(bytes)) : undefined
    case 'float':
      return bytes.length === 4 ? r.f32() : bytes.length === 8 ? r.f64() : undefined
    case 'whole':
      return bytes.length === 1 ? r.i8() : bytes.length === 2 ? r.i16() : bytes.length === 4 ? r.i32() : undefined
    case 'boolean':
      return bytes.length === 1 ? r.u8() !== 0 : undefined
    default:
      return undefined
  }
}
