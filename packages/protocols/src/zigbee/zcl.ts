/** The cluster library: attributes read, written and reported, commands of clusters. Spec: Zigbee 075123 §2.4 to §2.6. */
import type { TagValue } from '@isthmus/model'
import type { Reader } from '@isthmus/wire'
import { byteText } from '../byte-text.ts'

export type Attribute = { readonly id: number; readonly status: number; readonly type: string; readonly value: TagValue | undefined }

export type Zcl = {
  readonly isClusterCommand: boolean
  readonly fromServer: boolean
  readonly command: number
  readonly attributes: readonly Attribute[]
  /** First octets of a cluster's own command. */
  readonly argument: string
}

const MAX_ATTRIBUTES = 64
const NONE: readonly Attribute[] = []

export function readZcl(r: Reader): Zcl {
  const control = r.u8('ZCL control')
  if ((control & 4) !== 0) r.u16le('manufacturer')
  r.u8('sequence')
  const command = r.u8('command')
  const isClusterCommand = (control & 3) === 1
  const attributes = isClusterCommand ? NONE : readAttributes(r, command)
  let argument = ''
  if (isClusterCommand) for (const byte of r.view(Math.min(16, r.left), 'argument')) argument += byte.toString(16).padStart(2, '0')
  return { isClusterCommand, fromServer: (control & 8) !== 0, command, attributes, argument }
}

function readAttributes(r: Reader, command: number): readonly Attribute[] {
  // Read, read response, writes, write response, report.
  if (![0, 1, 2, 3, 4, 5, 10].includes(command)) return NONE
  const all: Attribute[] = []
  while (r.left > 0 && !r.short && all.length < MAX_ATTRIBUTES) {
    if (command === 4) {
      // A single octet: all went well.
      const status = r.u8('status')
      all.push({ id: r.left >= 2 ? r.u16le('attribute') : -1, status, type: '', value: undefined })
      continue
    }
    const id = r.u16le('attribute')
    const status = command === 1 ? r.u8('status') : 0
    if (command === 0 || status !== 0) all.push({ id, status, type: '', value: undefined })
    else all.push({ id, status, ...readValue(r) })
  }
  return all
}

/** Types by number: table 2-10. An unknown one ends the list: its size is not on the wire. */
function readValue(r: Reader): { type: string; value: TagValue | undefined } {
  const type = r.u8('type')
  if (type === 0x10) return { type: 'bool', value: r.u8('value') !== 0 }
  if (type >= 0x08 && type <= 0x0f) return { type: `data${(type - 7) * 8}`, value: unsigned(r, type - 7) }
  if (type >= 0x18 && type <= 0x1f) return { type: `bitmap${(type - 0x17) * 8}`, value: unsigned(r, type - 0x17) }
  if (type >= 0x20 && type <= 0x27) return { type: `uint${(type - 0x1f) * 8}`, value: unsigned(r, type - 0x1f) }
  if (type >= 0x28 && type <= 0x2f) return { type: `int${(type - 0x27) * 8}`, value: signed(r, type - 0x27) }
  if (type === 0x30) return { type: 'enum8', value: r.u8('value') }
  if (type === 0x31) return { type: 'enum16', value: r.u16le('value') }
  if (type === 0x39) return { type: 'float32', value: Number(r.f32le('value').toPrecision(7)) }
  if (type === 0x3a) return { type: 'float64', value: r.f64le('value') }
  if (type === 0x41 || type === 0x42) {
    const text = byteText(r.view(r.u8('length'), 'value'))
    return { type: 'string', value: text }
  }
  if (type >= 0xe0 && type <= 0xe2) return { type: 'time', value: r.u32le('value') }
  if (type >= 0xe8 && type <= 0xe9) return { type: 'id', value: r.u16le('value') }
  if (type === 0xf0) return { type: 'address', value: unsigned(r, 8) }
  r.skip(r.left, 'value')
  return { type: `type 0x${type.toString(16)}`, value: undefined }
}

function unsigned(r: Reader, size: number): number {
  let value = 0
  let scale = 1
  for (let n = 0; n < size; n++) {
    value += r.u8('octet') * scale
    scale *= 256
  }
  return value
}

function signed(r: Reader, size: number): number {
  const value = unsigned(r, size)
  return value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value
}
