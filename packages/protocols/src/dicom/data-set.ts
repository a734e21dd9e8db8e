/**
 * Elements of command sets and data sets (DICOM PS3.5 §7, PS3.7 §6.3):
 *
 *   | group u16 | element u16 | (VR 2 ASCII) | length u16 or u32 | value |
 *
 * Of data sets only what says which device made the object is read, and nothing from the patient's group on except the
 * device's own module.
 */
import { Reader } from '@isthmus/wire'
import { byteText, withoutPadding } from '../byte-text.ts'

/** A command set: what is asked or answered. Absent numbers are -1. */
export type Command = {
  readonly context: number
  readonly field: number
  readonly message: number
  readonly respondedTo: number
  readonly sopClass: string
  readonly status: number
  readonly hasData: boolean
  readonly destination: string
  readonly comment: string
  readonly action: number
}

/** The equipment module (PS3.3 §C.7.5.1). */
export type Equipment = {
  modality: string
  manufacturer: string
  model: string
  station: string
  institution: string
  serial: string
  software: string
}

export type Syntax = { readonly isExplicit: boolean; readonly isBigEndian: boolean }

const UNDEFINED = 0xffffffff
const MAX_DEPTH = 8
const MAX_TEXT = 128
/** Value representations whose length has four bytes (PS3.5 §7.1.2). */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV'])

/** Implicit, little-endian always. */
export function readCommand(context: number, r: Reader): Command {
  const c = {
    context,
    field: -1,
    message: -1,
    respondedTo: -1,
    sopClass: '',
    status: -1,
    hasData: false,
    destination: '',
    comment: '',
    action: -1,
  }
  while (r.left >= 8 && !r.short) {
    const group = r.u16le('group')
    const element = r.u16le('element')
    const length = r.u32le('length')
    const v = r.sub(length, 'value')
    if (group !== 0) continue
    switch (element) {
      case 0x0002:
      case 0x0003:
        c.sopClass = text(v)
        break
      case 0x0100:
        c.field = v.u16le('command field')
        break
      case 0x0110:
        c.message = v.u16le('message id')
        break
      case 0x0120:
        c.respondedTo = v.u16le('message id responded to')
        break
      case 0x0600:
        c.destination = text(v)
        break
      case 0x0800:
        c.hasData = v.u16le('data set type') !== 0x0101
        break
      case 0x0900:
        c.status = v.u16le('status')
        break
      case 0x0902:
        c.comment = text(v)
        break
      case 0x1008:
        c.action = v.u16le('action type')
        break
      default:
    }
  }
  return c
}

/** Undefined where the beginning of the data set names no equipment. */
export function readEquipment(bytes: Uint8Array, syntax: Syntax): Equipment | undefined {
  const e: Equipment = { modality: '', manufacturer: '', model: '', station: '', institution: '', serial: '', software: '' }
  const r = new Reader(bytes)
  let found = false
  while (r.left >= 8 && !r.short) {
    const { group, element, length } = readTag(r, syntax)
    if (group > 0x0018) break
    if (length === UNDEFINED) {
      skipItems(r, syntax, 0)
      continue
    }
    const place = group * 0x1_0000 + element
    const name = PLACES[place]
    if (name === undefined) {
      r.skip(length)
      continue
    }
    const v = r.sub(length)
    if (v.short) break
    e[name] = text(v)
    found ||= e[name] !== ''
  }
  return found ? e : undefined
}

const PLACES: Readonly<Record<number, keyof Equipment>> = {
  0x0008_0060: 'modality',
  0x0008_0070: 'manufacturer',
  0x0008_0080: 'institution',
  0x0008_1010: 'station',
  0x0008_1090: 'model',
  0x0018_1000: 'serial',
  0x0018_1020: 'software',
}

function text(r: Reader): string {
  return withoutPadding(byteText(r.view(Math.min(r.left, MAX_TEXT)))).trimStart()
}

function readTag(r: Reader, { isExplicit, isBigEndian }: Syntax): { group: number; element: number; length: number } {
  const u16 = (): number => (isBigEndian ? r.u16() : r.u16le())
  const u32 = (): number => (isBigEndian ? r.u32() : r.u32le())
  const group = u16()
  const element = u16()
  // Items and delimiters have no representation.
  if (!isExplicit || group === 0xfffe) return { group, element, length: u32() }
  const representation = byteText(r.view(2))
  if (!LONG.has(representation)) return { group, element, length: u16() }
  r.skip(2)
  return { group, element, length: u32() }
}

/** A sequence of unknown length, up to and with its delimiter. */
function skipItems(r: Reader, syntax: Syntax, depth: number): void {
  if (depth > MAX_DEPTH) {
    r.skip(r.left + 1)
    return
  }
  while (r.left >= 8 && !r.short) {
    const { group, element, length } = readTag(r, syntax)
    if (group === 0xfffe && (element === 0xe0dd || element === 0xe00d)) return
    if (length === UNDEFINED) skipItems(r, syntax, depth + 1)
    else r.skip(length)
  }
}
