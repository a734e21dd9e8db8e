/**
 * PCCC, the language of PLC-5, SLC 500 and MicroLogix, inside CIP's service 0x4B of class 0x67.
 *
 *   | requestor length u8 | vendor u16 serial u32 … | command u8 | status u8 | transaction u16 | function u8 | … |
 *
 * Spec: Rockwell publication 1770-6.5.16, ch. 7 (commands), ch. 8 (status), ch. 13 (addressing).
 */
import type { Access, TagValue } from '@isthmus/model'
import { Reader } from '@isthmus/wire'
import { edited } from '../program-section.ts'
import type { Sink } from '../protocol.ts'
import { ascii } from './path.ts'
import { readPlc5Address, typedValues, wide } from './plc5.ts'
import type { Service } from './service.ts'
import { hexOf } from './values.ts'

type Row = readonly [name: string, access: Access]

/** Functions of command 0F. */
const FUNCTIONS: Readonly<Record<number, Row>> = {
  0x00: ['word range write', 'write'],
  0x01: ['word range read', 'read'],
  0x02: ['bit write', 'write'],
  0x07: ['disable forces', 'control'],
  0x08: ['enable forces', 'control'],
  0x11: ['get edit resource', 'program'],
  0x12: ['return edit resource', 'program'],
  0x17: ['read bytes physical', 'read'],
  0x18: ['write bytes physical', 'write'],
  0x26: ['read-modify-write', 'write'],
  0x29: ['read section size', 'read'],
  0x3a: ['set CPU mode', 'control'],
  0x41: ['disable forces', 'control'],
  0x50: ['download all request', 'program'],
  0x52: ['download completed', 'program'],
  0x53: ['upload all request', 'program'],
  0x55: ['upload completed', 'program'],
  0x57: ['initialise memory', 'program'],
  0x5e: ['modify PLC-2 compatibility file', 'configure'],
  0x67: ['typed write', 'write'],
  0x68: ['typed read', 'read'],
  0x79: ['read-modify-write N', 'write'],
  0x80: ['change mode', 'control'],
  0x81: ['open file', 'session'],
  0x82: ['close file', 'session'],
  0x88: ['execute multiple commands', 'program'],
  0x8f: ['apply port configuration', 'configure'],
  0xa1: ['protected typed logical read', 'read'],
  0xa2: ['protected typed logical read', 'read'],
  0xa7: ['protected typed file read', 'read'],
  0xa9: ['protected typed logical write', 'write'],
  0xaa: ['protected typed logical write', 'write'],
  0xab: ['protected typed logical masked write', 'write'],
  0xaf: ['protected typed file write', 'write'],
}

const COMMANDS: Readonly<Record<number, Row>> = {
  0x00: ['protected write', 'write'],
  0x01: ['unprotected read', 'read'],
  0x02: ['protected bit write', 'write'],
  0x05: ['unprotected bit write', 'write'],
  0x08: ['unprotected write', 'write'],
}

/** Functions of command 06. */
const DIAGNOSTICS: Readonly<Record<number, Row>> = { 0x00: ['echo', 'session'], 0x03: ['diagnostic status', 'identify'] }

/** File types: letter and width. */
const FILES: Readonly<Record<number, readonly [letter: string, type: string, width: number]>> = {
  0x82: ['O', 'uint16', 2],
  0x83: ['I', 'uint16', 2],
  0x84: ['S', 'uint16', 2],
  0x85: ['B', 'uint16', 2],
  0x86: ['T', 'bytes', 6],
  0x87: ['C', 'bytes', 6],
  0x88: ['R', 'bytes', 6],
  0x89: ['N', 'int16', 2],
  0x8a: ['F', 'float32', 4],
  0x8b: ['O', 'uint16', 2],
  0x8c: ['I', 'uint16', 2],
  0x8d: ['ST', 'bytes', 84],
  0x8e: ['A', 'bytes', 2],
  0x91: ['L', 'int32', 4],
}

const MODES: Readonly<Record<number, 'program' | 'run' | 'test'>> = {
  0x01: 'program',
  0x06: 'run',
  0x07: 'test',
  0x08: 'test',
  0x09: 'test',
}

export type Pccc = {
  readonly command: number
  readonly status: number
  readonly fn: number
  readonly name: string
  readonly access: Access
  /** `N7:0`, empty where the function has no address. */
  readonly address: string
  readonly file: number
  readonly element: number
  readonly size: number
  readonly data: Uint8Array
}

/** Reads the command (`answer` false) or the reply. */
function readPccc(bytes: Uint8Array, answer: boolean): Pccc | undefined {
  const r = new Reader(bytes)
  // The length counts itself; the requestor's id comes back in the reply.
  r.skip(r.u8() - 1)
  const command = r.u8() & 0x0f
  const status = r.u8()
  r.skip(2)
  if (r.short) return undefined
  const hasFunction = !answer && (command === 0x0f || command === 0x06)
  const fn = hasFunction ? r.u8() : -1
  const [name, access] = (command === 0x0f ? FUNCTIONS[fn] : command === 0x06 ? DIAGNOSTICS[fn] : COMMANDS[command]) ?? UNKNOWN
  const target = answer ? NOWHERE : command === 0x0f ? readTarget(fn, r) : readBasicTarget(command, r)
  return { command, status, fn, name, access, ...target, data: r.view(r.left) }
}

const UNKNOWN: Row = ['unknown', 'unknown']

type Target = Pick<Pccc, 'address' | 'file' | 'element' | 'size'>
const NOWHERE: Target = { address: '', file: 0, element: 0, size: 0 }

/** What a command of the older kind addresses (ch. 7): bytes of a PLC-2's memory, or of its image in a compatibility file. */
function readBasicTarget(command: number, r: Reader): Target {
  if (COMMANDS[command] === undefined) return NOWHERE
  const address = `byte ${r.u16le()}`
  return { ...NOWHERE, address, size: command === 0x01 ? r.u8() : 0 }
}

function readTarget(fn: number, r: Reader): Target {
  switch (fn) {
    case 0xa1:
    case 0xa2:
    case 0xa9:
    case 0xaa:
    case 0xab: {
      const size = r.u8()
      const number = wide(r)
      const file = r.u8()
      const element = wide(r)
      const sub = fn === 0xa1 || fn === 0xa9 ? 0 : wide(r)
      const letter = FILES[file]?.[0] ?? `file type 0x${file.toString(16)} `
      return { address: `${letter}${number}:${element}${sub === 0 ? '' : `.${sub}`}`, file, element, size }
    }
    case 0x00:
    case 0x01: {
      const offset = r.u16le()
      r.skip(2)
      const at = readPlc5Address(r)
      const [prefix] = at.address.split(':')
      const element = at.element + offset
      return { address: offset === 0 ? at.address : `${prefix}:${element}`, file: at.file, element, size: fn === 0x01 ? r.u8() : 0 }
    }
    case 0x67:
    case 0x68:
      r.skip(4)
      return { ...readPlc5Address(r), size: fn === 0x68 ? r.u16le() : 0 }
    case 0x02:
    case 0x26:
    case 0x29:
      // Masks follow, no values of the file's type.
      return { ...readPlc5Address(r), file: 0, size: 0 }
    case 0x17:
    case 0x18:
      return { ...NOWHERE, address: `memory ${r.u32le().toString(16).padStart(8, '0')}`, size: fn === 0x17 ? r.u8() : 0 }
    case 0xa7:
    case 0xaf: {
      const size = r.u8()
      const tag = r.u16le()
      const offset = r.u16le()
      return { ...NOWHERE, address: `open file ${tag} type 0x${r.u8().toString(16)}: ${offset}`, size }
    }
    default:
      return NOWHERE
  }
}

export function observePccc(q: Service, a: Service | undefined, part: string | undefined, sink: Sink): void {
  const asked = readPccc(q.data, false)
  if (asked === undefined) return
  const reply = a === undefined || a.status !== 0 ? undefined : readPccc(a.data, true)
  const ok = a === undefined ? undefined : a.status === 0 && reply?.status === 0
  const error = ok === false ? `PCCC status ${reply?.status ?? a?.status}` : ''
  // The transaction number makes every command differ: what repeats is function and address.
  const key = `pccc ${asked.command}/${asked.fn}/${asked.address}/${asked.size}/${error}/${part ?? ''}`
  if (!sink.again(key))
    sink.operation(key, { operation: `PCCC ${asked.name}`, object: asked.address, access: asked.access, ok, error, part })
  if (isProgram(asked)) {
    // A file that holds no data: ladders, directories, configuration.
    const section = `file type 0x${asked.file.toString(16)}`
    if (asked.access === 'write' && ok !== false && !sink.again(`pccc ${section} ${part ?? ''}`))
      edited(section, 'file', asked.data, ok, sink)
  } else if (asked.address !== '') {
    if (asked.access === 'read') {
      if (ok && reply !== undefined && !sink.sameBytes(key, reply.data)) {
        for (const [tag, value, type] of valuesOf(asked, reply.data)) sink.read(tag, value, type, part)
      }
    } else for (const [tag, value, type] of valuesOf(asked, asked.data)) sink.wrote(tag, value, type, ok, part)
  } else if (asked.command === 0x0f) commanded(asked, ok, sink)
  else if (asked.command === 0x06 && asked.fn === 0x03 && ok && reply !== undefined) diagnosed(reply.data, part, sink)
}

const isProgram = (q: Pccc): boolean =>
  q.command === 0x0f && q.fn >= 0xa1 && q.fn <= 0xab && FILES[q.file] === undefined && q.address !== ''

function commanded(q: Pccc, ok: boolean | undefined, sink: Sink): void {
  switch (q.fn) {
    case 0x3a:
    case 0x80:
      sink.say({ kind: 'mode.changed', mode: MODES[q.data[0] ?? -1] ?? 'unknown', by: 'command', detail: `PCCC ${q.name}`, ok })
      return
    case 0x50:
    case 0x53: {
      const program = { section: 'whole program', sectionType: 'program', bytes: 0, hash: undefined, user: undefined, ok }
      sink.say({ kind: q.fn === 0x50 ? 'program.downloaded' : 'program.uploaded', ...program })
      return
    }
    case 0x57:
      edited('memory initialised', 'file', q.data, ok, sink)
      return
    case 0x88:
      edited('several commands', 'file', q.data, ok, sink)
      return
    case 0x07:
    case 0x08:
    case 0x41:
      sink.say({ kind: 'tag.forced', tag: 'all forces', action: q.fn === 0x08 ? 'enable' : 'disable', ok })
      return
    case 0x5e:
    case 0x8f:
      sink.say({ kind: 'configuration.changed', what: q.name, value: hexOf(q.data), ok })
      return
    default:
  }
}

/** S:1/0-4, as an SLC reports its mode; in the upper ones the key switch decides. */
const REPORTED: Readonly<Record<number, string>> = {
  0: 'download in progress',
  1: 'program',
  3: 'suspend',
  6: 'run',
  7: 'test',
  8: 'test',
  16: 'download in progress',
  17: 'program',
  27: 'suspend',
  30: 'run',
}

/** Ch. 7, diagnostic status of an SLC 500 or MicroLogix: 5 bytes, name, error word, mode word. */
function diagnosed(data: Uint8Array, part: string | undefined, sink: Sink): void {
  if (data.length < 16) return
  const name = ascii(data.subarray(5, 16))
    .replace(/[^\x20-\x7e]/g, '')
    .trim()
  sink.hint('server', 'model', name, 1, part)
  // The second byte marks this layout.
  if (data.length < 20 || data[1] !== 0xee) return
  sink.hint('server', 'hardware', `series ${String.fromCharCode(65 + (data[4]! >> 5))} revision ${data[4]! & 0x1f}`, 0.9, part)
  const error = data[16]! | (data[17]! << 8)
  if (error !== 0) sink.say({ kind: 'device.diagnosed', what: `major error 0x${error.toString(16).padStart(4, '0')}`, fault: true })
  const mode = REPORTED[data[18]! & 0x1f]
  if (mode !== undefined) sink.hint('server', 'state', mode, 0.9, part)
}

function valuesOf(q: Pccc, data: Uint8Array): [tag: string, value: TagValue, type: string][] {
  if (q.command === 0x0f && (q.fn === 0x67 || q.fn === 0x68)) return typedValues(q, new Reader(data))
  const [, type, width] = FILES[q.file] ?? ['', 'bytes', 0]
  const [prefix] = q.address.split(':')
  if (width === 0 || type === 'bytes' || data.length < width) return data.length === 0 ? [] : [[q.address, hexOf(data), 'bytes']]
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const values: [string, TagValue, string][] = []
  for (let i = 0; (i + 1) * width <= data.length && i < 128; i++) {
    const at = i * width
    const value =
      type === 'float32'
        ? view.getFloat32(at, true)
        : type === 'int32'
          ? view.getInt32(at, true)
          : type === 'int16'
            ? view.getInt16(at, true)
            : view.getUint16(at, true)
    values.push([`${prefix}:${q.element + i}`, Number.isFinite(value) ? value : String(value), type])
  }
  return values
}
