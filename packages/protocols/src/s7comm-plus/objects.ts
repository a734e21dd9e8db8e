/** The object tree as messages carry it: objects with attributes, objects within. */
import type { Reader } from '@isthmus/wire'
import { readValue, type Value, vlq } from './value.ts'

const START = 0xa1
const END = 0xa2
const ATTRIBUTE = 0xa3
const RELATION = 0xa4
const MAX_DEPTH = 16
/** Objects and attributes of one message. */
const MAX_NODES = 8192

export type PlusObject = {
  readonly id: number
  readonly classId: number
  readonly attributes: Map<number, Value>
  /** Members of structures among the attributes. */
  readonly members: Map<number, Value>
}

/** Every object, inner ones first. Stops at what it does not know. */
export function readObjects(r: Reader): PlusObject[] {
  const done: PlusObject[] = []
  const open: PlusObject[] = []
  for (let i = 0; i < MAX_NODES && r.left > 0 && !r.short; i++) {
    const mark = r.peek()
    if (mark === START && open.length < MAX_DEPTH) {
      r.u8('object')
      const id = r.u32('id')
      const classId = vlq(r, 'class')
      vlq(r, 'flags')
      vlq(r, 'attribute')
      open.push({ id, classId, attributes: new Map(), members: new Map() })
    } else if (mark === END && open.length > 0) {
      r.u8('end of object')
      done.push(open.pop()!)
    } else if (mark === ATTRIBUTE && open.length > 0) {
      r.u8('attribute')
      const object = open.at(-1)!
      const id = vlq(r, 'id')
      const value = readValue(r, (member, part) => object.members.set(member, part))
      if (!r.short) object.attributes.set(id, value)
    } else if (mark === RELATION && open.length > 0) {
      r.u8('relation')
      vlq(r, 'id')
      r.u32('object')
    } else break
  }
  // What a cut message holds of an object is still said.
  while (open.length > 0) done.push(open.pop()!)
  return done
}

/** Addresses of variables: checksum of the symbol, area, and a path of ids below it. */
export type Address = { readonly area: number; readonly path: readonly number[] }

const MAX_PATH = 32

export function readAddress(r: Reader): Address {
  vlq(r, 'symbol checksum')
  const area = vlq(r, 'area')
  const count = vlq(r, 'ids')
  const path: number[] = []
  for (let i = 0; i < count && i < MAX_PATH && r.left > 0; i++) path.push(vlq(r, 'id'))
  return { area, path }
}
