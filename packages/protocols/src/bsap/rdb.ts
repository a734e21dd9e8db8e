/** Remote data base access: what a question asks for, and the elements of its answer. */
import { Reader, type Side } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'
import { WRITES } from './bsap.table.ts'
import type { Part } from './bsap.ts'

/** Longest name of a signal, its NUL included. */
const MAX_NAME = 64
const SIGN = 0x40
/** Fields of an element (first selector): type and inhibits, value, address. Others' lengths depend on the device. */
const TYPE = 0x80
const VALUE = 0x40
const ADDRESS = 0x10
/** Second selector: the version of the load. */
const VERSION = 0x01

export type Element = { readonly name: string | undefined; readonly address: number | undefined; readonly value: number | boolean | string }

export type Access = {
  readonly from: Side
  readonly application: number
  readonly code: number
  readonly names: readonly string[]
  readonly addresses: readonly number[]
  readonly values: readonly (number | boolean | string)[]
  readonly fields: number
  readonly moreFields: number
  readonly node: string | undefined
}

/** State of ICSNPP's reading, one question at a time. */
export type Kept = { function: number; application: number; answering: number; count: number; address: string }

export function readQuestion(part: Part, from: Side, node: string | undefined): Access {
  const r = new Reader(part.data)
  const application = part.application ?? 0
  const access = {
    from,
    application,
    code: application === 0xa1 ? r.u16le() : r.u8(),
    names: [] as string[],
    addresses: [] as number[],
    values: [] as Element['value'][],
    node,
  }
  if (application !== 0xa0) return { ...access, fields: 0, moreFields: 0 }
  if ((access.code & 0x80) !== 0) {
    readWrites(r, access)
    return { ...access, fields: 0, moreFields: 0 }
  }
  const selectors = r.u8()
  const fields: number[] = []
  for (let bit = 1; bit <= 8; bit <<= 1) fields.push((selectors & bit) !== 0 ? r.u8() : 0)
  const selected = { fields: fields[0]!, moreFields: fields[2] === 0 && fields[3] === 0 ? fields[1]! : 0xff }
  if (access.code === 0 || access.code === 2) r.u16le() // version of the load
  if (access.code <= 6) {
    r.u8() // security level
    const count = r.u8()
    for (let i = 0; i < count && r.left > 0; i++) {
      if (access.code >= 4) access.names.push(byteText(r.view(nameLength(r))).replace(/\0$/, ''))
      else access.addresses.push(r.u16le())
    }
  }
  return { ...access, ...selected }
}

function nameLength(r: Reader): number {
  for (let n = 0; n < r.left && n < MAX_NAME; n++) if (r.peek(n) === 0) return n + 1
  return Math.min(r.left, MAX_NAME)
}

/** Version u16, security level u8, count u8, then address or name, what to do u8, value. */
function readWrites(r: Reader, access: { code: number; names: string[]; addresses: number[]; values: Element['value'][] }): void {
  const byName = access.code === 0x84
  if (!byName && access.code !== 0x80) return
  let count = 0
  if (byName) {
    while (r.left > 0 && r.peek() !== SIGN) count = r.u8()
  } else {
    r.u16le()
    r.u8()
    count = r.u8()
  }
  for (let i = 0; i < count && r.left > 1; i++) {
    if (byName) access.names.push(byteText(r.view(nameLength(r))).replace(/\0$/, ''))
    else access.addresses.push(r.u16le())
    const write = WRITES[r.u8()]
    // The length of a value that nobody knows hides the rest.
    if (write === undefined) return
    access.values.push(write[0] === 'float' ? r.f32le() : write[0])
  }
}

/** Elements of an answer, named by their question; empty where the fields asked for have no known length. */
export function readElements(part: Part, q: Access): Element[] {
  const out: Element[] = []
  if ((q.fields & ~(TYPE | VALUE | ADDRESS)) !== 0 || (q.moreFields & ~VERSION) !== 0 || (q.fields & (TYPE | VALUE)) !== (TYPE | VALUE))
    return out
  const r = new Reader(part.data)
  const count = r.u8()
  for (let i = 0; i < count && r.left > 0; i++) {
    // With an error in the message each element has a byte of its own, and no data if that is set.
    if (part.status !== 0 && r.u8() !== 0) continue
    const type = r.u8() & 0x03
    if (type > 2) return out
    const value = type === 2 ? r.f32le() : r.u8() !== 0
    const address = (q.fields & ADDRESS) !== 0 ? r.u16le() : undefined
    if ((q.moreFields & VERSION) !== 0) r.u16le()
    if (r.short) return out
    out.push({ name: q.names[i], address: address ?? q.addresses[i], value })
  }
  return out
}
