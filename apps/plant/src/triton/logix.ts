/**
 * What Logix controllers are asked and answer. Sources: ODVA, The CIP Networks Library Vol. 1, §5-2 (identity); Rockwell publication
 * 1756-PM020 (tags); the criteria of the 2021 ATT&CK Evaluation for ICS (access handshake, forces, privileged writes). What the
 * criteria leave open, the payload of vendor services, is the seed's bytes.
 */
import type { Random } from '../random.ts'
import { type Exchange, encapsulate, exchange, object, real, symbol, text, u16, u32 } from './cip.ts'

const BOOL = 0xc1
const REAL = 0xca
const NOTHING = new Uint8Array(0)

export type Controller = { readonly serial: number; readonly product: string; readonly ip: string; running: boolean }

/** Remote run, or remote program: mode and key position in Rockwell's part of the status word. */
const statusOf = (plc: Controller): number => (plc.running ? 0x3060 : 0x3070)

export const deviceType = (): Exchange => exchange(0x0e, object(1, 1, 2), NOTHING, u16(14))
export const status = (plc: Controller): Exchange => exchange(0x0e, object(1, 1, 5), NOTHING, u16(statusOf(plc)))
export const identity = (plc: Controller): Exchange => exchange(0x01, object(1, 1), NOTHING, identityOf(plc))

function identityOf({ serial, product, ...plc }: Controller): Buffer {
  const head = [u16(1, 14, 93), Buffer.of(32, 11), u16(statusOf({ serial, product, ...plc })), u32(serial)]
  return Buffer.concat([...head, Buffer.of(product.length), Buffer.from(product, 'latin1')])
}

/** List Identity (encapsulation command 0x63), as a datagram to everybody. */
export const listIdentity = (): Buffer => encapsulate(0x63, 0, 0, NOTHING)

export function identityReply(plc: Controller): Buffer {
  const address = Buffer.alloc(18)
  address.writeUInt16LE(1, 0)
  address.writeUInt16BE(2, 2)
  address.writeUInt16BE(44818, 4)
  address.set(plc.ip.split('.').map(Number), 6)
  const item = Buffer.concat([address, identityOf(plc), Buffer.of(3)])
  return encapsulate(0x63, 0, 0, Buffer.concat([u16(1, 0x0c, item.length), item]))
}

export const readReal = (tag: string, value: number): Exchange =>
  exchange(0x4c, symbol(tag), u16(1), Buffer.concat([u16(REAL), real(value)]))
export const readBool = (tag: string, value: boolean): Exchange =>
  exchange(0x4c, symbol(tag), u16(1), Buffer.concat([u16(BOOL), Buffer.of(value ? 0xff : 0)]))
export const writeReal = (tag: string, value: number): Exchange =>
  exchange(0x4d, symbol(tag), Buffer.concat([u16(REAL, 1), real(value)]), NOTHING)
export const writeBool = (tag: string, value: boolean): Exchange =>
  exchange(0x4d, symbol(tag), Buffer.concat([u16(BOOL, 1), Buffer.of(value ? 1 : 0)]), NOTHING)

/** Get Instance Attribute List of the symbol class, attributes 1 and 2: names and types, twenty an answer. */
export function listTags(tags: readonly string[]): Exchange[] {
  const pages: Exchange[] = []
  for (let from = 0; from < tags.length; from += 20) {
    const page = tags.slice(from, from + 20).map((tag, i) => Buffer.concat([u32(from + i + 1), text(tag), u16(REAL)]))
    pages.push(exchange(0x55, object(0x6b, from), u16(2, 1, 2), Buffer.concat(page)))
  }
  return pages
}

/** Class 0x64, services 0x4B and 0x4C: a challenge is asked for and answered; the controller then grants more. */
export function handshake(random: Random): Exchange[] {
  return [exchange(0x4b, object(0x64, 1), NOTHING, random.bytes(16)), exchange(0x4c, object(0x64, 1), random.bytes(20), NOTHING)]
}

/** Class 0x6A, service 0x51: a value is put into the controller's data past the tag's own access. */
export const privilegedWrite = (instance: number, value: Uint8Array): Exchange =>
  exchange(0x51, object(0x6a, instance), Buffer.concat([u32(0), u16(value.length), value]), NOTHING)

/** Class 0x69, service 0x4D: all forces set in the program take effect. */
export const enableForces = (): Exchange => exchange(0x4d, object(0x69, 1), u16(1), NOTHING)

/** Class 0x8E, service 0x07 stops, 0x06 starts. */
export const stop = (): Exchange => exchange(0x07, object(0x8e, 1), NOTHING, NOTHING)
export const start = (): Exchange => exchange(0x06, object(0x8e, 1), NOTHING, NOTHING)

const HANDLE = 0x0023_e57c
const PROGRAM = 0x1068
const ROUTINE = 0x106d
const inProgram = (classId: number, instance: number): Buffer => Buffer.concat([object(0x68, 5), object(classId, instance)])

/** Every routine read out, part by part, after its name was asked. */
export function upload(routines: readonly string[], random: Random): Exchange[] {
  return routines.flatMap((name, i) => {
    const handle = HANDLE + i * 0x100
    const attributes = [u16(3, 1, 0), text(name), u16(2, 0, ROUTINE, 3, 0), u32(handle)]
    const own = [u16(4, 1, 0, 0x07ff, 2, 0), u32(handle + 8), u16(4, 0), u32(0), u16(8, 0), u32(handle)]
    const parts = [0, 1, 2].map((part) =>
      exchange(0x4c, inProgram(0x6d, 9 + i), Buffer.concat([u32(part * 400), u16(400)]), random.bytes(400)),
    )
    return [
      exchange(0x03, inProgram(0x6b, 7 + i), u16(3, 1, 2, 3), Buffer.concat(attributes)),
      exchange(0x03, inProgram(0x6d, 9 + i), u16(4, 1, 2, 4, 8), Buffer.concat(own)),
      ...parts,
    ]
  })
}

/** A program by its name, then its routine's logic. A running controller takes it as an online edit. */
export function load(program: string, random: Random): Exchange[] {
  const attributes = (kind: number): Buffer => Buffer.concat([u16(3, 1), text(program), u16(2, kind, 3), u32(0)])
  const taken = u16(3, 1, 0, 2, 0, 3, 0)
  return [
    exchange(0x04, object(0x6b, 7), attributes(PROGRAM), taken),
    exchange(0x4d, inProgram(0x6d, 9), random.bytes(380), NOTHING),
    exchange(0x4d, inProgram(0x6d, 9), random.bytes(240), NOTHING),
  ]
}

/** A tag of the program, made: an instance of the symbol class and its name. */
export function createTag(tag: string): Exchange[] {
  return [
    exchange(0x08, object(0x6b, 0), u16(1), u16(88, 0)),
    exchange(0x04, object(0x6b, 88), Buffer.concat([u16(2, 1), text(tag), u16(2, BOOL)]), u16(2, 1, 0, 2, 0)),
  ]
}
