/**
 * Portable executables by their headers.
 *
 *   | "MZ" … offset u32 at 60 | "PE\0\0" | machine u16, sections u16, time u32, …, optional header u16, flags u16 | optional header | sections |
 *
 * Spec: Microsoft, PE Format (MS-DOS stub, COFF file header, optional header, section table). Little-endian.
 */
import { Reader } from '@isthmus/wire'
import { MACHINES, SUBSYSTEMS, SYSTEMS } from './pe.table.ts'

export type Executable = {
  readonly machine: string
  /** Seconds since 1970. */
  readonly compiledAt: number
  readonly isExecutable: boolean
  readonly is64Bit: boolean
  readonly optional: OptionalHeader | undefined
  readonly sections: string[] | undefined
}
export type OptionalHeader = {
  readonly system: string
  readonly subsystem: string
  readonly flags: number
  /** Lengths of the data directories. */
  readonly tables: number[]
}

export const DLL_FLAG = { aslr: 0x40, codeIntegrity: 0x80, dep: 0x100, noSeh: 0x400 } as const
export const TABLE = { exports: 0, imports: 1, certificates: 4, debug: 6 } as const
const IS_32_BIT = 0x100
const PLUS = 0x20b
const MAX_SECTIONS = 96
const MAX_TABLES = 16

/** Undefined when the bytes are no such file, or too few to say. */
export function readExecutable(bytes: Uint8Array): Executable | undefined {
  const start = new Reader(bytes, 60).u32le()
  const r = new Reader(bytes, start)
  if (start > bytes.length || r.u32le() !== 0x4550) return undefined
  const machine = r.u16le()
  const count = r.u16le()
  const compiledAt = r.u32le()
  r.skip(8)
  const optionalSize = r.u16le()
  const flags = r.u16le()
  if (r.short) return undefined
  const optional = optionalSize > 0 ? optionalHeader(r.sub(optionalSize)) : undefined
  const sections: string[] = []
  for (let n = 0; n < Math.min(count, MAX_SECTIONS) && r.left >= 40; n++) {
    sections.push(r.text(8).replace(/\0.*$/s, ''))
    r.skip(32)
  }
  return {
    machine: MACHINES[machine] ?? `unknown-${machine}`,
    compiledAt,
    isExecutable: optionalSize > 0,
    is64Bit: (flags & IS_32_BIT) === 0,
    optional,
    sections: optional === undefined || sections.length === 0 ? undefined : sections,
  }
}

function optionalHeader(r: Reader): OptionalHeader | undefined {
  const isPlus = r.u16le() === PLUS
  r.skip(38)
  const major = r.u16le()
  const minor = r.u16le()
  r.skip(24)
  const subsystem = r.u16le()
  const flags = r.u16le()
  r.skip((isPlus ? 32 : 16) + 4)
  const count = r.u32le()
  if (r.short) return undefined
  const tables: number[] = []
  for (let n = 0; n < Math.min(count, MAX_TABLES) && r.left >= 8; n++) tables.push(r.skip(4).u32le())
  const number = `${major}.${minor}`
  return {
    system: SYSTEMS[number] ?? `unknown-${number}`,
    subsystem: SUBSYSTEMS[subsystem] ?? `unknown-${subsystem}`,
    flags,
    tables,
  }
}
