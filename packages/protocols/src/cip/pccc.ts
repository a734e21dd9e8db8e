/**
 * PCCC, the language of PLC-5, SLC 500 and MicroLogix, inside CIP's service 0x4B of class 0x67.
 *
 *   | requestor length u8 | vendor u16 serial u32 … | command u8 | status u8 | transaction u16 | function u8 | … |
 *
 * Spec: Rockwell publication 1770-6.5.16, ch. 7 (commands), ch. 8 (status), ch. 13 (addressing).
 */
import type { Access, TagValue } from '@isthmus/model'
import { Reader } from '@isthmus/wire'
import type { Sink } from '../protocol.ts'
import { ascii } from './path.ts'
import type { Service } from './service.ts'
import { hexOf } from './values.ts'

type Row = readonly [name: string, access: Access]

/** Functions of command 0F. */
const FUNCTIONS: Readonly<Record<number, Row>> = {
  0: ['word range write', 'write'],
  1: ['word range read', 'read'],
  2: ['bit write', 'write'],
  7: ['disable forces', 'control'],
  8: ['enable forces', 'control'],
  17: ['get edit resource', 'program'],
  18: ['return edit resource', 'program'],
  23: ['read bytes physical', 'read'],
  24: ['write bytes physical', 'write'],
  38: ['read-modify-write', 'write'],
  41: ['read section size', 'read'],
  58: ['set CPU mode', 'control'],
  65: ['disable forces', 'control'],
  80: ['download all request', 'program'],
  82: ['download completed', 'program'],
  83: ['upload all request', 'program'],
  85: ['upload completed', 'program'],
  87: ['initialise memory', 'program'],
  94: ['modify PLC-2 compatibility file', 'configure'],
  103: ['typed write', 'write'],
  104: ['typed read', 'read'],
  121: ['read-modify-write N', 'write'],
  128: ['change mode', 'control'],
  129: ['open file', 'session'],
  130: ['close file', 'session'],
  136: ['execute multiple commands', 'program'],
  143: ['apply port configuration', 'configure'],
  161: ['protected typed logical read', 'read'],
  162: ['protected typed logical read', 'read'],
  167: ['protected typed file read', 'read'],
  169: ['protected typed logical write', 'write'],
  170: ['protected typed logical write', 'write'],
  171: ['protected typed logical masked write', 'write'],
  175: ['protected typed file write', 'write'],
}

const COMMANDS: Readonly<Record<number, Row>> = {
  0: ['protected write', 'write'],
  1: ['unprotected read', 'read'],
  2: ['protected bit write', 'write'],
  5: ['unprotected bit write', 'write'],
  8: ['unprotected write', 'write'],
}

/** Functions of command 06. */
const DIAGNOSTICS: Readonly<Record<number, Row>> = { 0: ['echo', 'session'], 3: ['diagnostic status', 'identify'] }

/** File types: letter and width. */
const FILES: Readonly<Record<number, readonly [letter: string, type: string, width: number]>> = {
  130: ['O', 'uint16', 2],
  131: ['I', 'uint16', 2],
  132: ['S', 'uint16', 2],
  133: ['B', 'uint16', 2],
  134: ['T', 'bytes', 6],
  135: ['C', 'bytes', 6],
  136: ['R', 'bytes', 6],
  137: ['N', 'int16', 2],
  138: ['F', 'float32', 4],
  139: ['O', 'uint16', 2],
  140: ['I', 'uint16', 2],
  141: ['ST', 'bytes', 84],
  142: ['A', 'bytes', 2],
  145: ['L', 'int32', 4],
}

const MODES: Readonly<Record<number, 'program' | 'run' | 'test'>> = { 1: 'program', 6: 'run', 7: 'test', 8: 'test', 9: 'test' }

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
export function readPccc(bytes: Uint8Array, answer: boolean): Pccc | undefined {
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
  let address = ''
  let file = 0
  let element = 0
  let size = 0
  if (command === 0x0f && (fn === 0xa1 || fn === 0xa2 || fn === 0xa9 || fn === 0xaa || fn === 0xab)) {
    size = r.u8()
    const number = wide(r)
    file = r.u8()
    element = wide(r)
    const sub = fn === 0xa1 || fn === 0xa9 ? 0 : wide(r)
    address = `${FILES[file]?.[0] ?? `file type 0x${file.toString(16)} `}${number}:${element}${sub === 0 ? '' : `.${sub}`}`
  }
  return { command, status, fn, name, access, address, file, element, size, data: r.view(r.left) }
}

const UNKNOWN: Row = ['unknown', 'unknown']

/** One byte, or FF and a word. */
function wide(r: Reader): number {
  const value = r.u8()
  return value === 0xff ? r.u16le() : value
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
  if (asked.address !== '') {
    if (asked.access === 'read') {
      if (ok && reply !== undefined && !sink.sameBytes(key, reply.data)) {
        for (const [tag, value, type] of valuesOf(asked, reply.data)) sink.read(tag, value, type, part)
      }
    } else for (const [tag, value, type] of valuesOf(asked, asked.data)) sink.wrote(tag, value, type, ok, part)
    return
  }
  if (asked.fn === 0x80 || asked.fn === 0x3a) {
    const mode = MODES[asked.data[0] ?? -1] ?? 'unknown'
    sink.say({ kind: 'mode.changed', mode, by: 'command', detail: `PCCC ${asked.name}`, ok })
  } else if (asked.fn === 0x50 || asked.fn === 0x53) {
    const program = { section: 'whole program', sectionType: 'program', bytes: 0, hash: undefined, user: undefined, ok }
    sink.say({ kind: asked.fn === 0x50 ? 'program.downloaded' : 'program.uploaded', ...program })
  } else if (asked.command === 0x06 && asked.fn === 0x03 && ok && reply !== undefined && reply.data.length >= 16) {
    // Bulletin number and name of the processor, from the sixth byte.
    const name = ascii(reply.data.subarray(5, 16))
      .replace(/[^\x20-\x7e]/g, '')
      .trim()
    sink.hint('server', 'model', name, 1, part)
  }
}

function valuesOf(q: Pccc, data: Uint8Array): [tag: string, value: TagValue, type: string][] {
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
